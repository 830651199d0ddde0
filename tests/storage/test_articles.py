"""The articles: stored once, found by each of their addresses, revised into versions, taken away with a note."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Row, select

from storage import articles, changes
from storage.articles import Keepsake, Match, OldText
from storage.records import ChangeKind, Precision
from storage.schema import article, article_alias, revision
from tests.storage.facts import DAY, HOUR, NOW, count, keep, keepsake

FULL: dict[str, Any] = {
    "canonical_url": "https://daily.example/news/a",
    "description": "It rains.",
    "article_body": "It rains in Größenstadt.\n\nIt will go on: 大雨.",
    "authors": ("Ada Reed", "Bo Lind"),
    "date_published": NOW - HOUR,
    "date_published_raw": "2026-11-23T12:00:00+01:00",
    "date_published_precision": Precision.MINUTE,
    "date_published_offset": 60,
    "date_modified": NOW,
    "in_language": "de",
    "article_section": "Weather",
    "keywords": ("rain", "weather"),
    "main_image_url": "https://daily.example/rain.jpg",
    "image_caption": "Rain",
    "is_accessible_for_free": False,
    "is_live": True,
    "agency": "Wire",
    "provenance": {"headline": "json-ld", "authors": "meta"},
    "discovered_via": "https://daily.example/feed",
}
LISTS = ("authors", "keywords")


def row_of(connection: Connection, article_id: int) -> Row[Any]:
    return connection.execute(select(article).where(article.c.article_id == article_id)).one()


def match_of(connection: Connection, name: str) -> Match:
    (match,) = articles.look_up(connection, [f"daily.example/{name}"], None, None)
    return match


def revise(connection: Connection, name: str, kept: Keepsake, *what: str) -> None:
    number = changes.lock_counter(connection) + 1
    articles.revise(connection, kept, match_of(connection, name), what, number)
    changes.advance_counter(connection, number)


def remove(connection: Connection, article_id: int) -> bool:
    number = changes.lock_counter(connection) + 1
    removed = articles.mark_removed(connection, article_id, "HTTP 410", NOW + DAY, number)
    changes.advance_counter(connection, number if removed else number - 1)
    return removed


# add ------------------------------------------------------------------------------------------------------------------


def test_each_field_comes_back_as_it_was_read(writing: Connection) -> None:
    row = row_of(writing, keep(writing, "a", **FULL))
    assert {name: getattr(row, name) for name in FULL} == {
        name: list(value) if name in LISTS else value for name, value in FULL.items()
    }
    assert (row.first_seen_at, row.fetched_at, row.last_seen_at) == (NOW, NOW, NOW)
    assert (row.version, row.change_seq, row.word_count, row.duplicate_of_id, row.removed_at) == (1, 1, 9, None, None)


def test_what_is_unknown_stays_unknown(writing: Connection) -> None:
    row = row_of(writing, keep(writing, "a"))
    unknown = [name for name in FULL if name not in {"article_body", "provenance", "is_live", *LISTS}]
    assert {getattr(row, name) for name in unknown} == {None}
    assert (row.authors, row.keywords, row.provenance) == ([], [], {})


def test_a_new_article_is_told_once_with_its_first_version(writing: Connection) -> None:
    article_id = keep(writing, "a")
    (told,) = changes.after(writing, 0)
    assert (told.change_seq, told.article_id, told.kind, told.what, told.at) == (1, article_id, ChangeKind.NEW, (), NOW)
    version = writing.execute(select(revision)).one()
    assert (version.article_id, version.version, version.headline, version.what) == (article_id, 1, "Headline of a", [])


# look_up --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param((["daily.example/a"], None, None), [("a", "key")], id="by its article key"),
        pytest.param((["https://daily.example/a"], None, None), [("a", "key")], id="by its fetch key"),
        pytest.param((["x", "daily.example/a", "https://daily.example/a"], None, None), [("a", "key")], id="once"),
        pytest.param(([], "daily.example/b", None), [("b", "canonical")], id="by the canonical address"),
        pytest.param(([], None, "text of a"), [("a", "text")], id="by its text"),
        pytest.param((["unknown"], "unknown", "unknown"), [], id="unknown"),
        pytest.param(([], None, None), [], id="nothing to go by"),
        pytest.param(
            (["daily.example/b", "daily.example/a"], "daily.example/c", "text of c"),
            [("a", "key"), ("b", "key"), ("c", "canonical"), ("c", "text")],
            id="the strongest evidence first, the oldest first within it",
        ),
    ],
)
def test_look_up(
    writing: Connection, asked: tuple[list[str], str | None, str | None], found: list[tuple[str, str]]
) -> None:
    for name in "abc":
        keep(writing, name)
    matches = articles.look_up(writing, *asked)
    assert [(match.url.rpartition("/")[2], match.matched_by) for match in matches] == found


def test_a_match_tells_what_the_decision_needs(writing: Connection) -> None:
    article_id = keep(writing, "a")
    told = ("https://daily.example/a", "daily", "daily.example/a", "Headline of a", "text of a", "content of a", 1)
    assert match_of(writing, "a") == Match(article_id, *told, matched_by="key")


def test_an_article_without_a_text_hash_is_no_copy_of_another(writing: Connection) -> None:
    kept = keepsake("a")
    articles.add(writing, Keepsake(kept.article, kept.own_key, None, kept.content_hash, NOW), 1)
    assert articles.look_up(writing, [], None, None) == []


# aliases --------------------------------------------------------------------------------------------------------------


def test_an_address_leads_to_the_article_it_was_given_to(writing: Connection) -> None:
    article_id = keep(writing, "a")
    added = articles.add_aliases(writing, article_id, {"m.daily.example/a": "https://m.daily.example/a"}, NOW)
    assert (added, articles.look_up(writing, ["m.daily.example/a"], None, None)[0].article_id) == (1, article_id)


def test_an_address_that_is_taken_stays_with_its_article(writing: Connection) -> None:
    first, second = keep(writing, "a"), keep(writing, "b")
    taken = {"daily.example/a": "https://elsewhere.example/", "fresh": "https://daily.example/fresh"}
    assert articles.add_aliases(writing, second, taken, NOW + DAY) == 1
    kept = {row.key: row.article_id for row in writing.execute(select(article_alias))}
    assert (kept["daily.example/a"], kept["fresh"]) == (first, second)
    urls = writing.execute(select(article_alias.c.url).where(article_alias.c.key == "daily.example/a"))
    assert urls.scalar_one() == "https://daily.example/a"


# revise, remove, touch ------------------------------------------------------------------------------------------------


def test_a_revision_is_the_next_version_and_keeps_the_one_before(writing: Connection) -> None:
    article_id = keep(writing, "a")
    revise(writing, "a", keepsake("a", NOW + HOUR, headline="Corrected", authors=("Ada Reed",)), "headline", "authors")
    row = row_of(writing, article_id)
    assert (row.headline, row.authors, row.version, row.change_seq) == ("Corrected", ["Ada Reed"], 2, 2)
    assert (row.first_seen_at, row.fetched_at, row.last_seen_at) == (NOW, NOW + HOUR, NOW + HOUR)
    versions = writing.execute(select(revision).order_by(revision.c.version)).all()
    assert [(v.version, v.headline, v.what, v.change_seq) for v in versions] == [
        (1, "Headline of a", [], 1),
        (2, "Corrected", ["headline", "authors"], 2),
    ]
    told = changes.after(writing, 1)[0]
    assert (told.kind, told.what, told.at) == (ChangeKind.REVISED, ("headline", "authors"), NOW + HOUR)


def test_a_revision_does_not_move_an_article_to_another_address_or_source(writing: Connection) -> None:
    article_id = keep(writing, "a", discovered_via="https://daily.example/feed")
    revise(writing, "a", keepsake("a", url="https://amp.example/a", source_key="weekly"), "headline")
    row = row_of(writing, article_id)
    assert (row.url, row.source_key, row.own_key) == ("https://daily.example/a", "daily", "daily.example/a")
    assert row.discovered_via == "https://daily.example/feed"


def test_what_a_new_version_does_not_tell_any_more_is_unknown(writing: Connection) -> None:
    article_id = keep(writing, "a", description="It rains.")
    revise(writing, "a", keepsake("a"), "description")
    assert row_of(writing, article_id).description is None


def test_versions_are_counted_on(writing: Connection) -> None:
    article_id = keep(writing, "a")
    for number in range(4):
        revise(writing, "a", keepsake("a", headline=f"Version {number}"), "headline")
    assert (row_of(writing, article_id).version, match_of(writing, "a").version) == (5, 5)


def test_an_article_that_is_gone_is_noted_once(writing: Connection) -> None:
    article_id = keep(writing, "a")
    assert [remove(writing, article_id) for _ in range(2)] == [True, False]
    row = row_of(writing, article_id)
    assert (row.removed_at, row.change_seq, row.headline, row.version) == (NOW + DAY, 2, "Headline of a", 1)
    assert [(told.kind, told.what) for told in changes.after(writing, 1)] == [(ChangeKind.REMOVED, ("HTTP 410",))]


def test_an_article_that_comes_back_is_not_gone_any_more(writing: Connection) -> None:
    article_id = keep(writing, "a")
    remove(writing, article_id)
    revise(writing, "a", keepsake("a", NOW + 2 * DAY), "article_body")
    assert row_of(writing, article_id).removed_at is None
    assert remove(writing, article_id)


def test_an_article_that_does_not_exist_cannot_go(writing: Connection) -> None:
    assert not remove(writing, 4711)
    assert changes.after(writing, 0) == []


def test_what_was_taken_away_and_is_there_again_is_told(writing: Connection) -> None:
    article_id = keep(writing, "a")
    number = changes.lock_counter(writing)
    assert not articles.restore(writing, article_id, NOW, number + 1)
    assert remove(writing, article_id)
    number = changes.lock_counter(writing) + 1
    assert articles.restore(writing, article_id, NOW + DAY, number)
    changes.advance_counter(writing, number)
    row = row_of(writing, article_id)
    assert (row.removed_at, row.change_seq, row.version) == (None, number, 1)
    told = [(entry.kind, entry.what) for entry in changes.after(writing, 0)]
    assert told[-2:] == [(ChangeKind.REMOVED, ("HTTP 410",)), (ChangeKind.REVISED, ("back",))]


def test_seen_again_unchanged_is_no_change(writing: Connection) -> None:
    article_id = keep(writing, "a")
    articles.touch(writing, article_id, NOW + DAY)
    row = row_of(writing, article_id)
    assert (row.last_seen_at, row.fetched_at, row.version, count(writing, revision)) == (NOW + DAY, NOW, 1, 1)
    assert changes.last_number(writing) == 1


def test_the_stored_version_to_compare_with(writing: Connection) -> None:
    article_id = keep(writing, "a", **FULL)
    assert articles.old_text(writing, article_id) == OldText(
        "Headline of a",
        FULL["article_body"],
        ("Ada Reed", "Bo Lind"),
        NOW - timedelta(hours=1),
        False,
        "text of a",
    )
