"""What `newswatch reprocess` prints: a line for each article that would change, then the sum, then the question."""

import sys
from collections import Counter
from dataclasses import dataclass, field

import typer

from commands import base
from crawler.reprocess import Reread, short

#: changes that are printed one by one; the sum counts them all
MOST_LINES = 40
#: characters of an old or new value in a line
WIDTH = 60


@dataclass(slots=True)
class Shown:
    """Prints and counts what each kept page gives today."""

    counted: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)

    def show(self, found: Reread) -> None:
        """Count a page; print what would change, as far as there is room."""
        self.counted[self._outcome(found)] += 1
        self.fields.update(found.differs)
        if found.differs and self.counted["differ"] <= MOST_LINES:
            for line in _lines(found):
                base.out.print(line, markup=False, highlight=False)

    def goes_on(self, *, apply: bool) -> bool:
        """Print the sum; whether the changes are to be written."""
        for line in self.summary():
            base.out.print(line, markup=False, highlight=False)
        if not self.counted["differ"] or apply:
            return apply
        return sys.stdin.isatty() and typer.confirm("Write these changes as new versions?")

    def summary(self) -> list[str]:
        """How many pages were read, in how many what differs, and why some gave nothing."""
        counted = self.counted
        pages, differ, same = sum(counted.values()), counted["differ"], counted["the same"]
        lines = [f"{pages} kept pages: {differ} are read differently today, {same} as they are stored"]
        if self.fields:
            lines.append("fields: " + ", ".join(f"{name} {count}" for name, count in self.fields.most_common()))
        others = (item for item in counted.most_common() if item[0] not in ("differ", "the same"))
        return [*lines, *(f"{count} stay as they are: {reason}" for reason, count in others)]

    def _outcome(self, found: Reread) -> str:
        if found.obstacle is not None:
            return found.obstacle
        return "differ" if found.differs else "the same"


def _lines(found: Reread) -> list[str]:
    """The article by number and address, then each field: old value → new value."""
    if found.article is None:
        return []
    old, new = short(found.kept.article, found.differs), short(found.article, found.differs)
    changed = [f"    {name}: {_cut(old[name])} → {_cut(new[name])}" for name in found.differs]
    return [f"#{found.kept.article_id} {found.article.url}", *changed]


def _cut(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else "nothing" if value is None else str(value)
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"
