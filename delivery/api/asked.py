"""What can be asked of the API: one model for each question, unknown parameters refused, every value within bounds."""

import re
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from delivery.articles import COLUMNS, Spot, Wanted

#: rows of one answer at most, and when nothing is said
MOST, USUAL = 200, 50
#: largest number that both databases take
HIGHEST = 2**63 - 1
#: how many values one parameter may have (?source=a&source=b)
MANY = 50
#: seconds that a question may wait for changes; proxies in between give up at a minute
LONGEST_WAIT = 50
#: the years that a date may name: nothing of news lies outside, and both databases take them
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

_CURSOR = re.compile(r"([no])([1-9][0-9]{0,17})")


def _moment(value: datetime) -> datetime:
    instant = value if value.tzinfo else value.replace(tzinfo=UTC)
    if not EARLIEST <= instant < LATEST:
        raise ValueError("must lie between 1900 and 2200, like 2026-11-23T10:00:00Z")
    return instant.astimezone(UTC)


def _fields(value: str) -> str:
    unknown = [name for name in value.split(",") if name not in COLUMNS]
    if unknown:
        raise ValueError(f"no field {unknown[0]!r:.40}; allowed: {', '.join(COLUMNS)}")
    return value


def _cursor(value: str) -> str:
    if not _CURSOR.fullmatch(value):
        raise ValueError("must be the `next` of an earlier answer, as it came")
    return value


#: NUL is the one character that PostgreSQL does not take
Words = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
Number = Annotated[int, Field(ge=1, le=HIGHEST)]
Moment = Annotated[datetime, AfterValidator(_moment)]
Limit = Annotated[int, Field(ge=1, le=MOST)]
Listed = Annotated[str, Field(max_length=1000), AfterValidator(_fields)]
Cursor = Annotated[str, Field(max_length=40), AfterValidator(_cursor)]


class Asked(BaseModel):
    """What all questions have in common: a parameter that nobody knows is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ArticlesAsked(Asked):
    """The parameters of ``/v1/articles``."""

    source: Annotated[tuple[Words, ...], Field(max_length=MANY, description="Keys of sources.")] = ()
    language: Annotated[tuple[Words, ...], Field(max_length=MANY, description="Tags: en stands for en-GB.")] = ()
    section: Words | None = None
    agency: Words | None = None
    story: Number | None = None
    group: Annotated[Number | None, Field(description="A syndication_group_id: the copies of one text.")] = None
    since: Annotated[Moment | None, Field(description="First stored at this moment or later.")] = None
    until: Annotated[Moment | None, Field(description="First stored before this moment.")] = None
    published_since: Moment | None = None
    published_until: Moment | None = None
    copies: Annotated[bool, Field(description="false: of copies only the earliest.")] = True
    order: Literal["newest", "oldest"] = "newest"
    fields: Annotated[Listed, Field(description="Columns, separated by commas.")] = ",".join(COLUMNS)
    limit: Limit = USUAL
    cursor: Annotated[Cursor | None, Field(description="`next` of the answer before.")] = None

    @model_validator(mode="after")
    def _spans(self) -> "ArticlesAsked":
        for first, last in ((self.since, self.until), (self.published_since, self.published_until)):
            if first is not None and last is not None and first >= last:
                raise ValueError("the span ends before it begins: since must be earlier than until")
        if self.cursor and self.cursor[0] != self.order[0]:
            raise ValueError("this cursor belongs to the other order: repeat the parameters of the first page")
        return self

    def wanted(self) -> Wanted:
        """The selection that is asked for."""
        return Wanted(
            self.source, self.language, self.section, self.agency, self.story, self.group,
            self.since, self.until, self.published_since, self.published_until, self.copies,
        )  # fmt: skip

    def spot(self) -> Spot:
        """Where the page begins."""
        return spot_of(self.cursor, self.order)


def spot_of(cursor: str | None, order: str = "newest") -> Spot:
    """Where a page begins."""
    return Spot(int(cursor[1:]) if cursor else None, newest_first=order == "newest")


def cursor_of(spot: Spot | None) -> str | None:
    """A spot as it is written into an answer."""
    return f"{'n' if spot.newest_first else 'o'}{spot.article_id}" if spot else None


class PageAsked(Asked):
    """The parameters of a list that goes by number, newest first."""

    limit: Limit = USUAL
    before: Annotated[Number | None, Field(description="`next` of the answer before.")] = None


class ChangesAsked(Asked):
    """The parameters of ``/v1/changes``."""

    after: Annotated[int, Field(ge=0, le=HIGHEST, description="Number of the last change that you have seen.")] = 0
    epoch: Annotated[Words | None, Field(description="The epoch that your number belongs to.")] = None
    wait: Annotated[int, Field(ge=0, le=LONGEST_WAIT, description="Seconds to wait when there is nothing new.")] = 0
    limit: Limit = MOST


class NothingAsked(Asked):
    """For addresses without parameters."""
