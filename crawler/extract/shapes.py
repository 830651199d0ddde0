"""The build of blocks: on one site text stands in the same elements in article after article, and furniture in others.

    Layout, probabilities -> likelihoods() -> {shape: mean} -> [site memory] -> with_known() -> probabilities

A shape is the tag and the names of a block's element and of its parent, digits left out ("p story-text < div post-0").
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b

import numpy as np

from crawler.extract.blocks import Block, Layout
from crawler.extract.view import Matrix, Numbers

#: shape -> how likely text stands in it (mean over articles), and over how many articles
Known = Mapping[str, tuple[float, int]]

#: a shape is known when so many different articles had it
SEEN = 3
#: how far a shape that many articles had draws a block to itself; one that few had draws less (2 articles: half)
_WEIGHT, _HALF = 0.5, 2
#: probabilities beyond these say no more than that something is sure
_SUREST = 0.01
_DIGITS = re.compile(r"\d+")


def likelihoods(layout: Layout, judged: Matrix) -> dict[str, float]:
    """For each shape of the blocks that were judged the mean of their probabilities."""
    found: dict[str, list[float]] = {}
    for place in np.flatnonzero(judged).tolist():
        found.setdefault(shape_of(layout, place), []).append(float(judged[place]))
    return {shape: round(sum(values) / len(values), 3) for shape, values in found.items()}


def with_known(layout: Layout, judged: Matrix, known: Known) -> Matrix:
    """The probabilities, those of blocks of known shape drawn to what the site's other articles had there."""
    places = np.flatnonzero(judged)
    met = [known.get(shape_of(layout, place), (0.0, 0)) for place in places.tolist()]
    means, numbers = np.array(met, dtype=np.float64).reshape(-1, 2).T
    weights = np.where(numbers >= SEEN, _WEIGHT * numbers / (numbers + _HALF), 0)
    own = _odds(judged[places].astype(np.float64))
    drawn = judged.copy()
    drawn[places] = 1 / (1 + np.exp(-(own + weights * (_odds(means) - own))))
    return drawn


def shape_of(layout: Layout, place: int) -> str:
    """The mark of a block's shape."""
    return shape_of_block(layout, layout.blocks[place])


def shape_of_block(layout: Layout, block: Block) -> str:
    """The same for a block at hand."""
    element = layout.elements[block.element]
    if element.parent < 0:
        return _mark(element.tag, element.names, "", "")
    parent = layout.elements[element.parent]
    return _mark(element.tag, element.names, parent.tag, parent.names)


@lru_cache(maxsize=20_000)
def _mark(tag: str, names: str, above: str, names_above: str) -> str:
    built = _DIGITS.sub("0", f"{tag} {names} < {above} {names_above}")
    return blake2b(built.encode("utf-8", "replace"), digest_size=6).hexdigest()


def _odds(probabilities: Numbers) -> Numbers:
    bounded = np.clip(probabilities, _SUREST, 1 - _SUREST)
    odds: Numbers = np.log(bounded / (1 - bounded))
    return odds
