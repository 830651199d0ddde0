"""Which requests of a page are let through."""

from dataclasses import replace

import pytest

from crawler.render.sieve import NAVIGATIONS_MOST, REQUESTS_MOST, Asked, refusal
from crawler.render.trackers import TRACKERS, is_tracker

SITES = frozenset({"daily.example"})
CALL = Asked("https://api.daily.example/latest", "fetch")
PAGE = Asked("https://www.daily.example/home", "document", is_main=True)
FRAME = Asked("https://www.daily.example/box", "document")


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(CALL, id="a call for data"),
        pytest.param(replace(CALL, url="https://cdn.example/app.js", kind="script"), id="a script from elsewhere"),
        pytest.param(replace(CALL, kind="xhr", method="POST"), id="a GraphQL question to its own site"),
        pytest.param(replace(CALL, method="HEAD"), id="a question whether something is there"),
        pytest.param(PAGE, id="a page that leads to /home by script"),
        pytest.param(FRAME, id="a frame of the same site"),
        pytest.param(replace(FRAME, url="https://cdn.privacy-mgmt.com/index.html"), id="the frame of a consent dialog"),
    ],
)
def test_what_links_and_text_come_from_is_let_through(asked: Asked) -> None:
    assert refusal(asked, SITES) is None


@pytest.mark.parametrize("kind", ["image", "media", "font", "websocket", "eventsource", "ping", "manifest", "other"])
def test_what_no_article_needs_is_not_loaded(kind: str) -> None:
    assert refusal(replace(CALL, kind=kind), SITES) == f"{kind}: not needed"


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (replace(CALL, url="file:///etc/passwd", kind="document"), "not http or https"),
        (replace(CALL, url="data:text/html,hello", kind="document", is_main=True), "not http or https"),
        (replace(CALL, url="blob:https://daily.example/1", kind="document"), "not http or https"),
        (replace(CALL, method="DELETE"), "DELETE: changes something"),
        (replace(CALL, url="https://www.google-analytics.com/g/collect"), "tracker"),
        (replace(CALL, requests=REQUESTS_MOST), "too many requests"),
        (replace(CALL, url="https://other.example/graphql", method="POST"), "POST to another site"),
        (replace(PAGE, url="https://other.example/"), "the page leads to another site"),
        (replace(PAGE, may_lead_on=False), "the page leads elsewhere"),
        (replace(PAGE, navigations=NAVIGATIONS_MOST), "the page leads elsewhere"),
        (replace(FRAME, url="https://other.example/"), "frame of another site"),
        (replace(FRAME, url="https://[broken/"), "frame of another site"),
    ],
)
def test_a_refusal_says_why(asked: Asked, reason: str) -> None:
    assert refusal(asked, SITES) == reason


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://securepubads.g.doubleclick.net/tag/js/gpt.js", True),
        ("https://doubleclick.net/", True),
        ("https://notdoubleclick.net/", False),
        ("https://connect.facebook.net:443/en_US/fbevents.js", True),
        ("https://www.facebook.com/story", False),
        ("https://daily.example/doubleclick.net", False),
        ("no address", False),
    ],
)
def test_a_tracker_is_known_by_its_domain(url: str, expected: bool) -> None:
    assert is_tracker(url) is expected


def test_each_tracker_is_written_as_hosts_are_compared() -> None:
    assert all(name == name.lower() and "." in name and "/" not in name for name in TRACKERS)
