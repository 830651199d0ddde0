"""The second look: what the first judgement says of a block's neighbours, its kind and its container."""

import numpy as np
from numpy.typing import NDArray

from crawler.extract.blocks import Layout

Matrix = NDArray[np.float32]
_STEPS = (-4, -3, -2, -1, 1, 2, 3, 4)
_FADING = (0.5, 0.8)


def second_look(layout: Layout, first: Matrix, letters: Matrix) -> Matrix:
    """One row for each block, made of the first probabilities of the blocks around it."""
    columns = [first, *(_moved(first, step) for step in _STEPS), *_running(first), *_faded(first), *_of_groups(layout, first, letters)]
    return np.stack(columns, axis=1).astype(np.float32)


def _moved(values: Matrix, step: int) -> Matrix:
    there = np.arange(len(values)) + step
    return np.where((there >= 0) & (there < len(values)), values[np.clip(there, 0, len(values) - 1)], -0.1)


def _running(first: Matrix) -> list[Matrix]:
    """The surest block before and after, and how much of the text has gone by."""
    before = np.concatenate([[0], np.maximum.accumulate(first)[:-1]])
    after = np.concatenate([np.maximum.accumulate(first[::-1])[::-1][1:], [0]])
    total = np.cumsum(first)
    return [before, after, total / (total[-1] + 1e-6), total, total[-1] - total]


def _faded(first: Matrix) -> list[Matrix]:
    """Averages over the blocks before and after that fade with distance."""
    columns = []
    for share in _FADING:
        columns += [_fade(first, share), _fade(first[::-1], share)[::-1]]
    return columns


def _fade(values: Matrix, share: float) -> Matrix:
    faded, level = [], 0.0
    for value in values.tolist():
        faded.append(level)
        level = share * level + (1 - share) * value
    return np.array(faded)


def _of_groups(layout: Layout, first: Matrix, letters: Matrix) -> list[Matrix]:
    """Means over the blocks of equal shape, under the same parent, under the same grandparent."""
    elements = layout.elements
    own = [elements[block.element] for block in layout.blocks]
    parents = [element.parent for element in own]
    columns = []
    for keys in ([e.shape for e in own], parents, [elements[parent].parent if parent >= 0 else -1 for parent in parents]):
        _, group = np.unique(np.array(keys), return_inverse=True)
        number = np.bincount(group)
        total = np.bincount(group, first)
        weighted = np.bincount(group, first * letters) / (np.bincount(group, letters) + 1e-6)
        others = (total[group] - first) / np.maximum(number[group] - 1, 1)
        columns += [(total / number)[group], weighted[group], np.where(number[group] > 1, others, -0.1)]
    return columns
