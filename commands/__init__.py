"""The commands of `newswatch`, a module for each kind; `cli` puts them together."""
