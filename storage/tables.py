"""The schema as a whole, whichever module a table stands in."""

from types import ModuleType

from sqlalchemy import MetaData

from storage import schema, schema_alerts, schema_consumers, schema_copies, schema_faults, schema_health, schema_stories

#: every module that adds tables to the schema; a new one is named here
PARTS: tuple[ModuleType, ...] = (
    schema,
    schema_alerts,
    schema_consumers,
    schema_copies,
    schema_faults,
    schema_health,
    schema_stories,
)


def all_tables() -> MetaData:
    """The tables of all parts."""
    return schema.metadata
