"""Tombstones: what is chosen, what is left of an article, and how far changes are deleted."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, select, text, update

from storage import articles, changes, consumers, retention
from storage.records import ChangeKind
from storage.schema import article, link, revision
from tests.storage.facts import DAILY, DAY, NOW, endpoint_of, keep, listed, record


def kept(connection: Connection, days: Sequence[int], source_key: str = "daily") -> list[int]:
    """An article for each number of days after NOW."""
    return [keep(connection, f"{source_key}-{day}", NOW + day * DAY, source_key=source_key) for day in days]


def test_the_sources_of_all_articles_are_found_each_once(writing: Connection) -> None:
    assert retention.source_keys(writing) == []
    kept(writing, [0, 1], "weekly")
    kept(writing, [0, 1, 2], "daily")
    (moved,) = kept(writing, [0], "a source that no file names")
    retention.bury(writing, [moved], NOW)
    assert sorted(retention.source_keys(writing)) == ["a source that no file names", "daily", "weekly"]


def test_articles_before_a_moment_are_too_old(writing: Connection) -> None:
    ids = kept(writing, [3, 1, 0])
    kept(writing, [0], "weekly")
    assert retention.too_old(writing, "daily", NOW + 2 * DAY) == ids[1:]
    assert retention.too_old(writing, "daily", NOW) == []


@pytest.mark.parametrize(("most", "surplus"), [(0, 3), (1, 2), (2, 1), (3, 0), (9, 0)])
def test_articles_beyond_the_newest_are_too_many(writing: Connection, most: int, surplus: int) -> None:
    ids = kept(writing, [0, 1, 2])
    assert sorted(retention.too_many(writing, "daily", most)) == ids[:surplus]


def test_articles_of_one_moment_are_counted_by_their_number(writing: Connection) -> None:
    first, second = keep(writing, "a"), keep(writing, "b")
    assert retention.too_many(writing, "daily", 1) == [first]
    assert second not in retention.too_many(writing, "daily", 1)


def test_a_buried_article_is_chosen_no_more(writing: Connection) -> None:
    (old, _) = kept(writing, [0, 1])
    retention.bury(writing, [old], NOW + 5 * DAY)
    assert retention.too_old(writing, "daily", NOW + DAY) == []
    assert retention.too_many(writing, "daily", 1) == []


def test_the_words_of_a_buried_article_are_gone_from_all_its_versions(writing: Connection) -> None:
    old = keep(writing, "old", description="In short", authors=("A. Writer",), keywords=("flood",))
    retention.bury(writing, [old], NOW + DAY)
    row = writing.execute(select(article)).mappings().one()
    assert (row["headline"], row["description"], row["article_body"]) == ("", None, "")
    assert (row["authors"], row["keywords"], row["pruned_at"]) == ([], [], NOW + DAY)
    assert (row["url"], row["text_hash"]) == ("https://daily.example/old", "text of old")
    version = writing.execute(select(revision)).mappings().one()
    assert (version["headline"], version["article_body"], version["authors"]) == ("", "", [])


def test_a_buried_article_is_known_by_its_address_and_by_its_text(writing: Connection) -> None:
    old = keep(writing, "old")
    retention.bury(writing, [old], NOW)
    by_address = articles.look_up(writing, ["daily.example/old"], None, None)
    by_text = articles.look_up(writing, [], None, "text of old")
    assert [match.article_id for match in by_address] == [match.article_id for match in by_text] == [old]


def test_a_buried_article_is_not_asked_for_again(writing: Connection) -> None:
    old = keep(writing, "old")
    record(writing, listed("old", description="More old words"))
    writing.execute(update(link).values(article_id=old, next_try_at=NOW, title="Old words"))
    retention.bury(writing, [old], NOW)
    assert writing.execute(select(link.c.next_try_at, link.c.title, link.c.claims)).one() == (None, None, None)
    assert writing.execute(select(link.c.source_id)).scalar_one() == DAILY


@pytest.mark.parametrize(
    "claims", [{"title": "Old words"}, {"title": "Other words"}, {"modified": NOW + 2 * DAY}], ids=str
)
def test_a_list_that_still_has_a_buried_article_does_not_bring_it_back(
    writing: Connection, claims: dict[str, Any]
) -> None:
    old, feed = keep(writing, "old"), endpoint_of(writing).endpoint_id
    record(writing, listed("old", title="Old words"), endpoint_id=feed)
    writing.execute(update(link).values(article_id=old, state="stored", outcome_at=NOW, next_try_at=None))
    retention.bury(writing, [old], NOW)
    record(writing, listed("old", **claims), endpoint_id=feed, at=NOW + 3 * DAY)
    assert writing.execute(select(link.c.next_try_at, link.c.title, link.c.reason)).one() == (None, None, None)


def test_each_deletion_is_a_change_and_the_article_has_its_number(writing: Connection) -> None:
    ids = kept(writing, [0, 1, 2])
    retention.bury(writing, [ids[1], ids[0]], NOW + DAY)
    told = changes.after(writing, 3)
    assert [(item.change_seq, item.article_id, item.kind) for item in told] == [
        (4, ids[0], ChangeKind.REMOVED),
        (5, ids[1], ChangeKind.REMOVED),
    ]
    assert {item.what for item in told} == {(retention.REASON,)}
    numbers = writing.execute(select(article.c.change_seq).order_by(article.c.article_id)).scalars().all()
    assert numbers == [4, 5, 3]
    assert changes.last_number(writing) == 5


def test_a_buried_article_is_not_among_the_articles_and_its_versions_are_empty(writing: Connection) -> None:
    old, young = kept(writing, [0, 1])
    retention.bury(writing, [old], NOW)
    assert writing.execute(text("SELECT article_id FROM v1_article")).scalars().all() == [young]
    version = text("SELECT headline, article_body FROM v1_revision WHERE article_id = :id")
    assert writing.execute(version, {"id": old}).all() == [("", None)]


# changes --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cursor", "days", "left"),
    [
        pytest.param(5, 3, [4, 5], id="those before the window"),
        pytest.param(2, 3, [3, 4, 5], id="not what our own follower has not had"),
        pytest.param(5, 99, [], id="all, when all are old"),
        pytest.param(5, 0, [1, 2, 3, 4, 5], id="none, when none is old"),
    ],
)
def test_changes_are_deleted(writing: Connection, cursor: int, days: int, left: list[int]) -> None:
    kept(writing, range(5))
    consumers.take(writing, f"{consumers.OURS}search", None, cursor, NOW)
    consumers.start(writing, "archive", 0, NOW)
    assert retention.prune_changes(writing, NOW + days * DAY) == 5 - len(left)
    if left:
        assert [item.change_seq for item in changes.after(writing, left[0] - 1)] == left


def test_nothing_is_deleted_before_our_followers_have_begun(writing: Connection) -> None:
    kept(writing, range(3))
    assert retention.prune_changes(writing, NOW + 99 * DAY) == 0


def test_what_was_deleted_is_told_by_the_articles_as_they_are(writing: Connection) -> None:
    ids = kept(writing, range(4))
    consumers.take(writing, f"{consumers.OURS}search", None, 4, NOW)
    retention.prune_changes(writing, NOW + 2 * DAY)
    told = changes.since(writing, 0, 1)
    assert [(item.change_seq, item.article_id) for item in told] == [(1, ids[0])]
    seen = [0]
    while more := changes.since(writing, seen[-1], 1):
        seen += [item.change_seq for item in more]
    assert seen == [0, 1, 2, 3, 4]


def test_texts_are_chosen_by_age_once_and_not_of_the_buried(writing: Connection) -> None:
    first, second, third = kept(writing, [0, 1, 2])
    retention.bury(writing, [first], NOW)
    assert retention.bodies_too_old(writing, "daily", NOW + 2 * DAY) == [second]
    retention.strip(writing, [second], NOW)
    assert retention.bodies_too_old(writing, "daily", NOW + 9 * DAY) == [third]
    row = writing.execute(select(article).where(article.c.article_id == second)).mappings().one()
    assert (row["article_body"], row["body_pruned_at"], row["pruned_at"]) == ("", NOW, None)
    assert row["headline"]


def test_the_page_of_an_article_without_its_text_is_not_read_again(writing: Connection) -> None:
    old = keep(writing, "old")
    record(writing, listed("old"))
    writing.execute(update(link).values(article_id=old, next_try_at=NOW, title="T"))
    retention.strip(writing, [old], NOW)
    assert writing.execute(select(link.c.next_try_at, link.c.title)).all() == [(None, "T")]
