"""The border that text, dates and sizes cross: what passes is stored alike by SQLite and PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import clean
from storage import articles, changes
from storage.articles import Keepsake
from storage.database import Database
from storage.records import Article, Link, Precision
from storage.store import open_database

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(None, None, id="nothing"),
        pytest.param("", None, id="an empty text is unknown"),
        pytest.param(" \t\n\u00a0", None, id="white space is unknown"),
        pytest.param("\x00\x01", None, id="control characters alone are unknown"),
        pytest.param("Harbour\x00 opens", "Harbour opens", id="NUL"),
        pytest.param("Harbour\ud800opens", "Harbour opens", id="a lone surrogate"),
        pytest.param("Harbour \n\t  opens", "Harbour opens", id="one line"),
        pytest.param("Harbour\u202eopens", "Harbour opens", id="an override that turns the text round"),
        pytest.param("Harbour\ufffe\uffffopens", "Harbour opens", id="no characters at all"),
        pytest.param("Cafe\u0301", "Caf\u00e9", id="composed accents"),
        pytest.param("שלום עולם", "שלום עולם", id="right-to-left text stays"),
        pytest.param("👩\u200d🚀 lands", "👩\u200d🚀 lands", id="joined emoji stay whole"),
    ],
)
def test_a_line_of_text(text: str | None, expected: str | None) -> None:
    assert clean.clean_text(text) == expected


def test_a_line_is_cut_at_its_limit() -> None:
    assert clean.clean_text("word " * 10_000, 12) == "word word wo"
    assert clean.clean_text("a" * 100_000) == "a" * clean.FIELD_LIMIT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("One.\n\nTwo.", "One.\n\nTwo.", id="paragraphs stay"),
        pytest.param("One.\n \t\n\n\nTwo.", "One.\n\nTwo.", id="one empty line between them"),
        pytest.param("One.\r\n\r\nTwo.\rThree.", "One.\n\nTwo.\nThree.", id="line ends of other systems"),
        pytest.param("  One   line. \n next ", "One line.\nnext", id="a line break within a paragraph stays"),
        pytest.param("\n\n", "", id="nothing"),
        pytest.param("One\x00.\x0bTwo\udfff.", "One . Two .", id="what databases refuse"),
    ],
)
def test_a_body(text: str, expected: str) -> None:
    assert clean.clean_body(text) == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param(None, None, id="unknown"),
        pytest.param(NOW - timedelta(days=1), NOW - timedelta(days=1), id="yesterday"),
        pytest.param(NOW.replace(tzinfo=None), NOW, id="without a zone it is taken for UTC"),
        pytest.param(
            datetime(2026, 11, 23, 14, 0, tzinfo=timezone(timedelta(hours=2))), NOW, id="an offset becomes UTC"
        ),
        pytest.param(datetime(9999, 12, 31, 23, 59, tzinfo=timezone(-timedelta(hours=12))), None, id="the year 9999"),
        pytest.param(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=12))), None, id="before the year 1"),
        pytest.param(datetime(1899, 12, 31, tzinfo=UTC), None, id="older than news"),
        pytest.param(NOW + timedelta(days=366), NOW + timedelta(days=366), id="an announcement"),
        pytest.param(NOW + timedelta(days=367), None, id="beyond announcements"),
    ],
)
def test_a_date(moment: datetime | None, expected: datetime | None) -> None:
    assert clean.clean_date(moment, NOW) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param(None, None, id="none"),
        pytest.param("https://daily.example/a", "https://daily.example/a", id="a web address"),
        pytest.param("HTTP://daily.example/a", "HTTP://daily.example/a", id="in capitals"),
        pytest.param(" https://daily.example/a\n", "https://daily.example/a", id="with white space around"),
        pytest.param("javascript:alert(1)", None, id="a script"),
        pytest.param("file:///etc/passwd", None, id="a file"),
        pytest.param("/a", None, id="a path"),
        pytest.param("https://daily.example/" + "a" * clean.URL_LIMIT, None, id="one without an end is not cut"),
    ],
)
def test_an_address(url: str | None, expected: str | None) -> None:
    assert clean.clean_url(url) == expected


def test_a_list_keeps_its_order_and_no_repetition() -> None:
    assert clean.clean_list((" Ana  Ruiz", "\x00", "Bo Li", "Ana Ruiz")) == ("Ana Ruiz", "Bo Li")
    assert len(clean.clean_list(tuple(f"name {number}" for number in range(10_000)))) == clean.LIST_LIMIT


def test_a_date_that_cannot_be_takes_precision_and_offset_along_and_leaves_its_text() -> None:
    article = Article(
        url="https://daily.example/a",
        headline="Harbour opens",
        article_body="Text.",
        date_published=datetime(9999, 12, 31, tzinfo=UTC),
        date_published_raw="9999-12-31",
        date_published_precision=Precision.DAY,
        date_published_offset=0,
    )
    cleaned = clean.clean_article(article, NOW)
    assert (cleaned.date_published, cleaned.date_published_precision, cleaned.date_published_offset) == (None,) * 3
    assert cleaned.date_published_raw == "9999-12-31"


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        pytest.param("https://daily.example/a", True, id="a web address"),
        pytest.param("mailto:desk@daily.example", False, id="a mail address"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_a_link_needs_an_address(url: str, kept: bool) -> None:
    assert (clean.clean_link(Link(url), NOW) is not None) is kept


def test_the_claims_of_a_link_are_cleaned() -> None:
    link = Link(
        "https://daily.example/a",
        title=" A\x00b ",
        published=datetime(9999, 1, 1, tzinfo=UTC),
        authors=("Ana", "Ana"),
        body_html="<p>lo\x00ng</p>",
        image_url="data:image/png;base64,",
        also=("https://daily.example/b", "tag:daily.example,2026:1"),
    )
    cleaned = clean.clean_link(link, NOW)
    assert cleaned == link._replace(
        title="A b", published=None, authors=("Ana",), body_html="<p>lo ng</p>", image_url=None,
        also=("https://daily.example/b",),
    )  # fmt: skip


def test_a_text_that_is_longer_than_any_article_is_not_cut_but_left_out() -> None:
    longest = "x" * clean.HTML_LIMIT
    assert (clean.clean_html(longest), clean.clean_html(f"{longest}x"), clean.clean_html(None)) == (longest, None, None)


@given(st.text(st.characters(), max_size=200))
def test_any_text_can_be_encoded_and_cleaning_twice_is_cleaning_once(text: str) -> None:
    for cleaned in (clean.clean_text(text), clean.clean_body(text)):
        if cleaned:
            assert "\x00" not in cleaned
            cleaned.encode()
    assert clean.clean_body(clean.clean_body(text)) == clean.clean_body(text)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.dispose()


NASTY = "A\x00 nasty\ud800 \ufffe\u202eline"


def test_both_databases_store_what_passed(database: Database) -> None:
    article = Article(
        url="https://daily.example/a",
        headline=NASTY,
        article_body=f"{NASTY}\n\n{NASTY}",
        description=NASTY,
        authors=(NASTY,),
        keywords=(NASTY,) * 3,
        date_published=datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone(-timedelta(hours=12))),
        date_published_raw=NASTY,
        date_modified=datetime.max.replace(tzinfo=timezone(-timedelta(hours=12))),
        image_caption=NASTY,
        in_language=NASTY * 20,
    )
    cleaned = clean.clean_article(article, NOW)
    with database.write() as connection:
        number = changes.lock_counter(connection) + 1
        article_id = articles.add(connection, Keepsake(cleaned, "k", None, "c", NOW), number)
    with database.read() as connection:
        stored = articles.old_text(connection, article_id)
    assert stored == articles.OldText(
        "A nasty line", "A nasty line\n\nA nasty line", ("A nasty line",), None, None, None
    )
