"""The measure of body text: shares of common runs of four words, as the article extraction benchmark counts them."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

_DENSE = "\u0e00-\u0fff\u1000-\u109f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_DENSE}]|(?:(?![{_DENSE}])\w)+")


@dataclass(frozen=True, slots=True)
class PageScore:
    """Runs of four words in both texts, only in the reading, only in the truth; whether all words are equal."""

    both: int
    extra: int
    missing: int
    exact: bool

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall of this page."""
        return 2 * self.both / (2 * self.both + self.extra + self.missing) if self.both else 0.0


def tokens(text: str) -> list[str]:
    """Words; letters of scripts without spaces stand alone."""
    return _TOKEN.findall(text)


def page_scores(truth: str, read: str) -> PageScore:
    """Compare what was read with the truth."""
    wanted, got = _runs(truth), _runs(read)
    both = sum((wanted & got).values())
    return PageScore(both, sum(got.values()) - both, sum(wanted.values()) - both, tokens(truth) == tokens(read))


def mean_scores(scores: Sequence[PageScore]) -> str:
    """Precision and recall as means over pages, their harmonic mean, exact pages, pages that failed."""
    precision = fmean(s.both / (s.both + s.extra) for s in scores if s.both + s.extra)
    recall = fmean(s.both / (s.both + s.missing) for s in scores if s.both + s.missing)
    f1 = 2 * precision * recall / (precision + recall)
    exact, failed = fmean(s.exact for s in scores), fmean(s.f1 < 0.5 for s in scores)
    return (
        f"F1 {f1:.4f}  P {precision:.4f}  R {recall:.4f}  exact {exact:.3f}  below .5 {failed:.3f}  pages {len(scores)}"
    )


def _runs(text: str) -> Counter[tuple[str, ...]]:
    spoken = tokens(text)
    return Counter(tuple(spoken[n : n + 4]) for n in range(max(1, len(spoken) - 3))) if spoken else Counter()
