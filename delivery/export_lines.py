"""Rows as lines of JSON."""

import json
from datetime import datetime

from delivery.rows import Row, iso


def json_line(row: Row) -> str:
    """A row as one line of JSON, times in UTC as ISO 8601."""
    return json.dumps(row, ensure_ascii=False, default=_plain) + "\n"


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return iso(value)
    raise TypeError(f"{type(value).__name__} does not belong into an article")
