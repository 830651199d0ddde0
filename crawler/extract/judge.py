"""How likely each block is text of the article: what is known of it and its neighbours, weighed by a forest."""

from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from crawler.extract.blocks import Layout
from crawler.extract.features import Context, matrix_of
from crawler.extract.forest import Forest
from crawler.extract.lexicon import Lexicon
from crawler.extract.view import Matrix, shifted, stacked, view_of

MODEL = "data/body.npz"
_LEXICAL_STEPS = (-2, -1, 1, 2)
#: what the words weigh where no block is: that it is far from the text
_BEYOND = -5


def probabilities(layout: Layout, context: Context) -> Matrix:
    """For each block of the layout the probability that it belongs to the article's text."""
    judged = np.zeros(len(layout.blocks), dtype=np.float32)
    view = view_of(layout)
    if not view.blocks:
        return judged
    lexicon, forest = _model()
    judged[view.places] = forest.probabilities(with_words(matrix_of(view, context), lexicon.scores(view)))
    return judged


def with_words(rows: Matrix, scores: NDArray[np.float32]) -> Matrix:
    """The feature rows with the lexicon's scores of each block and of its neighbours."""
    around = shifted(scores.sum(axis=1), _LEXICAL_STEPS, _BEYOND)
    return np.concatenate([rows.T, scores.T, stacked(list(around), len(rows))]).T


@cache
def _model() -> tuple[Lexicon, Forest]:
    with files("crawler.extract").joinpath(MODEL).open("rb") as file:
        held = np.load(file, allow_pickle=False)
        columns, borders, leaves = (held[name] for name in ("columns", "borders", "leaves"))
        forest = Forest(columns, borders.astype(np.float32), leaves.astype(np.float32), float(held["bias"]))
        return Lexicon(held["lexicon"].astype(np.float32)), forest
