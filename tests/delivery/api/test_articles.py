"""Articles, stories and sources over HTTP: what is asked for comes, in pages, whole, and with an ETag."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from delivery.articles import COLUMNS
from storage.database import Database
from storage.schema import article, story
from tests.delivery.api.conftest import Client
from tests.delivery.conftest import NOW, Desk


def urls(client: Client, **query: Any) -> list[str]:
    """The last parts of the addresses that a question finds."""
    answer = client.get("/v1/articles", **query)
    assert answer.status == 200, answer
    return [found["url"].rpartition("/")[2] for found in answer.json["articles"]]


def test_an_empty_store_answers_with_an_empty_page(client: Client) -> None:
    assert client.get("/v1/articles").json == {"articles": [], "next": None}


def test_an_article_has_the_columns_of_the_contract_with_times_in_utc(client: Client, desk: Desk) -> None:
    desk.keep("https://daily.example/a", date_published=NOW, authors=("Ann Other",), in_language="en")
    (found,) = client.get("/v1/articles").json["articles"]
    assert list(found) == list(COLUMNS)
    assert (found["date_published"], found["authors"], found["agency"]) == ("2026-11-23T12:00:00Z", ["Ann Other"], None)


@pytest.fixture
def three(desk: Desk) -> None:
    """Three articles that differ in everything that can be asked for."""
    desk.keep("https://daily.example/old", NOW - timedelta(days=2), in_language="en-GB", article_section="World")
    desk.keep("https://daily.example/mid", NOW - timedelta(days=1), in_language="de", agency="dpa", date_published=NOW)
    desk.keep("https://weekly.example/new", NOW, source_key="weekly", in_language="eng")


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param({}, ["new", "mid", "old"], id="all, newest first"),
        pytest.param({"order": "oldest"}, ["old", "mid", "new"], id="oldest first"),
        pytest.param({"source": "weekly"}, ["new"], id="one source"),
        pytest.param({"source": ["weekly", "daily"]}, ["new", "mid", "old"], id="several sources"),
        pytest.param({"source": "nobody"}, [], id="a source that is not there"),
        pytest.param({"language": "en"}, ["old"], id="a language stands for its regions and for no longer tag"),
        pytest.param({"language": ["en", "de"]}, ["mid", "old"], id="several languages"),
        pytest.param({"section": "World"}, ["old"], id="a section"),
        pytest.param({"agency": "dpa"}, ["mid"], id="an agency"),
        pytest.param({"since": "2026-11-22T12:00:00Z"}, ["new", "mid"], id="since a moment, it included"),
        pytest.param({"until": "2026-11-22T13:00:00+01:00"}, ["old"], id="until a moment, it excluded"),
        pytest.param({"since": "2026-11-22"}, ["new", "mid"], id="a date alone is its midnight in UTC"),
        pytest.param({"published_since": "2026-11-23T00:00:00"}, ["mid"], id="what has no date was not published then"),
        pytest.param({"story": 7}, [], id="a story that nobody told"),
    ],
)
def test_a_question_finds(client: Client, query: dict[str, Any], found: list[str]) -> None:
    assert urls(client, **query) == found


def test_pages_show_each_article_once_though_new_ones_come_in_between(client: Client, desk: Desk) -> None:
    for number in range(5):
        desk.keep(f"https://daily.example/{number}")
    read: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        page = client.get("/v1/articles", limit=2, fields="url", **cursor).json
        read += [found["url"].rpartition("/")[2] for found in page["articles"]]
        desk.keep(f"https://daily.example/meanwhile{len(read)}")
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert read == ["4", "3", "2", "1", "0"]


def test_pages_go_forward_too_and_then_meet_what_came_meanwhile(client: Client, desk: Desk) -> None:
    for number in range(3):
        desk.keep(f"https://daily.example/{number}")
    first = client.get("/v1/articles", order="oldest", limit=2).json
    desk.keep("https://daily.example/3")
    assert urls(client, order="oldest", cursor=first["next"]) == ["2", "3"]


def test_only_the_fields_that_are_asked_for_come(client: Client, desk: Desk) -> None:
    desk.keep("https://daily.example/a")
    page = client.get("/v1/articles", fields="headline,article_id").json
    assert page["articles"] == [{"article_id": 1, "headline": "Headline of https://daily.example/a"}]
    page = client.get("/v1/articles", fields="url").json
    assert page["articles"] == [{"url": "https://daily.example/a"}]


def test_copies_can_be_left_out(client: Client, database: Database, desk: Desk) -> None:
    first = desk.keep("https://daily.example/first")
    copy = desk.keep("https://weekly.example/copy", source_key="weekly")
    with database.write() as connection:
        connection.execute(update(article).where(article.c.article_id == copy).values(duplicate_of_id=first))
    assert urls(client) == ["copy", "first"]
    assert urls(client, copies="false") == ["first"]


# one article ----------------------------------------------------------------------------------------------------------


def test_one_article_comes_with_its_versions_addresses_and_copies(
    client: Client, database: Database, desk: Desk
) -> None:
    first = desk.keep("https://daily.example/a", also=("https://m.daily.example/a",))
    desk.revise("https://daily.example/a", "Corrected", at=NOW + timedelta(hours=1))
    copy = desk.keep("https://weekly.example/copy", source_key="weekly")
    with database.write() as connection:
        connection.execute(update(article).where(article.c.article_id == copy).values(duplicate_of_id=first))
    found = client.get(f"/v1/articles/{first}").json
    assert (found["article"]["headline"], found["article"]["version"]) == ("Corrected", 2)
    assert [(r["version"], r["headline"], r["what"]) for r in found["revisions"]] == [
        (1, "Headline of https://daily.example/a", []),
        (2, "Corrected", ["headline"]),
    ]
    assert {alias["url"] for alias in found["aliases"]} == {"https://daily.example/a", "https://m.daily.example/a"}
    assert [other["article_id"] for other in found["copies"]] == [copy]
    assert [other["article_id"] for other in client.get(f"/v1/articles/{copy}").json["copies"]] == [first]


def test_the_articles_of_one_group_are_copies_of_each_other(client: Client, database: Database, desk: Desk) -> None:
    ids = [desk.keep(f"https://daily.example/{number}") for number in range(3)]
    with database.write() as connection:
        connection.execute(update(article).where(article.c.article_id != ids[1]).values(syndication_group_id=9))
    assert [other["article_id"] for other in client.get(f"/v1/articles/{ids[0]}").json["copies"]] == [ids[2]]
    assert client.get(f"/v1/articles/{ids[1]}").json["copies"] == []
    assert urls(client, group=9) == ["2", "0"]


def test_an_article_that_is_not_there_is_said_in_one_sentence(client: Client) -> None:
    answer = client.get("/v1/articles/99")
    assert (answer.status, answer.error) == (404, "there is no article 99")


# stories and sources --------------------------------------------------------------------------------------------------


def tell_story(database: Database, story_id: int, *articles: int) -> None:
    """Put articles into a story."""
    with database.write() as connection:
        values = {"headline": f"Story {story_id}", "first_seen_at": NOW, "last_seen_at": NOW, "article_count": 1}
        connection.execute(story.insert().values(story_id=story_id, **values))
        connection.execute(update(article).where(article.c.article_id.in_(articles)).values(story_id=story_id))


def test_stories_come_in_pages_and_one_with_its_articles(client: Client, database: Database, desk: Desk) -> None:
    told = desk.keep("https://daily.example/a")
    for number in (1, 2, 3):
        tell_story(database, number, *([told] if number == 2 else []))
    page = client.get("/v1/stories", limit=2).json
    assert ([found["story_id"] for found in page["stories"]], page["next"]) == ([3, 2], 2)
    page = client.get("/v1/stories", limit=2, before=page["next"]).json
    assert ([found["story_id"] for found in page["stories"]], page["next"]) == ([1], None)
    one = client.get("/v1/stories/2").json
    assert (one["story"]["headline"], [found["article_id"] for found in one["articles"]]) == ("Story 2", [told])
    assert urls(client, story=2) == ["a"]
    assert client.get("/v1/stories/4").error == "there is no story 4"


def test_sources_tell_how_they_do(client: Client, desk: Desk) -> None:
    desk.keep("https://daily.example/a")
    found = client.get("/v1/sources").json["sources"]
    assert [(row["source_key"], row["articles"], row["enabled"]) for row in found] == [
        ("daily", 1, True),
        ("weekly", 0, False),
    ]
    assert client.get("/v1/sources/weekly").json["source"] == found[1]
    assert client.get("/v1/sources/nobody").error == "there is no source nobody"


# ETag -----------------------------------------------------------------------------------------------------------------


def test_who_has_the_answer_already_is_told_so_until_something_changes(client: Client, desk: Desk) -> None:
    desk.keep("https://daily.example/a")
    tag = client.get("/v1/articles").headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        again = client.get("/v1/articles", {"If-None-Match": known})
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    desk.keep("https://daily.example/b")
    changed = client.get("/v1/articles", {"If-None-Match": tag})
    assert changed.status == 200
    assert changed.headers["etag"] != tag
