"""What templates can write: escaped text, and links that lead to the web alone."""

from datetime import UTC, datetime, timedelta

import pytest

from delivery.pages import rendering

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("url", ["https://news.example/a?b=c#d", "http://127.0.0.1:80/", "HTTPS://News.Example/ü"])
def test_web_addresses_may_be_linked(url: str) -> None:
    assert rendering.web(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//news.example/a",
        "/articles/1",
        "https:",
        "https:///a",
        "https://[broken/",
        "https://news.example/a\u202egnp.exe",
        "https://news.example/ a",
        "",
        None,
    ],
)
def test_nothing_else_is_linked(url: str | None) -> None:
    assert rendering.web(url) is None
    assert rendering.host(url) == ""


def test_the_host_of_an_address_is_said_shortly() -> None:
    assert rendering.host("https://www.news.example/a") == "news.example"


def test_moments_are_written_in_utc_and_as_spans() -> None:
    moment = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
    assert (rendering.when(moment), rendering.when(None)) == ("2026-11-23 11:00", "never")
    assert rendering.ago(moment, NOW) == "60m ago"
    assert rendering.ago(NOW + timedelta(minutes=3), NOW) == "in 3m"
    assert rendering.ago(None, NOW) == "never"


def test_a_key_is_one_part_of_a_path_whatever_it_holds() -> None:
    assert rendering.part("a/b?c#d é") == "a%2Fb%3Fc%23d%20%C3%A9"


def test_numbers_have_their_thousands_apart() -> None:
    assert rendering.number(1234567) == "1\u202f234\u202f567"


def test_text_is_escaped_and_a_name_that_is_missing_is_an_error() -> None:
    shown = rendering.rendered("problem.html", {"here": "", "now": NOW, "status": 404, "sentence": "<script>&\"'"})
    assert "&lt;script&gt;&amp;&#34;&#39;" in shown
    with pytest.raises(Exception, match="'sentence' is undefined"):
        rendering.rendered("problem.html", {"here": "", "now": NOW, "status": 404})


def test_no_template_marks_anything_safe_or_brings_a_script_or_a_style() -> None:
    for file in rendering.TEMPLATES.glob("*.html"):
        text = file.read_text(encoding="utf-8")
        for word in ("|safe", "| safe", "autoescape false", "<script", "<style", " style=", " onclick", "javascript:"):
            assert word not in text, (file.name, word)
