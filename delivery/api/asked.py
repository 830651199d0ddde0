"""What can be asked of the API: one model for each question, unknown parameters refused, every value within bounds."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Literal, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from delivery.articles import COLUMNS, Spot, Wanted
from delivery.query import parse
from delivery.search import Manner
from storage.queries import Query

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

#: "n4711": article_id to go on behind, the letter of the order in front
_CURSOR = re.compile(r"[no][1-9][0-9]{0,17}")
#: "qb4711.20.1795000000": what a page of results hands out
_FOUND_CURSOR = re.compile(r"q[bn][0-9]{1,18}\.[0-9]{1,18}\.[0-9]{1,10}")


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


def _any_cursor(value: str) -> str:
    return value if _FOUND_CURSOR.fullmatch(value) else _cursor(value)


def _searched(value: str) -> str:
    parse(value, datetime.now(UTC))
    return value


#: what the parameter `q` takes
_SEARCH = 'Words, "phrases", -not, OR, word*, field:value, as in `newswatch search`.'
#: NUL is the one character that PostgreSQL does not take
Words = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
Number = Annotated[int, Field(ge=1, le=HIGHEST)]
Moment = Annotated[datetime, AfterValidator(_moment)]
Limit = Annotated[int, Field(ge=1, le=MOST)]
Listed = Annotated[str, Field(max_length=1000), AfterValidator(_fields)]
Cursor = Annotated[str, Field(max_length=40), AfterValidator(_cursor)]
AnyCursor = Annotated[str, Field(max_length=60), AfterValidator(_any_cursor)]
Searched = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_searched)]


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
    q: Annotated[Searched | None, Field(description=_SEARCH)] = None
    copies: Annotated[bool | None, Field(description="`false`: one of each text. Without `q`, `true` is usual.")] = None
    order: Annotated[
        Literal["newest", "oldest", "best"] | None,
        Field(description="`best` is usual with `q`: by where its words stand, and how new; else `newest`."),
    ] = None
    fields: Annotated[Listed, Field(description="Columns, separated by commas.")] = ",".join(COLUMNS)
    limit: Limit = USUAL
    cursor: Annotated[AnyCursor | None, Field(description="`next` of the answer before.")] = None

    @model_validator(mode="after")
    def _spans(self) -> "ArticlesAsked":
        for first, last in ((self.since, self.until), (self.published_since, self.published_until)):
            if first is not None and last is not None and first >= last:
                raise ValueError("the span ends before it begins: since must be earlier than until")
        return self

    @model_validator(mode="after")
    def _one_order(self) -> "ArticlesAsked":
        if self.order == ("best" if self.q is None else "oldest"):
            raise ValueError("what is found by `q` comes best or newest first, all else newest or oldest first")
        if self.cursor and not self.cursor.startswith(self.mark):
            raise ValueError("this cursor belongs to another question: repeat the parameters of the first page")
        return self

    @property
    def mark(self) -> str:
        """What the cursors of this kind of question begin with."""
        if self.q is None:
            return (self.order or "newest")[0]
        return f"q{(self.order or 'best')[0]}"

    def wanted(self) -> Wanted:
        """The selection that is asked for."""
        return Wanted(
            self.source, self.language, self.section, self.agency, self.story, self.group,
            self.since, self.until, self.published_since, self.published_until,
            copies=self.q is not None or self.copies is not False,
        )  # fmt: skip

    def query(self) -> Query | None:
        """What is searched for."""
        return parse(self.q, datetime.now(UTC)) if self.q else None

    def manner(self) -> Manner:
        """How what is found is shown."""
        return Manner(with_copies=bool(self.copies), newest_first=self.order == "newest", wanted=self.wanted())

    def spot(self) -> Spot:
        """Where the page begins."""
        return spot_of(self.cursor, self.order or "newest")


#: parameters that may stand several times
REPEATABLE = frozenset(
    name for name, found in ArticlesAsked.model_fields.items() if get_origin(found.annotation) is tuple
)


def repeated(names: Iterable[str]) -> str | None:
    """The first parameter that stands more than once although it has one value. Pure."""
    counts = Counter(name for name in names if name not in REPEATABLE)
    return next((name for name, count in counts.items() if count > 1), None)


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
