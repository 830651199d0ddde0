"""The state that pages carry in themselves, as frameworks write it."""

import json
from typing import Any

import pytest

from crawler.reading import article, endpoint
from crawler.render.state import drawn_list, listed, with_state
from storage.records import EndpointKind, Page
from tests.support.scripted import paragraphs, stories, story

URL = "https://daily.example/"
STORIES = stories(0, 6)
TITLES = [told["title"] for told in STORIES]


def _page(head: str, url: str = URL) -> Page:
    text = f"<!doctype html><html><head><title>The Daily</title></head><body><div id=__next></div>{head}</body></html>"
    return Page(url, text.encode(), "text/html; charset=utf-8")


def _titles(page: Page) -> list[str | None]:
    return [link.title for link in endpoint(page, EndpointKind.LISTING, 100, None).links]


def _nuxt(told: list[dict[str, str]]) -> list[Any]:
    """As Nuxt 3 writes it: a table in which numbers are places of values."""
    table: list[Any] = [{"stories": 1}, [2 + 3 * n for n in range(len(told))]]
    for n, one in enumerate(told):
        table += [{"title": 3 + 3 * n, "url": 4 + 3 * n}, one["title"], one["url"]]
    return table


def _flight(value: Any) -> str:
    """As Next's app router writes it: rows of text, pushed as strings, cut anywhere."""
    row = "1:" + json.dumps(value) + "\n"
    return "".join(
        f"self.__next_f.push([1,{json.dumps(row[at : at + 100])}])</script><script>" for at in range(0, len(row), 100)
    )


DEEP = {"props": {"pageProps": {"sections": [{"items": STORIES[:3]}, {"items": STORIES[3:]}]}}}
SINGLE_QUOTED = "'" + json.dumps(DEEP).replace("\\", "\\\\").replace("'", "\\'") + "'"


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(DEEP)}</script>', id="Next"),
        pytest.param(f"<script>window.__INITIAL_STATE__ = {json.dumps(DEEP)};start()</script>", id="an assignment"),
        pytest.param(f"<script>window['__data'] = {json.dumps(DEEP)}</script>", id="an assignment in brackets"),
        pytest.param(f"<script>self.state = JSON.parse({json.dumps(json.dumps(DEEP))});</script>", id="JSON.parse"),
        pytest.param(f"<script>window.s = JSON.parse({SINGLE_QUOTED});</script>", id="JSON.parse in single quotes"),
        pytest.param(f'<script type="application/json" id="__NUXT_DATA__">{json.dumps(_nuxt(STORIES))}</script>', id="Nuxt"),
        pytest.param(f"<script>{_flight(DEEP)}</script>", id="Next's pushes"),
        pytest.param(
            '<script type="application/ld+json">'
            + json.dumps({"@type": "ItemList", "itemListElement": [{"name": s["title"], "url": s["url"]} for s in STORIES]})
            + "</script>",
            id="JSON-LD",
        ),
        pytest.param(
            '<script type="application/json">'
            + json.dumps([{"title": {"rendered": s["title"]}, "link": URL[:-1] + s["url"]} for s in STORIES])
            + "</script>",
            id="WordPress",
        ),
    ],
)  # fmt: skip
def test_a_list_in_the_pages_own_state_is_read_without_a_browser(script: str) -> None:
    assert _titles(_page(script)) == TITLES


def test_addresses_of_the_state_become_whole() -> None:
    found = endpoint(_page(f"<script>window.x={json.dumps(DEEP)}</script>"), EndpointKind.LISTING, 100, None)
    assert found.links[0].url == "https://daily.example" + STORIES[0]["url"]


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("<script>window.x = {stories: [1, 2]}</script>", id="JavaScript that is no JSON"),
        pytest.param("<script>window.x = JSON.parse('{broken')</script>", id="broken JSON"),
        pytest.param('<script type="application/json">{"a": </script>', id="JSON that was cut off"),
        pytest.param('<script type="application/json">' + "[" * 100_000 + "</script>", id="brackets without end"),
        pytest.param('<script type="application/json">{"title": "/assets/a.js", "url": "/b"}</script>', id="no titles"),
        pytest.param(f"<script>window.x={json.dumps(STORIES[:2])}</script>", id="two entries make no list"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_holds_no_list_adds_nothing(script: str) -> None:
    page = _page(script)
    assert with_state(page.body.decode(), URL) is None


def test_a_title_is_text_and_never_markup() -> None:
    evil: list[Any] = [[{"title": f"A <script>alert({n})</script> story of words", "url": f'/a"{n}'} for n in range(3)]]
    drawn = drawn_list(evil, URL)
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn


TOLD = story(4)
STATED = {"article": {"headline": TOLD["title"], "url": TOLD["url"], "publishedAt": "2026-11-27T08:00:00Z"}}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"bodyHtml": "".join(f"<p>{text}</p>" for text in paragraphs(4))}, id="HTML"),
        pytest.param({"body": "\n".join(paragraphs(4))}, id="plain text"),
        pytest.param({"content": [{"type": "p", "text": text} for text in paragraphs(4)]}, id="blocks"),
        pytest.param(
            {"blocks": [{"data": {"text": text}} for text in paragraphs(4)]}, id="blocks that hold theirs deeper"
        ),
        pytest.param({"paragraphs": paragraphs(4)}, id="a list of strings"),
    ],
)
def test_an_article_in_the_pages_own_state_is_read_without_a_browser(body: dict[str, Any]) -> None:
    state = {"page": {"article": {**STATED["article"], **body}, "teasers": STORIES}}
    page = _page(f"<script>window.__STATE__ = {json.dumps(state)}</script>", "https://daily.example" + TOLD["url"])
    read = article(page, None, None, None, None).article
    assert read is not None
    assert (read.headline, read.article_body.split("\n\n")) == (TOLD["title"], paragraphs(4))


def test_of_several_texts_the_one_with_the_pages_address_is_the_article() -> None:
    others = [
        {"title": story(n)["title"], "url": story(n)["url"], "body": "\n".join(paragraphs(n) * 3)} for n in (1, 2)
    ]
    own = {"title": TOLD["title"], "url": TOLD["url"], "body": "\n".join(paragraphs(4))}
    page = _page(
        f"<script>window.s={json.dumps([others[0], own, others[1]])}</script>", "https://daily.example" + TOLD["url"]
    )
    read = article(page, None, None, None, None).article
    assert read is not None
    assert read.headline == TOLD["title"]


def test_json_that_is_no_feed_is_read_by_what_it_lists() -> None:
    page = Page(
        "https://daily.example/api/latest", json.dumps({"data": {"results": STORIES}}).encode(), "application/json"
    )
    found = endpoint(page, EndpointKind.FEED, 100, None)
    assert (found.kind, [link.title for link in found.links]) == (EndpointKind.FEED, TITLES)


@pytest.mark.parametrize("text", ["{}", "[1, 2, 3]", '{"error": "login"}', "not JSON"])
def test_json_that_lists_nothing_is_no_list(text: str) -> None:
    assert listed(text, URL) is None
