"""What is told of an address: each link, endpoint and article behind it, with its reason."""

import pytest
from sqlalchemy import Connection

from storage import articles, endpoints, frontier, traces
from storage.endpoints import Failure
from storage.frontier import Origin, Outcome
from storage.records import EndpointKind, LinkKind, LinkState
from storage.traces import EndpointTrace, LinkTrace
from tests.storage.facts import DAY, HOUR, MINUTE, NOW, WEEKLY, endpoint_of, keep, listed, next_row, record

URL, KEY, FEED = "https://daily.example/a", "daily.example/a", "https://daily.example/feed"


def test_a_link_tells_what_became_of_it_and_who_listed_it(writing: Connection) -> None:
    record(writing, listed("a"), endpoint_id=endpoint_of(writing, FEED).endpoint_id)
    later = Outcome(LinkState.PENDING, "HTTP 503", NOW + HOUR)
    frontier.settle(writing, next_row(writing, "a"), later, NOW + MINUTE)
    assert traces.links(writing, URL, KEY) == [
        LinkTrace(
            source_key="daily",
            url=URL,
            kind=LinkKind.ARTICLE,
            state=LinkState.PENDING,
            reason="HTTP 503",
            attempts=1,
            found_at=NOW,
            outcome_at=NOW + MINUTE,
            next_try_at=NOW + HOUR,
            article_id=None,
            listed_by=FEED,
        )
    ]


def test_a_link_that_no_endpoint_listed_is_told_too(writing: Connection) -> None:
    record(writing, listed("a", LinkState.SKIPPED, "off-site"))
    (told,) = traces.links(writing, URL, KEY)
    assert (told.listed_by, told.state, told.reason) == (None, LinkState.SKIPPED, "off-site")


def test_each_source_that_listed_a_link_is_told(writing: Connection) -> None:
    record(writing, listed("a"))
    frontier.record(writing, Origin(WEEKLY, None), [listed("a")], NOW)
    assert [told.source_key for told in traces.links(writing, URL, KEY)] == ["daily", "weekly"]


@pytest.mark.parametrize(
    ("fetch_key", "urls"),
    [
        pytest.param(URL, [URL], id="the very address"),
        pytest.param("https://daily.example/a?print", [URL, f"{URL}?amp"], id="another address of the article"),
    ],
)
def test_the_very_address_goes_before_others_of_the_article(
    writing: Connection, fetch_key: str, urls: list[str]
) -> None:
    record(writing, listed("a"), listed("a?amp", article_key=KEY), listed("b"))
    assert [told.url for told in traces.links(writing, fetch_key, KEY)] == urls


def test_an_endpoint_tells_how_it_does(writing: Connection) -> None:
    endpoints.note_failure(writing, endpoint_of(writing, FEED), Failure(NOW, "HTTP 500", NOW + DAY))
    assert traces.endpoints(writing, FEED) == [
        EndpointTrace("daily", FEED, EndpointKind.FEED, "configured", "active", "HTTP 500", 1, NOW, None, NOW + DAY)
    ]


def test_articles_are_found_by_each_of_their_keys_once(writing: Connection) -> None:
    first, second = keep(writing, "a"), keep(writing, "b")
    articles.add_aliases(writing, first, {"m.daily.example/a": "https://m.daily.example/a"}, NOW)
    assert traces.articles(writing, [URL, KEY, "m.daily.example/a"]) == [first]
    assert traces.articles(writing, ["daily.example/b", KEY]) == [first, second]


def test_of_an_unknown_address_nothing_is_told(writing: Connection) -> None:
    unknown = "https://nobody.example/"
    assert traces.links(writing, unknown, unknown) == []
    assert traces.endpoints(writing, unknown) == []
    assert traces.articles(writing, [unknown]) == []
