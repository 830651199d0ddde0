"""The frontier: what is listed is fetched once, in order, and again only when there is a reason."""

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, select, update

from storage import articles, frontier, shapes
from storage.database import CHUNK, Database
from storage.frontier import BEFORE_HORIZON, IDLE_READS_LIMIT, LinkEntry, Origin, Outcome
from storage.records import LinkKind, LinkState
from storage.schema import link
from tests.storage.facts import (
    DAILY,
    DAY,
    HOUR,
    MINUTE,
    NOW,
    WEEKLY,
    count,
    endpoint_of,
    keep,
    link_row,
    listed,
    name_of,
    next_names,
    next_row,
    page,
    record,
)

# record ---------------------------------------------------------------------------------------------------------------


def test_a_link_is_recorded_once_however_often_it_is_listed(writing: Connection) -> None:
    assert record(writing, listed("a"), listed("b"), listed("a")) == 2
    assert record(writing, listed("b"), listed("c"), at=NOW + HOUR) == 1
    assert next_names(writing, NOW + HOUR) == ["a", "b", "c"]
    assert link_row(writing, "b").found_at == NOW


def test_more_links_than_one_statement_holds_are_recorded(writing: Connection) -> None:
    entries = [listed(f"{number:04}") for number in range(2 * CHUNK + 1)]
    assert record(writing, *entries) == len(entries)
    assert record(writing, *entries) == 0


def test_two_sources_that_list_one_link_each_have_their_own(writing: Connection) -> None:
    for source_id in (DAILY, WEEKLY):
        assert len(frontier.record(writing, Origin(source_id, None), [listed("a")], NOW)) == 1
    assert [next_names(writing, source_id=source_id) for source_id in (DAILY, WEEKLY)] == [["a"], ["a"]]


def test_what_the_endpoint_said_of_a_link_comes_back_with_it(writing: Connection) -> None:
    claims: dict[str, Any] = {
        "title": "Rain over Größenstadt",
        "published": NOW - HOUR,
        "published_raw": "Mon, 23 Nov 2026 12:00 +0100",
        "modified": NOW - MINUTE,
        "authors": ("Ada Reed", "Bo Lind"),
        "description": "It rains.",
        "in_language": "de",
        "section": "Weather",
        "keywords": ("rain",),
        "image_url": "https://daily.example/rain.jpg",
        "also": ("https://proxy.example/rain",),
    }
    entry = listed("a", **claims)
    found_by = endpoint_of(writing)
    record(writing, entry, endpoint_id=found_by.endpoint_id, depth=2)
    row = next_row(writing, "a")
    assert row.link == entry.link
    assert (row.fetch_key, row.article_key) == (entry.fetch_key, entry.article_key)
    assert (row.endpoint_id, row.depth, row.attempts, row.is_reread) == (found_by.endpoint_id, 2, 0, False)


def test_a_skipped_link_is_counted_and_not_fetched(writing: Connection) -> None:
    assert record(writing, listed("old", LinkState.SKIPPED, BEFORE_HORIZON)) == 1
    assert next_names(writing, NOW + 365 * DAY) == []
    assert frontier.next_due(writing, DAILY) is None
    assert link_row(writing, "old").reason == BEFORE_HORIZON


@pytest.mark.parametrize(
    ("before", "again", "state"),
    [
        pytest.param({"reason": BEFORE_HORIZON}, {}, "pending", id="an undated one that a list read whole shows"),
        pytest.param({"reason": BEFORE_HORIZON, "published": NOW - 90 * DAY}, {}, "skipped", id="one known to be old"),
        pytest.param({"reason": BEFORE_HORIZON, "modified": NOW - 90 * DAY}, {}, "skipped", id="one changed long ago"),
        pytest.param({"reason": "off-site"}, {}, "skipped", id="one of another site"),
        pytest.param(
            {"reason": BEFORE_HORIZON},
            {"state": LinkState.SKIPPED, "reason": BEFORE_HORIZON},
            "skipped",
            id="one that is skipped once more",
        ),
    ],
)
def test_a_skipped_link_that_is_listed_again(
    writing: Connection, before: dict[str, Any], again: dict[str, Any], state: str
) -> None:
    record(writing, listed("a", LinkState.SKIPPED, **before))
    record(writing, listed("a", **again), at=NOW + HOUR)
    assert link_row(writing, "a").state == state
    assert next_names(writing, NOW + HOUR) == (["a"] if state == "pending" else [])


# next_links -----------------------------------------------------------------------------------------------------------


def test_new_articles_come_first_the_newest_before_the_older_then_pages_then_what_is_read_again(
    writing: Connection,
) -> None:
    record(writing, listed("again"))
    frontier.settle(writing, next_row(writing, "again"), Outcome(LinkState.STORED, next_try_at=NOW), NOW)
    record(writing, listed("deep", published=NOW), depth=1)
    record(writing, page("page"), listed("undated"), listed("older", published=NOW - DAY), listed("new", published=NOW))
    assert next_names(writing) == ["new", "older", "undated", "deep", "page", "again"]


def test_no_more_links_come_than_were_asked_for(writing: Connection) -> None:
    record(writing, *(listed(name) for name in "abcde"))
    assert next_names(writing, limit=2) == ["a", "b"]


def test_a_link_under_way_does_not_come_again(writing: Connection) -> None:
    record(writing, listed("a"), listed("b"))
    assert next_names(writing, busy=[next_row(writing, "a").link_id]) == ["b"]


def test_a_link_waits_for_its_next_try(writing: Connection) -> None:
    record(writing, listed("a"))
    later = Outcome(LinkState.PENDING, "HTTP 503", next_try_at=NOW + HOUR)
    frontier.settle(writing, next_row(writing, "a"), later, NOW)
    assert next_names(writing, NOW + HOUR - MINUTE) == []
    assert (row := next_row(writing, "a", NOW + HOUR)).attempts == 1
    assert row.state is LinkState.PENDING


moments = st.none() | st.integers(0, 3).map(lambda hours: NOW - hours * HOUR)
candidates = st.tuples(moments, st.integers(0, 2), st.booleans())


def _place(number: int, published: datetime | None, depth: int, is_page: bool) -> tuple[Any, ...]:
    return is_page, depth, published is None, -(published or NOW).timestamp(), number


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(candidates, max_size=12), limit=st.integers(1, 12))
def test_the_order_is_kind_then_depth_then_newest_then_first_found(
    database: Database, drawn: list[tuple[datetime | None, int, bool]], limit: int
) -> None:
    with database.write() as connection:
        connection.execute(delete(link))
        for number, (published, depth, is_page) in enumerate(drawn):
            entry = (page if is_page else listed)(str(number), published=published)
            record(connection, entry, depth=depth)
        expected = sorted(range(len(drawn)), key=lambda number: _place(number, *drawn[number]))
        assert next_names(connection, limit=limit) == [str(number) for number in expected[:limit]]


# one article, several addresses ---------------------------------------------------------------------------------------


def test_of_several_addresses_of_one_article_one_is_fetched(writing: Connection) -> None:
    record(writing, listed("a"), listed("a?amp", article_key="daily.example/a"), listed("b"))
    assert next_names(writing) == ["a", "b"]


def test_the_other_addresses_wait_while_the_first_is_under_way(writing: Connection) -> None:
    record(writing, listed("a"), listed("a?amp", article_key="daily.example/a"), listed("b"))
    assert next_names(writing, busy=[next_row(writing, "a").link_id]) == ["b"]


def test_when_the_first_address_fails_the_second_is_tried(writing: Connection) -> None:
    record(writing, listed("a"), listed("a?amp", article_key="daily.example/a"))
    frontier.settle(writing, next_row(writing, "a"), Outcome(LinkState.FAILED, "HTTP 404"), NOW)
    assert next_names(writing) == ["a?amp"]


@pytest.mark.parametrize(
    "listed_as",
    [
        pytest.param({"article_key": "daily.example/a"}, id="known by its article key"),
        pytest.param({"article_key": "other"}, id="known by its fetch key"),
    ],
)
def test_a_link_to_a_stored_article_is_settled_without_a_fetch(writing: Connection, listed_as: dict[str, Any]) -> None:
    name = "a?amp" if listed_as["article_key"] == "daily.example/a" else "a"
    article_id = keep(writing, "a")
    record(writing, listed(name, **listed_as), listed("b"))
    assert next_names(writing) == ["b"]
    row = link_row(writing, name)
    assert (row.state, row.reason, row.article_id) == ("duplicate", "known by its address", article_id)
    assert (row.next_try_at, row.outcome_at) == (None, NOW)


def test_a_page_of_a_listing_is_no_duplicate_of_an_article(writing: Connection) -> None:
    keep(writing, "news")
    record(writing, page("news"))
    assert next_names(writing) == ["news"]


def test_duplicates_do_not_use_up_the_room_of_what_is_new(writing: Connection) -> None:
    for number in range(8):
        keep(writing, f"known{number}")
    record(writing, *(listed(f"known{number}", published=NOW) for number in range(8)), listed("new"))
    assert next_names(writing, limit=2) == ["new"]


def test_a_thousand_duplicates_in_a_row_are_settled_at_once(writing: Connection) -> None:
    article_id = keep(writing, "a")
    keys = {f"daily.example/{number}": "https://daily.example/a" for number in range(1_100)}
    articles.add_aliases(writing, article_id, keys, NOW)
    record(writing, *(listed(str(number)) for number in range(1_100)))
    assert next_names(writing, limit=1) == []
    assert frontier.pending(writing, DAILY, NOW) == 0


# settle ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        pytest.param(Outcome(LinkState.SKIPPED, "gallery"), ("skipped", "gallery", None), id="no article"),
        pytest.param(Outcome(LinkState.FAILED, "HTTP 410"), ("failed", "HTTP 410", None), id="gone"),
        pytest.param(
            Outcome(LinkState.PENDING, "HTTP 503", NOW + HOUR), ("pending", "HTTP 503", NOW + HOUR), id="later"
        ),
        pytest.param(Outcome(LinkState.STORED, None, NOW + DAY), ("stored", None, NOW + DAY), id="stored"),
    ],
)
def test_an_outcome_is_kept_with_its_reason_and_its_next_try(
    writing: Connection, outcome: Outcome, told: tuple[str, str | None, datetime | None]
) -> None:
    record(writing, listed("a"))
    frontier.settle(writing, next_row(writing, "a"), outcome, NOW + MINUTE)
    row = link_row(writing, "a")
    assert (row.state, row.reason, row.next_try_at) == told
    assert (row.outcome_at, row.attempts) == (NOW + MINUTE, 1)


def test_an_outcome_that_is_rolled_back_leaves_the_link_pending(database: Database) -> None:
    with database.write() as connection:
        record(connection, listed("a"))
    with database.write() as connection:
        frontier.settle(connection, next_row(connection, "a"), Outcome(LinkState.STORED), NOW)
        connection.get_transaction().rollback()  # type: ignore[union-attr]  # there is one
    with database.write() as connection:
        assert next_names(connection) == ["a"]


def test_validators_are_kept_byte_by_byte_until_a_body_brings_others(writing: Connection) -> None:
    record(writing, listed("a"))
    etag, modified = 'W/"5f-ü~"', "Mon, 23 Nov 2026 11:59:59 gmt"
    read = Outcome(LinkState.STORED, None, NOW, http_etag=etag, http_last_modified=modified, body_hash="b1")
    frontier.settle(writing, next_row(writing, "a"), read, NOW)
    row = next_row(writing, "a")
    assert (row.http_etag, row.http_last_modified, row.body_hash) == (etag, modified, "b1")
    frontier.settle(writing, row, Outcome(LinkState.STORED, None, NOW, idle=True), NOW)  # a 304
    assert next_row(writing, "a").http_etag == etag
    frontier.settle(writing, row, Outcome(LinkState.STORED, None, NOW, body_hash="b2"), NOW)  # a body without an ETag
    row = next_row(writing, "a")
    assert (row.http_etag, row.http_last_modified, row.body_hash) == (None, None, "b2")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param(True, [(0, 0), (0, 1), (0, 2), (0, 0), (0, 1)], id="an endpoint said so: its word is weighed"),
        pytest.param(False, [(0, 0), (1, 0), (2, 0), (3, 0), (4, 0)], id="by plan: the plan goes on"),
    ],
)
def test_re_reads_are_counted(writing: Connection, told: bool, expected: list[tuple[int, int]]) -> None:
    record(writing, listed("a"))
    counted = []
    for idle in (False, True, True, False, True):
        row = replace(next_row(writing, "a"), was_told=told)
        frontier.settle(writing, row, Outcome(LinkState.STORED, None, NOW, idle=idle), NOW)
        after = link_row(writing, "a")
        counted.append((after.rereads, after.idle_reads))
    assert counted == expected


def test_idle_readings_of_a_further_page_are_counted_by_plan_too(writing: Connection) -> None:
    record(writing, page("a"))
    for _ in range(3):
        frontier.settle(writing, next_row(writing, "a"), Outcome(LinkState.STORED, "read", NOW, idle=True), NOW)
    assert (link_row(writing, "a").rereads, link_row(writing, "a").idle_reads) == (2, 2)


def test_what_was_read_in_this_visit_waits_for_the_next(writing: Connection) -> None:
    record(writing, listed("a"))
    frontier.settle(writing, next_row(writing, "a"), Outcome(LinkState.STORED, None, LATER), LATER)
    assert frontier.next_links(writing, DAILY, LATER, 10, [], NOW) == []
    assert [row.link_id for row in frontier.next_links(writing, DAILY, LATER, 10, [], LATER + MINUTE)] == [1]


# when it is read again ------------------------------------------------------------------------------------------------


def _stored(connection: Connection, idle_reads: int = 0, **claims: Any) -> int:
    """Have the feed list "a", store its article, and read it again in vain so many times; return the feed's id."""
    feed = endpoint_of(connection).endpoint_id
    record(connection, listed("a", **claims), endpoint_id=feed)
    row = next_row(connection, "a")
    article_id = keep(connection, "a")
    frontier.settle(connection, row, Outcome(LinkState.STORED, None, NOW, article_id), NOW)
    for _ in range(idle_reads):
        told = replace(next_row(connection, "a"), was_told=True)
        frontier.settle(connection, told, Outcome(LinkState.STORED, None, NOW, article_id, idle=True), NOW)
    frontier.settle(
        connection,
        replace(next_row(connection, "a"), was_told=True),
        Outcome(LinkState.STORED, None, None, article_id, idle=idle_reads > 0),
        NOW,
    )
    return feed


LATER = NOW + HOUR


@pytest.mark.parametrize(
    ("read_at", "claimed", "again"),
    [
        pytest.param("12:00:30.4", "12:00:00", True, id="12:00 can be 12:00:45"),
        pytest.param("12:01:00", "12:00:00", False, id="12:00 is over at 12:01"),
        pytest.param("12:00:30.4", "12:00:30", True, id="12:00:30 can be 12:00:30.9"),
        pytest.param("12:00:31", "12:00:30", False, id="12:00:30 is over a second later"),
        pytest.param("12:00:30.4", "12:00:30.399999", False, id="a fraction of a second is exact"),
        pytest.param("12:00:30.4", "12:00:30.5", True, id="a fraction of a second later"),
        pytest.param("00:00:30", "00:00:00", False, id="midnight is a date without a time"),
    ],
)
def test_a_date_of_change_is_as_late_as_its_precision_allows_and_is_followed_once(
    writing: Connection, read_at: str, claimed: str, *, again: bool
) -> None:
    feed = _stored(writing)
    moments = [datetime.combine(NOW, time.fromisoformat(said), UTC) for said in (read_at, claimed)]
    writing.execute(update(link).values(outcome_at=moments[0], next_try_at=None))
    record(writing, listed("a", modified=moments[1]), at=LATER, endpoint_id=feed)
    assert (_next_try(writing) == LATER) is again
    writing.execute(update(link).values(next_try_at=None))
    record(writing, listed("a", modified=moments[1]), at=LATER, endpoint_id=feed)
    assert _next_try(writing) is None


def _next_try(connection: Connection) -> datetime | None:
    moment: datetime | None = connection.execute(select(link.c.next_try_at)).scalar_one()
    return moment


@pytest.mark.parametrize(
    ("first", "then", "again"),
    [
        pytest.param({"modified": NOW}, {"modified": NOW + MINUTE}, True, id="its time of change moved"),
        pytest.param({"modified": NOW}, {"modified": NOW}, False, id="its time of change is the same"),
        pytest.param({"modified": NOW}, {"modified": NOW - MINUTE}, False, id="its time of change went back"),
        pytest.param({"modified": NOW}, {}, False, id="its time of change is not told any more"),
        pytest.param({}, {"modified": NOW + MINUTE}, True, id="a change after it was read is told for the first time"),
        pytest.param(
            {}, {"modified": NOW - MINUTE}, False, id="a change before it was read is told for the first time"
        ),
        pytest.param({}, {"modified": NOW}, True, id="it changed in the minute in which it was read"),
        pytest.param({"title": "Rain"}, {"title": "Rain stops"}, True, id="it has another title"),
        pytest.param({"title": "Rain"}, {"title": "Rain"}, False, id="it has the same title"),
        pytest.param({"title": "Rain"}, {}, False, id="it has no title any more"),
    ],
)
def test_a_stored_article_is_read_again_when_its_endpoint_claims_a_change(
    writing: Connection, first: dict[str, Any], then: dict[str, Any], again: bool
) -> None:
    feed = _stored(writing, **first)
    assert record(writing, listed("a", **then), at=LATER, endpoint_id=feed) == 0
    assert next_names(writing, LATER) == (["a"] if again else [])


def test_a_title_is_compared_with_that_of_the_endpoint_that_listed_it_first(writing: Connection) -> None:
    _stored(writing, title="Rain stops over the whole of the north")
    front_page = endpoint_of(writing, "https://daily.example/").endpoint_id
    record(writing, listed("a", title="Rain stops"), at=LATER, endpoint_id=front_page)
    assert next_names(writing, LATER) == []
    assert link_row(writing, "a").title == "Rain stops over the whole of the north"


def test_one_claim_leads_to_one_re_read(writing: Connection) -> None:
    feed = _stored(writing, title="Rain", modified=NOW)
    changed = listed("a", title="Snow", modified=NOW + MINUTE)
    record(writing, changed, at=LATER, endpoint_id=feed)
    frontier.settle(writing, next_row(writing, "a", LATER), Outcome(LinkState.STORED, article_id=1), LATER)
    record(writing, changed, at=LATER + HOUR, endpoint_id=feed)
    assert next_names(writing, LATER + HOUR) == []


@pytest.mark.parametrize(
    ("idle_reads", "again"),
    [
        pytest.param(IDLE_READS_LIMIT - 2, True, id="some were in vain"),
        pytest.param(IDLE_READS_LIMIT - 1, False, id="too many were in vain"),
    ],
)
def test_an_endpoint_that_claims_changes_for_nothing_is_not_believed_for_ever(
    writing: Connection, idle_reads: int, again: bool
) -> None:
    feed = _stored(writing, idle_reads, modified=NOW)  # the last read that `_stored` makes is in vain too
    assert link_row(writing, "a").idle_reads == idle_reads + 1
    record(writing, listed("a", modified=NOW + MINUTE), at=LATER, endpoint_id=feed)
    assert next_names(writing, LATER) == (["a"] if again else [])


def test_a_change_told_of_another_address_has_the_articles_own_read_again(writing: Connection) -> None:
    feed = _stored(writing)
    record(writing, listed("a?amp", article_key="daily.example/a", title="Rain"), endpoint_id=feed)
    assert next_names(writing) == []  # settled as a duplicate
    record(writing, listed("a?amp", article_key="daily.example/a", title="Snow"), at=LATER, endpoint_id=feed)
    assert next_names(writing, LATER) == ["a"]


def test_a_change_told_while_the_article_is_read_again_by_plan_has_it_read_once_more(writing: Connection) -> None:
    """The page was perhaps asked for before it was corrected, and the list after."""
    record(writing, listed("a", modified=NOW))
    row = next_row(writing, "a")
    frontier.settle(writing, row, Outcome(LinkState.STORED, None, LATER, keep(writing, "a")), NOW)
    under_way = next_row(writing, "a", LATER)
    record(writing, listed("a", modified=NOW + MINUTE), at=LATER)
    frontier.settle(writing, under_way, Outcome(LinkState.STORED, None, LATER + DAY, idle=True), LATER)
    again = next_row(writing, "a", LATER)
    assert (under_way.was_told, again.was_told) == (False, True)
    frontier.settle(writing, again, Outcome(LinkState.STORED, None, LATER + DAY), LATER)
    assert (link_row(writing, "a").next_try_at, link_row(writing, "a").reason) == (LATER + DAY, None)


def test_a_change_told_before_it_was_ever_fetched_is_noted_and_needs_no_second_fetch(writing: Connection) -> None:
    record(writing, listed("a", modified=NOW))
    record(writing, listed("a", modified=NOW + MINUTE), at=LATER)
    assert next_row(writing, "a", LATER).link.modified == NOW + MINUTE
    assert link_row(writing, "a").next_try_at == NOW


@pytest.mark.parametrize(
    "outcome",
    [
        pytest.param(Outcome(LinkState.FAILED, "HTTP 410"), id="a page that is gone"),
        pytest.param(Outcome(LinkState.SKIPPED, "gallery"), id="a page that is no article"),
    ],
)
def test_what_is_not_stored_is_not_read_again(writing: Connection, outcome: Outcome) -> None:
    record(writing, listed("a", modified=NOW))
    frontier.settle(writing, next_row(writing, "a"), outcome, NOW)
    record(writing, listed("a", modified=NOW + MINUTE), at=LATER)
    assert next_names(writing, LATER) == []


# pages ----------------------------------------------------------------------------------------------------------------


def _read(connection: Connection, entry: LinkEntry, at: datetime = NOW) -> None:
    record(connection, entry, at=at)
    name = entry.link.url.removeprefix("https://daily.example/")
    frontier.settle(connection, next_row(connection, name, at), Outcome(LinkState.STORED), at)


def test_a_child_sitemap_whose_time_moved_is_read_again(writing: Connection) -> None:
    _read(writing, page("map-1.xml", modified=NOW))
    _read(writing, page("map-2.xml", modified=NOW))
    record(writing, page("map-1.xml", modified=NOW), page("map-2.xml", modified=NOW + MINUTE), at=LATER)
    assert next_names(writing, LATER) == ["map-2.xml"]


def test_known_pages_are_reopened_and_articles_are_not(writing: Connection) -> None:
    _read(writing, page("page/2"))
    _read(writing, listed("a"))
    frontier.reopen(writing, DAILY, ["https://daily.example/page/2", "https://daily.example/a"], LATER)
    rows = frontier.next_links(writing, DAILY, LATER, 10, [])
    assert [(name_of(row), row.link.kind) for row in rows] == [("page/2", LinkKind.PAGE)]


def test_reopening_leaves_the_pages_of_other_sources_alone(writing: Connection) -> None:
    _read(writing, page("page/2"))
    frontier.reopen(writing, WEEKLY, ["https://daily.example/page/2"], LATER)
    assert next_names(writing, LATER) == []


# when to come back ----------------------------------------------------------------------------------------------------


def test_when_the_next_link_is_due_and_when_the_next_without_an_outcome(writing: Connection) -> None:
    assert (frontier.next_due(writing, DAILY), frontier.next_retry(writing, DAILY)) == (None, None)
    record(writing, listed("stored"), listed("failing"), listed("skipped", LinkState.SKIPPED, "off-site"))
    stored, failing = Outcome(LinkState.STORED, None, LATER), Outcome(LinkState.PENDING, "HTTP 503", NOW + DAY)
    frontier.settle(writing, next_row(writing, "stored"), stored, NOW)
    frontier.settle(writing, next_row(writing, "failing"), failing, NOW)
    assert (frontier.next_due(writing, DAILY), frontier.next_retry(writing, DAILY)) == (LATER, NOW + DAY)
    assert frontier.next_due(writing, WEEKLY) is None


def test_only_pages_that_are_known_tell_what_an_address_leads_to(writing: Connection) -> None:
    told = {
        "article": Outcome(LinkState.STORED, "HTTP 503"),
        "copy": Outcome(LinkState.DUPLICATE),
        "gallery": Outcome(LinkState.SKIPPED, "gallery"),
        "leaflet": Outcome(LinkState.SKIPPED, "not a page: application/pdf"),
    }
    untold = ("paywall", "login", "captcha", "robots.txt forbids it", "soft 404", "off-site: redirected to a.example")
    silent = {f"silent-{number}": Outcome(LinkState.SKIPPED, reason) for number, reason in enumerate(untold)}
    ads = [listed(f"ad-{number}", LinkState.SKIPPED, "off-site") for number in range(3)]
    record(writing, *map(listed, (*told, *silent, "missing", "trap")), *ads)
    for name, outcome in {**told, **silent, "missing": Outcome(LinkState.FAILED, "HTTP 404")}.items():
        frontier.settle(writing, next_row(writing, name), outcome, NOW)
    frontier.skip(writing, [next_row(writing, "trap").link_id], "trap: the address repeats 'a' 9 times", NOW)
    known = {url.rpartition("/")[2]: there for url, there in shapes.outcomes(writing, DAILY, ["gallery"])}
    assert known == {"article": True, "copy": True, "gallery": False, "leaflet": False}


def test_the_addresses_of_an_article_are_all_that_its_source_showed(writing: Connection) -> None:
    article_id, other = keep(writing, "a"), keep(writing, "b")
    record(writing, *map(listed, ("a?session=1", "a?session=2", "b?session=1", "new")))
    for name, found in (("a?session=1", article_id), ("a?session=2", article_id), ("b?session=1", other)):
        frontier.settle(writing, next_row(writing, name), Outcome(LinkState.DUPLICATE, article_id=found), NOW)
    shown = [(found, url.rpartition("/")[2]) for found, url in shapes.addresses_of(writing, DAILY, [article_id])]
    assert shown == [(article_id, "a?session=2"), (article_id, "a?session=1")]
    assert shapes.addresses_of(writing, WEEKLY, [article_id]) == shapes.addresses_of(writing, DAILY, []) == []


def test_how_many_links_could_be_fetched_now(writing: Connection) -> None:
    record(writing, listed("a"), listed("b"), page("c"), listed("d", LinkState.SKIPPED, "off-site"))
    frontier.settle(writing, next_row(writing, "a"), Outcome(LinkState.PENDING, "HTTP 503", LATER), NOW)
    assert [frontier.pending(writing, DAILY, at) for at in (NOW, LATER)] == [2, 3]
    assert frontier.pending(writing, WEEKLY, LATER) == 0
    assert count(writing, link) == 4


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        pytest.param(False, "the host asks to wait", id="a planned re-read"),
        pytest.param(True, frontier.TOLD, id="a re-read that an endpoint asked for stays one"),
    ],
)
def test_what_is_put_off_uses_up_no_try_and_no_reading(writing: Connection, told: bool, reason: str) -> None:
    record(writing, listed("a"))
    frontier.settle(writing, next_row(writing, "a"), Outcome(LinkState.STORED, None, NOW), NOW)
    before = link_row(writing, "a")
    frontier.postpone(writing, replace(next_row(writing, "a"), was_told=told), "the host asks to wait", LATER)
    after = link_row(writing, "a")
    assert (after.next_try_at, after.reason, after.state) == (LATER, reason, "stored")
    counts = ("attempts", "rereads", "idle_reads", "outcome_at")
    assert [getattr(after, name) for name in counts] == [getattr(before, name) for name in counts]
