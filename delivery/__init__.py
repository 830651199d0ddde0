"""Serving those who read the database."""
