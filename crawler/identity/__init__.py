"""Telling articles apart: decisions over values. Pure."""
