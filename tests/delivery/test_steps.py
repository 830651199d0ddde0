"""Long work in steps."""

import pytest

from delivery.steps import Done, Steps, finished, taken


def counting(most: int) -> Steps[int]:
    for _ in range(most):
        yield
    return most


@pytest.mark.parametrize("most", [0, 1, 5])
def test_work_that_is_done_at_once_is_done_to_its_end(most: int) -> None:
    assert finished(counting(most)) == most


def test_a_piece_of_no_time_is_one_step() -> None:
    steps = counting(2)
    assert [taken(steps, 0.0), taken(steps, 0.0), taken(steps, 0.0)] == [None, None, Done(2)]


def test_a_piece_ends_with_the_work() -> None:
    assert taken(counting(5), 60.0) == Done(5)


def test_what_fails_within_a_piece_is_told() -> None:
    def failing() -> Steps[int]:
        yield
        raise ValueError("in the second step")

    steps = failing()
    assert taken(steps, 0.0) is None
    with pytest.raises(ValueError, match="in the second step"):
        taken(steps, 0.0)
