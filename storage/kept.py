"""Articles whose pages are kept, as they are stored: what can be read again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from storage.records import Article, Link, Precision
from storage.schema import article, link, source

#: fields of an article that are no columns of its row, or not of its page
_NOT_STORED = ("also", "date_published_precision", "provenance")
_LISTS = ("authors", "keywords")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles are read again: of one source, of pages fetched since a moment, or all."""

    source_key: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeptArticle:
    """A stored article, the page that it was read from, and what its endpoint said of it."""

    article_id: int
    version: int
    page_hash: str
    content_hash: str
    article: Article
    link: Link | None = None


def kept_articles(connection: Connection, selection: Selection, after: int, limit: int) -> list[KeptArticle]:
    """At most ``limit`` articles with a kept page, in the order of their ids, beginning behind ``after``."""
    # what retention took out does not come back by its kept page
    there = (article.c.pruned_at.is_(None), article.c.body_pruned_at.is_(None))
    conditions = [article.c.page_hash.is_not(None), article.c.article_id > after, *there]
    if selection.source_key is not None:
        conditions.append(article.c.source_key == selection.source_key)
    if selection.since is not None:
        conditions.append(article.c.fetched_at >= selection.since)
    statement = select(article).where(*conditions).order_by(article.c.article_id).limit(limit)
    rows = connection.execute(statement).all()
    links = _links(connection, [row.article_id for row in rows])
    return [_kept(row, links.get(row.article_id)) for row in rows]


def source_id_of(connection: Connection, key: str) -> int | None:
    """The number of a source; None when the store does not know it."""
    found: int | None = connection.execute(select(source.c.source_id).where(source.c.key == key)).scalar_one_or_none()
    return found


def is_as_read(connection: Connection, kept: KeptArticle) -> bool:
    """Whether the article is still stored in the version that was looked up."""
    version = select(article.c.version).where(article.c.article_id == kept.article_id)
    return connection.execute(version).scalar_one_or_none() == kept.version


def _links(connection: Connection, article_ids: list[int]) -> dict[int, Link]:
    """What the endpoints said, by article: the first link that it was stored from."""
    columns = (link.c.article_id, link.c.url, link.c.title, link.c.published, link.c.claims)
    statement = select(*columns).where(link.c.article_id.in_(article_ids), link.c.state == "stored")
    rows: Iterable[Row[Any]] = connection.execute(statement.order_by(link.c.link_id.desc()))
    return {row.article_id: _link(row) for row in rows}


def _link(row: Row[Any]) -> Link:
    claims: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in (row.claims or {}).items()
    }
    return Link(row.url, title=row.title, published=row.published, **claims)


def _kept(row: Row[Any], listed: Link | None) -> KeptArticle:
    return KeptArticle(row.article_id, row.version, row.page_hash, row.content_hash, _article(row), listed)


def _article(row: Row[Any]) -> Article:
    precision = row.date_published_precision
    return Article(
        **dict(_values(row)),
        date_published_precision=Precision(precision) if precision else None,
        provenance=dict(row.provenance),
    )


def _values(row: Row[Any]) -> Iterator[tuple[str, Any]]:
    for each in fields(Article):
        if each.name not in _NOT_STORED:
            value = getattr(row, each.name)
            yield each.name, tuple(value) if each.name in _LISTS else value
