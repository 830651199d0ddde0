"""The endpoints: what the server last said there, and when it is asked again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Row, select

from storage import endpoints
from storage.endpoints import Answer, Endpoint, EndpointEntry, Failure
from storage.records import EndpointKind
from storage.schema import endpoint
from tests.storage.facts import DAILY, DAY, HOUR, NOW, WEEKLY, endpoint_of, listed, record

FEED, MAP = "https://daily.example/feed", "https://daily.example/map.xml"
ANSWER = Answer(
    at=NOW + HOUR,
    next_visit_at=NOW + 2 * HOUR,
    kind=EndpointKind.NEWS_SITEMAP,
    http_etag='W/"5f-ü~"',
    http_last_modified="Mon, 23 Nov 2026 11:59:59 gmt",
    body_hash="b1",
    floor=timedelta(minutes=30),
)


def entry(url: str, origin: str = "configured") -> EndpointEntry:
    return EndpointEntry(url, url, EndpointKind.UNKNOWN, origin)


def row_of(connection: Connection, url: str = FEED) -> Row[Any]:
    return connection.execute(select(endpoint).where(endpoint.c.url == url)).one()


def all_urls(connection: Connection, source_id: int = DAILY) -> list[str]:
    return [known.url for known in endpoints.all_of(connection, source_id)]


def again(connection: Connection, url: str = FEED) -> Endpoint:
    return next(known for known in endpoints.all_of(connection, DAILY) if known.url == url)


def test_an_endpoint_is_added_once_and_due_at_once(writing: Connection) -> None:
    assert endpoints.add(writing, DAILY, [entry(FEED), entry(MAP)], NOW) == 2
    assert endpoints.add(writing, DAILY, [entry(FEED, "link rel"), entry(MAP)], NOW + DAY) == 0
    known = again(writing)
    assert (known.kind, known.origin, known.next_visit_at, known.state) == (
        EndpointKind.UNKNOWN, "configured", NOW, "active",
    )  # fmt: skip
    assert (known.failures, known.idle_visits, known.floor, known.http_etag) == (0, 0, None, None)


def test_two_sources_may_have_one_endpoint_each_for_itself(writing: Connection) -> None:
    for source_id in (DAILY, WEEKLY):
        endpoints.add(writing, source_id, [entry(FEED)], NOW)
    assert (all_urls(writing, DAILY), all_urls(writing, WEEKLY)) == ([FEED], [FEED])


def test_configured_endpoints_come_first(writing: Connection) -> None:
    endpoints.add(writing, DAILY, [entry(MAP, "robots.txt")], NOW)
    endpoints.add(writing, DAILY, [entry(FEED)], NOW)
    known = endpoints.all_of(writing, DAILY)
    assert [(one.url, one.is_configured) for one in known] == [(FEED, True), (MAP, False)]


def test_an_endpoint_that_is_configured_no_more_stays_as_one_that_was_found(writing: Connection) -> None:
    endpoints.add(writing, DAILY, [entry(FEED), entry(MAP), entry("https://daily.example/", "navigation")], NOW)
    endpoints.add(writing, WEEKLY, [entry(MAP)], NOW)
    endpoints.retire_unconfigured(writing, DAILY, [FEED])
    assert {one.url: one.origin for one in endpoints.all_of(writing, DAILY)} == {
        FEED: "configured",
        MAP: "configured before",
        "https://daily.example/": "navigation",
    }
    assert endpoints.all_of(writing, WEEKLY)[0].is_configured


def test_an_answer_is_remembered_byte_by_byte(writing: Connection) -> None:
    endpoints.note_answer(writing, endpoint_of(writing), ANSWER, showed_new=True)
    known = again(writing)
    assert (known.kind, known.http_etag, known.http_last_modified, known.body_hash, known.floor) == (
        ANSWER.kind, ANSWER.http_etag, ANSWER.http_last_modified, "b1", ANSWER.floor,
    )  # fmt: skip
    assert (known.last_success_at, known.next_visit_at) == (NOW + HOUR, NOW + 2 * HOUR)


def test_an_answer_without_validators_takes_the_old_ones_away(writing: Connection) -> None:
    endpoints.note_answer(writing, endpoint_of(writing), ANSWER, showed_new=True)
    bare = replace(ANSWER, http_etag=None, http_last_modified=None, body_hash="b2", floor=None)
    endpoints.note_answer(writing, again(writing), bare, showed_new=True)
    known = again(writing)
    assert (known.http_etag, known.http_last_modified, known.body_hash, known.floor) == (None, None, "b2", None)


def test_an_unchanged_answer_keeps_what_is_known(writing: Connection) -> None:
    endpoints.note_answer(writing, endpoint_of(writing), ANSWER, showed_new=True)
    quiet = Answer(NOW + DAY, NOW + 2 * DAY, EndpointKind.NEWS_SITEMAP)
    endpoints.note_unchanged(writing, again(writing), quiet)
    known = again(writing)
    assert (known.http_etag, known.body_hash, known.floor) == (ANSWER.http_etag, "b1", ANSWER.floor)
    assert (known.last_success_at, known.next_visit_at, known.idle_visits) == (NOW + DAY, NOW + 2 * DAY, 1)


def test_the_same_bytes_with_new_validators_bring_those(writing: Connection) -> None:
    endpoints.note_answer(writing, endpoint_of(writing), ANSWER, showed_new=True)
    endpoints.note_unchanged(writing, again(writing), replace(ANSWER, http_etag='"new"', http_last_modified=None))
    known = again(writing)
    assert (known.http_etag, known.http_last_modified, known.body_hash) == ('"new"', None, "b1")


def test_idle_visits_are_counted_until_something_new_comes(writing: Connection) -> None:
    known, counted = endpoint_of(writing), []
    for step in ("old", "304", "old", "new", "304"):
        if step == "304":
            endpoints.note_unchanged(writing, known, Answer(NOW, NOW, EndpointKind.FEED))
        else:
            endpoints.note_answer(writing, known, ANSWER, showed_new=step == "new")
        counted.append(again(writing).idle_visits)
    assert counted == [1, 2, 3, 0, 1]


def test_when_an_endpoint_last_showed_something_new(writing: Connection) -> None:
    endpoints.note_answer(writing, endpoint_of(writing), ANSWER, showed_new=True)
    endpoints.note_answer(writing, again(writing), replace(ANSWER, at=NOW + DAY), showed_new=False)
    assert row_of(writing).last_new_at == ANSWER.at


@pytest.mark.parametrize(
    ("is_gone", "state"),
    [
        pytest.param(False, "active", id="it is asked again"),
        pytest.param(True, "gone", id="it is asked no more"),
    ],
)
def test_a_failure_is_remembered_with_its_reason(writing: Connection, is_gone: bool, state: str) -> None:
    endpoints.note_answer(writing, endpoint_of(writing), ANSWER, showed_new=True)
    endpoints.note_failure(writing, again(writing), Failure(NOW + DAY, "HTTP 410", NOW + 2 * DAY, is_gone=is_gone))
    row = row_of(writing)
    assert (row.state, row.state_reason, row.failures) == (state, "HTTP 410", 1)
    assert (row.last_attempt_at, row.last_success_at, row.next_visit_at) == (NOW + DAY, ANSWER.at, NOW + 2 * DAY)
    assert row.http_etag == ANSWER.http_etag


def test_failures_are_counted_until_an_answer_comes(writing: Connection) -> None:
    known, counted = endpoint_of(writing), []
    for step in ("failure", "failure", "answer", "failure", "304"):
        match step:
            case "failure":
                endpoints.note_failure(writing, known, Failure(NOW, "no route", NOW))
            case "answer":
                endpoints.note_answer(writing, known, ANSWER, showed_new=False)
            case _:
                endpoints.note_unchanged(writing, known, Answer(NOW, NOW, EndpointKind.FEED))
        counted.append((again(writing).failures, row_of(writing).state_reason))
    assert counted == [(1, "no route"), (2, "no route"), (0, None), (1, "no route"), (0, None)]


def test_a_gone_endpoint_that_answers_is_active_again(writing: Connection) -> None:
    endpoints.note_failure(writing, endpoint_of(writing), Failure(NOW, "HTTP 410", NOW + DAY, is_gone=True))
    endpoints.note_answer(writing, again(writing), ANSWER, showed_new=False)
    assert (again(writing).state, row_of(writing).state_reason) == ("active", None)


def test_a_survey_counts_what_each_endpoint_listed_first(writing: Connection) -> None:
    feed, sitemap = endpoint_of(writing, FEED), endpoint_of(writing, MAP)
    record(writing, listed("a"), listed("b"), endpoint_id=feed.endpoint_id)
    record(writing, listed("b"), listed("c"), endpoint_id=sitemap.endpoint_id)
    surveyed = endpoints.surveyed(writing, DAILY)
    assert [(one.url, one.kind, one.links) for one in surveyed] == [
        (FEED, EndpointKind.FEED, 2),
        (MAP, EndpointKind.FEED, 1),
    ]
    assert endpoints.surveyed(writing, WEEKLY) == []


def test_an_endpoint_is_put_off_and_counted_before_it_is_asked(writing: Connection) -> None:
    known = endpoint_of(writing)
    for visit in (1, 2):
        endpoints.postpone(writing, [known.endpoint_id], NOW + visit * HOUR)
        row = row_of(writing)
        assert (row.next_visit_at, row.visits) == (NOW + visit * HOUR, visit)


def test_a_redirection_is_followed_when_two_answers_in_a_row_say_the_same(writing: Connection) -> None:
    def answer(moved_to: str | None) -> Endpoint:
        endpoints.note_answer(
            writing, endpoints.all_of(writing, DAILY)[0], replace(ANSWER, moved_to=moved_to), showed_new=False
        )
        return endpoints.all_of(writing, DAILY)[0]

    endpoint_of(writing)
    assert answer(MAP).url == FEED
    assert answer(None).moved_to is None, "an answer without it begins the count anew"
    assert answer(MAP).url == FEED
    assert answer(f"{MAP}?2").url == FEED, "another target, too"
    assert answer(f"{MAP}?2").url == f"{MAP}?2"
    moved = endpoints.all_of(writing, DAILY)[0]
    assert (moved.moved_from, moved.moved_to) == (FEED, None)
    endpoints.move_back(writing, moved)
    back = endpoints.all_of(writing, DAILY)[0]
    assert (back.url, back.moved_from, back.http_etag) == (FEED, None, None)


def test_failures_add_up_by_their_weight_until_an_answer(writing: Connection) -> None:
    for weight in (1.0, 0.5, 0.25):
        endpoints.note_failure(writing, endpoint_of(writing), Failure(NOW, "HTTP 500", NOW + HOUR, weight=weight))
    assert (endpoint_of(writing).trouble, endpoint_of(writing).failures) == (1.75, 3)
    endpoints.note_answer(writing, endpoint_of(writing), ANSWER, showed_new=False)
    assert (endpoint_of(writing).trouble, endpoint_of(writing).failures) == (0.0, 0)


def test_a_liar_is_remembered_with_its_reason(writing: Connection) -> None:
    endpoints.note_audit(writing, endpoint_of(writing), NOW, None)
    assert (endpoint_of(writing).audited_at, endpoint_of(writing).honest_since) == (NOW, NOW)
    endpoints.note_audit(writing, endpoint_of(writing), NOW + DAY, None)
    assert (endpoint_of(writing).audited_at, endpoint_of(writing).honest_since) == (NOW + DAY, NOW)
    endpoints.note_audit(writing, endpoint_of(writing), NOW + 2 * DAY, "it lies")
    endpoints.note_answer(writing, endpoint_of(writing), ANSWER, showed_new=True)
    endpoints.note_unchanged(writing, endpoint_of(writing), ANSWER)
    liar = endpoint_of(writing)
    assert (liar.lies, liar.honest_since, liar.state_reason) == (1, None, "it lies")
    assert endpoints.remarks(writing) == [("daily", FEED, "it lies")]


def test_an_endpoint_on_standby_is_watched_again_when_it_shows_something_new(writing: Connection) -> None:
    known = endpoint_of(writing)
    endpoints.stand_by(writing, [known.endpoint_id], NOW + DAY, "covered")
    assert (endpoint_of(writing).state, endpoint_of(writing).next_visit_at) == ("standby", NOW + DAY)
    endpoints.note_answer(writing, endpoint_of(writing), ANSWER, showed_new=False)
    endpoints.note_unchanged(writing, endpoint_of(writing), ANSWER)
    assert (endpoint_of(writing).state, endpoint_of(writing).is_watched) == ("standby", True)
    endpoints.note_answer(writing, endpoint_of(writing), ANSWER, showed_new=True)
    assert endpoint_of(writing).state == "active"


def test_a_named_endpoint_that_ended_is_told(writing: Connection) -> None:
    endpoints.note_failure(writing, endpoint_of(writing), Failure(NOW, "HTTP 410", NOW + HOUR, is_gone=True))
    assert endpoints.remarks(writing) == [("daily", FEED, "HTTP 410")]
    endpoints.wake(writing, [endpoint_of(writing).endpoint_id], NOW)
    assert endpoint_of(writing).next_visit_at == NOW


def test_what_it_listed_and_when_it_wants_rest_is_kept(writing: Connection) -> None:
    answer = replace(ANSWER, listed=["0a1b2c3d+", "4e5f6a7b"], quiet={"hours": [1, 2], "days": [6]}, is_whole=True)
    answer = replace(answer, standing=["0a1b2c3d", "8c9d0e1f"])
    endpoints.note_answer(writing, endpoint_of(writing), answer, showed_new=True)
    known = endpoint_of(writing)
    assert (known.listed, known.standing) == (answer.listed, answer.standing)
    assert (known.quiet, known.audited_at) == (answer.quiet, answer.at)
