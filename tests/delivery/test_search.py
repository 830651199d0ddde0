"""Search as its users meet it: what is found first, pages, copies, corrections, removals, snippets."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update

from delivery.articles import Wanted
from delivery.followers import follow
from delivery.query import parse
from delivery.search import HALF_AGE, WINDOW, Manner, Results, SearchFollower, behind, narrowed_by, rank, score, search
from storage import articles, changes
from storage import search as index
from storage.database import Database
from storage.queries import document
from storage.schema import article
from storage.search import Entry
from storage.search_spans import Candidate, Zone
from tests.delivery.conftest import NOW, Desk
from tests.delivery.test_commands import Call, call

__all__ = ["call"]


@pytest.fixture
def follower(database: Database) -> SearchFollower:
    return SearchFollower()


def found(database: Database, words: str, **more: object) -> list[str]:
    """The addresses that a search shows, without what all share."""
    return [hit.article["url"].rpartition("/")[2] for hit in results(database, words, **more).hits]


def results(database: Database, words: str, **more: object) -> Results:
    while follow(database, SearchFollower()):
        pass
    with database.read() as connection:
        return search(connection, parse(words, NOW), **more)  # type: ignore[arg-type]


# the order ------------------------------------------------------------------------------------------------------------


def _candidate(article_id: int, zone: Zone = Zone.BODY, days: float = 0, copy_of: int | None = None) -> Candidate:
    return Candidate(article_id, NOW - timedelta(days=days), copy_of or article_id, zone)


def test_a_headline_of_three_weeks_ago_weighs_as_a_body_of_today() -> None:
    assert score(_candidate(1, Zone.HEADLINE, 3 * HALF_AGE.days), NOW) == score(_candidate(2), NOW)


def test_an_article_of_the_future_is_not_better_than_one_of_now() -> None:
    assert score(_candidate(1, days=-5), NOW) == score(_candidate(1), NOW)


@pytest.mark.parametrize(
    ("with_copies", "order"),
    [(False, [(3, 1), (1, 0)]), (True, [(3, 0), (2, 0), (1, 0)])],
    ids=["the best of the copies stands for them", "copies are shown when asked for"],
)
def test_what_is_found_is_ranked(with_copies: bool, order: list[tuple[int, int]]) -> None:
    items = [_candidate(3, Zone.HEADLINE, 1), _candidate(2, Zone.LEAD, 0, copy_of=3), _candidate(1)]
    ranked = rank(items, NOW, Manner(with_copies=with_copies))
    assert [(item.candidate.article_id, item.copies) for item in ranked] == order


def test_words_in_the_headline_come_first_then_those_in_the_lead(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/body", article_body="word " * 100 + "flood")
    desk.keep("https://daily.example/headline", headline="Flood in the harbour")
    desk.keep("https://daily.example/lead", description="A flood.")
    desk.keep("https://daily.example/none")
    assert found(database, "flood") == ["headline", "lead", "body"]


# what is found --------------------------------------------------------------------------------------------------------


def test_chinese_is_found_by_words_of_one_two_and_more_characters(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/zh", headline="北京大学发布报告", in_language="zh")
    desk.keep("https://daily.example/other", headline="东京大学", in_language="ja")
    assert found(database, "北京") == ["zh"]
    assert found(database, "报") == ["zh"]
    assert found(database, "北京大学") == ["zh"]
    assert found(database, "大学 -北京") == ["other"]
    assert found(database, "京报") == []


def test_fields_narrow_what_is_found(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/1", in_language="de-CH", article_section="World news", agency="Reuters")
    desk.keep("https://daily.example/2", source_key="weekly", date_published=NOW - timedelta(days=40))
    for words in (
        "language:de",
        "lang:de-ch",
        "section:world",
        'section:"world news"',
        "agency:reuters",
        "source:daily",
    ):
        assert found(database, f"headline {words}") == ["1"], words
    for words in ("-source:daily", "before:30d", "since:60d before:2026-11-01"):
        assert found(database, f"headline {words}") == ["2"], words
    assert found(database, "since:7d") == ["1"]


def test_a_correction_is_found_and_what_it_corrects_no_more(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/1", headline="Harbour opens")
    assert found(database, "opens") == ["1"]
    desk.revise("https://daily.example/1", "Harbour closes")
    assert (found(database, "opens"), found(database, "closes")) == ([], ["1"])


def test_what_its_publisher_removed_is_found_no_more(database: Database, desk: Desk) -> None:
    article_id = desk.keep("https://daily.example/1")
    assert found(database, "headline") == ["1"]
    with database.write() as connection:
        number = changes.lock_counter(connection) + 1
        articles.mark_removed(connection, article_id, "410", NOW, number)
        changes.advance_counter(connection, number)
    assert found(database, "headline") == []


def test_copies_are_one_result_unless_asked_for(database: Database, desk: Desk) -> None:
    first = desk.keep("https://daily.example/first", headline="Flood", date_published=NOW - timedelta(hours=2))
    copy = desk.keep("https://daily.example/copy", headline="Flood", date_published=NOW)
    with database.write() as connection:
        connection.execute(update(article).where(article.c.article_id == copy).values(duplicate_of_id=first))
    shown = results(database, "flood")
    assert [(hit.article["url"][-4:], hit.copies) for hit in shown.hits] == [("copy", 1)]
    assert found(database, "flood", manner=Manner(with_copies=True)) == ["copy", "first"]


def test_the_latest_come_first_when_that_is_asked_for(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/headline", headline="Flood in the harbour")
    desk.keep("https://daily.example/body", article_body="word " * 100 + "flood")
    assert found(database, "flood") == ["headline", "body"]
    assert found(database, "flood", manner=Manner(newest_first=True)) == ["body", "headline"]


def test_the_index_is_asked_for_no_less_than_what_is_wanted() -> None:
    query = parse("flood source:daily before:2026-11-20", NOW)
    wanted = Wanted(("weekly",), ("en",), "World", "dpa", until=NOW - timedelta(days=9), published_until=NOW)
    narrowed = narrowed_by(query, wanted)
    assert narrowed.fields == {
        "source": ("daily",),
        "language": ("en",),
        "section": ("World",),
        "agency": ("dpa",),
    }
    assert narrowed.before == NOW - timedelta(days=9)
    assert narrowed_by(query, Wanted(languages=("zh-Hant",))) == query


def test_what_a_filter_leaves_over_is_found_behind_many_windows(
    database: Database, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("delivery.search.WINDOW", 2)
    old = NOW - timedelta(days=3)
    for number in range(9):
        desk.keep(f"https://daily.example/{number}", at=old if number in (0, 5) else NOW)
    wanted = Manner(wanted=Wanted(until=NOW))
    assert found(database, "headline", manner=wanted) == ["5", "0"]
    monkeypatch.setattr("delivery.search.MOST_WINDOWS", 2)
    first = results(database, "headline -source:weekly", manner=Manner(wanted=Wanted(story_id=1)))
    assert (first.hits, first.cursor is not None) == ((), True)


# pages ----------------------------------------------------------------------------------------------------------------


def test_pages_show_each_result_once_while_new_ones_come(database: Database, desk: Desk) -> None:
    for number in range(7):
        desk.keep(f"https://daily.example/{number}")
    pages, cursor = [], None
    while True:
        page = results(database, "headline", limit=3, cursor=cursor)
        pages.append([hit.article["url"][-1] for hit in page.hits])
        if not (cursor := page.cursor):
            break
        desk.keep(f"https://daily.example/new-{len(pages)}")
    assert pages == [["6", "5", "4"], ["3", "2", "1"], ["0"]]


def test_the_pages_go_on_behind_the_newest_that_are_ranked(database: Database, desk: Desk) -> None:
    """More matches than one window: each is shown once, window by window."""
    first = desk.keep("https://daily.example/a", headline="Flood")
    row = {**dict.fromkeys(("description", "in_language", "article_section", "agency")), "headline": "Flood"}
    entry = document({**row, "article_body": "", "source_key": "daily", "date_published": NOW, "first_seen_at": NOW})
    with database.write() as connection:
        columns = [column for column in article.c if column.name not in ("article_id", "own_key", "url")]
        names = ", ".join(column.name for column in columns)
        connection.execute(
            text(
                f"INSERT INTO article (article_id, own_key, url, {names})"  # noqa: S608 - names of our own
                f" SELECT :id, :key, :key, {names} FROM article WHERE article_id = {first}"
            ),
            [{"id": first + number, "key": str(number)} for number in range(1, WINDOW + 50)],
        )
        index.put(connection, [Entry(first + number, first + number, entry) for number in range(WINDOW + 50)])
    seen, cursor = [], None
    while True:
        with database.read() as connection:
            page = search(connection, parse("flood", NOW), 100, cursor)
        seen += [hit.article["article_id"] for hit in page.hits]
        if not (cursor := page.cursor):
            break
    assert sorted(seen) == list(range(first, first + WINDOW + 50))


# the follower ---------------------------------------------------------------------------------------------------------


def test_the_index_says_how_far_it_is_behind(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/1")
    desk.keep("https://daily.example/2")
    with database.read() as connection:
        assert behind(connection) == 2
    follow(database, SearchFollower(), most=1)
    with database.read() as connection:
        assert behind(connection) == 1


# the command ----------------------------------------------------------------------------------------------------------


def test_the_command_shows_headline_source_date_and_snippet(call: Call, database: Database, desk: Desk) -> None:
    body = "Word " * 60 + "the harbour was closed by the flood on Monday. " + "Word " * 60
    published = datetime.now(UTC) - timedelta(hours=3)
    desk.keep(
        "https://daily.example/1",
        headline="Town \x1b[31munder water",
        article_body=body,
        date_published=published,
        at=published,
    )
    follow(database, SearchFollower())
    done = call("search", "flood", "harbour was", "--since", "1d", "source:daily")
    assert done.exit_code == 0, done.stderr
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert lines[:2] == ["Town [31munder water", "The Daily  3 h ago"]
    assert any("the harbour was closed by the flood on Monday." in line for line in lines)
    assert "https://daily.example/1" in lines


def test_the_command_knows_minus_and_prints_json(call: Call, database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/1", headline="Flood in port")
    desk.keep("https://daily.example/2", headline="Flood in town")
    follow(database, SearchFollower())
    done = call("search", "--json", "flood", "-port")
    (line,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert line["url"] == "https://daily.example/2"
    assert line["headline_marked"] == [["Flood", True], [" in town", False]]


def test_the_command_pages_and_says_when_nothing_is_found(call: Call, database: Database, desk: Desk) -> None:
    for number in range(3):
        desk.keep(f"https://daily.example/{number}")
    follow(database, SearchFollower())
    first = call("search", "headline", "--limit", "2")
    cursor = first.stdout.split("--cursor ")[1].split()[0]
    assert "daily.example/0" in call("search", "headline", "--limit", "2", "--cursor", cursor).stdout
    assert "nothing was found" in call("search", "elephant").stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("autor:x",), "there is no field autor"),
        (("x", "--since", "soon"), "since:soon is no date"),
        (("x", "--cursor", "y"), "this cursor is none that a page of results gave"),
    ],
)
def test_a_query_that_means_nothing_ends_with_2(call: Call, words: tuple[str, ...], sentence: str) -> None:
    done = call("search", *words)
    assert done.exit_code == 2
    assert sentence in " ".join(done.stderr.split())


def test_the_command_says_that_the_index_is_behind(call: Call, desk: Desk) -> None:
    desk.keep("https://daily.example/1")
    assert "the index is 1 changes behind" in call("search", "headline").stderr
