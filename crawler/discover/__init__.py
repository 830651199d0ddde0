"""Reading lists: text in, links out. Pure."""
