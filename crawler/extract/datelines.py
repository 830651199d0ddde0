"""The agency that a text came from, as its dateline or its last line says. Pure.

    "WASHINGTON (AP) — ..."   "Berlin (dpa/lby) - ..."   "МОСКВА, 3 ноября. /ТАСС/. ..."   "新华社北京11月3日电 ..."
    "... said the minister. (ANSA)"   "With inputs from PTI"   "© 2026 AFP"

A name counts only where agencies put theirs: "the talks, Reuters reported" names a witness, not an author.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from crawler.extract.people import agency_named
from storage.records import Article

#: characters of a text in which its dateline stands: place, date and agency; and of a last line that is a credit
_DATELINE, _CREDIT = 120, 160
#: "LONDON, March 3 (Reuters) - ", "(ANSA) - ROMA", "(서울=연합뉴스) ": what stands in brackets near the beginning
_BRACKETS = re.compile(r"^([^(\[【\n.!?]{0,60}(?:\.[^(\[【\n!?]{0,20})?)[(\[【]([^()\[\]【】\n]{2,40})[)\]】]\s*(.?)")
#: "МОСКВА, 3 ноября. /ТАСС/.", "МОСКВА, 3 ноя — РИА Новости."
_SLASHES = re.compile(r"^[^/\n]{0,60}/([^/\n]{2,30})/")
_NAME_BEHIND = re.compile(r"^[^.\n–—-]{2,50}\s[–—-]{1,2}\s([^.,\n–—-]{2,20})\.\s")
#: "新华社北京11月3日电", "中央社記者…": the agency opens the text, and "电" or "電" closes the dateline
_CHINESE = re.compile(r"^[（(]?(新华社|新華社|中新社|中新网|中央社)[^。\n]{0,30}[电電]")
#: what follows the brackets of a dateline
_DASHES = ("-", "–", "—", ":", "：")
#: "... (ANSA)", "... —AFP", "[dpa]", "... sagte er. dpa" at the very end
_ENDING = re.compile(
    r"[(\[（/]([^()\[\]（）/\n]{2,30})[)\]）/][.\s]*$|(?:^|[\s.])[–—]\s?([^\s–—][^–—\n]{1,25})$|[.!?»”\"]\s(\w{2,10})$"
)
#: "© 2026 AFP", "Copyright 2026 The Associated Press. All rights reserved.", "© dpa-infocom, dpa:260303-99-12345/2"
_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright)\s*(?:©\s*)?(?:\d{4}[\s,]*)?(?:by\s+)?([^,.:|\n]{2,40})", re.IGNORECASE)
_INPUTS = re.compile(
    r"^\W*with\s+(?:additional\s+)?(?:inputs?|reporting|files?|material)\s+(?:from|by)\s+", re.IGNORECASE
)
#: "dpa/lby", "Reuters/AFP", "서울=연합뉴스", "ワシントン共同"
_PARTS = re.compile(r"[/=,;·|]|\s+[-–—]\s+")


def with_agency(article: Article) -> Article:
    """The article; with the agency that its text names or that signs as an author, where its byline named none."""
    if article.agency is not None or not article.article_body:
        return article
    agency, origin = agency_in(article.article_body), "text"
    if agency is None:
        agency = next(filter(None, map(agency_named, article.authors)), None)
        origin = article.provenance.get("authors", origin)
    return replace(article, agency=agency, provenance={**article.provenance, "agency": origin}) if agency else article


def agency_in(body: str) -> str | None:
    """The agency that the dateline or the credit of a text names, by its usual name."""
    lines = [line for line in (body[: 2 * _DATELINE].strip()).split("\n") if line.strip()]
    named = (agency for name in _datelines(lines[0][:_DATELINE] if lines else "") if (agency := _named(name)))
    found = next(named, None)
    return found or next((agency for name in _credits(body) if (agency := _named(name))), None)


def _datelines(line: str) -> Iterator[str]:
    if chinese := _CHINESE.match(line):
        yield chinese[1]
    if (found := _BRACKETS.match(line)) and _opens(*found.group(1, 3)):
        yield found[2]
    for pattern in (_SLASHES, _NAME_BEHIND):
        if found := pattern.match(line):
            yield found[1]


def _opens(place: str, behind: str) -> bool:
    """Whether brackets are those of a dateline: they come first, behind a name in capitals, or before a dash."""
    words = place.split()
    return not words or behind in _DASHES or words[0].strip(",.").isupper()


def _credits(body: str) -> Iterator[str]:
    last = body[-_CREDIT:].rstrip().rpartition("\n")[2].strip()
    if found := _ENDING.search(last):
        yield next(filter(None, found.groups()))
    if len(body.rstrip()) == len(last) or len(last) >= _CREDIT:
        return  # one line is no credit below a text
    yield _INPUTS.sub("", last).strip(" .()[]–—-")
    if found := _COPYRIGHT.search(last):
        yield found[1]


def _named(text: str) -> str | None:
    """The agency of "dpa/lby", "Reuters", "ワシントン共同"."""
    parts = [part.strip() for part in _PARTS.split(text)]
    for part in (text.strip(), *parts, *(part[-2:] for part in parts if not part[-2:].isascii())):
        if named := agency_named(part):
            return named
    return None
