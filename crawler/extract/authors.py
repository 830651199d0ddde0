"""Who wrote an article: structured claims first, then the line under the headline."""

from collections.abc import Iterable

from crawler.extract.jsonld import Node, texts, types_of
from crawler.extract.people import Byline, byline_of, starts_as_byline
from crawler.extract.signals import Signals

_METAS = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl", "byline", "cxenseparse:author",
    "dc.contributor", "twitter:creator:name", "article:author_name", "og:article:author", "authors", "article.author",
)  # fmt: skip


def byline_of_page(signals: Signals, near: Iterable[str], site_names: list[str], fed: tuple[str, ...] = ()) -> tuple[Byline, str]:
    """The byline and its origin. ``near`` are short lines about the headline that may be bylines."""
    structured = _structured(signals.article)
    claims = [
        (structured, "json-ld"),
        ([content for name in _METAS for content in signals.metas.get(name, ())[:8] if "//" not in content], "meta"),
        (list(signals.itemprops.get("author", ())[:6]), "microdata"),
        ([line for line in near if len(line) < 160], "text"),
        (list(fed), "feed"),
    ]
    agency = None
    for lines, origin in claims:
        found = byline_of(lines, site_names)
        agency = agency or found.agency
        if found.persons:
            return Byline(found.persons, agency), origin
    return Byline((), agency), "text"


def _structured(node: Node) -> list[str]:
    lines: list[str] = []
    for name in ("author", "creator"):
        value = node.get(name)
        for person in value if isinstance(value, list) else [value]:
            if not (isinstance(person, dict) and "Organization" in types_of(person) and not person.get("name")):
                lines += texts(person)
        if lines:
            break
    return lines


def likely_bylines(lines: Iterable[str]) -> list[str]:
    """Those of the lines that begin like a byline."""
    return [line for line in lines if len(line) < 160 and starts_as_byline(line)]
