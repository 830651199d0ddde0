"""What nobody should ask: each wrong question gets a 4xx and one sentence that says what is allowed."""

from collections.abc import Iterator

import pytest

from config_blocks import Serve
from storage.store import open_database
from tests.delivery.api.conftest import NO_TOKEN, Client, running
from tests.support.postgres import PostgresServer

ARTICLES = "/v1/articles"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """One server over an empty store for all questions: none of them changes anything."""
    if request.param == "sqlite":
        yield from _served(f"sqlite:///{tmp_path_factory.mktemp('store')}/news.db")
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as url:
        yield from _served(url)


def _served(url: str) -> Iterator[Client]:
    database = open_database(url)
    with running(database, Serve(port=0, token=NO_TOKEN)) as found:
        yield found
    database.dispose()


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        pytest.param(f"{ARTICLES}?limt=3", 422, "unknown parameter 'limt'; allowed: source, language", id="a typo"),
        pytest.param("/v1/sources?limit=3", 422, "unknown parameter 'limit'; allowed: none", id="none are known there"),
        pytest.param(
            "/v1/changes?after=1&after=2", 422, "after may stand once; several times: language, source", id="twice"
        ),
        pytest.param(f"{ARTICLES}?limit=0", 422, "limit: input should be greater than or equal to 1", id="no rows"),
        pytest.param(f"{ARTICLES}?limit=5000", 422, "less than or equal to 200 (is '5000')", id="too many rows"),
        pytest.param(f"{ARTICLES}?limit=many", 422, "limit: input should be a valid integer", id="no number"),
        pytest.param(
            f"{ARTICLES}?fields=hedline", 422, "no field 'hedline'; allowed: article_id, url", id="no such field"
        ),
        pytest.param(f"{ARTICLES}?fields=url,1;drop", 422, "no field '1;drop'", id="a field that is SQL"),
        pytest.param(f"{ARTICLES}?fields=", 422, "no field ''", id="no field at all"),
        pytest.param(f"{ARTICLES}?order=upward", 422, "'newest', 'oldest' or 'best'", id="no such order"),
        pytest.param(f"{ARTICLES}?cursor=n0", 422, "must be the `next` of an earlier answer", id="a made-up cursor"),
        pytest.param(
            f"{ARTICLES}?cursor=n{9**30}", 422, "cursor: must be the `next`", id="a cursor beyond all numbers"
        ),
        pytest.param(f"{ARTICLES}?cursor=%00", 422, "cursor: must be the `next`", id="a cursor of NUL"),
        pytest.param(
            f"{ARTICLES}?cursor=o5", 422, "this cursor belongs to another question", id="a cursor turned around"
        ),
        pytest.param(f"{ARTICLES}?since=yesterday", 422, "since: input should be a valid datetime", id="no date"),
        pytest.param(f"{ARTICLES}?since=0001-01-01", 422, "must lie between 1900 and 2200", id="before all news"),
        pytest.param(
            f"{ARTICLES}?until=9999-12-31T23:59:59-14:00", 422, "between 1900 and 2200", id="beyond the calendar"
        ),
        pytest.param(
            f"{ARTICLES}?since=2026-02-01&until=2026-01-01", 422, "ends before it begins", id="a span backwards"
        ),
        pytest.param(
            f"{ARTICLES}?source=%00",
            422,
            "source: must not hold control characters (is",
            id="NUL, which PostgreSQL refuses",
        ),
        pytest.param(f"{ARTICLES}?{'source=a&' * 60}", 422, "at most 50 items", id="too many sources"),
        pytest.param(f"{ARTICLES}?section={'x' * 300}", 422, "at most 200 characters", id="a section without end"),
        pytest.param(
            f"{ARTICLES}?story={2**70}", 422, "less than or equal to 9223372036854775807", id="beyond 64 bits"
        ),
        pytest.param(f"{ARTICLES}/0", 422, "article_id: input should be greater than", id="article 0"),
        pytest.param(f"{ARTICLES}/{2**70}", 422, "article_id: input should be less", id="an article beyond 64 bits"),
        pytest.param(f"{ARTICLES}/one", 422, "article_id: input should be a valid integer", id="an article in words"),
        pytest.param("/v1/changes?after=-1", 422, "after: input should be greater", id="a change before the first"),
        pytest.param("/v1/changes?wait=1d", 422, "wait: input should be a valid integer", id="a span for seconds"),
        pytest.param("/v1/changes?wait=86400", 422, "less than or equal to 50", id="a day's wait"),
        pytest.param("/v1/sources/%00", 422, "key: must not hold control characters", id="a key of NUL"),
        pytest.param("/v2/articles", 404, "/openapi.json lists what is", id="no such address"),
        pytest.param("/v1/articles/../../etc/passwd", 404, "nothing is served", id="a path upwards"),
    ],
)
def test_a_wrong_question_is_told_what_is_allowed(client: Client, path: str, status: int, sentence: str) -> None:
    answer = client.get(path)
    assert answer.status == status, answer
    assert sentence in answer.error
    assert "\n" not in answer.error


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed(client: Client, method: str) -> None:
    answer = client.get("/v1/articles", method=method)
    assert (answer.status, answer.error) == (405, "only GET is answered here")
