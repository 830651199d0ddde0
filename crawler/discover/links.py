"""Which links of a page lead to articles: a score for each, from its address, its text, its place and its neighbours.

    Anchor -> traits -> a sum of weights -> with the place on the page, and whether it is new there
           -> drawn towards its like (shape, markup)

The weights are a table (``link_weights.json``, made by ``benchmarks/train_links.py`` from links that people have
labelled): for each trait the steps of a function. Places of the page, headings and markup come on top, by judgement:
the labelled links came without their pages.
"""

import json
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from math import exp
from pathlib import Path
from typing import Any

from crawler.discover.anchors import Anchor
from crawler.discover.shapes import Shapes, weights_of
from crawler.discover.traits import Traits, traits_of

#: a link is taken for an article from here on: a miss costs an article, a false one costs a request
THRESHOLD = 0.45
_WEIGHTS = Path(__file__).with_name("link_weights.json")
#: log-odds by judgement: what stands in a footer is no news, what stands in a heading is
_PLACES = {"footer": -2.0, "nav": -1.5, "header": -0.7, "aside": 0.0, "main": 0.3, "": 0.0}
_HEADING = 1.5
#: how far a link is drawn towards the mean of the others of its shape, and of those in the same markup
_DRAWN_BY_SHAPE = 0.6
_DRAWN_BY_MARKUP = 3.0
_CERTAIN = 3.0
_ENOUGH = 4


@dataclass(frozen=True, slots=True)
class Weights:
    """The learned table: for each trait the values where its step function jumps, and its heights."""

    bias: float
    tables: tuple[tuple[str, list[float], list[float]], ...]

    @classmethod
    def of(cls, learned: dict[str, Any]) -> "Weights":
        """From what ``link_weights.json`` holds."""
        tables = tuple((name, table["cuts"], table["weights"]) for name, table in learned["traits"].items())
        return cls(learned["bias"], tables)

    def log_odds(self, own: dict[str, float]) -> float:
        """The sum of the heights at these traits."""
        return self.bias + sum([heights[bisect_right(cuts, own[name])] for name, cuts, heights in self.tables])


@cache
def shipped_weights() -> Weights:
    """The table that the project ships."""
    return Weights.of(json.loads(_WEIGHTS.read_text(encoding="utf-8")))


def article_scores(
    found: list[Anchor],
    url: str,
    weights: Weights | None = None,
    shapes: Shapes | None = None,
    news: Sequence[float] | None = None,
) -> list[float]:
    """How likely each link of the page ``url`` leads to an article, 0 to 1, judged together.

    `shapes` is what the site's addresses turned out to be when they were fetched, `news` what it says for each link
    that it is new on this page (see ``newness``).
    """
    return scores_of(found, traits_of(found, url), weights or shipped_weights(), shapes, news)


def scores_of(
    found: list[Anchor],
    all_traits: list[Traits],
    weights: Weights,
    shapes: Shapes | None = None,
    news: Sequence[float] | None = None,
) -> list[float]:
    """The same where the traits are known."""
    odds = [_odds(anchor, traits, weights) for anchor, traits in zip(found, all_traits, strict=True)]
    likeness = [_likeness(anchor, traits) for anchor, traits in zip(found, all_traits, strict=True)]
    odds = _with_news(odds, likeness, news) if news else odds
    alike = Counter(likeness)
    # markup tells more than the shape of the address, where there are enough of a kind
    forms = [(traits.off_site, traits.shape) for traits in all_traits]
    by_shape = [
        None if key is not None and alike[key] >= _ENOUGH else shape for key, shape in zip(likeness, forms, strict=True)
    ]
    odds = _drawn(_drawn(odds, by_shape, _DRAWN_BY_SHAPE), likeness, _DRAWN_BY_MARKUP)
    odds = _all_corrected(odds, all_traits, shapes) if shapes else odds
    return [_chance(value) for value in odds]


def _with_news(odds: list[float | None], likeness: Sequence[Hashable], news: Sequence[float]) -> list[float | None]:
    """What came is likelier an article, and so is what stands in a list to which something came: menus stay."""
    came: defaultdict[Hashable, float] = defaultdict(float)
    for key, said in zip(likeness, news, strict=True):
        if key is not None:
            came[key] = max(came[key], said)
    said_of = (said if key is None else came[key] for key, said in zip(likeness, news, strict=True))
    return [None if value is None else value + said for value, said in zip(odds, said_of, strict=True)]


def _chance(odds: float | None) -> float:
    return 0.0 if odds is None else 1.0 / (1.0 + exp(-max(-30.0, min(30.0, odds))))


def _odds(anchor: Anchor, traits: Traits, weights: Weights) -> float | None:
    if traits.own is None:
        return None
    heading = _HEADING if anchor.rank == 3 and not traits.own["media_steps"] else 0.0
    return weights.log_odds(traits.own) + _PLACES.get(anchor.region, 0.0) + heading


def _all_corrected(odds: list[float | None], all_traits: list[Traits], shapes: Shapes) -> list[float | None]:
    """The odds as what was fetched of each shape corrects them; a shape is looked up once."""
    weigh = cache(partial(weights_of, shapes))
    return [_corrected(value, traits, weigh) for value, traits in zip(odds, all_traits, strict=True)]


def _corrected(value: float | None, traits: Traits, weigh: Callable[[str, str], tuple[float, float]]) -> float | None:
    if value is None or traits.off_site:
        return value
    share, evidence = weigh(traits.shape, traits.steps[0] if len(traits.steps) > 1 else "")
    return value * share + evidence


def _likeness(anchor: Anchor, traits: Traits) -> Hashable:
    """What the teasers of one list share; films and pictures among them do not profit from it."""
    if not anchor.markup or traits.own is None or traits.own["media_steps"]:
        return None
    return anchor.markup, anchor.region, anchor.rank == 3, traits.off_site


def _drawn(odds: list[float | None], keys: Sequence[Hashable], strength: float) -> list[float | None]:
    """Each link moved by the mean of the others with the same key: "Minister resigns" among ten long headlines."""
    sums: defaultdict[Hashable, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for key, value in zip(keys, odds, strict=True):
        if key is not None and value is not None:
            sums[key][0] += max(-_CERTAIN, min(_CERTAIN, value))
            sums[key][1] += 1.0
    return [
        value if key is None or value is None else value + strength * _mean_of_others(value, *sums[key])
        for key, value in zip(keys, odds, strict=True)
    ]


def _mean_of_others(value: float, total: float, number: float) -> float:
    """Drawn to zero where the others are few."""
    own = max(-_CERTAIN, min(_CERTAIN, value))
    return (total - own) / number
