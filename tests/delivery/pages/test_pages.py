"""The pages of the dashboard, as a browser without scripts gets them, on both databases."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from storage.database import Database
from storage.frontier import Outcome
from storage.records import LinkState
from storage.schema import article, source, story
from tests.delivery.api.conftest import Answer, Client, client  # noqa: F401 - the fixture
from tests.delivery.conftest import Desk

NOW = datetime.now(UTC)
HTML = {"Accept": "text/html,application/xhtml+xml"}


def page(client: Client, path: str) -> str:  # noqa: F811
    """A page that is there, with its marks taken out of the way of the eye: runs of white space are one space."""
    answer = client.get(path, HTML)
    assert answer.status == 200, answer
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return " ".join(answer.text.split())


def shown(html: str) -> str:
    """What a reader sees of it."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.fixture
def told(database: Database, desk: Desk) -> int:
    """An article with a revision, a copy, a story, and a failed link; return its number."""
    first = desk.keep("https://daily.example/a", NOW - timedelta(minutes=90), also=("https://m.daily.example/a",))
    desk.keep(
        "https://daily.example/b", NOW - timedelta(minutes=90), provenance={"headline": "json-ld"},
        date_published=NOW - timedelta(minutes=100), date_published_precision="minute",
    )  # fmt: skip
    desk.revise("https://daily.example/a", "Corrected", at=NOW)
    copy = desk.keep("https://weekly.example/copy", NOW, source_key="weekly", headline="The same elsewhere")
    desk.list_link("https://daily.example/broken", Outcome(LinkState.FAILED, "HTTP 500"))
    with database.write() as connection:
        values = {"headline": "What happened", "first_seen_at": NOW, "last_seen_at": NOW, "article_count": 2}
        connection.execute(story.insert().values(story_id=3, **values))
        connection.execute(update(article).values(story_id=3))
        connection.execute(update(article).where(article.c.article_id == copy).values(duplicate_of_id=first))
        begun = {"first_visit_at": NOW - timedelta(days=1), "state": "failing", "state_reason": "HTTP 503"}
        connection.execute(update(source).where(source.c.key == "daily").values(**begun))
    return first


def test_an_empty_store_has_all_its_pages(client: Client) -> None:  # noqa: F811
    for path in ("/", "/stories", "/articles", "/search", "/sources", "/watches", "/alerts", "/failed"):
        assert "Newswatch" in page(client, path)


def test_today_shows_figures_sources_and_the_latest(client: Client, told: int) -> None:  # noqa: F811
    html = page(client, "/")
    text = shown(html)
    assert "3 articles in 24 hours" in text
    assert "0 of 1 sources well" in text
    assert "failing The Daily" in text
    assert "10m – 10m" in text
    assert f'href="/articles/{told}"' in html
    assert html.count("<rect") >= 48


def test_an_article_shows_its_revisions_side_by_side_and_its_copies(client: Client, told: int) -> None:  # noqa: F811
    html = page(client, f"/articles/{told}")
    text = shown(html)
    assert "Version 1 → 2" in text
    assert "<ins>Corrected</ins>" in html
    assert re.search(r"<del>Headline.*</del>", html)
    assert "The same elsewhere" in text
    assert "https://m.daily.example/a" in text
    assert 'rel="noopener noreferrer nofollow"' in html
    assert "headline json-ld" in shown(page(client, f"/articles/{told + 1}"))


def test_stories_sources_and_failures_are_shown(client: Client, told: int) -> None:  # noqa: F811
    assert "What happened 2 articles" in shown(page(client, "/stories"))
    assert shown(page(client, "/stories/3")).count("elsewhere") == 1
    assert "failing The Daily HTTP 503" in shown(page(client, "/sources"))
    assert "https://daily.example/feed.xml" in shown(page(client, "/sources/daily"))
    assert "https://daily.example/broken daily HTTP 500" in shown(page(client, "/failed"))


def test_articles_are_chosen_by_a_form_and_go_on_in_pages(client: Client, desk: Desk) -> None:  # noqa: F811
    for number in range(60):
        desk.keep(f"https://daily.example/{number}", in_language="en" if number else "de", headline=f"Number {number}.")
    first = page(client, "/articles?source=&language=en&section=")
    assert "Number 59." in first
    assert "Number 9." not in first
    older = re.search(r'href="(/articles\?[^"]+)">Older', first)
    assert older is not None
    second = page(client, older[1].replace("&amp;", "&"))
    assert "Number 9." in second
    assert "Number 0." not in second


@pytest.mark.parametrize("path", ["/articles/99", "/stories/99", "/sources/nobody", "/nowhere", "/static/../routes.py"])
def test_what_is_not_there_is_said_on_a_page(client: Client, path: str) -> None:  # noqa: F811
    answer = client.get(path, HTML)
    assert (answer.status, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert client.get(path).error


def test_the_style_comes_with_an_etag_and_nothing_comes_from_elsewhere(client: Client) -> None:  # noqa: F811
    style: Answer = client.get("/static/newswatch.css")
    assert (style.status, style.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert client.get("/static/newswatch.css", {"If-None-Match": style.headers["etag"]}).status == 304
    assert not re.search(r"@import|url\(|https?:", style.text)
    assert client.get("/static/newswatch.svg").headers["content-type"].startswith("image/svg+xml")
