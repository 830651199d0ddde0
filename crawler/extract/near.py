"""The lines about the headline and below the text, where bylines and dates are shown."""

import re
from collections.abc import Collection, Iterator
from itertools import islice

from crawler.extract.authors import likely_bylines
from crawler.extract.blocks import Block, Layout
from crawler.extract.body import Body
from crawler.extract.dates import Shown
from crawler.extract.hints import mask
from crawler.extract.text import folded

_BYLINE = mask("byline")
#: who took or drew the picture: "Kimberly White/Getty Images", "Illustration: Ida Moe"
_CREDIT = re.compile(
    r"(?:foto|photo(?:graph)?s?|illustrations?|images?|bild\w*|credits?|courtesy|copyright)\b|©|.*\bgetty ?images",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20|25)\d\d|[年년]|[٢۲][٠۰][٠-٩۰-۹]{2}")
#: "Sehernur Karsu | 05.04.2025 - Güncelleme : 05.04.2025"
_BEFORE_DATE = re.compile(r"\s*[|•·]\s*\d.*")
#: blocks after the headline, before it and after the text that are looked at
_AFTER, _BEFORE, _BELOW = 12, 4, 4
_LONGEST_BYLINE, _LONGEST_DATE = 160, 200


def near(layout: Layout, body: Body, headline: str) -> list[Block]:
    """Blocks between headline and text, below the standfirst, right above the headline, and right below the text."""
    first = body.kept[0] if body.kept else len(layout.blocks)
    name = folded(headline)
    most = 2 * len(headline) + 20
    heads = [
        place
        for place, block in enumerate(layout.blocks[: first + 1])
        if len(block.text) < most and folded(block.text) == name
    ]
    start = heads[-1] + 1 if heads else max(0, first - _AFTER)
    last = body.kept[-1] + 1 if body.kept else start
    above = layout.blocks[max(0, start - 1 - _BEFORE) : max(0, start - 1)]
    between = [layout.blocks[place] for place in _below_standfirst(body)]
    return layout.blocks[start : first + 1][:_AFTER] + between + above + layout.blocks[last : last + _BELOW]


def _below_standfirst(body: Body) -> list[int]:
    """Places between the first paragraph and the second: a byline often stands below the standfirst."""
    if len(body.kept) < 2:
        return []
    return list(range(body.kept[0] + 1, body.kept[1]))[:_AFTER]


def bylines_in(blocks: list[Block], author_links: Collection[str] = ()) -> Iterator[list[str]]:
    """Lines that are marked as bylines, else those that begin like one; names that lead to their author's page.

    A bare name is the last resort: "Most Popular" looks like one, too.
    """
    short = [block for block in blocks if len(block.text) < _LONGEST_BYLINE and not _CREDIT.match(block.text)]
    told = [block.text for block in short if block.own & _BYLINE] or likely_bylines(block.text for block in short)
    linked = [block.text for block in short if block.text in author_links][:1]
    yield from (told, linked) if told or linked else (_bare_names(short),)


def _bare_names(blocks: list[Block]) -> list[str]:
    """The first line of two to four capitalised words without an end mark: a name alone below the headline."""
    for block in blocks:
        if 2 * block.linked > len(block.text) and not block.own & _BYLINE:
            continue
        text = _BEFORE_DATE.sub("", block.text)
        spoken = text.split()
        if (
            len(text) < 60
            and 2 <= len(spoken) <= 4
            and text[-1] not in ".!?:…"
            and all(word[0].isupper() for word in spoken)
        ):
            return [text]
    return []


def dates_in(blocks: list[Block], layout: Layout) -> Shown:
    """Texts that may hold the date: about the headline, and anywhere."""
    about = [block.stamp or block.text for block in blocks if block.stamp or len(block.text) < _LONGEST_DATE]
    anywhere = (text for block in layout.blocks if len(text := block.stamp or block.text) < 100 and _YEAR.search(text))
    return Shown(about, islice(anywhere, 200))
