"""Turning the web into articles; imports storage and the leaves."""
