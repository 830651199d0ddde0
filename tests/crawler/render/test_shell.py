"""What a page is without its scripts."""

import pytest

from crawler.render.shell import CALLS_MOST, SHELL_LETTERS, shell_of
from storage.records import Page

URL = "https://www.daily.example/world/"


def _page(body: str, head: str = "") -> Page:
    return Page(URL, f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode(), "text/html")


MENU = "<nav>" + "".join(f"<a href=/{n}>Section {n}</a> " for n in range(30)) + "</nav>"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('<div id="root"></div><script src="/app.js"></script>', "an empty <div id=root> and 1 scripts"),
        ('<div id="__next">Loading...</div><script src=/a.js></script><script src=/b.js></script>',
         "an empty <div id=__next> and 2 scripts"),
        (f'{MENU}<div id="app"></div><script>start()</script>', "an empty <div id=app> and 1 scripts"),
        ("<app-root></app-root><script src=/main.js type=module></script>", "an empty <app-root id=...> and 1 scripts"),
        ("<noscript>Please enable JavaScript to read us.</noscript><script src=/a.js></script>",
         "a note that scripts are needed and 1 scripts"),
        ("<p>Short.</p><script src=/a.js></script>", "6 letters of text and 1 scripts"),
    ],
)  # fmt: skip
def test_a_page_that_scripts_fill_is_told(body: str, told: str) -> None:
    assert shell_of(_page(body)).looks_like == told


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            "<p>" + "word " * (SHELL_LETTERS // 5 + 1) + "</p><script src=/a.js></script>", id="a page with text"
        ),
        pytest.param('<div id="root"></div>', id="an empty page without scripts"),
        pytest.param('<p>Soon.</p><script type="application/json">{}</script>', id="JSON is no script"),
        pytest.param("", id="nothing"),
    ],
)
def test_other_pages_are_no_shells(body: str) -> None:
    assert shell_of(_page(body)).looks_like is None


def test_what_scripts_and_styles_say_is_no_text() -> None:
    body = f"<style>{'a{} ' * 2000}</style><script>{'x = 1; ' * 2000}</script><div id=app></div>"
    assert shell_of(_page(body)).looks_like == "an empty <div id=app> and 1 scripts"


@pytest.mark.parametrize(
    ("script", "calls"),
    [
        ('fetch("/api/latest?limit=20").then(draw)', ("https://www.daily.example/api/latest?limit=20",)),
        ("axios.get('/latest.json')", ("https://www.daily.example/latest.json",)),
        ('$.getJSON("https://api.daily.example/v1/stories", draw)', ("https://api.daily.example/v1/stories",)),
        ('x.open("GET", "/stories.php", true)', ("https://www.daily.example/stories.php",)),
        ("fetch(`/api/stories`, {cache: 'no-store'})", ("https://www.daily.example/api/stories",)),
        ("fetch(`/api/stories/${page}`)", ()),
        ('fetch("/api/stories?page=" + page)', ()),
        ('fetch("https://other.example/api/stories")', ()),
        ('fetch("/api/consent")', ()),
        ('fetch("/chunks/main.js")', ()),
        ('fetch("//[broken/api")', ()),
        ('map.get("latest")', ()),
    ],
)
def test_a_list_that_a_script_calls_by_a_plain_address_is_named(script: str, calls: tuple[str, ...]) -> None:
    assert shell_of(_page(f"<div id=root></div><script>{script}</script>")).calls == calls


def test_only_a_few_are_tried() -> None:
    script = ";".join(f'fetch("/api/list{n}")' for n in range(10))
    assert len(shell_of(_page(f"<script>{script}</script>")).calls) == CALLS_MOST
