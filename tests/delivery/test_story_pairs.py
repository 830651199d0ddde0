"""Products of all pairs of stories, beside those that are made one by one."""

import math
import random
from collections import defaultdict

import pytest

from delivery.steps import finished
from delivery.story_pairs import gathering, products

Vectors = dict[int, dict[str, float]]


def told(vectors: Vectors, least: float = 0.01, common: int = 60) -> dict[tuple[int, int], float]:
    """What is found of pairs of stories."""
    holders: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for name, vector in vectors.items():
        for term, weight in vector.items():
            holders[term][name] = weight
    norms = {name: math.hypot(*vector.values()) for name, vector in vectors.items()}
    entries = finished(gathering(holders.values(), norms, common))
    found = list(products(entries, norms, least))
    assert [name for name, _ in found] == list(vectors)
    return {(other, name): product for name, others in found for other, product in others.items()}


def made_up(count: int, seed: int) -> Vectors:
    """Stories with some of forty words, in no order of their numbers."""
    chance = random.Random(seed)
    names = chance.sample(range(1_000), count)
    return {
        name: {f"word{chance.randrange(40)}": chance.random() + 0.1 for _ in range(chance.randrange(12))}
        for name in names
    }


@pytest.mark.parametrize("seed", range(4))
def test_each_pair_is_found_once_with_its_product(seed: int) -> None:
    vectors = made_up(50, seed)
    order = list(vectors)
    wanted = {
        (one, other): sum(weight * vectors[other].get(term, 0.0) for term, weight in vectors[one].items())
        for place, one in enumerate(order)
        for other in order[place + 1 :]
    }
    assert told(vectors) == pytest.approx(
        {
            (one, other): product
            for (one, other), product in wanted.items()
            if product >= 0.01 * math.hypot(*vectors[one].values()) * math.hypot(*vectors[other].values()) > 0
        }
    )


def test_stories_that_are_not_near_enough_are_left_out() -> None:
    vectors = {7: {"ferry": 1.0, "lunde": 1.0}, 3: {"ferry": 1.0, "lunde": 1.0}, 5: {"ferry": 1.0, "strike": 1.0}}
    assert told(vectors, least=0.6) == {(7, 3): 2.0}


def test_a_term_that_too_many_stories_have_leads_to_none() -> None:
    vectors = {name: {"storm": 1.0} for name in range(4)} | {9: {"ferry": 1.0}, 8: {"ferry": 2.0}}
    assert told(vectors, common=3) == {(9, 8): 2.0}


def test_the_order_in_which_stories_came_to_a_term_does_not_matter() -> None:
    """A story that two became has terms that came to it last."""
    holders = [{1: 1.0, 2: 1.0, 3: 1.0}, {3: 1.0, 2: 1.0, 1: 1.0}]
    norms = dict.fromkeys((1, 2, 3), math.sqrt(2))
    found = dict(products(finished(gathering(holders, norms, 60)), norms, 0.9))
    assert found == {1: {}, 2: {1: 2.0}, 3: {1: 2.0, 2: 2.0}}


@pytest.mark.parametrize("vectors", [{}, {1: {}}, {1: {}, 2: {}}, {1: {"ferry": 1.0}, 2: {}}])
def test_stories_without_terms_in_common_have_no_products(vectors: Vectors) -> None:
    assert told(vectors) == {}
