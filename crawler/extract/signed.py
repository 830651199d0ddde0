"""Where a site shows who wrote its articles: the elements whose names were those that the heads of its pages tell.

    blocks about the headline, byline of the head -> confirmed() -> {shape: 1 or 0} -> [site memory] -> signed_line()

"Joe Raedle / Getty Images" stands about the headline like a byline. Where a page's head names nobody, the line is
believed that stands in the element ("a author-name < div meta") in which the site's other articles had their author.
What the head says goes first all the same: on whole pages of the development set it is right more often than the place.
"""

from collections.abc import Iterable

from crawler.extract.authors import LONGEST, names_in_line
from crawler.extract.blocks import Block, Layout
from crawler.extract.people import Byline
from crawler.extract.shapes import Known, shape_of_block
from crawler.extract.text import folded

#: origins of a byline that readers do not see: what is shown can be held against them
_HEAD = frozenset(("json-ld", "meta", "microdata"))
#: share of a site's articles in which a shape had their authors and nobody else, for it to be the place of its bylines.
#: One article is enough: names do not agree by chance (9 pages of dev were won and 3 lost, mostly with one other page)
_HOLDS = 0.7


def confirmed(
    layout: Layout, around: Iterable[Block], byline: tuple[Byline, str], site_names: list[str], known: Known
) -> dict[str, float]:
    """Shapes of blocks that name those whom the head names, and nobody else (1), and known shapes that do not (0)."""
    persons, origin = byline[0].persons, byline[1]
    if not persons or origin not in _HEAD:
        return {}
    told = set(map(folded, persons))
    first = persons[0].casefold()
    found: dict[str, float] = {}
    for block in around:
        if len(block.text) > LONGEST:
            continue
        shape = shape_of_block(layout, block)
        agrees = first in block.text.casefold() and set(map(folded, names_in_line(block.text, site_names))) == told
        if agrees or shape in known:
            found[shape] = max(found.get(shape, 0.0), float(agrees))
    return found


def signed_line(layout: Layout, around: Iterable[Block], known: Known, site_names: list[str]) -> tuple[str, ...]:
    """The first line with a name in it that stands where the site's bylines stand; empty when there is none."""
    places = {shape for shape, (mean, _) in known.items() if mean >= _HOLDS}
    if not places:
        return ()
    return next(
        (
            (block.text,)
            for block in around
            if len(block.text) <= LONGEST
            and shape_of_block(layout, block) in places
            and names_in_line(block.text, site_names)
        ),
        (),
    )
