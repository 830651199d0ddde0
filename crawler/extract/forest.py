"""Evaluation of gradient boosted symmetric trees with numpy: every tree asks the same question on each level."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Forest:
    """``columns`` and ``borders`` are (trees, depth), ``leaves`` is (trees, 2 ** depth)."""

    columns: NDArray[np.int16]
    borders: Matrix
    leaves: Matrix
    bias: float

    def probabilities(self, rows: Matrix) -> Matrix:
        """For each row the probability that it is text of the article."""
        trees, depth = self.columns.shape
        by_column = np.ascontiguousarray(rows.T)
        leaf = np.zeros((trees, len(rows)), dtype=np.intp)
        for level in range(depth):
            answers = by_column[self.columns[:, level]] > self.borders[:, level, None]
            leaf += answers.astype(np.intp) << level
        scores = np.take_along_axis(self.leaves, leaf, axis=1).sum(axis=0) + self.bias
        judged: Matrix = (1 / (1 + np.exp(-scores))).astype(np.float32)
        return judged
