"""The addresses of the dashboard. Each looks up what its page shows (views.py) and writes it into a template."""

import mimetypes
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from delivery.api.answers import Refused, tagged
from delivery.api.asked import Asked, Cursor, Words, cursor_of, spot_of
from delivery.api.routes import Id, Key, Store
from delivery.articles import Wanted
from delivery.pages import finds, views
from delivery.pages.finds import Search
from delivery.pages.rendering import STATIC, rendered
from delivery.pages.views import Values

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

#: what a browser may keep without asking again, in seconds
KEPT = 3600


#: a field of a form; one that was left empty comes as ""
Field = Annotated[Words | Literal[""] | None, "of a form"]


class ArticlesPage(Asked):
    """The parameters of the page of articles; an empty field of the form is none."""

    source: Field = None
    language: Field = None
    section: Field = None
    cursor: Cursor | None = None

    def wanted(self) -> Wanted:
        """The selection."""
        return Wanted(
            (self.source,) if self.source else (), (self.language,) if self.language else (), self.section or None
        )

    def address(self, cursor: str | None) -> str | None:
        """The address of the next page."""
        given = {name: value for name, value in self.model_dump().items() if value}
        return f"/articles?{urlencode({**given, 'cursor': cursor})}" if cursor else None


class SearchPage(Asked):
    """The parameters of the page of search; an empty field of the form is none."""

    q: Field = None
    source: Field = None
    language: Field = None
    since: Literal["", "24h", "7d", "30d", "365d"] | None = None
    cursor: Words | None = None

    def wanted(self) -> Search:
        """What is looked for."""
        return Search(self.q or "", self.source or "", self.language or "", self.since or "")

    def address(self, cursor: str | None) -> str | None:
        """The address of the next page."""
        given = {name: value for name, value in self.model_dump().items() if value}
        return f"/search?{urlencode({**given, 'cursor': cursor})}" if cursor else None


class AlertsPage(Asked):
    """The parameter of the page of alerts."""

    watch: Words | None = None


def page(template: str, here: str, values: Values) -> Response:
    """A page of this dashboard."""
    shown: dict[str, Any] = {"here": here, "now": datetime.now(UTC), **values}
    return HTMLResponse(rendered(template, shown), headers={"Cache-Control": "private, no-cache"})


def problem_page(status: int, sentence: str) -> Response:
    """What is wrong, for people."""
    response = page("problem.html", "", {"status": status, "sentence": sentence})
    response.status_code = status
    return response


@router.get("/")
def today(store: Store) -> Response:
    """Articles an hour, sources, delays."""
    return page("today.html", "/", views.today(store, datetime.now(UTC)))


@router.get("/stories")
def stories(store: Store) -> Response:
    """The stories that moved last."""
    return page("stories.html", "/stories", views.stories(store))


@router.get("/stories/{story_id}")
def story(store: Store, story_id: Id) -> Response:
    """One story."""
    return page("story.html", "/stories", _there(views.story(store, story_id), "story", story_id))


@router.get("/articles")
def articles(store: Store, asked: Annotated[ArticlesPage, Query()]) -> Response:
    """Articles, newest first."""
    values = views.listed(store, asked.wanted(), spot_of(asked.cursor))
    following = asked.address(cursor_of(values["after"]))
    return page("articles.html", "/articles", {**values, "asked": asked, "next_address": following})


@router.get("/articles/{article_id}")
def article(store: Store, article_id: Id) -> Response:
    """One article."""
    return page("article.html", "/articles", _there(views.article(store, article_id), "article", article_id))


@router.get("/sources")
def sources(store: Store) -> Response:
    """All sources."""
    return page("sources.html", "/sources", views.sources(store))


@router.get("/sources/{key}")
def source(store: Store, key: Key) -> Response:
    """One source."""
    return page("source.html", "/sources", _there(views.source(store, key, datetime.now(UTC)), "source", key))


@router.get("/search")
def search(store: Store, asked: Annotated[SearchPage, Query()]) -> Response:
    """The best of the newest for some words."""
    values = finds.searched(store, asked.wanted(), asked.cursor, datetime.now(UTC))
    following = asked.address(values["results"].cursor) if values["results"] else None
    response = page("search.html", "/search", {**values, "asked": asked, "next_address": following})
    response.status_code = 422 if values["problem"] else 200
    return response


@router.get("/watches")
def watches(request: Request, store: Store) -> Response:
    """The watches and what they told."""
    return page("watches.html", "/watches", finds.watches(store, request.app.state.watches()))


@router.get("/alerts")
def alerts(store: Store, asked: Annotated[AlertsPage, Query()]) -> Response:
    """What was told, and what became of the messages."""
    return page("alerts.html", "/alerts", finds.alerted(store, asked.watch))


@router.get("/failed")
def failed(store: Store) -> Response:
    """What could not be read."""
    return page("failed.html", "/failed", finds.failed(store))


@router.get("/static/{name}")
def static(request: Request, name: str) -> Response:
    """Style and icon."""
    if name not in _STATIC:
        raise Refused(404, "there is no such file")
    kind = mimetypes.guess_type(name)[0] or "text/plain"
    return tagged(request, _STATIC[name], kind, **{"Cache-Control": f"private, max-age={KEPT}"})


#: name -> content: a path that somebody asks for is looked up here and never opened
_STATIC = {file.name: file.read_bytes() for file in sorted(STATIC.iterdir())}


def _there(values: Values | None, what: str, name: object) -> Values:
    if values is None:
        raise Refused(404, f"there is no {what} {name}")
    return values
