"""What both ways of searching hand over and get back."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum


class Zone(IntEnum):
    """Where the words of a query were found, all of them: the more telling the higher."""

    BODY = 1
    #: headline, description or first words of the body
    LEAD = 2
    HEADLINE = 3


@dataclass(frozen=True, slots=True)
class Span:
    """Which part of the matches is wanted."""

    #: highest article_id; None: from the newest on
    top: int | None
    limit: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that fits a query."""

    article_id: int
    at: datetime
    copy_of: int
    zone: Zone
