"""What the outlets of a world show at this moment: articles appear, are corrected, and vanish.

World -> Newsroom.publish / correct / delete -> Story, Story, ... (newest first)
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from demo.world import Article, Version, World


@dataclass(frozen=True, slots=True)
class Story:
    """An article as it is shown now: which version, and when it was put there."""

    article: Article
    #: index of the version that is shown
    version: int
    #: our clock, when it appeared
    appeared: datetime
    #: when each correction was made, oldest first
    corrected: tuple[datetime, ...] = ()

    @property
    def text(self) -> Version:
        """What the article says now."""
        return self.article.versions[self.version]

    @property
    def modified(self) -> datetime:
        """The moment of the last correction, or the publication, in the outlet's offset."""
        moment = self.corrected[-1] if self.corrected else self.article.published
        return moment.astimezone(self.article.published.tzinfo)


class Newsroom:
    """The state of all outlets; may be changed from another thread than the one that serves it."""

    def __init__(self, world: World, initial: int | None = None) -> None:
        """``initial`` articles of each outlet are there from the start, all of them when None."""
        self.world = world
        self._lock = threading.Lock()
        self._waiting = {outlet.key: list(world.of(outlet.key)) for outlet in world.outlets}
        self._shown: dict[str, dict[str, Story]] = {outlet.key: {} for outlet in world.outlets}
        self._deleted: set[tuple[str, str]] = set()
        self._changed = {outlet.key: world.now for outlet in world.outlets}
        for outlet in world.outlets:
            self.publish(outlet.key, len(self._waiting[outlet.key]) if initial is None else initial)

    def publish(self, outlet: str, n: int = 1) -> tuple[Article, ...]:
        """Show the next ``n`` articles of an outlet; returns those that were still waiting."""
        with self._lock:
            appearing, self._waiting[outlet][:n] = tuple(self._waiting[outlet][:n]), []
            moment = self._touch(outlet)
            self._shown[outlet] |= {article.path: Story(article, 0, moment) for article in appearing}
        return appearing

    def correct(self, article: Article) -> Version:
        """Show the next version of an article; ValueError when it has no further one."""
        with self._lock:
            story = self._shown[article.outlet][article.path]
            if story.version + 1 == len(article.versions):
                raise ValueError(f"{article.path} has no further version")
            moment = self._touch(article.outlet)
            corrected = replace(story, version=story.version + 1, corrected=(*story.corrected, moment))
            self._shown[article.outlet][article.path] = corrected
        return corrected.text

    def delete(self, article: Article) -> None:
        """Take an article off the web: its address answers 410 from now on, and no list shows it."""
        with self._lock:
            del self._shown[article.outlet][article.path]
            self._deleted.add((article.outlet, article.path))
            self._touch(article.outlet)

    def stories(self, outlet: str | None = None) -> tuple[Story, ...]:
        """What is shown now, newest first; of all outlets when none is named."""
        keys: Iterable[str] = self._shown if outlet is None else (outlet,)
        with self._lock:
            return tuple(story for key in keys for story in reversed(self._shown[key].values()))

    def is_deleted(self, outlet: str, path: str) -> bool:
        """Whether there was an article at that address."""
        return (outlet, path) in self._deleted

    def changed(self, outlet: str) -> datetime:
        """When an outlet was last changed, whole seconds; each change has a later one, as Last-Modified needs it."""
        return self._changed[outlet]

    def _touch(self, outlet: str) -> datetime:
        now = datetime.now(UTC).replace(microsecond=0)
        self._changed[outlet] = max(now, self._changed[outlet] + timedelta(seconds=1))
        return self._changed[outlet]
