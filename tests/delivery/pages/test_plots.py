"""The geometry of the plots."""

import pytest

from delivery.pages import plots
from delivery.pages.plots import Count


def test_columns_stand_side_by_side_on_the_ground_line() -> None:
    drawn = plots.bars([Count("a", 2), Count("b", 4, "B")], 100, 40)
    assert (drawn.width, drawn.height, drawn.top) == (100, 40, 4)
    first, second = drawn.bars
    assert (first.x, first.y, first.width, first.height, first.title, first.tick) == (5.5, -20, 39, 20, "a: 2", "")
    assert (second.x, second.y, second.height, second.title, second.tick) == (55.5, -40, 40, "b: 4", "B")


def test_nothing_at_all_is_drawn_flat() -> None:
    assert plots.bars([], 100, 40).bars == ()
    assert [bar.height for bar in plots.bars([Count("a", 0)], 100, 40).bars] == [0]


@pytest.mark.parametrize(
    ("value", "top"), [(0, 1), (1, 2), (7, 8), (10, 10), (11, 15), (16, 20), (99, 100), (312, 400), (1_000, 1_000)]
)
def test_the_scale_ends_at_a_number_that_reads_well(value: int, top: int) -> None:
    assert plots.round_up(value) == top


def test_no_column_is_higher_than_the_scale() -> None:
    for value in range(2_000):
        assert plots.round_up(value) >= value


@pytest.mark.parametrize(("seconds", "place"), [(0, 0.0), (30, 0.0), (86_400, 100.0), (10**9, 100.0)])
def test_delays_beyond_the_scale_lie_at_its_ends(seconds: float, place: float) -> None:
    assert plots.on_delay_scale(seconds, 100) == place


def test_longer_delays_lie_further_right() -> None:
    places = [plots.on_delay_scale(seconds, 100) for seconds in (60, 600, 3600, 21_600)]
    assert places == sorted(places)
    assert 0 < places[0] < places[-1] < 100


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0s"), (45, "45s"), (90, "2m"), (720, "12m"), (5400, "1.5h"), (86_400, "24.0h"), (180_000, "2.1d")],
)
def test_spans_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert plots.duration(seconds) == said


def test_a_curve_goes_from_the_left_to_the_right_and_its_highest_value_to_the_top() -> None:
    drawn = plots.curve([0.0, 2.0, 1.0], 100.0, 50.0)
    assert drawn.points == "0.0,-0.0 50.0,-50.0 100.0,-25.0"
    assert drawn.top == 2.0
    assert plots.curve([], 100.0, 50.0).points == ""
    assert plots.curve([0.0], 100.0, 50.0).top == 1.0
