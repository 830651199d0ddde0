"""Full-text search over HTTP: `q` of /v1/articles, with the filters, pages and fields of any other question."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from delivery.followers import follow
from delivery.search import SearchFollower
from storage.database import Database
from storage.schema import article
from tests.delivery.api.conftest import Client
from tests.delivery.conftest import NOW, Desk


@pytest.fixture
def floods(database: Database, desk: Desk) -> None:
    """Four articles of a flood, two of which are copies, and one of something else."""
    desk.keep("https://daily.example/lead", NOW - timedelta(days=2), description="A flood.", in_language="zh-Hant-TW")
    desk.keep("https://daily.example/head", NOW - timedelta(days=1), headline="Flood in port", in_language="en-GB")
    first = desk.keep("https://daily.example/first", article_body="x " * 90 + "flood", in_language="de", agency="dpa")
    copy = desk.keep("https://weekly.example/copy", source_key="weekly", article_body="x " * 90 + "flood")
    desk.keep("https://daily.example/other")
    with database.write() as connection:
        connection.execute(update(article).where(article.c.article_id == copy).values(duplicate_of_id=first))
    while follow(database, SearchFollower()):
        pass


def urls(client: Client, **query: Any) -> list[str]:
    answer = client.get("/v1/articles", **{"q": "flood", **query})
    assert answer.status == 200, answer
    return [found["url"].rpartition("/")[2] for found in answer.json["articles"]]


@pytest.mark.usefixtures("floods")
def test_what_is_searched_for_comes_the_best_first_with_its_words_marked(client: Client) -> None:
    page = client.get("/v1/articles", q="flood", fields="url,article_id").json
    assert [found["url"].rpartition("/")[2] for found in page["articles"]] == ["head", "lead", "copy"]
    best, _, copy = page["articles"]
    assert list(best) == ["article_id", "url", "found"]
    assert best["found"]["headline"] == [["Flood", True], [" in port", False]]
    assert copy["found"]["copies"] == 1
    assert any(piece == ["flood", True] for piece in copy["found"]["snippet"])
    assert best["found"]["score"] > copy["found"]["score"]
    assert page["next"] is None


@pytest.mark.usefixtures("floods")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param({"copies": "true"}, ["head", "lead", "copy", "first"], id="copies when they are asked for"),
        pytest.param({"order": "newest"}, ["copy", "head", "lead"], id="the latest stored first"),
        pytest.param({"source": "weekly"}, ["copy"], id="a source"),
        pytest.param({"q": "flood -source:weekly", "agency": "dpa"}, ["first"], id="a field here and one there"),
        pytest.param({"q": "flood source:daily", "source": "weekly"}, [], id="a field here against one there"),
        pytest.param({"language": "en"}, ["head"], id="a language stands for its regions"),
        pytest.param({"language": "zh-Hant"}, ["lead"], id="a script of a language stands for its regions, too"),
        pytest.param({"language": ["de", "zh-Hant"]}, ["lead", "first"], id="several languages"),
        pytest.param({"until": "2026-11-23T12:00:00Z"}, ["head", "lead"], id="until a moment"),
        pytest.param({"since": "2026-11-22T12:00:00Z", "copies": "true"}, ["head", "copy", "first"], id="since one"),
        pytest.param({"published_since": "2026-01-01"}, [], id="what has no date was not published then"),
        pytest.param({"story": 7}, [], id="a story that nobody told"),
        pytest.param({"q": "elephant"}, [], id="nothing"),
    ],
)
def test_filters_hold_for_what_is_found(client: Client, query: dict[str, Any], found: list[str]) -> None:
    assert urls(client, **query) == found


@pytest.mark.usefixtures("floods")
@pytest.mark.parametrize("order", ["best", "newest"])
def test_pages_show_each_article_once(client: Client, order: str) -> None:
    asked: dict[str, Any] = {"q": "flood", "copies": "true", "order": order, "limit": 3}
    first = client.get("/v1/articles", **asked).json
    second = client.get("/v1/articles", **asked, cursor=first["next"]).json
    shown = [found["article_id"] for page in (first, second) for found in page["articles"]]
    assert (len(first["articles"]), sorted(shown), second["next"]) == (3, [1, 2, 3, 4], None)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        pytest.param({"q": "autor:x"}, "q: there is no field autor", id="a field that is not there"),
        pytest.param({"q": "-"}, "q: there is no word to search for", id="no word"),
        pytest.param({"q": "a OR -b"}, "q: OR stands between words", id="no sense"),
        pytest.param({"q": "x" * 2001}, "q: string should have at most 2000 characters", id="a text"),
        pytest.param({"q": "x", "order": "oldest"}, "comes best or newest first", id="an order that search has not"),
        pytest.param({"order": "best"}, "comes best or newest first", id="the best of what was not searched for"),
        pytest.param({"q": "x", "cursor": "n5"}, "this cursor belongs to another question", id="a cursor of a list"),
        pytest.param({"cursor": "qb5.0.1"}, "this cursor belongs to another question", id="a cursor of a search"),
        pytest.param({"q": "x", "cursor": "qn5.0.1"}, "this cursor belongs", id="a cursor of the other order"),
        pytest.param({"q": "x", "cursor": "qb5.0"}, "must be the `next`", id="a cursor that was cut off"),
    ],
)
def test_what_cannot_be_searched_is_said_in_one_sentence(client: Client, query: dict[str, Any], sentence: str) -> None:
    answer = client.get("/v1/articles", **query)
    assert answer.status == 422
    assert sentence in answer.error


def test_a_cursor_beyond_all_articles_finds_nothing(client: Client) -> None:
    assert client.get("/v1/articles", q="x", cursor=f"qb{10**17}.{10**17}.{9**9}").json == {
        "articles": [],
        "next": None,
    }
