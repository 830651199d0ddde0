"""The articles, their addresses and their revisions.

Everything here runs inside a keep transaction: the change counter is locked before the look-up, so the look-up sees
every earlier article and two writers cannot store one article twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, insert, or_, select, update

from storage import changes
from storage.changes import Change
from storage.database import insert_new
from storage.records import Article, ChangeKind
from storage.schema import article, article_alias, revision


@dataclass(frozen=True, slots=True)
class Match:
    """A stored article that shares an address or a text with one that is to be kept."""

    article_id: int
    url: str
    source_key: str
    own_key: str
    headline: str
    text_hash: str | None
    content_hash: str
    version: int
    #: when retention deleted its words
    pruned_at: datetime | None = None
    #: "key", "canonical" or "text"
    matched_by: str = ""


@dataclass(frozen=True, slots=True)
class Keepsake:
    """An article that is ready to be kept: what was read, and its fingerprints."""

    article: Article
    own_key: str
    text_hash: str | None
    content_hash: str
    fetched_at: datetime
    #: name of the kept page that it was read from
    page_hash: str | None = None
    #: the words that differ from the version before: {"part", "before", "after"}
    edits: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """The version of an article that is stored now: its fingerprints, and the kept page that it was read from."""

    content_hash: str
    text_hash: str | None
    page_hash: str | None


@dataclass(frozen=True, slots=True)
class OldText:
    """The parts of the stored version that a revision is compared with."""

    headline: str
    article_body: str
    authors: tuple[str, ...]
    date_published: datetime | None
    is_accessible_for_free: bool | None
    text_hash: str | None


# What every article needs is made once: making a statement takes longer than running it.
_ADD, _ADD_REVISION = insert(article).returning(article.c.article_id), insert(revision)
_keys: BindParameter[Any] = bindparam("keys", expanding=True)
_match = select(*(article.c[field.name] for field in fields(Match)[:-1])).order_by(article.c.article_id)
_BY_TEXT = _match.where(article.c.text_hash == bindparam("text_hash"))
_BY_KEYS = _match.where(
    or_(
        article.c.article_id.in_(select(article_alias.c.article_id).where(article_alias.c.key.in_(_keys))),
        # An article's own key may stand with another article that was once reached by it.
        article.c.own_key.in_(_keys),
    )
)


def look_up(connection: Connection, keys: Sequence[str], canonical: str | None, text_hash: str | None) -> list[Match]:
    """Stored articles that share an address key or the text, strongest evidence first, oldest first within each."""
    by_key = _by_alias(connection, keys, "key")
    by_canonical = _by_alias(connection, [canonical] if canonical else [], "canonical")
    by_text = _matches(connection, _BY_TEXT, {"text_hash": text_hash}, "text") if text_hash else []
    return by_key + by_canonical + by_text


def add(connection: Connection, keepsake: Keepsake, change_seq: int) -> int:
    """Store a new article with its first revision and its change; return its id."""
    values = _article_values(keepsake) | {
        "own_key": keepsake.own_key,
        "source_key": keepsake.article.source_key,
        "url": keepsake.article.url,
        "discovered_via": keepsake.article.discovered_via,
        "first_seen_at": keepsake.fetched_at,
        "version": 1,
        "change_seq": change_seq,
    }
    article_id = int(connection.execute(_ADD, values).scalar_one())
    _record(
        connection, keepsake, article_id, 1, (), Change(change_seq, article_id, ChangeKind.NEW, (), keepsake.fetched_at)
    )
    return article_id


def revise(connection: Connection, keepsake: Keepsake, match: Match, what: Sequence[str], change_seq: int) -> None:
    """Store a changed article as its next version."""
    version = match.version + 1
    values = _article_values(keepsake) | {"version": version, "change_seq": change_seq, "removed_at": None}
    connection.execute(update(article).where(article.c.article_id == match.article_id).values(**values))
    entry = Change(change_seq, match.article_id, ChangeKind.REVISED, tuple(what), keepsake.fetched_at)
    _record(connection, keepsake, match.article_id, version, what, entry)


def read_anew(
    connection: Connection, keepsake: Keepsake, article_id: int, version: int, what: Sequence[str], change_seq: int
) -> None:
    """Store another reading of the page that an article was read from; when it was fetched and seen stays."""
    values = _article_values(keepsake) | {"version": version, "change_seq": change_seq}
    kept = {name: value for name, value in values.items() if name not in ("fetched_at", "last_seen_at")}
    connection.execute(update(article).where(article.c.article_id == article_id).values(**kept))
    entry = Change(change_seq, article_id, ChangeKind.REVISED, tuple(what), keepsake.fetched_at)
    _record(connection, keepsake, article_id, version, what, entry)


def mark_removed(connection: Connection, article_id: int, reason: str, at: datetime, change_seq: int) -> bool:
    """Note that the publisher took an article away; False when that was known."""
    here = (article.c.article_id == article_id, article.c.removed_at.is_(None))
    values = {"removed_at": at, "change_seq": change_seq}
    if not connection.execute(update(article).where(*here).values(**values)).rowcount:
        return False
    changes.record(connection, Change(change_seq, article_id, ChangeKind.REMOVED, (reason,), at))
    return True


def restore(connection: Connection, article_id: int, at: datetime, change_seq: int) -> bool:
    """Note that an article that was taken away is there again, as it was; False when it never was away."""
    gone = (article.c.article_id == article_id, article.c.removed_at.is_not(None))
    values = {"removed_at": None, "change_seq": change_seq}
    if not connection.execute(update(article).where(*gone).values(**values)).rowcount:
        return False
    changes.record(connection, Change(change_seq, article_id, ChangeKind.REVISED, ("back",), at))
    return True


def touch(connection: Connection, article_id: int, at: datetime) -> None:
    """Note that an article was seen again, unchanged."""
    connection.execute(update(article).where(article.c.article_id == article_id).values(last_seen_at=at))


def date_back(connection: Connection, article_id: int, first_seen_at: datetime, fetched_at: datetime) -> None:
    """Note when an article that was moved in was first seen, and fetched, where it comes from."""
    seen = {"first_seen_at": first_seen_at, "fetched_at": fetched_at, "last_seen_at": fetched_at}
    connection.execute(update(article).where(article.c.article_id == article_id).values(**seen))
    here = (revision.c.article_id == article_id, revision.c.version == 1)
    connection.execute(update(revision).where(*here).values(at=fetched_at))


def add_aliases(connection: Connection, article_id: int, urls: Mapping[str, str], at: datetime) -> int:
    """Remember address keys (key -> URL) of an article; keys that are taken stay with their article."""
    rows = [{"key": key, "article_id": article_id, "url": url, "added_at": at} for key, url in urls.items()]
    return insert_new(connection, article_alias, rows)


def stored_version(connection: Connection, article_id: int) -> StoredVersion:
    """What the stored version of an article was read from, and what it is told apart by."""
    columns = (article.c.content_hash, article.c.text_hash, article.c.page_hash)
    row = connection.execute(select(*columns).where(article.c.article_id == article_id)).one()
    return StoredVersion(row.content_hash, row.text_hash, row.page_hash)


def old_text(connection: Connection, article_id: int) -> OldText:
    """The stored version of an article, to compare a new reading with."""
    columns = [article.c[field.name] for field in fields(OldText)]
    row = connection.execute(select(*columns).where(article.c.article_id == article_id)).one()
    return replace(OldText(*row), authors=tuple(row.authors))


def _by_alias(connection: Connection, keys: Sequence[str], matched_by: str) -> list[Match]:
    if not keys:
        return []
    return _matches(connection, _BY_KEYS, {"keys": list(keys)}, matched_by)


def _matches(connection: Connection, statement: Select[Any], values: Mapping[str, Any], matched_by: str) -> list[Match]:
    return [replace(Match(*row), matched_by=matched_by) for row in connection.execute(statement, values)]


def _record(
    connection: Connection, keepsake: Keepsake, article_id: int, version: int, what: Sequence[str], entry: Change
) -> None:
    content = keepsake.article
    values = {
        "article_id": article_id,
        "version": version,
        "at": keepsake.fetched_at,
        "what": list(what),
        "headline": content.headline,
        "description": content.description,
        "article_body": content.article_body,
        "authors": list(content.authors),
        "date_published": content.date_published,
        "date_modified": content.date_modified,
        "content_hash": keepsake.content_hash,
        "change_seq": entry.change_seq,
        "page_hash": keepsake.page_hash,
        "edits": [dict(edit) for edit in keepsake.edits],
    }
    connection.execute(_ADD_REVISION, values)
    changes.record(connection, entry)


def _article_values(keepsake: Keepsake) -> dict[str, Any]:
    """The columns that a new version writes anew."""
    content = keepsake.article
    names = ("canonical_url", "headline", "description", "article_body", "date_published", "date_published_raw",
             "date_published_precision", "date_published_offset", "date_modified", "in_language", "article_section",
             "main_image_url", "image_caption", "is_accessible_for_free", "is_live", "agency")  # fmt: skip
    return {name: getattr(content, name) for name in names} | {
        "authors": list(content.authors),
        "keywords": list(content.keywords),
        "provenance": dict(content.provenance),
        "word_count": len(content.article_body.split()),
        "content_hash": keepsake.content_hash,
        "text_hash": keepsake.text_hash,
        "fetched_at": keepsake.fetched_at,
        "last_seen_at": keepsake.fetched_at,
        "page_hash": keepsake.page_hash,
        "body_pruned_at": None,
    }
