"""A web page as a tree. Pure."""

from selectolax.lexbor import LexborHTMLParser, SelectolaxError


def tree_of(html: str | bytes) -> LexborHTMLParser:
    """The tree of any text, or of text in UTF-8. Raises MemoryError: nothing else is meant by "Can't parse HTML."."""
    try:
        return LexborHTMLParser(html)
    except SelectolaxError:
        raise MemoryError from None
