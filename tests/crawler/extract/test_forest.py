"""Trees evaluated with numpy."""

import numpy as np

from crawler.extract.forest import Forest


def test_each_tree_adds_the_value_of_the_leaf_that_its_answers_lead_to() -> None:
    forest = Forest(
        columns=np.array([[0, 1]], dtype=np.int16),
        borders=np.array([[0.5, 0.5]], dtype=np.float32),
        leaves=np.array([[0.0, 1.0, 2.0, 3.0]], dtype=np.float32),
        bias=-1.0,
    )
    rows = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], dtype=np.float32)
    expected = 1 / (1 + np.exp(-(np.array([0, 1, 2, 3]) - 1.0)))
    assert np.allclose(forest.probabilities(rows), expected, atol=1e-6)


def test_trees_that_ask_the_same_question_share_the_answer() -> None:
    forest = Forest(
        columns=np.array([[0, 1], [1, 0]], np.int16),
        borders=np.array([[0.5, 0.5], [0.5, 2.0]], np.float32),
        leaves=np.array([[0.0, 0.1, 0.2, 0.3], [0.0, 1.0, 2.0, 3.0]], np.float32),
        bias=0.0,
    )
    got = forest.probabilities(np.array([[1, 0], [3, 1]], np.float32))
    assert np.allclose(np.log(got / (1 - got)), [0.1, 3.3], atol=1e-4)


def test_a_border_that_nothing_passes_asks_no_question() -> None:
    forest = Forest(
        np.zeros((1, 1), np.int16), np.full((1, 1), np.inf, np.float32), np.array([[2.0, -9.0]], np.float32), -2.0
    )
    assert np.allclose(forest.probabilities(np.array([[1e9]], np.float32)), 0.5)
