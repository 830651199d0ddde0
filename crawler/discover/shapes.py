"""What the shapes of a site's addresses turned out to be after fetching: Beta counts of articles and others. Pure.

addresses with their outcome ─> counts_of ─> {"w/N": (18, 0), "video w/S": (0, 5)} ─> weights

A shape is the form of a path: "w/N" for /story/76595. It is counted as a whole, and by its first step, since on many
sites /news/some-words is an article and /video/some-words none.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import log

from crawler.discover.traits import shape_of

#: (articles, others) by shape
Shapes = Mapping[str, tuple[int, int]]
#: reasons of the reader that tell of a page of another kind; a wall, an error page or a refusal tells nothing of what
#: stands behind: a site whose articles are walled for a week would be taken for one without articles for good
OTHER_PAGES = frozenset(
    ("author page", "section front", "gallery", "video page", "no text", "too little text", "no headline")
)
#: so much of each is believed before anything was fetched
PRIOR = 0.5
#: a shape under a first step says something of its own from so many pages on
ENOUGH = 3
#: a look at the page counts like so many fetched pages
LOOK = 1.0


def keys_of(shape: str, first: str) -> tuple[str, str]:
    """The two names under which an address is counted: "news w/S" and "w/S"."""
    return f"{first} {shape}", shape


def counts_of(outcomes: Iterable[tuple[str, bool]]) -> dict[str, tuple[int, int]]:
    """Articles and others by shape, from addresses with whether an article stood there."""
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for url, is_article in outcomes:
        for key in keys_of(*shape_of(url)):
            counts[key][0 if is_article else 1] += 1
    return {key: (articles, others) for key, (articles, others) in counts.items()}


def weights_of(shapes: Shapes, shape: str, first: str) -> tuple[float, float]:
    """How much a look at the page still counts for an address of this shape, and the log-odds of what was fetched."""
    own, general = keys_of(shape, first)
    articles, others = shapes.get(own, (0, 0))
    if articles + others < ENOUGH:
        articles, others = shapes.get(general, (0, 0))
    return LOOK / (LOOK + articles + others), log((articles + PRIOR) / (others + PRIOR))
