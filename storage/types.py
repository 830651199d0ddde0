"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database. Naive values are refused: they mean nothing."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware datetime into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"a naive time has no meaning in the database: {value!r}"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give back an aware datetime in UTC (SQLite keeps no zone)."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


#: keys that the database numbers by itself; SQLite only numbers a plain INTEGER
Key = BigInteger().with_variant(Integer, "sqlite")
#: lists and mappings; None is stored as SQL NULL, never as JSON null
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
#: a text as it is searched; SQLite keeps it in a table of FTS5, and here what is needed to take it out of there
SearchDocument = LargeBinary().with_variant(TSVECTOR(), "postgresql")
