"""Watches and alerts: what is found among new articles is told, once, over the channels of the configuration."""
