"""Copies in the keep transaction: one group whatever the order, one group whoever writes, and each change is told."""

import random
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crawler.errands import FetchedArticle
from crawler.identity.copies import COMMON, likeness, print_of
from crawler.identity.shingles import Fingerprint
from crawler.keep import Kept, identified, record
from storage import changes, copies
from storage.database import Database
from storage.put_off import gathering, perform
from storage.records import Article, ChangeKind
from storage.schema import article
from storage.schema_copies import article_copy, fingerprint
from storage.store import open_database
from tests.support.texts import body, story
from tests.support.texts import copies as copies_of

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def read(text: str, name: str, source: str = "", headline: str = "") -> Article:
    """An article of an outlet of its own."""
    source = source or f"paper-{name}"
    return Article(
        f"https://{source}.example/report-of-the-day-{name}", headline or f"Report {name}", text, source_key=source
    )


def keep(database: Database, *articles: Article, at: datetime = NOW) -> list[Kept]:
    kept = []
    for each in articles:
        with database.write() as connection:
            last = changes.lock_counter(connection)
            kept.append(record(connection, identified(FetchedArticle(each)), at, last))
    return kept


def keep_together(database: Database, *articles: Article) -> list[Kept]:
    """The same in one transaction, as the writer does: their copies are looked up at its end."""
    with database.write() as connection, gathering(connection):
        kept = [
            record(connection, identified(FetchedArticle(each)), NOW, changes.lock_counter(connection))
            for each in articles
        ]
        perform(connection)
    return kept


def group_names(database: Database) -> set[frozenset[str]]:
    """Who is together, by the names in the addresses."""
    found: dict[int, set[str]] = {}
    with database.read() as connection:
        for row in connection.execute(select(article.c.article_id, article.c.url, article.c.syndication_group_id)):
            found.setdefault(row.syndication_group_id or row.article_id, set()).add(row.url.rpartition("-")[2])
    return {frozenset(names) for names in found.values()}


def kinds_after(database: Database, cursor: int) -> list[tuple[int, ChangeKind]]:
    with database.read() as connection:
        return [(entry.article_id, entry.kind) for entry in changes.after(connection, cursor)]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty store."""
    opened = open_database(database_url)
    yield opened
    opened.dispose()


def test_a_copy_is_kept_marked_and_told(database: Database) -> None:
    keep(database, read(body(1), "a"))
    keep(database, read(" ".join(story(1)[:20]), "b"))
    with database.read() as connection:
        columns = (
            article.c.article_id,
            article.c.syndication_group_id,
            article.c.duplicate_of_id,
            article.c.change_seq,
        )
        rows = [tuple(row) for row in connection.execute(select(*columns).order_by(article.c.article_id))]
        (mark,) = connection.execute(select(article_copy)).all()
    assert rows == [(1, 1, None, 3), (2, 1, 1, 2)]
    assert (mark.article_id, mark.similarity, mark.added) == (2, 1.0, 0.0)
    assert 0.4 < mark.cut < 0.6
    # the new article is told once, with its group; the earlier one is told that it has one now
    assert kinds_after(database, 1) == [(2, ChangeKind.NEW), (1, ChangeKind.GROUPED)]


def test_what_arrives_last_joins_two_groups(database: Database) -> None:
    halves = [" ".join(story(1)[:20]), " ".join(story(1)[20:])]
    keep(database, read(halves[0], "a"), read(halves[1], "b"))
    assert group_names(database) == {frozenset("a"), frozenset("b")}
    keep(database, read(" ".join(story(1)), "c"))
    assert group_names(database) == {frozenset("abc")}
    assert kinds_after(database, 3) == [(1, ChangeKind.GROUPED), (2, ChangeKind.GROUPED)]


def sketch(*hashes: int) -> Fingerprint:
    """The print of a text that has these shingles and no others, all of them in its beginning."""
    return Fingerprint(len(hashes), tuple(sorted(hashes)), head=(1 << len(hashes)) - 1, numbers=(), contexts=())


def test_a_copy_of_a_later_one_joins_though_the_first_of_the_group_shares_but_a_sentence(database: Database) -> None:
    texts = {
        "a": sketch(*range(1, 101)),
        "b": sketch(*range(1, 51), *range(201, 251)),
        "c": sketch(1, *range(201, 251), *range(301, 341)),
    }
    for name, mine in texts.items():
        with database.write() as connection:
            item = replace(identified(FetchedArticle(read(body(1), name))), fingerprint=mine)
            item = replace(item, candidate=replace(item.candidate, text_hash=None))
            record(connection, item, NOW, changes.lock_counter(connection))
    assert group_names(database) == {frozenset("abc")}


def test_articles_of_one_transaction_are_marked_and_told_as_copies_of_each_other(database: Database) -> None:
    keep_together(database, read(body(1), "a"), read(" ".join(story(1)[:20]), "b"), read(body(2), "c"))
    keep_together(database, read(body(1), "d"), read(body(2), "e"), read(body(2), "f"))
    assert group_names(database) == {frozenset("abd"), frozenset("cef")}
    told = kinds_after(database, 0)
    assert [entry for entry in told if entry[1] is ChangeKind.GROUPED] == [
        (1, ChangeKind.GROUPED),
        (3, ChangeKind.GROUPED),
    ]
    with database.read() as connection:
        marks = connection.execute(select(article_copy.c.article_id, article_copy.c.similarity)).all()
        columns = (article.c.article_id, article.c.duplicate_of_id, article.c.change_seq)
        rows = [tuple(row) for row in connection.execute(select(*columns).order_by(article.c.article_id))]
        assert changes.last_number(connection) == len(told)
    assert sorted(tuple(mark) for mark in marks) == [(2, 1.0), (4, 1.0), (5, 1.0), (6, 1.0)]
    assert rows == [(1, None, 4), (2, 1, 2), (3, None, 8), (4, 1, 5), (5, 3, 6), (6, 3, 7)]


def test_two_groups_of_one_transaction_are_joined_by_its_last_article(database: Database) -> None:
    halves = [" ".join(story(1)[:20]), " ".join(story(1)[20:])]
    named = [read(text, name) for text, name in zip([*halves, *halves, body(1)], "abcde", strict=True)]
    keep_together(database, *named, read(halves[1], "f"))
    assert group_names(database) == {frozenset("abcdef")}
    with database.read() as connection:
        assert set(connection.execute(select(article_copy.c.article_id)).scalars()) <= {2, 3, 4, 5, 6}
        assert set(connection.execute(select(article.c.duplicate_of_id)).scalars()) == {None, 1}
        assert set(connection.execute(select(fingerprint.c.group_id)).scalars()) == {1}


@pytest.mark.parametrize("order", ["abcde", "ecbad", "dbeca"])
def test_each_copy_is_marked_with_how_it_differs_from_the_first_of_its_group(database: Database, order: str) -> None:
    """Whoever it was compared with when its group was found, and whatever groups became one behind it."""
    halves = [" ".join(story(1)[:20]), " ".join(story(1)[20:])]
    texts = dict(zip("abcde", [*halves, body(1), body(1) + body(2), " ".join(story(1)[5:])], strict=True))
    articles = {name: read(texts[name], name) for name in order}
    keep_together(database, *articles.values())
    with database.read() as connection:
        copied = select(article_copy.c.article_id, article_copy.c.similarity, article_copy.c.cut, article_copy.c.added)
        marks = {row.article_id: tuple(row)[1:] for row in connection.execute(copied)}
    prints = [print_of(each) for each in articles.values()]
    assert prints[0] is not None
    wanted = {place: likeness(each, prints[0]) for place, each in enumerate(prints, 1) if each and place > 1}
    assert marks == {place: (each.similarity, each.cut, each.added) for place, each in wanted.items()}


def test_an_article_that_is_corrected_in_the_transaction_in_which_it_came_is_found_by_its_new_text(
    database: Database,
) -> None:
    first = read(body(1), "a")
    keep_together(database, first, replace(first, article_body=body(2)), read(body(2), "b"), read(body(1), "c"))
    assert group_names(database) == {frozenset("ab"), frozenset("c")}


def test_other_articles_stay_alone(database: Database) -> None:
    keep(database, read(body(1), "a"), read(body(2), "b"), read("Watch the video.", "c"), read("Watch the video.", "d"))
    assert len(group_names(database)) == 4


def test_the_same_text_is_a_copy_after_its_fingerprint_is_gone(database: Database) -> None:
    keep(database, read(body(1), "a", headline="Harbour closed"))
    with database.write() as connection:
        assert copies.prune(connection, NOW + timedelta(days=1)) == 1
    keep(database, read(body(1), "b", headline="Harbour closed"))
    keep(database, read(" ".join(story(1)[:20]), "c"))
    assert group_names(database) == {frozenset("abc")}


def test_a_corrected_text_is_compared_anew_and_stays_in_its_group(database: Database) -> None:
    first = read(body(1), "a")
    keep(database, first, read(body(1), "b"), read(body(2), "c"))
    assert keep(database, replace(first, article_body=body(2)))[0].outcome == "revised"
    assert group_names(database) == {frozenset("abc")}
    assert kinds_after(database, 4)[-1] == (3, ChangeKind.GROUPED)


def test_a_corrected_headline_leaves_the_fingerprint_alone(database: Database) -> None:
    first = read(body(1), "a")
    keep(database, first, replace(first, headline="Report a, corrected"))
    keep(database, read(body(1), "b"))
    assert group_names(database) == {frozenset("ab")}


def test_a_text_that_was_emptied_finds_no_copies_any_more(database: Database) -> None:
    first = read(body(1), "a")
    keep(database, first, replace(first, article_body="Withdrawn."))
    keep(database, read(body(1), "b"))
    assert group_names(database) == {frozenset("a"), frozenset("b")}


def test_furniture_joins_nobody_and_a_wire_report_everybody(database: Database) -> None:
    furniture = "\n\n".join(story(99, 60))
    with_furniture = [read(f"{body(seed)}\n\n{furniture}", f"{seed}") for seed in range(200, 200 + COMMON + 4)]
    outlets = [read(f"Outlet {number} (Agency) - {body(1)}", f"w{number}") for number in range(2 * COMMON)]
    keep(database, *with_furniture, *outlets)
    sizes = sorted(map(len, group_names(database)))
    assert sizes == [1] * len(with_furniture) + [len(outlets)]


def test_furniture_and_a_wire_report_in_one_transaction_are_no_other(database: Database) -> None:
    furniture = "\n\n".join(story(99, 60))
    with_furniture = [read(f"{body(seed)}\n\n{furniture}", f"{seed}") for seed in range(200, 200 + COMMON + 4)]
    outlets = [read(f"Outlet {number} (Agency) - {body(1)}", f"w{number}") for number in range(COMMON)]
    keep_together(database, *with_furniture, *outlets)
    assert sorted(map(len, group_names(database))) == [1] * len(with_furniture) + [len(outlets)]


@pytest.mark.parametrize(
    "keeping", [pytest.param(keep, id="one at a time"), pytest.param(keep_together, id="in one transaction each")]
)
def test_four_writers_that_store_the_same_copies_make_one_group_of_each(
    postgres_url: str, keeping: Callable[..., list[Kept]]
) -> None:
    texts = [text for seed in range(4) for text in copies_of(seed)]
    open_database(postgres_url).dispose()
    errors: list[BaseException] = []

    def write(writer: int) -> None:
        own, database = random.Random(writer), Database(postgres_url)
        named = [read(text, f"{writer}x{place}") for place, text in enumerate(texts)]
        own.shuffle(named)
        try:
            keeping(database, *named)
        except BaseException as error:  # noqa: BLE001 - a thread's error is shown by the test
            errors.append(error)
        finally:
            database.dispose()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    database = Database(postgres_url)
    assert sorted(map(len, group_names(database))) == [len(texts)] * 4
    with database.read() as connection:
        numbers = [entry.change_seq for entry in changes.after(connection, 0)]
    assert numbers == list(range(1, len(numbers) + 1))
    database.dispose()


parts = st.lists(st.integers(0, 5), min_size=1, max_size=4).map(
    lambda seeds: "\n\n".join(body(seed, 24) for seed in seeds)
)


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of an empty SQLite store: making one takes longer than copying it."""
    file = tmp_path_factory.mktemp("store") / "news.db"
    open_database(f"sqlite:///{file}").dispose()
    return file.read_bytes()


@settings(max_examples=12, deadline=None)
@given(st.lists(parts, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_the_order_of_arrival(
    empty_store: bytes, texts: list[str], chance: random.Random
) -> None:
    named = [read(text, f"{place}", headline="The report") for place, text in enumerate(texts)]
    shuffled = list(named)
    chance.shuffle(shuffled)
    alone = _groups_of(empty_store, named)
    assert alone == _groups_of(empty_store, shuffled) == _groups_of(empty_store, shuffled, keep_together)


@pytest.mark.parametrize("orders", [5, pytest.param(20, marks=pytest.mark.slow)])
def test_other_orders_of_arrival_give_the_same_groups(empty_store: bytes, orders: int) -> None:
    texts = [text for seed in range(3) for text in copies_of(seed)] + [body(seed) for seed in range(50, 56)]
    named = [read(text, f"{place}", headline="The report") for place, text in enumerate(texts)]
    first = _groups_of(empty_store, named)
    assert sorted(map(len, first)) == [1] * 6 + [5] * 3
    for order in range(orders):
        random.Random(order).shuffle(named)
        assert _groups_of(empty_store, named) == _groups_of(empty_store, named, keep_together) == first


def _groups_of(
    empty_store: bytes, articles: list[Article], keeping: Callable[..., list[Kept]] = keep
) -> set[frozenset[str]]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "news.db").write_bytes(empty_store)
        database = Database(f"sqlite:///{folder}/news.db")
        keeping(database, *articles)
        found = group_names(database)
        database.dispose()
    return found
