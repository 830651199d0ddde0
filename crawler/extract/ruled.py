"""Applying the rules of a site to the tree: what is dropped, and what selectors say a field is."""

from collections.abc import Callable
from typing import Any

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from crawler.extract.moments import moment_of
from crawler.extract.people import byline_of
from crawler.extract.rules import Rules
from crawler.extract.text import clean


def drop_elements(tree: LexborHTMLParser, rules: Rules) -> None:
    """Take out of the tree what the rules drop; a selector that cannot be read drops nothing."""
    for selector in rules.drop:
        try:
            for node in tree.css(selector):
                node.decompose()
        except (SelectolaxError, ValueError):
            continue


def apply_rules(tree: LexborHTMLParser, rules: Rules) -> dict[str, Any]:
    """The fields of Article that the rules select on this page; selectors that find nothing leave a field alone."""
    found: dict[str, Any] = {}
    for name, selector in rules.select.items():
        lines = _lines(tree, selector)
        if lines and (value := _READERS.get(name, _first)(lines)):
            found.update(value if isinstance(value, dict) else {name: value})
    return found


def _lines(tree: LexborHTMLParser, selector: str) -> list[str]:
    try:
        nodes = tree.css(selector)
    except (SelectolaxError, ValueError):
        return []
    return [
        line
        for node in nodes
        if (
            line := clean(node.attributes.get("content") or node.attributes.get("datetime") or node.text(separator=" "))
        )
    ]


def _first(lines: list[str]) -> object:
    return lines[0]


def _published(lines: list[str]) -> object:
    moment = moment_of(lines[0])
    if moment is None:
        return None
    return {
        "date_published": moment.utc(),
        "date_published_raw": moment.raw,
        "date_published_precision": moment.precision,
        "date_published_offset": moment.offset,
    }


def _modified(lines: list[str]) -> object:
    moment = moment_of(lines[0])
    return moment.utc() if moment else None


_READERS: dict[str, Callable[[list[str]], object]] = {
    "article_body": "\n\n".join,
    "authors": lambda lines: byline_of(lines).persons,
    "keywords": tuple,
    "date_published": _published,
    "date_modified": _modified,
}
