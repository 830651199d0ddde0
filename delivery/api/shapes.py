"""The shapes of the answers, for OpenAPI: made of the columns of the views, so that they stand nowhere twice."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field, create_model
from sqlalchemy import Boolean, Float, Integer, Text
from sqlalchemy.types import JSON, TypeEngine

from delivery.rows import columns_of
from storage.contract import columns
from storage.types import UtcDateTime

#: type of a column -> type in JSON, the first that fits
_TYPES: tuple[tuple[type[TypeEngine[Any]], Any], ...] = (
    (UtcDateTime, datetime),
    (Boolean, bool),
    (Float, float),
    (Integer, int),
    (JSON, list[str] | dict[str, str]),
    (Text, str),
)


def _of_view(name: str, view: str) -> type[BaseModel]:
    told = {column.name: column.meaning for column in columns(view)}
    fields: dict[str, Any] = {
        column: (_of_column(kind) | None, Field(None, description=told[column]))
        for column, kind in columns_of(view).items()
    }
    return create_model(name, __doc__=f"Columns of {view}.", **fields)


def _of_column(kind: TypeEngine[Any] | None) -> Any:
    found = (in_json for of_sql, in_json in _TYPES if isinstance(kind, of_sql))
    return next(found, int | str)  # what is computed: a count, or the name of a source


Article = _of_view("Article", "v1_article")
Revision = _of_view("Revision", "v1_revision")
Alias = _of_view("Alias", "v1_article_alias")
Source = _of_view("Source", "v1_source_health")
Story = _of_view("Story", "v1_story")


class Change(BaseModel):
    """One line of the change feed, and its article as it is now."""

    change_seq: int
    kind: str
    what: list[str]
    at: datetime
    article_id: int
    url: str
    headline: str
    source_key: str
    date_published: datetime | None
    version: int


class Found(BaseModel):
    """How an article fits what was searched for; pieces of text, each with whether it was searched for."""

    score: float
    copies: int
    headline: list[tuple[str, bool]]
    snippet: list[tuple[str, bool]]


class ListedArticle(Article):  # type: ignore[misc, valid-type]
    """An article of a list; `found` stands with what a search found."""

    found: Found | None = None


class Articles(BaseModel):
    """A page of articles; `next` is the cursor of the page behind it, null on the last."""

    articles: list[ListedArticle]
    next: str | None


class WholeArticle(BaseModel):
    """One article with its versions, addresses and copies."""

    article: Article  # type: ignore[valid-type]
    revisions: list[Revision]  # type: ignore[valid-type]
    aliases: list[Alias]  # type: ignore[valid-type]
    copies: list[Article]  # type: ignore[valid-type]


class Stories(BaseModel):
    """A page of stories, newest number first."""

    stories: list[Story]  # type: ignore[valid-type]
    next: int | None


class WholeStory(BaseModel):
    """One story with its newest articles."""

    story: Story  # type: ignore[valid-type]
    articles: list[Article]  # type: ignore[valid-type]


class Changes(BaseModel):
    """Changes in the order of commits; ask with `next` the next time; `epoch` is the history it belongs to."""

    epoch: str
    changes: list[Change]
    next: int


class Sources(BaseModel):
    """All sources and how they do."""

    sources: list[Source]  # type: ignore[valid-type]


class OneSource(BaseModel):
    """One source and how it does."""

    source: Source  # type: ignore[valid-type]


class Health(BaseModel):
    """Whether the server is alive, or ready."""

    status: str
