"""The second look: what the first judgement says of a block's neighbours, its kind and its container."""

import numpy as np

from crawler.extract.view import Matrix, Numbers, Places, View

_STEPS = (-4, -3, -2, -1, 1, 2, 3, 4)
_FADING = (0.5, 0.8)


def second_look(view: View, first: Matrix) -> Matrix:
    """One row for each block, made of the first probabilities of the blocks around it."""
    columns: list[Numbers] = [
        first.astype(np.float64),
        *(_moved(first, step) for step in _STEPS),
        *_running(first),
        *_faded(first),
        *_of_groups(view, first),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _moved(values: Matrix, step: int) -> Numbers:
    there = np.arange(len(values)) + step
    return np.where((there >= 0) & (there < len(values)), values[np.clip(there, 0, len(values) - 1)], -0.1)


def _running(first: Matrix) -> list[Numbers]:
    """The surest block before and after, and how much of the text has gone by."""
    before = np.concatenate([[0], np.maximum.accumulate(first)[:-1]])
    after = np.concatenate([np.maximum.accumulate(first[::-1])[::-1][1:], [0]])
    total = np.cumsum(first)
    return [before, after, total / (total[-1] + 1e-6), total, total[-1] - total]


def _faded(first: Matrix) -> list[Numbers]:
    """Averages over the blocks before and after that fade with distance."""
    columns: list[Numbers] = []
    for share in _FADING:
        columns += [_fade(first, share), _fade(first[::-1], share)[::-1]]
    return columns


def _fade(values: Matrix, share: float) -> Numbers:
    faded, level = [], 0.0
    for value in values.tolist():
        faded.append(level)
        level = share * level + (1 - share) * value
    return np.array(faded)


def _of_groups(view: View, first: Matrix) -> list[Numbers]:
    """Means over the blocks of equal shape, under the same parent, under the same grandparent."""
    parents = view.parents[view.element]
    columns: list[Numbers] = []
    for keys in (view.shapes[view.element], parents, view.parents[parents]):
        columns += _of_group(keys, first, view.letters)
    return columns


def _of_group(keys: Places, first: Matrix, letters: Numbers) -> list[Numbers]:
    _, group = np.unique(keys, return_inverse=True)
    number = np.bincount(group)
    total = np.bincount(group, first)
    weighted = np.bincount(group, first * letters) / (np.bincount(group, letters) + 1e-6)
    others = (total[group] - first) / np.maximum(number[group] - 1, 1)
    return [(total / number)[group], weighted[group], np.where(number[group] > 1, others, -0.1)]
