"""Reading articles: HTML in, Article out. Pure."""
