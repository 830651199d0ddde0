"""The follower that joins articles which tell of one event, and merges stories now and then.

    changes -> articles without a story                                                      (read)
            -> copies go where their original is, others to the nearest story; stories merge (think, in steps)
            -> [articles, texts, story rows, story changes, cursor] in one transaction       (write)

What the texts say is kept in memory and in the store; another process that follows the same changes makes it stale, and
then it is read again.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from delivery.steps import Steps, finished
from delivery.story_model import Merged, Stories
from delivery.story_terms import terms_of
from delivery.story_weights import Told
from storage import stories
from storage.changes import Change
from storage.consumers import OURS
from storage.stories import Candidate, Merge, StoredText

#: a text can be joined for so long after it arrived
WINDOW = timedelta(days=5)
#: texts that can be joined at a time: each takes about 15 KB of memory
MOST_TEXTS = 20_000
#: old texts are dropped so often
FORGET_EVERY = timedelta(hours=1)
#: stories are merged so often, though few texts came: where a hundred come in a day, they never grow by a third
MERGE_EVERY = timedelta(hours=1)
#: marks a headline without a body among the terms of a stored text
_BRIEF = ""
_DAY = 86_400.0

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Placing:
    """What one step looks up, and what it writes."""

    candidates: list[Candidate] = field(default_factory=list)
    #: stories of the originals of copies
    known: Mapping[int, int | None] = field(default_factory=dict)
    #: the texts of the store, where those in memory are not the same
    loaded: list[StoredText] | None = None
    placed: dict[int, int] = field(default_factory=dict)
    texts: list[StoredText] = field(default_factory=list)
    merged: Merged | None = None
    #: stories of articles that retention buried
    thinned: set[int] = field(default_factory=set)
    forget_before: datetime | None = None


class StoryFollower:
    """Gives articles their stories."""

    name = f"{OURS}stories"

    def __init__(self) -> None:
        self._stories = Stories()
        self._seen: dict[int, datetime] = {}
        #: what memory and store agreed on; None: what is in memory was perhaps never written
        self._agreed: tuple[int, Merge | None] | None = None
        self._forgot_at = self._merged_at = datetime.min.replace(tzinfo=UTC)

    def read(self, connection: Connection, changes: Sequence[Change]) -> Placing:
        """Look up the articles that have no story, and the texts when they are not in memory."""
        work = Placing(stories.candidates(connection, {change.article_id for change in changes}))
        originals = {found.duplicate_of_id for found in work.candidates if found.duplicate_of_id is not None}
        work.known = stories.story_ids(connection, originals)
        if self._agreed is None or self._agreed != _agreed(connection):
            work.loaded = self._load(connection, datetime.now(UTC))
        self._agreed = None
        return work

    def think(self, work: Placing) -> Steps[None]:
        """Find their stories, in steps: merging a full window takes seconds, and others follow in the same thread."""
        now = datetime.now(UTC)
        if work.loaded is not None:
            yield from self._restoring(work.loaded)
        yield from self._placing_all(work)
        if now - self._forgot_at > FORGET_EVERY or len(self._seen) > MOST_TEXTS:
            self._forgot_at, work.forget_before = now, (yield from self._forgetting(now))
        is_late = self._stories.unmerged > 0 and now - self._merged_at > MERGE_EVERY
        if is_late or self._stories.wants_merging():
            work.merged, self._merged_at = (yield from self._stories.merging()), now

    def write(self, connection: Connection, work: Placing) -> None:
        """Write them, and what was merged."""
        now = datetime.now(UTC)
        stories.place(connection, work.placed, now)
        stories.keep_texts(connection, work.texts)
        if work.merged is not None:
            self._merge(connection, work.merged, now)
        stories.refresh(connection, work.thinned)
        if work.forget_before is not None:
            stories.forget_texts(connection, work.forget_before)
        self._agreed = _agreed(connection)

    def settle(self, connection: Connection) -> int:
        """Merge what is near by now, as at the end of a batch; return how many articles moved."""
        moved = self._merge(connection, finished(self._stories.merging()), datetime.now(UTC))
        self._agreed = _agreed(connection)
        return moved

    def _merge(self, connection: Connection, merged: Merged, now: datetime) -> int:
        moved = stories.merge(connection, merged.gone, now) + stories.move(connection, merged.moved, now)
        stories.note_merge(connection, now)
        if moved:
            log.info("%d stories merged, %d articles moved", len(merged.gone), moved)
        return moved

    def _load(self, connection: Connection, now: datetime) -> list[StoredText]:
        loaded = stories.texts(connection, now - WINDOW)
        self._stories, self._seen = Stories(), {text.article_id: text.seen_at for text in loaded}
        merged = stories.last_merge(connection)
        # a store that was never merged is no reason for haste: what comes now may be the first of many
        self._merged_at = merged.at if merged else now
        self._stories.unmerged = sum(article_id > (merged.newest_text if merged else 0) for article_id in self._seen)
        return loaded

    def _restoring(self, loaded: Sequence[StoredText]) -> Iterator[None]:
        for text in loaded:
            terms = dict(text.terms)
            is_brief = terms.pop(_BRIEF, None) is not None
            self._stories.restore(Told(text.article_id, terms, text.day, is_brief), text.story_id)
            yield
        yield from self._stories.weighing()

    def _placing_all(self, work: Placing) -> Iterator[None]:
        for found in work.candidates:
            if found.pruned_at is None:
                self._place(found, work)
            elif found.story_id is not None:
                work.thinned.add(found.story_id)
            yield

    def _place(self, found: Candidate, work: Placing) -> None:
        """Find the story of an article: that of its original, which is placed in this step or before, or its own."""
        original = found.duplicate_of_id
        story_id = None if original is None else work.placed.get(original) or work.known.get(original)
        if story_id is None and found.story_id is None:
            story_id = self._of_its_own(found, work)
        if story_id is not None and story_id != found.story_id:
            work.placed[found.article_id] = story_id

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

    def _forgetting(self, now: datetime) -> Steps[datetime]:
        """Drop the oldest texts from memory; return the moment before which they arrived."""
        before = now - WINDOW
        if len(self._seen) > MOST_TEXTS:
            before = max(before, sorted(self._seen.values())[-MOST_TEXTS * 9 // 10])
        old = [article_id for article_id, seen_at in self._seen.items() if seen_at < before]
        if old:
            yield from self._stories.forgetting(old)
            for article_id in old:
                del self._seen[article_id]
        return before


def _agreed(connection: Connection) -> tuple[int, Merge | None]:
    """What tells whether another process wrote: the newest text, and the last merge."""
    return stories.newest_text(connection), stories.last_merge(connection)
