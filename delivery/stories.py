"""The follower that joins articles which tell of one event, and merges stories now and then.

    changes -> articles without a story -> copies go where their original is, others to the nearest story
            -> [articles, texts, story rows, story changes, cursor] in one transaction

What the texts say is kept in memory and in the store; another process that follows the same changes makes it stale, and
then it is read again.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from delivery.story_model import Stories, Told
from delivery.story_terms import terms_of
from storage import stories
from storage.changes import Change
from storage.consumers import OURS
from storage.stories import Candidate, StoredText

#: a text can be joined for so long after it arrived
WINDOW = timedelta(days=5)
#: texts that can be joined at a time: each takes about 15 KB of memory
MOST_TEXTS = 20_000
#: old texts are dropped so often
FORGET_EVERY = timedelta(hours=1)
#: marks a headline without a body among the terms of a stored text
_BRIEF = ""
_DAY = 86_400.0

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Placing:
    """What one step writes."""

    placed: dict[int, int] = field(default_factory=dict)
    texts: list[StoredText] = field(default_factory=list)
    gone: dict[int, int] = field(default_factory=dict)
    #: stories of articles that retention buried
    thinned: set[int] = field(default_factory=set)
    forget_before: datetime | None = None


class StoryFollower:
    """Gives articles their stories."""

    name = f"{OURS}stories"

    def __init__(self) -> None:
        self._stories = Stories()
        self._seen: dict[int, datetime] = {}
        #: the newest text that memory and store agree on; None: what is in memory was perhaps never written
        self._newest: int | None = None
        self._forgot_at = datetime.min.replace(tzinfo=UTC)

    def read(self, connection: Connection, changes: Sequence[Change]) -> Placing:
        """Find the stories of the articles that have none."""
        work, now = Placing(), datetime.now(UTC)
        if self._newest != stories.newest_text(connection):
            self._load(connection, now)
        self._newest = None
        for found in stories.candidates(connection, {change.article_id for change in changes}):
            if found.pruned_at is None:
                self._place(connection, found, work)
            elif found.story_id is not None:
                work.thinned.add(found.story_id)
        if now - self._forgot_at > FORGET_EVERY or len(self._seen) > MOST_TEXTS:
            self._forgot_at, work.forget_before = now, self._forget(now)
        if self._stories.wants_merging():
            work.gone = self._stories.merge()
        return work

    def write(self, connection: Connection, work: Placing) -> None:
        """Write them, and what was merged."""
        now = datetime.now(UTC)
        stories.place(connection, work.placed, now)
        stories.keep_texts(connection, work.texts)
        self._merge(connection, work.gone, now)
        stories.refresh(connection, work.thinned)
        if work.forget_before is not None:
            stories.forget_texts(connection, work.forget_before)
        self._newest = stories.newest_text(connection)

    def settle(self, connection: Connection) -> int:
        """Merge what is near by now, as at the end of a batch; return how many articles moved."""
        return self._merge(connection, self._stories.merge(), datetime.now(UTC))

    def _merge(self, connection: Connection, gone: dict[int, int], now: datetime) -> int:
        moved = stories.merge(connection, gone, now) if gone else 0
        if gone:
            log.info("%d stories merged, %d articles moved", len(gone), moved)
        return moved

    def _load(self, connection: Connection, now: datetime) -> None:
        self._stories, self._seen = Stories(), {}
        for text in stories.texts(connection, now - WINDOW):
            terms = dict(text.terms)
            told = Told(text.article_id, terms, text.day, is_brief=terms.pop(_BRIEF, None) is not None)
            self._stories.place(told, text.story_id)
            self._seen[text.article_id] = text.seen_at

    def _place(self, connection: Connection, found: Candidate, work: Placing) -> None:
        story_id = self._of_original(connection, found, work)
        if story_id is None and found.story_id is None:
            story_id = self._of_its_own(found, work)
        if story_id is not None and story_id != found.story_id:
            work.placed[found.article_id] = story_id

    def _of_original(self, connection: Connection, found: Candidate, work: Placing) -> int | None:
        original = found.duplicate_of_id
        if original is None:
            return None
        known = work.placed.get(original)
        return known or next((each.story_id for each in stories.candidates(connection, [original])), None)

    def _of_its_own(self, found: Candidate, work: Placing) -> int | None:
        moment = found.date_published or found.first_seen_at
        terms = terms_of(found.headline, found.article_body, found.url)
        is_brief = not found.article_body.strip()
        told = Told(found.article_id, terms, moment.timestamp() / _DAY, is_brief)
        story_id = self._stories.place(told)
        if story_id is not None:
            kept = {**terms, _BRIEF: 1.0} if is_brief else terms
            work.texts.append(StoredText(found.article_id, story_id, found.first_seen_at, told.day, kept))
            self._seen[found.article_id] = found.first_seen_at
        return story_id

    def _forget(self, now: datetime) -> datetime:
        """Drop the oldest texts from memory; return the moment before which they arrived."""
        before = now - WINDOW
        if len(self._seen) > MOST_TEXTS:
            before = max(before, sorted(self._seen.values())[-MOST_TEXTS * 9 // 10])
        old = [article_id for article_id, seen_at in self._seen.items() if seen_at < before]
        if old:
            self._stories.forget(old)
            for article_id in old:
                del self._seen[article_id]
        return before
