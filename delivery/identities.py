"""What the store knows about the identity of articles: copies, groups, stories. For `newswatch identify`."""

from dataclasses import dataclass

from delivery.rows import Row, select_rows
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Identity:
    """What an article belongs to."""

    #: article id of the original; None: it is one, or alone
    duplicate_of: int | None
    #: id of the earliest article of its group; its own while it is alone
    group: int
    #: to the original
    similarity: float | None
    story: int | None


def identities(database: Database) -> dict[int, Identity]:
    """All articles of a store: id -> what it belongs to."""
    statement = "SELECT article_id, duplicate_of_id, syndication_group_id, similarity, story_id FROM v1_article"
    with database.read() as connection:
        return {row["article_id"]: _identity(row) for row in select_rows(connection, statement)}


def _identity(row: Row) -> Identity:
    group = row["syndication_group_id"] or row["article_id"]
    return Identity(row["duplicate_of_id"], group, row["similarity"], row["story_id"])
