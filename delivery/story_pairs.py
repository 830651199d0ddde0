"""What stories have in common: the products of their vectors, for all pairs at once. Pure.

term -> stories that have it, with its weight there
-> one array of all of these, term by term, in each the stories in their order
-> for each story what stands before it in the same terms, multiplied and summed by story
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from delivery.steps import Steps

Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]
Weights = np.ndarray[tuple[int], np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Entries:
    """Each story in each term, term by term: where the entries of the term begin, place of the story, its weight."""

    begins: Numbers
    owners: Numbers
    weights: Weights


def gathering(holders: Iterable[Mapping[int, float]], names: Iterable[int], common: int) -> Steps[Entries]:
    """The entries of stories in their order, in steps; terms that more than so many have in `common` do not count.

    Arrays, because a story has hundreds of terms and each of them dozens of stories: objects are all over the memory.
    """
    places = {name: place for place, name in enumerate(names)}
    counts, owners, weights = list[int](), list[int](), list[float]()
    for having in holders:
        if 1 < len(having) <= common:
            counts.append(len(having))
            owners += [places[name] for name in having]
            weights += having.values()
        yield
    having_each, owner_of = np.array(counts, dtype=np.int64), np.array(owners, dtype=np.int64)
    begins = np.repeat(np.cumsum(having_each) - having_each, having_each)
    order = np.lexsort((owner_of, begins))
    return Entries(begins, owner_of[order], np.array(weights)[order])


def products(entries: Entries, norms: Mapping[int, float], least: float) -> Iterator[tuple[int, dict[int, float]]]:
    """Each story with its products with those before it, if they are at least `least` of the product of the norms."""
    names = list(norms)
    lengths = np.array([norms[name] or np.inf for name in names])
    begins, owners, weights = entries.begins, entries.owners, entries.weights
    order = np.argsort(owners, kind="stable")
    bounds = np.searchsorted(owners[order], np.arange(len(names) + 1))
    for place, name in enumerate(names):
        mine = order[bounds[place] : bounds[place + 1]]
        before = _ranges(begins[mine], mine)
        told = weights[before] * np.repeat(weights[mine], mine - begins[mine])
        summed = np.bincount(owners[before], weights=told, minlength=place)
        near = np.flatnonzero(summed >= least * lengths[place] * lengths[:place])
        yield name, {names[other]: float(summed[other]) for other in near}


def _ranges(begins: Numbers, ends: Numbers) -> Numbers:
    """The numbers of all ranges, one after the other."""
    counts = ends - begins
    numbers: Numbers = np.arange(counts.sum()) + np.repeat(begins - np.cumsum(counts) + counts, counts)
    return numbers
