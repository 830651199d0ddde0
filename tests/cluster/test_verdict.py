"""The judge of a drill: it counts what must not be, and nothing else."""

import pytest

from tests.cluster.verdict import Asked, Finished, Verdict, overlaps, passed_over, twice


def asked(host: str, start: float, end: float) -> Asked:
    return Asked(host, "/feed", start, end)


def finished(source: str, due: str, next_due: str) -> Finished:
    return Finished(source, due, next_due, 1)


@pytest.mark.parametrize(
    ("requests", "count"),
    [
        pytest.param([asked("a", 0, 1), asked("a", 1, 2)], 0, id="one after the other"),
        pytest.param([asked("a", 0, 2), asked("a", 1, 3)], 1, id="two at a time"),
        pytest.param([asked("a", 1, 3), asked("a", 0, 2)], 1, id="in whatever order they were logged"),
        pytest.param([asked("a", 0, 2), asked("b", 1, 3)], 0, id="of two hosts"),
        pytest.param([asked("a", 0, 9), asked("a", 1, 2), asked("a", 8, 9)], 1, id="counted by neighbours"),
    ],
)
def test_requests_that_overlap_at_one_host(requests: list[Asked], count: int) -> None:
    assert len(overlaps(requests)) == count


@pytest.mark.parametrize(
    ("visits", "count"),
    [
        pytest.param([finished("a", "1", "2"), finished("a", "2", "3")], 0, id="each instant once"),
        pytest.param([finished("a", "1", "2"), finished("a", "1", "2")], 1, id="one instant twice"),
        pytest.param([finished("a", "1", "2"), finished("b", "1", "2")], 0, id="of two sources"),
        pytest.param([finished("a", "1", "2")] * 3, 2, id="three times"),
    ],
)
def test_instants_that_were_visited_twice(visits: list[Finished], count: int) -> None:
    assert twice(visits) == count


@pytest.mark.parametrize(
    ("visits", "count"),
    [
        pytest.param([finished("a", "1", "2"), finished("a", "2", "3")], 0, id="a chain"),
        pytest.param([finished("a", "1", "2"), finished("a", "3", "4")], 1, id="a link is missing"),
        pytest.param([finished("a", "1", "2"), finished("b", "7", "8"), finished("a", "2", "3")], 0, id="two chains"),
        pytest.param([], 0, id="nothing"),
    ],
)
def test_instants_that_were_passed_over(visits: list[Finished], count: int) -> None:
    assert passed_over(visits) == count


def test_what_must_not_be_is_named_and_the_rest_is_not() -> None:
    good = dict.fromkeys(Verdict.__slots__, 0) | {"visits": 9, "requests": 9, "articles": 9}
    assert Verdict(**good).faults == {}
    assert Verdict(**(good | {"twice": 1, "stuck": 2})).faults == {"twice": 1, "stuck": 2}
