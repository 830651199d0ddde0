"""Finding the copies of articles that are being kept: a part of the keep transaction.

    fingerprints -> look up their keys -> drop common ones -> compare (pure) -> merge groups -> mark copies, tell it

The change counter is locked by the caller, so that the look-up sees all earlier articles. Articles that are kept in one
transaction are filed together: a statement for each of twenty costs more than what it asks for.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Connection

from crawler.identity.copies import Likeness, common_keys, joined, likeness
from crawler.identity.shingles import Fingerprint, Similarity, may_be_copy
from storage import copies
from storage.copies import Mark, Posting, Print


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is being kept."""

    article_id: int
    #: None: it says too little to be recognised
    fingerprint: Fingerprint | None
    #: when it is kept
    at: datetime
    #: articles that are known to have the very same text
    same_text: Sequence[int] = ()
    is_new: bool = True

    @property
    def keys(self) -> tuple[int, ...]:
        """What it is looked up by."""
        return self.fingerprint.keys if self.fingerprint is not None else ()


def file_copies(connection: Connection, texts: Iterable[Text], last: int) -> int:
    """Put texts among their copies, in their order, and keep their fingerprints.

    Returns the last number of the change feed that was used.
    """
    for is_new, some in groupby(texts, attrgetter("is_new")):
        # a text that was stored before is filed alone: its print goes before the others are looked up
        for together in [list(some)] if is_new else [[each] for each in some]:
            last = _Round(connection, together).file(last)
    return last


class _Prints:
    """The prints that a round needs: each is read once, and unpacked when it is needed whole."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._stored: dict[int, bytes] = {}
        self._whole: dict[int, Fingerprint] = {}
        self._asked: set[int] = set()

    def load(self, article_ids: Collection[int]) -> None:
        """Read those that were not read yet; one that is not kept any more is asked for once."""
        unread = set(article_ids) - self._asked
        if unread:
            self._stored.update(copies.prints(self._connection, unread))
            self._asked |= unread

    def add(self, article_id: int, whole: Fingerprint) -> bytes:
        """One that is not written yet; returned as it will be."""
        self._asked.add(article_id)
        self._whole[article_id] = whole
        self._stored[article_id] = content = whole.to_bytes()
        return content

    def get(self, article_id: int) -> Fingerprint | None:
        """One that was read; None: it is not kept any more."""
        if article_id not in self._whole and article_id in self._stored:
            self._whole[article_id] = Fingerprint.from_bytes(self._stored[article_id])
        return self._whole.get(article_id)

    def like(self, mine: Fingerprint, hashes: frozenset[int], article_id: int) -> Fingerprint | None:
        """One that was read and shares enough with a text (and its hashes as a set) to be compared."""
        content = self._stored.get(article_id)
        return self.get(article_id) if content is not None and may_be_copy(mine, hashes, content) else None


class _Round:
    """Texts that are filed together.

    What is stored is looked up once for all of them; what each adds to it stands in memory, and is written at the end.
    """

    def __init__(self, connection: Connection, texts: Sequence[Text]) -> None:
        self._connection, self._texts = connection, texts
        self._prints = _Prints(connection)
        self._fresh = {text.article_id for text in texts if text.is_new}
        named = {text.article_id for text in texts} | {other for text in texts for other in text.same_text}
        self._groups = copies.groups_of(connection, named - self._fresh) | {each: each for each in self._fresh}
        self._found: dict[int, list[Posting]] = {}
        keys = sorted({key for text in texts for key in text.keys})
        # new texts are not stored yet, and another one is alone
        for post in copies.postings(connection, keys, texts[0].article_id):
            self._found.setdefault(post.key, []).append(post)
        #: what is to be written: new article -> group that it joins, prints, articles that moved, copy -> group
        self._joins: dict[int, int] = {}
        self._kept: list[Print] = []
        self._moved: set[int] = set()
        self._marks: dict[int, int] = {}
        #: what was found when a text was compared with the first of a group: that is its original mostly
        self._alike: dict[tuple[int, int], Similarity] = {}

    def file(self, last: int) -> int:
        """Do it; return the last number of the change feed that was used."""
        self._prints.load(self._looked_at_first())
        for text in self._texts:
            self._place(text)
        self._write()
        self._mark()
        # a new article is told already, with its group
        return copies.tell(self._connection, sorted(self._moved), last, self._texts[-1].at)

    def _looked_at_first(self) -> set[int]:
        """The articles that will be compared with first, as far as it is known before: all are read at once."""
        leading = (_leading(*self._posts(text), {self._groups[text.article_id]}) for text in self._texts)
        return {article_id for found in leading for article_id in _earliest(found).values()}

    def _posts(self, text: Text) -> tuple[list[Posting], Collection[int]]:
        """What shares a key with a text, and the keys that too many share."""
        found = [post for key in text.keys for post in self._found.get(key, ())]
        return found, common_keys(copies.groups_by_key(found))

    def _place(self, text: Text) -> None:
        """Find the group of a text; those that follow find it there."""
        groups = {self._groups[each] for each in (text.article_id, *text.same_text)}
        found, common = self._posts(text)
        if text.fingerprint is not None:
            groups |= self._groups_with_a_copy(text, text.fingerprint, _leading(found, common, groups))
        group = self._group_of(text, groups)
        self._groups[text.article_id] = group
        self._keep(text, group, common)

    def _groups_with_a_copy(self, text: Text, mine: Fingerprint, found: Sequence[Posting]) -> set[int]:
        """Of groups that have a key in common, those in which there is a copy.

        The earliest of each group is looked at first, because the others are mostly as near: of fifty outlets.
        """
        earliest = _earliest(found)
        alike = self._compared(mine, {article_id: group for group, article_id in earliest.items()})
        self._alike |= {(text.article_id, earliest[group]): similarity for group, similarity in alike.items()}
        groups = set(alike)
        left = {post.group_id for post in found if post.latest != earliest[post.group_id]} - groups
        if left:
            keys, first = sorted({post.key for post in found}), set(earliest.values())
            others = copies.holders(self._connection, keys, left, text.article_id)
            others |= {post.latest: post.group_id for post in found if post.group_id in left}
            groups |= self._compared(mine, {each: others[each] for each in others.keys() - first}).keys()
        return groups

    def _compared(self, mine: Fingerprint, candidates: Mapping[int, int]) -> dict[int, Similarity]:
        """The groups of those candidates (article -> group) that are copies."""
        if not candidates:
            return {}
        self._prints.load(candidates.keys())
        hashes = frozenset(mine.hashes)
        found = ((group, self._prints.like(mine, hashes, article_id)) for article_id, group in candidates.items())
        return joined(mine, ((group, other) for group, other in found if other is not None))

    def _group_of(self, text: Text, groups: Collection[int]) -> int:
        """The one group that a text and those of its copies make."""
        first = min(groups)
        if len(groups) == 1:
            group = first
        elif text.is_new and len(groups) == len({first, text.article_id}):
            self._joins[text.article_id] = group = first
            self._marks[text.article_id] = group
        else:
            group = self._united(text, groups)
        if not text.is_new:
            self._marks[text.article_id] = group
        return group

    def _united(self, text: Text, groups: Collection[int]) -> int:
        """Make one group of several, now: what waits is of groups that get another number."""
        self._write()
        group, moved = copies.merge(self._connection, groups)
        self._moved |= set(moved) - ({text.article_id} if text.is_new else set())
        self._marks |= dict.fromkeys(moved, group)
        self._groups = {each: group if own in groups else own for each, own in self._groups.items()}
        self._found = {key: [_in_group(post, groups, group) for post in posts] for key, posts in self._found.items()}
        return group

    def _keep(self, text: Text, group: int, common: Collection[int]) -> None:
        if not text.is_new:
            copies.forget(self._connection, [text.article_id])
        if text.fingerprint is None:
            return
        content = self._prints.add(text.article_id, text.fingerprint)
        self._kept.append(Print(text.article_id, text.keys, content, text.at, group, common))
        for key in text.keys:
            if key not in common:
                mine = Posting(key, group, text.article_id, text.article_id)
                self._found.setdefault(key, []).append(mine)

    def _write(self) -> None:
        """Write what waits: who joins which group, and the prints."""
        self._moved |= set(copies.join(self._connection, self._joins))
        copies.store(self._connection, self._kept)
        self._joins, self._kept = {}, []

    def _mark(self) -> None:
        """Note how articles that moved differ from the originals of their groups."""
        copied = {article_id: group for article_id, group in self._marks.items() if article_id != group}
        self._prints.load({*copied, *copied.values()})
        marks = [Mark(article_id, self._likeness(article_id, group)) for article_id, group in copied.items()]
        copies.mark(self._connection, marks, self._fresh)

    def _likeness(self, article_id: int, original: int) -> Likeness | None:
        copy, first = self._prints.get(article_id), self._prints.get(original)
        if copy is None or first is None:
            return None
        return likeness(copy, first, self._alike.get((article_id, original)))


def _leading(found: Sequence[Posting], common: Collection[int], known: Collection[int]) -> list[Posting]:
    """What leads to another group: its key is not common, and the group not joined already."""
    return [post for post in found if post.key not in common and post.group_id not in known]


def _earliest(found: Sequence[Posting]) -> dict[int, int]:
    """Group -> the earliest of its texts that have a key."""
    earliest: dict[int, int] = {}
    for post in found:
        earliest[post.group_id] = min(post.earliest, earliest.get(post.group_id, post.earliest))
    return earliest


def _in_group(post: Posting, groups: Collection[int], group: int) -> Posting:
    """The same, when groups have become one."""
    return Posting(post.key, group, post.earliest, post.latest) if post.group_id in groups else post
