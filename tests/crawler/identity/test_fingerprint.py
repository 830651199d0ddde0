"""When two readings are the same text, and when they are the same content."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from crawler.identity.fingerprint import changed_parts, claims_differ, content_hash, same_claim, text_hash
from storage.records import Article, Precision

BODY = "The harbour of Lunde was closed on Monday.\n\nDivers will look at the quay wall, said the mayor."
ARTICLE = Article(
    "https://paper.example/a-1",
    "Harbour of Lunde closed",
    BODY,
    authors=("Ada Berg", "Jon Lie"),
    date_published=datetime(2026, 11, 23, 11, 5, tzinfo=UTC),
    date_published_raw="2026-11-23T12:05:00+01:00",
    date_published_precision=Precision.SECOND,
)


@pytest.mark.parametrize(
    ("body", "same"),
    [
        pytest.param(BODY.replace("\n\n", "\n"), True, id="other paragraphs"),
        pytest.param(BODY.upper(), True, id="other case"),
        pytest.param(BODY.replace(",", " –"), True, id="other punctuation"),
        pytest.param(BODY.replace("Monday", "Tuesday"), False, id="another word"),
        pytest.param(BODY + " He gave 3.5 million.", False, id="more text"),
    ],
)
def test_the_text_hash_tells_the_same_text(body: str, same: bool) -> None:
    assert (text_hash(replace(ARTICLE, article_body=body)) == text_hash(ARTICLE)) is same


def test_numbers_count_in_the_text_hash() -> None:
    one, other = (replace(ARTICLE, article_body=BODY + f" It cost {cost}.") for cost in ("35", "3.5"))
    assert text_hash(one) != text_hash(other)


@pytest.mark.parametrize(
    ("body", "known"),
    [
        pytest.param("", False, id="no body"),
        pytest.param(" \n \n", False, id="white space"),
        pytest.param("Watch the video.", False, id="one line"),
        pytest.param("word " * 60, True, id="one long paragraph"),
        pytest.param("東京で地震があった。" * 20, True, id="one long paragraph without spaces"),
        pytest.param("A short line.\n\nAnd one more.", True, id="two short paragraphs"),
    ],
)
def test_a_body_that_says_too_little_has_no_text_hash(body: str, known: bool) -> None:
    assert (text_hash(replace(ARTICLE, article_body=body)) is not None) is known


CHANGES = [
    pytest.param({}, (), id="nothing"),
    pytest.param({"headline": " Harbour of\u00a0Lunde closed "}, (), id="white space in the headline"),
    pytest.param({"article_body": BODY.replace("\n\n", " ")}, (), id="paragraphs"),
    pytest.param({"authors": ("jon lie", "Ada Berg")}, (), id="order and case of authors"),
    pytest.param({"authors": ()}, (), id="a byline that one layout leaves out"),
    pytest.param({"date_published": None}, (), id="a date that one layout leaves out"),
    pytest.param({"date_published": datetime(2026, 11, 23, 11, 5, 40, tzinfo=UTC)}, (), id="seconds"),
    pytest.param(
        {"date_published": datetime(2026, 11, 23, 12, 5, tzinfo=timezone(timedelta(hours=1)))}, (), id="another offset"
    ),
    pytest.param(
        {"date_published_raw": "5 minutes ago", "date_published": datetime(2026, 11, 23, tzinfo=UTC)},
        (),
        id="a date that moves",
    ),
    pytest.param(
        {"description": "new", "keywords": ("new",), "image_caption": "new"}, (), id="what is no part of a version"
    ),
    pytest.param({"headline": "Harbour of Lunde reopened"}, ("headline",), id="the headline"),
    pytest.param({"headline": "Harbour of lunde closed"}, ("headline",), id="a capital letter"),
    pytest.param({"article_body": BODY.replace("Monday", "Tuesday")}, ("body",), id="a word"),
    pytest.param({"article_body": BODY[:-1]}, ("body",), id="a full stop"),
    pytest.param({"article_body": ""}, ("body",), id="no body any more"),
    pytest.param({"authors": ("Ada Berg",)}, ("authors",), id="one author less"),
    pytest.param({"date_published": datetime(2026, 11, 23, 11, 6, tzinfo=UTC)}, ("date_published",), id="a minute"),
    pytest.param({"headline": "Quay wall breaks", "authors": ("Ola By",)}, ("headline", "authors"), id="two parts"),
]


@pytest.mark.parametrize(("fields", "what"), CHANGES)
def test_the_content_hash_tells_what_changed(fields: dict[str, object], what: tuple[str, ...]) -> None:
    assert changed_parts(content_hash(ARTICLE), content_hash(replace(ARTICLE, **fields))) == what  # type: ignore[arg-type]


def test_quotes_and_dashes_have_one_shape() -> None:
    one, other = (
        content_hash(replace(ARTICLE, headline=text)) for text in ("“Closed” – ‘for now’", "\"Closed\" - 'for now'")
    )
    assert one == other


def test_a_byline_that_appears_is_a_change_and_one_that_goes_is_none() -> None:
    without, with_it = content_hash(replace(ARTICLE, authors=())), content_hash(ARTICLE)
    assert changed_parts(without, with_it) == ("authors",)
    assert changed_parts(with_it, without) == ()


@pytest.mark.parametrize(
    ("fields", "differ"),
    [
        pytest.param({}, False, id="the same date"),
        pytest.param({"date_published": datetime(2026, 11, 23, 20, tzinfo=UTC)}, False, id="the same day"),
        pytest.param({"date_published": datetime(2026, 11, 24, tzinfo=UTC)}, True, id="another day"),
        pytest.param({"date_published": None}, False, id="one date unknown"),
        pytest.param({"date_published_precision": Precision.DAY}, False, id="one date without a time"),
    ],
)
def test_two_claims_of_publication_differ_by_the_day(fields: dict[str, object], differ: bool) -> None:
    assert claims_differ(content_hash(ARTICLE), content_hash(replace(ARTICLE, **fields))) is differ  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "same"),
    [
        pytest.param({}, True, id="the same minute"),
        pytest.param({"date_published": datetime(2026, 11, 23, 20, tzinfo=UTC)}, False, id="another hour"),
        pytest.param({"date_published": None}, False, id="one unknown"),
    ],
)
def test_two_claims_are_one_by_the_minute(fields: dict[str, object], same: bool) -> None:
    assert same_claim(content_hash(ARTICLE), content_hash(replace(ARTICLE, **fields))) is same  # type: ignore[arg-type]


def test_two_unknown_dates_are_no_common_claim() -> None:
    unknown = content_hash(replace(ARTICLE, date_published=None))
    assert not same_claim(unknown, unknown)


def test_odd_text_has_fingerprints_too() -> None:
    odd = replace(ARTICLE, headline="\ud800", article_body="\x00\n\ud800" * 3, authors=("\udfff",))
    assert content_hash(odd).count(".") == 3
    assert text_hash(odd)
