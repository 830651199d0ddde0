"""Evaluation of gradient boosted symmetric trees with numpy: every tree asks the same question on each level."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Forest:
    """``columns`` and ``borders`` are (trees, depth), ``leaves`` is (trees, 2 ** depth)."""

    columns: NDArray[np.int16]
    borders: Matrix
    leaves: Matrix
    bias: float

    def probabilities(self, rows: Matrix) -> Matrix:
        """For each row the probability that it is text of the article."""
        columns, borders, asked = self._questions
        answers = (np.ascontiguousarray(rows.T)[columns] > borders[:, None]).view(np.uint8)
        leaf = np.zeros((len(self.leaves), len(rows)), dtype=np.uint8)
        for level in range(asked.shape[1]):
            leaf += answers[asked[:, level]] << np.uint8(level)
        first = np.arange(len(self.leaves), dtype=np.intp)[:, None] * self.leaves.shape[1]
        scores = self.leaves.ravel()[first + leaf].sum(axis=0) + self.bias
        judged: Matrix = (1 / (1 + np.exp(-scores))).astype(np.float32)
        return judged

    @cached_property
    def _questions(self) -> tuple[NDArray[np.intp], Matrix, NDArray[np.intp]]:
        """The different questions (column and border), and which of them each tree asks on each level."""
        pairs = np.stack([self.columns.ravel().astype(np.float64), self.borders.ravel().astype(np.float64)], axis=1)
        unique, asked = np.unique(pairs, axis=0, return_inverse=True)
        return unique[:, 0].astype(np.intp), unique[:, 1].astype(np.float32), asked.reshape(self.columns.shape)
