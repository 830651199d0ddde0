"""Visiting sources: the spiders that `scrapy list` shows."""
