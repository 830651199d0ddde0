"""Text for pages whose own text cannot be read: what the feed brought, or what JSON-LD says."""

import re

from crawler.extract.blocks import walk
from crawler.extract.furniture import is_furniture
from crawler.extract.jsonld import Node
from crawler.extract.limits import bounded
from crawler.extract.text import unmarked, weight
from crawler.text import unescaped
from crawler.tree import tree_of

#: a text of fewer letters on the page gives way to one that is so many times longer
_SHORT = 400
_TIMES = 2
#: a page that shows less than this share of JSON-LD's text hides the rest
_SHOWN = 0.35
_LINES = re.compile(r"\n+|<br\s*/?>|</p>", re.IGNORECASE)


def text_of_article(shown: str, node: Node, body_html: str | None) -> tuple[str, str]:
    """The article's text and its origin: as the page shows it, unless that is but a piece of what others hold."""
    letters = weight(shown)
    if body_html and letters < _SHORT and weight(fed := text_of_html(body_html)) > max(_TIMES * letters, 200):
        return fed, "feed"
    told = node.get("articleBody")
    if isinstance(told, str) and weight(told) > _SHORT and letters < _SHOWN * weight(told):
        return _paragraphs(told), "json-ld"
    return shown, "text"


def text_of_html(body_html: str) -> str:
    """The paragraphs of a piece of HTML that holds nothing but an article, as feeds carry it."""
    layout = walk(tree_of(bounded(body_html.encode("utf-8", "ignore"))))
    texts = [block.text for block in layout.blocks if "figcaption" not in block.tags and not is_furniture(block.text)]
    return "\n\n".join(texts)


def _paragraphs(told: str) -> str:
    """JSON-LD text has its paragraphs in line breaks, tags or escaped tags, or not at all."""
    lines = (unmarked(line) for line in _LINES.split(unescaped(told)))
    return "\n\n".join(line for line in lines if line)
