"""Stories as text: the fields of the templates, the lists beside an article, the JSON Feed."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from demo.newsroom import Newsroom, Story
from demo.outlets import OUTLETS, Outlet, outlet
from demo.pages import Pages
from demo.template import Html
from demo.world import World

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
BASE = "http://127.0.0.1:8001"


def stories_of(key: str, count: int = 8) -> tuple[Story, ...]:
    return Newsroom(World.make(articles=count, outlets=[key], now=NOW)).stories(key)


def fields_of(key: str, **changes: Any) -> dict[str, str]:
    story = stories_of(key)[0]
    return Pages(outlet(key), BASE).fields(Story(story.article, 0, NOW, **changes))


@pytest.mark.parametrize("house", OUTLETS, ids=lambda house: house.key)
def test_a_page_leaves_no_slot_unfilled(house: Outlet) -> None:
    stories = stories_of(house.key)
    page = Pages(house, BASE).page("article", stories[0], stories)
    assert re.findall(r"\$\{?[a-z]\w+", page) == []
    assert page.rstrip().endswith("</html>")


def test_markup_in_a_text_is_escaped_and_structured_data_is_not() -> None:
    fields = fields_of("meridian")
    assert isinstance(fields["ld"], Html)
    assert not isinstance(fields["headline"], Html)
    assert json.loads(fields["ld"])["headline"] == fields["headline"]


def test_structured_data_tells_what_is_true() -> None:
    story = stories_of("courier")[0]
    told = json.loads(Pages(outlet("courier"), BASE).fields(story)["ld"])
    assert told["url"] == BASE + story.article.path
    assert [author["name"] for author in told["author"]] == list(story.article.authors)
    assert datetime.fromisoformat(told["datePublished"]) == story.article.published
    assert told["dateModified"] == told["datePublished"]


def test_a_correction_moves_the_date_of_modification_alone() -> None:
    later = NOW + timedelta(hours=1)
    before, after = fields_of("harbour"), fields_of("harbour", corrected=(later,))
    assert datetime.fromisoformat(after["modified_iso"]) == later
    assert {name for name in before if before[name] != after[name]} == {
        "modified", "modified_iso", "modified_822", "ld"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "pattern"),
    [
        pytest.param("meridian", r"\d{4}-\d\d-\d\dT\d\d:\d\d:00\+00:00", id="an outlet in UTC"),
        pytest.param("vestnik", r"\d{4}-\d\d-\d\dT\d\d:\d\d:00\+03:00", id="an outlet three hours east"),
        pytest.param("hokuto", r"\d{4}-\d\d-\d\dT\d\d:\d\d:00\+09:00", id="an outlet nine hours east"),
    ],
)
def test_dates_carry_the_offset_of_the_outlet(key: str, pattern: str) -> None:
    assert re.fullmatch(pattern, fields_of(key)["published_iso"])


def test_an_agency_stands_in_the_byline_where_no_person_does() -> None:
    stories = stories_of("correo", 20)
    pages = Pages(outlet("correo"), BASE)
    bylines = {pages.fields(story)["byline"] for story in stories if story.article.agency}
    assert bylines == {"Agencia Faro"}
    assert all(" y ".join(story.article.authors) == pages.fields(story)["byline"] for story in stories
               if story.article.authors)  # fmt: skip


def test_lists_show_every_kind_of_address_of_an_outlet_that_has_many() -> None:
    pages = Pages(outlet("metro"), BASE)
    listed = {pages.fields(story)["listed"].removeprefix(BASE) for story in stories_of("metro", 60)}
    kinds = {path.split("/")[1].partition("=")[0] for path in listed}
    assert kinds == {"m", "amp", "top-stories", "r", "?p"}


def test_the_list_beside_an_article_does_not_show_the_article_itself() -> None:
    stories = stories_of("viewpoint", 4)
    page = Pages(outlet("viewpoint"), BASE).page("article", stories[1], stories)
    links = set(re.findall(r'href="/world/article/(\d+)/"', page))
    assert links == {str(story.article.number) for story in stories if story != stories[1]}


def test_a_restless_list_begins_elsewhere_at_each_turn() -> None:
    stories = stories_of("courier")
    pages = Pages(outlet("courier"), BASE)
    tops = [
        re.findall(r'<li><a href="([^"]+)"', pages.page("article", stories[0], stories, turn))[0] for turn in (1, 2)
    ]
    assert tops == [BASE + stories[2].article.path, BASE + stories[3].article.path]


def test_a_page_of_the_only_article_has_empty_lists() -> None:
    stories = stories_of("courier", 1)
    page = Pages(outlet("courier"), BASE).page("article", stories[0], stories, turn=3)
    assert "<li>" not in page


def test_what_stands_between_the_paragraphs_comes_where_its_part_says() -> None:
    stories = stories_of("highland")
    page = Pages(outlet("highland"), BASE).page("article", stories[0], stories)
    second, third = stories[0].text.paragraphs[1:3]
    assert page.index(second[:20]) < page.index("c-donate") < page.index(third[:20])


def test_the_json_feed() -> None:
    stories = stories_of("tagblatt")
    feed = json.loads(Pages(outlet("tagblatt"), BASE).json_feed(stories))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["url"] for item in feed["items"]] == [BASE + story.article.path for story in stories]
    assert feed["items"][0]["title"] == stories[0].text.headline
    assert datetime.fromisoformat(feed["items"][0]["date_published"]) == stories[0].article.published


@pytest.mark.parametrize(
    ("key", "part", "has"),
    [
        pytest.param("gazette", "decoy-tag", True, id="its own part"),
        pytest.param("gazette", "rss", True, id="a shared part"),
        pytest.param("meridian", "decoy-tag", False, id="another outlet's part"),
    ],
)
def test_which_parts_an_outlet_has(key: str, part: str, has: bool) -> None:
    assert Pages(outlet(key)).has(part) is has
