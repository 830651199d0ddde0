"""Who wrote an article: structured claims first, then the line under the headline."""

# ruff: noqa: E501 - the names of metas stand in one list

import re
from collections.abc import Iterable, Iterator

from crawler.extract.jsonld import Node, texts, types_of
from crawler.extract.people import Byline, byline_of, inner_byline, is_full_name, starts_as_byline
from crawler.extract.signals import Signals
from crawler.extract.text import folded, likeness

_METAS = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl", "byline", "cxenseparse:author",
    "dc.contributor", "twitter:creator:name", "article:author_name", "og:article:author", "authors", "article.author",
)  # fmt: skip
#: between the last two names of a byline; what follows a comma may be a desk ("By Jana Weber, Infectious Diseases")
_AND = re.compile(r"\s(?:and|und|et|y|e|en|och|og|i|и|та|&)\s")
#: letters of the longest line that is a byline
LONGEST = 160


def byline_of_page(
    signals: Signals,
    near: Iterable[list[str]],
    site_names: list[str],
    fed: tuple[str, ...] = (),
    signed: tuple[str, ...] = (),
) -> tuple[Byline, str]:
    """The byline and its origin.

    ``near`` are kinds of short lines about the headline that may be bylines, the likelier first, ``signed`` is the one that stands where the site's
    other articles had theirs.
    """
    near = list(near)
    agency, named_by = None, ""
    for claimed, origin in _claims(signals, near, fed, signed):
        found = byline_of(claimed, site_names)
        persons = tuple(filter(is_full_name, found.persons)) if origin == "text" else found.persons
        if agency is None and found.agency is not None:
            agency, named_by = found.agency, origin
        if persons:
            return Byline(_completed(persons, near, site_names), agency, named_by), origin
    newsroom = _newsroom(signals.article, site_names, agency)
    return Byline(newsroom, agency, named_by), "json-ld" if newsroom else "text"


def _completed(persons: tuple[str, ...], near: Iterable[list[str]], site_names: list[str]) -> tuple[str, ...]:
    """The persons, and those whom a line names beside all of them ("By Christa Choi and Otto Maks, CNN")."""
    for line in (line for kind in near for line in kind if persons[0] in line and starts_as_byline(line)):
        shown = names_in_line(line, site_names) if _AND.match(line.partition(persons[-1])[2]) else ()
        if shown[: len(persons)] == persons:
            return shown
    return persons


def names_in_line(line: str, site_names: list[str]) -> tuple[str, ...]:
    """The persons that a line names which may be a byline, or else anything."""
    return tuple(filter(is_full_name, byline_of([_bare(line)], site_names).persons))


def _bare(line: str) -> str:
    """A line without what stands before the byline in it."""
    return line if starts_as_byline(line) else inner_byline(line) or line


def _claims(
    signals: Signals, near: Iterable[list[str]], fed: tuple[str, ...], signed: tuple[str, ...]
) -> Iterator[tuple[list[str], str]]:
    """What may name the authors, the most reliable first."""
    yield _structured(signals.article), "json-ld"
    yield [content for name in _METAS for content in signals.metas.get(name, ())[:8] if "//" not in content], "meta"
    yield _of_card(signals), "meta"
    marked = list(signals.itemprops.get("author", ()))
    yield marked if len(marked) < 4 else marked[:1], "microdata"
    yield [_bare(line) for line in signed], "text"
    for kind in near:
        lines = [line for line in kind if len(line) < LONGEST]
        yield _linked(signals, lines), "text"
        yield [_bare(line) for line in lines], "text"
    yield _linked(signals, []), "text"
    yield _only_person(signals), "json-ld"
    yield _of_address(signals), "meta"
    yield list(fed), "feed"


def _of_address(signals: Signals) -> list[str]:
    """Links whose text is what the address of the author's page says (".../profile/adam-roberts")."""
    slugs = {
        folded(re.sub(r"[-_]", " ", address.rstrip("/").rsplit("/", 1)[-1]))
        for address in signals.metas.get("article:author", ())
    }
    return [name for name in dict.fromkeys(signals.author_links) if folded(name) in slugs]


def _of_card(signals: Signals) -> list[str]:
    """The author that the page tells to those who share it."""
    told = "written by" in (signals.meta("twitter:label1") or "").lower()
    return [signals.meta("twitter:data1") or ""] if told else []


def _only_person(signals: Signals) -> list[str]:
    """The one person that JSON-LD names anywhere."""
    people = [node for node in signals.nodes if "Person" in types_of(node)]
    return texts(people[0].get("name")) if len(people) == 1 else []


def _linked(signals: Signals, lines: list[str]) -> list[str]:
    """Links to pages of authors whose text stands in a line near the headline, or that name one author all over the page."""
    names = list(dict.fromkeys(signals.author_links))
    return [name for name in names if any(name in line for line in lines)][:4] or (names if len(names) == 1 else [])


def _newsroom(node: Node, site_names: list[str], agency: str | None) -> tuple[str, ...]:
    """The outlet when it signs itself; beside an agency only when it does so by the very name of the site."""
    name = next(iter(_structured(node)), "").strip(" ,")
    if name and folded(name) in map(folded, site_names):
        return (name,)
    return (name,) if name and not agency and _is_newsroom(name, site_names) else ()


def _is_newsroom(name: str, site_names: list[str]) -> bool:
    """Whether a structured author that is no person is the outlet itself ("BBC News")."""
    return len(name) < 60 and "//" not in name and any(likeness(name, site) > 0 for site in site_names)


def _structured(node: Node) -> list[str]:
    lines: list[str] = []
    for name in ("author", "creator"):
        value = node.get(name)
        for person in value if isinstance(value, list) else [value]:
            lines += _person(person)
        if lines:
            break
    return lines


def _person(person: object) -> list[str]:
    if isinstance(person, dict) and not person.get("name") and person.get("familyName"):
        return texts(f"{person.get('givenName') or ''} {person['familyName']}")
    if isinstance(person, dict) and not person.get("name"):
        return []
    return texts(person)


def likely_bylines(lines: Iterable[str]) -> list[str]:
    """Those of the lines that begin like a byline; when none does, those that hold one behind something else."""
    short = [line for line in lines if len(line) < 160]
    return [line for line in short if starts_as_byline(line)] or [line for line in short if inner_byline(line)]
