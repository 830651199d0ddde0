"""The questions of ``/v1``: articles, stories, changes, sources. Each reads the views and nothing else."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from delivery import articles, changes
from delivery.api import shapes
from delivery.api.answers import Problem, Refused, answer
from delivery.api.asked import (
    HIGHEST,
    REPEATABLE,
    ArticlesAsked,
    ChangesAsked,
    NothingAsked,
    PageAsked,
    cursor_of,
    repeated,
)
from delivery.api.bell import Bell
from delivery.articles import COLUMNS
from delivery.rows import Row, select_rows
from delivery.search import search
from storage.database import Database
from storage.queries import Query as Searched

T = TypeVar("T")

#: articles of a story that are shown with it
STORY_ARTICLES = 100


def store_of(request: Request) -> Database:
    """The database that is served."""
    database: Database = request.app.state.database
    return database


def bell_of(request: Request) -> Bell:
    """What rings when there are new changes."""
    bell: Bell = request.app.state.bell
    return bell


def once(request: Request) -> None:
    """Refuse a parameter that stands twice: which of its values is meant?"""
    name = repeated(name for name, _ in request.query_params.multi_items())
    if name is not None:
        raise Refused(422, f"{name} may stand once; several times: {', '.join(sorted(REPEATABLE))}")


Store = Annotated[Database, Depends(store_of)]
Ring = Annotated[Bell, Depends(bell_of)]
Id = Annotated[int, Path(ge=1, le=HIGHEST)]
Key = Annotated[str, Path(max_length=200, pattern=r"^[^\x00-\x1f]+$")]
Nothing = Annotated[NothingAsked, Query()]

#: what the answers besides 200 look like
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": text}
    for status, text in {
        400: "No such question",
        401: "The token is missing or wrong",
        404: "No such thing",
        410: "The cursor cannot be followed any more",
        421: "Not a name of this server",
        422: "A parameter is wrong",
        503: "The database cannot be read now",
    }.items()
}
router = APIRouter(prefix="/v1", responses=_PROBLEMS, dependencies=[Depends(once)])


@router.get("/articles", response_model=shapes.Articles)
def list_articles(request: Request, store: Store, asked: Annotated[ArticlesAsked, Query()]) -> Response:
    """Articles in pages: give `next` back as `cursor` and keep the other parameters. With `q`, those that it finds.

    What `q` finds has `found` beside its columns: score, copies that are not shown, headline and a snippet in
    pieces, each with whether it was searched for.
    """
    fields, query = asked.fields.split(","), asked.query()
    if query is not None:
        return answer(request, _found(store, query, asked, fields))
    rows, after = articles.page(store, asked.wanted(), asked.spot(), asked.limit, fields)
    return answer(request, {"articles": rows, "next": cursor_of(after)})


def _found(store: Database, query: Searched, asked: ArticlesAsked, fields: list[str]) -> Row:
    cursor = asked.cursor.removeprefix(asked.mark) if asked.cursor else None
    with store.read() as connection:
        results = search(connection, query, asked.limit, cursor, asked.manner())
    rows = [
        {
            **{name: hit.article[name] for name in COLUMNS if name in fields},
            "found": {
                "score": round(hit.score, 4),
                "copies": hit.copies,
                "headline": hit.headline,
                "snippet": hit.snippet,
            },
        }
        for hit in results.hits
    ]
    return {"articles": rows, "next": f"{asked.mark}{results.cursor}" if results.cursor else None}


@router.get("/articles/{article_id}", response_model=shapes.WholeArticle)
def one_article(request: Request, store: Store, article_id: Id, _asked: Nothing) -> Response:
    """One article with all its versions, the addresses that lead to it, and its copies."""
    found = _there(articles.whole(store, article_id), "article", article_id)
    parts = {"revisions": found.revisions, "aliases": found.aliases, "copies": found.copies}
    return answer(request, {"article": found.article, **parts})


@router.get("/stories", response_model=shapes.Stories)
def list_stories(request: Request, store: Store, asked: Annotated[PageAsked, Query()]) -> Response:
    """Stories, newest number first."""
    statement = "SELECT * FROM v1_story WHERE story_id < :before ORDER BY story_id DESC LIMIT :most"
    rows = _read(store, statement, before=asked.before or HIGHEST, most=asked.limit + 1)
    after = rows[asked.limit - 1]["story_id"] if len(rows) > asked.limit else None
    return answer(request, {"stories": rows[: asked.limit], "next": after})


@router.get("/stories/{story_id}", response_model=shapes.WholeStory)
def one_story(request: Request, store: Store, story_id: Id, _asked: Nothing) -> Response:
    """One story with its newest articles."""
    found = _read(store, "SELECT * FROM v1_story WHERE story_id = :id", id=story_id)
    story = _there(found[0] if found else None, "story", story_id)
    wanted, fields = articles.Wanted(story_id=story_id), [name for name in articles.COLUMNS if name != "article_body"]
    rows, _ = articles.page(store, wanted, articles.Spot(), STORY_ARTICLES, fields)
    return answer(request, {"story": story, "articles": rows})


@router.get("/sources", response_model=shapes.Sources)
def list_sources(request: Request, store: Store, _asked: Nothing) -> Response:
    """All sources: last and next visit, state and why."""
    return answer(request, {"sources": _read(store, "SELECT * FROM v1_source_health ORDER BY source_key")})


@router.get("/sources/{key}", response_model=shapes.OneSource)
def one_source(request: Request, store: Store, key: Key, _asked: Nothing) -> Response:
    """One source."""
    found = _read(store, "SELECT * FROM v1_source_health WHERE source_key = :key", key=key)
    return answer(request, {"source": _there(found[0] if found else None, "source", key)})


@router.get("/changes", response_model=shapes.Changes)
async def list_changes(request: Request, store: Store, bell: Ring, asked: Annotated[ChangesAsked, Query()]) -> Response:
    """Changes after a number, in the order of commits; with `wait`, the answer waits for the first one."""

    def look() -> list[Row]:
        """What there is now."""
        return changes.after(store, asked.after, asked.epoch, asked.limit)

    found = await bell.first(_in_thread(look), asked.wait)
    epoch, _ = await run_in_threadpool(changes.position, store)
    following = found[-1]["change_seq"] if found else asked.after
    return answer(request, {"epoch": epoch, "changes": found, "next": following})


def _in_thread(look: Callable[[], T]) -> Callable[[], Any]:
    return lambda: run_in_threadpool(look)


def _read(store: Database, statement: str, **values: Any) -> list[Row]:
    with store.read() as connection:
        return list(select_rows(connection, statement, **values))


def _there(found: T | None, what: str, name: object) -> T:
    if found is None:
        raise Refused(404, f"there is no {what} {name}")
    return found
