"""Two versions of a text side by side: paragraphs in pairs, and in each pair the words that differ. Pure.

old, new -> paragraphs -> pairs (same, changed, only one side) -> pieces (words, whether they differ)
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

#: words of two paragraphs that are compared one by one; the time grows with the square
MOST_WORDS = 2_000
#: paragraphs of one version that are compared
MOST_PARAGRAPHS = 400

_PIECE = re.compile(r"\s+|[^\s\u3000-\u9fff\uac00-\ud7af]+|[\u3000-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and whether the other version lacks them."""

    text: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A paragraph of the old version beside one of the new; () where there is none."""

    old: tuple[Piece, ...]
    new: tuple[Piece, ...]

    @property
    def is_same(self) -> bool:
        """Whether nothing differs."""
        return self.old == self.new


def side_by_side(old: str, new: str) -> list[Pair]:
    """Two texts, paragraph beside paragraph."""
    return list(_paired(*([part for part in text.split("\n\n") if part][:MOST_PARAGRAPHS] for text in (old, new))))


def _paired(old: Sequence[str], new: Sequence[str]) -> Iterator[Pair]:
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from (Pair((Piece(text),), (Piece(text),)) for text in old[i1:i2])
            continue
        yield from _aligned(old[i1:i2], new[j1:j2])


def _aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[Pair]:
    """Changed paragraphs beside those that they became: one that was taken out does not shift the others."""
    alone, place = list[str](), 0
    for before in old:
        became = next((n for n in range(place, len(new)) if _alike(before, new[n])), None)
        if became is None:
            alone.append(before)
            continue
        yield from _by_position(alone, new[place:became])
        yield compared(before, new[became])
        alone, place = [], became + 1
    yield from _by_position(alone, new[place:])


def _by_position(old: Sequence[str], new: Sequence[str]) -> Iterator[Pair]:
    for place in range(max(len(old), len(new))):
        yield compared(_at(old, place), _at(new, place))


def _alike(one: str, other: str) -> bool:
    """Whether half of the words of the shorter paragraph stand in the other."""
    words, others = ({piece for piece in _PIECE.findall(text) if piece.strip()} for text in (one, other))
    return 2 * len(words & others) >= max(1, min(len(words), len(others)))


def compared(old: str, new: str) -> Pair:
    """Two paragraphs, word by word."""
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    if max(len(before), len(after)) > MOST_WORDS or not before or not after:
        return Pair(_whole(old), _whole(new))
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    lefts = [Piece("".join(before[i1:i2]), kind != "equal") for kind, i1, i2, _, _ in blocks if i1 < i2]
    rights = [Piece("".join(after[j1:j2]), kind != "equal") for kind, _, _, j1, j2 in blocks if j1 < j2]
    return Pair(tuple(lefts), tuple(rights))


def _at(texts: Sequence[str], place: int) -> str:
    return texts[place] if place < len(texts) else ""


def _whole(text: str) -> tuple[Piece, ...]:
    return (Piece(text, differs=True),) if text else ()
