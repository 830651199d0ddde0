"""Articles for those who look: pages of a selection, and one article whole, with its versions, addresses and copies.

    Wanted -> conditions over v1_article -> at most N rows after a place -> (rows, place of the next page)

Pages go by article_id, which grows as articles are stored: what is stored meanwhile moves no page.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from delivery.rows import Row, columns_of, select_rows
from storage.database import Database

#: copies, addresses and versions of one article that are shown at most
MOST_COPIES, MOST_ALIASES, MOST_REVISIONS = 200, 200, 200

COLUMNS = tuple(columns_of("v1_article"))
#: what a list of copies tells of each
_BRIEF = (
    "article_id, url, headline, source_key, source_name, first_seen_at, date_published, word_count, duplicate_of_id"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which articles are wanted; None and () leave a choice open."""

    sources: Sequence[str] = ()
    #: tags; "en" stands for "en-GB", too
    languages: Sequence[str] = ()
    section: str | None = None
    agency: str | None = None
    story_id: int | None = None
    syndication_group_id: int | None = None
    #: first stored in this span, the end excluded
    since: datetime | None = None
    until: datetime | None = None
    #: published in this span, as the publisher says
    published_since: datetime | None = None
    published_until: datetime | None = None
    #: False: only the earliest of copies
    copies: bool = True

    def conditions(self) -> tuple[list[str], dict[str, Any]]:
        """The same as SQL over ``v1_article``, with its parameters."""
        single = {
            "article_section = :section": ("section", self.section),
            "agency = :agency": ("agency", self.agency),
            "story_id = :story_id": ("story_id", self.story_id),
            "syndication_group_id = :group_id": ("group_id", self.syndication_group_id),
            "first_seen_at >= :since": ("since", self.since),
            "first_seen_at < :until": ("until", self.until),
            "date_published >= :published_since": ("published_since", self.published_since),
            "date_published < :published_until": ("published_until", self.published_until),
        }
        given = {sql: pair for sql, pair in single.items() if pair[1] is not None}
        sources = {f"source_{number}": key for number, key in enumerate(self.sources)}
        tags = {f"tag_{number}": tag for number, tag in enumerate(self.languages)}
        several = [
            f"source_key IN ({', '.join(f':{name}' for name in sources)})" if sources else "",
            f"({' OR '.join(map(_language, tags))})" if tags else "",
            "" if self.copies else "duplicate_of_id IS NULL",
        ]
        subtags = {f"{name}_more": f"{tag}-%" for name, tag in tags.items()}
        return [*given, *filter(None, several)], {**dict(given.values()), **sources, **tags, **subtags}


def _language(name: str) -> str:
    return f"in_language = :{name} OR in_language LIKE :{name}_more"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a page begins: behind this article, in one of the two directions."""

    article_id: int | None = None
    newest_first: bool = True


def page(
    database: Database, wanted: Wanted, spot: Spot, limit: int, fields: Sequence[str] = COLUMNS
) -> tuple[list[Row], Spot | None]:
    """At most ``limit`` articles behind a spot, and the spot of the next page; None: there is none."""
    conditions, values = wanted.conditions()
    if spot.article_id is not None:
        conditions.append(f"article_id {'<' if spot.newest_first else '>'} :behind")
        values["behind"] = spot.article_id
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    columns = ", ".join(name for name in COLUMNS if name in {*fields, "article_id"})
    order = "DESC" if spot.newest_first else "ASC"
    statement = f"SELECT {columns} FROM v1_article {where} ORDER BY article_id {order} LIMIT :most"  # noqa: S608 - our own words
    with database.read() as connection:
        rows = list(select_rows(connection, statement, most=limit + 1, **values))
    after = Spot(rows[limit - 1]["article_id"], spot.newest_first) if len(rows) > limit else None
    return [{name: row[name] for name in row if name in fields} for row in rows[:limit]], after


@dataclass(frozen=True, slots=True)
class Whole:
    """One article with all that is kept about it."""

    article: Row
    revisions: list[Row]
    aliases: list[Row]
    #: other articles with this text, oldest first
    copies: list[Row]


def whole(database: Database, article_id: int) -> Whole | None:
    """One article; None: there is none of this number."""
    with database.read() as connection:
        found = list(select_rows(connection, "SELECT * FROM v1_article WHERE article_id = :id", id=article_id))
        if not found:
            return None
        revisions = (
            "SELECT * FROM (SELECT * FROM v1_revision WHERE article_id = :id ORDER BY version DESC LIMIT :most) newest "
            "ORDER BY version"
        )
        aliases = "SELECT url, added_at FROM v1_article_alias WHERE article_id = :id ORDER BY added_at, url LIMIT :most"
        return Whole(
            found[0],
            list(select_rows(connection, revisions, id=article_id, most=MOST_REVISIONS)),
            list(select_rows(connection, aliases, id=article_id, most=MOST_ALIASES)),
            list(_copies(connection, found[0])),
        )


def _copies(connection: Connection, article: Row) -> Iterator[Row]:
    """Those of its group, those that it is a copy of or that are copies of it or of the same."""
    statement = (
        f"SELECT {_BRIEF} FROM v1_article WHERE article_id <> :id AND (syndication_group_id = :group_id "  # noqa: S608 - our own words
        "OR article_id = :root OR duplicate_of_id = :root) ORDER BY article_id LIMIT :most"
    )
    root, group = article["duplicate_of_id"] or article["article_id"], article["syndication_group_id"]
    return select_rows(
        connection, statement, id=article["article_id"], group_id=group or 0, root=root, most=MOST_COPIES
    )
