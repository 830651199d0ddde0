"""The web application: the API, the dashboard, and how errors are told.

request -> entry (token, name) -> route -> views of the database -> JSON or page
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from config_blocks import Watch
from delivery.api import answers, feeds, machine, routes
from delivery.api.answers import Refused, sentence
from delivery.api.bell import Bell
from delivery.api.entry import Entry, Gatekeeper
from delivery.pages import routes as pages
from storage.database import Database
from storage.errors import CursorTooOld, StorageError

#: addresses that answer JSON, or text for machines, whoever asks
_FOR_PROGRAMS = ("/v1", "/metrics", "/healthz", "/readyz", "/openapi.json", "/feeds")

log = logging.getLogger(__name__)

#: the watches of the configuration as it is now
Watches = Callable[[], Sequence[Watch]]
_Handler = Callable[[Request, Exception], Response | Awaitable[Response]]


def create_app(database: Database, entry: Entry, watches: Watches = tuple) -> FastAPI:
    """The application over one database; ``watches`` says which are configured now, for their page."""
    app = FastAPI(
        title="Newswatch",
        version="1",
        description="News articles as Newswatch keeps them, read only.",
        docs_url=None,  # these pages load scripts from elsewhere
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.database, app.state.bell, app.state.watches = database, Bell(database), watches
    app.include_router(routes.router)
    app.include_router(feeds.router)
    app.include_router(machine.router)
    app.include_router(pages.router)
    app.add_middleware(Gatekeeper, entry=entry)
    for kind, handler in _HANDLERS.items():
        app.add_exception_handler(kind, handler)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.bell.close()


def problem(request: Request, status: int, sentence: str) -> Response:
    """What is wrong: a page for browsers that asked for one of ours, else JSON."""
    is_page = not request.url.path.startswith(_FOR_PROGRAMS) and "text/html" in request.headers.get("accept", "")
    return pages.problem_page(status, sentence) if is_page else answers.problem(status, sentence)


async def _wrong(request: Request, error: Exception) -> Response:
    return problem(request, 422, sentence(request, cast("RequestValidationError", error)))


async def _refused(request: Request, error: Exception) -> Response:
    return problem(request, getattr(error, "status", 404), str(error))


async def _no_such_address(request: Request, _error: Exception) -> Response:
    return problem(request, 404, "nothing is served at this address; /openapi.json lists what is")


async def _no_such_method(request: Request, _error: Exception) -> Response:
    return problem(request, 405, "only GET is answered here")


async def _too_old(request: Request, error: Exception) -> Response:
    return problem(request, 410, str(error))


async def _database_away(request: Request, error: Exception) -> Response:
    log.warning("%s was not answered: %s", request.url.path, str(error).strip().partition("\n")[0])
    return problem(request, 503, "the database cannot be read now; ask again in a moment")


_HANDLERS: dict[type[Exception] | int, _Handler] = {
    RequestValidationError: _wrong,
    Refused: _refused,
    404: _no_such_address,
    405: _no_such_method,
    CursorTooOld: _too_old,
    StorageError: _database_away,
    DBAPIError: _database_away,
    PoolTimeoutError: _database_away,  # more questions at once than connections, for longer than half a minute
}
