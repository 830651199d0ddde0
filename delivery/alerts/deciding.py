"""Which article is told to which watch, and as what. Pure: values in, values out.

    change, article, watch, what was told before -> "new" | "revised" | "removed" | nothing

One alert for a story: copies of a text and other articles of its event are not told again. An article that was told is
told again when a revision changes what it says, or when its publisher takes it away.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from storage.alerts import Told
from storage.changes import Change
from storage.queries import Document, Query, matches
from storage.records import ChangeKind

#: kinds of a revision that change what an article says; a typo, a byline or a date is none of them
SUBSTANTIVE = frozenset({"headline", "numbers", "quotes", "added", "removed", "rewritten"})

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Watching:
    """A watch, ready to be asked. What is empty leaves the choice open."""

    key: str
    query: Query | None = None
    sources: Collection[str] = ()
    languages: Collection[str] = ()
    stories: Collection[int] = ()
    channels: tuple[str, ...] = ()
    #: what was published longer ago when it is first seen is not news any more
    max_age: timedelta = timedelta(days=2)


def fits(watch: Watching, article: Row, document: Document) -> bool:
    """Whether an article is what a watch looks for."""
    language = article["in_language"] or ""
    return (
        (not watch.sources or article["source_key"] in watch.sources)
        and (not watch.languages or not {language, language.partition("-")[0]}.isdisjoint(watch.languages))
        and (not watch.stories or article["story_id"] in watch.stories)
        and (watch.query is None or matches(watch.query, document))
        and is_fresh(article, watch.max_age)
    )


def is_fresh(article: Row, longest: timedelta) -> bool:
    """Whether an article was news when it was first seen; one without a date is."""
    published: datetime | None = article["date_published"]
    return published is None or article["first_seen_at"] - published <= longest


def is_substantive(what: Iterable[str]) -> bool:
    """Whether a revision changes what the article says."""
    return not SUBSTANTIVE.isdisjoint(what)


def kin(article: Row | Told) -> frozenset[tuple[str, int]]:
    """What an article belongs to: two articles that share one of these are one story."""
    row: Row = article if isinstance(article, Mapping) else _row(article)
    names = ("story_id", "syndication_group_id")
    belongs = {(name, row[name]) for name in names if row[name] is not None}
    root = row["duplicate_of_id"] or row["article_id"]
    return frozenset({*belongs, ("article_id", row["article_id"]), ("article_id", root)})


def _row(told: Told) -> Row:
    return {name: getattr(told, name) for name in Told.__slots__}


@dataclass(slots=True)
class Memory:
    """What was told before, and in this step."""

    #: (watch, article_id) -> number of the last change that was told
    last: dict[tuple[str, int], int] = field(default_factory=dict)
    #: watch -> what the articles that it was told of belong to
    families: dict[str, set[tuple[str, int]]] = field(default_factory=dict)

    @classmethod
    def of(cls, told: Iterable[Told]) -> "Memory":
        """Out of what is stored."""
        memory = cls()
        for one in told:
            memory.keep(one.watch, one.article_id, one.change_seq, kin(one))
        return memory

    def keep(self, watch: str, article_id: int, change_seq: int, family: Iterable[tuple[str, int]]) -> None:
        """Note that a watch was told."""
        last = self.last.get((watch, article_id), 0)
        self.last[watch, article_id] = max(last, change_seq)
        self.families.setdefault(watch, set()).update(family)


def decide(change: Change, article: Row, watch: Watching, document: Document, memory: Memory) -> str | None:
    """What a watch is told of a change; None: nothing."""
    last = memory.last.get((watch.key, change.article_id))
    if last is not None:
        return _again(change, last)
    if change.kind is ChangeKind.REMOVED or article["removed_at"] is not None or article.get("body_pruned_at"):
        return None  # an article that retention has shortened is no news
    if not fits(watch, article, document):
        return None
    return None if memory.families.get(watch.key, set()) & kin(article) else "new"


def _again(change: Change, last: int) -> str | None:
    """What follows for an article that was told: a change that it was told with is none."""
    if change.change_seq <= last:
        return None
    if change.kind is ChangeKind.REMOVED:
        return "removed"
    return "revised" if change.kind is ChangeKind.REVISED and is_substantive(change.what) else None
