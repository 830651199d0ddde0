"""Attacks of a hostile web, one named test each."""
