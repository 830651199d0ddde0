"""Articles as other programs write them: each shape gives the fields that it says, and no others."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.told_articles import Told, moment, source_of, told
from storage.records import Precision

AT = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
LEAST = {"url": "https://daily.example/a", "headline": "Harbour opens", "article_body": "It opened."}


def said(**more: Any) -> Told:
    return told({**LEAST, **more})


def test_a_line_with_the_least_leaves_the_rest_unknown() -> None:
    article = said().article
    assert (article.url, article.headline, article.article_body) == tuple(LEAST.values())
    assert (article.source_key, article.authors, article.keywords, article.also) == ("daily.example", (), (), ())
    assert (article.date_published, article.date_published_precision, article.in_language) == (None, None, None)
    assert article.provenance == {"headline": "import", "article_body": "import"}


@pytest.mark.parametrize(
    ("line", "field", "expected"),
    [
        pytest.param({"authors": ["Ann Lee", {"name": "Bo Ek"}]}, "authors", ("Ann Lee", "Bo Ek"), id="authors"),
        pytest.param({"author": {"@type": "Person", "name": "Ann Lee"}}, "authors", ("Ann Lee",), id="one of them"),
        pytest.param({"author": "Ann Lee; Bo Ek"}, "authors", ("Ann Lee", "Bo Ek"), id="authors in one text"),
        pytest.param({"tags": "world, sea"}, "keywords", ("world", "sea"), id="tags in one text"),
        pytest.param({"keywords": [1, None, {}, "sea"]}, "keywords", ("sea",), id="what is no keyword"),
        pytest.param({"image": [{"url": "https://d.example/i.jpg"}]}, "main_image_url", "https://d.example/i.jpg",
                     id="an image as schema.org has it"),
        pytest.param({"mainEntityOfPage": {"@id": "https://d.example/c"}}, "canonical_url", "https://d.example/c",
                     id="an address as schema.org has it"),
        pytest.param({"is_live": "true"}, "is_live", True, id="a live blog"),
        pytest.param({"is_live": None}, "is_live", False, id="no live blog"),
        pytest.param({"isAccessibleForFree": "False"}, "is_accessible_for_free", False, id="a word for false"),
        pytest.param({"is_accessible_for_free": 0}, "is_accessible_for_free", None, id="a number for false"),
        pytest.param({"aliases": [{"url": "https://m.d.example/a"}, "x"]}, "also", ("https://m.d.example/a", "x"),
                     id="further addresses"),
        pytest.param({"source": "dw"}, "source_key", "dw", id="a source"),
        pytest.param({"source": "https://dw.example/"}, "source_key", "daily.example", id="an address for a source"),
        pytest.param({"lang": "de"}, "in_language", "de", id="a language"),
        pytest.param({"description": ["One.", "Two."]}, "description", "One.\n\nTwo.", id="a list of paragraphs"),
        pytest.param({"headline": "", "title": "Other"}, "headline", "Other", id="an empty field says nothing"),
        pytest.param({"provenance": {"headline": "json-ld"}}, "provenance",
                     {"headline": "json-ld", "article_body": "import"}, id="where it came from"),
    ],
)  # fmt: skip
def test_a_field_is_found_by_its_names_and_in_its_shapes(line: dict[str, Any], field: str, expected: object) -> None:
    assert getattr(said(**line).article, field) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param({"date_publish": "2026-11-23 10:15:00"}, (AT, None, "second"), id="without a zone, as UTC"),
        pytest.param({"datePublished": "2026-11-23T12:15:00+02:00"}, (AT, 120, "second"), id="with its offset"),
        pytest.param({"published": "Mon, 23 Nov 2026 10:15:00 GMT"}, (AT, 0, "second"), id="as feeds write it"),
        pytest.param({"date": "2026-11-23"}, (AT.replace(hour=0, minute=0), None, "day"), id="a day"),
        pytest.param({"published": AT.timestamp()}, (AT, None, "second"), id="seconds"),
        pytest.param({"published": AT.timestamp() * 1000}, (AT, None, "second"), id="milliseconds"),
        pytest.param(
            {"date_published": "2026-11-23T10:15:00Z", "date_published_offset": 120,
             "date_published_precision": "minute"},
            (AT, 120, "minute"), id="our own export",
        ),
        pytest.param({"date_published": "2026-11-23T10:15:00Z", "date_published_offset": None},
                     (AT, None, "second"), id="our own export of a date without a zone"),
        pytest.param({"date": "yesterday"}, (None, None, None), id="no date"),
        pytest.param({"date": True}, (None, None, None), id="no date at all"),
        pytest.param({"date": 1e300}, (None, None, None), id="beyond the calendar"),
    ],
)  # fmt: skip
def test_a_date_keeps_its_offset_and_its_precision(line: dict[str, Any], expected: tuple[object, ...]) -> None:
    article = said(**line).article
    found = article.date_published
    assert (found.astimezone(UTC) if found else None, article.date_published_offset) == expected[:2]
    assert article.date_published_precision == (Precision(str(expected[2])) if expected[2] else None)
    assert (article.date_published_raw is None) == (found is None)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param({**LEAST, "url": ""}, "no address", id="no address"),
        pytest.param({**LEAST, "url": "file:///etc/passwd"}, "no address", id="an address of this machine"),
        pytest.param({**LEAST, "headline": " "}, "no headline", id="no headline"),
        pytest.param({**LEAST, "article_body": None}, "no article_body", id="no body"),
        pytest.param({}, "no address", id="nothing"),
    ],
)
def test_what_is_no_article_is_refused(line: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        told(line)


def test_when_it_was_seen_is_told_apart_from_when_it_was_published() -> None:
    found = said(date_download="2026-11-23 10:15:00", date_publish="2026-11-20 08:00:00")
    assert (found.first_seen_at, found.fetched_at) == (AT, AT)
    assert (said().first_seen_at, said().fetched_at) == (None, None)


def test_a_line_of_trafilatura_has_its_address_in_source() -> None:
    found = told({"title": "T", "text": "B", "source": "https://d.example/a", "source-hostname": "D"}).article
    assert (found.url, found.source_key) == ("https://d.example/a", "d.example")


@pytest.mark.parametrize(
    ("value", "usual", "expected"),
    [("dw", "x", "dw"), (None, "x", "x"), (["dw"], None, "d.example"), ("https://dw.example", None, "d.example")],
)
def test_the_source_is_named_or_usual_or_the_host(value: object, usual: str | None, expected: str) -> None:
    assert source_of(value, usual, "https://www.d.example/a") == expected


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["https://d.example/x", "2026-01-01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "url", "@id", "text"]), inner),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(["authors", "keywords", "image", "date", "isAccessibleForFree", "aliases",
                                        "first_seen_at", "description", "source", "provenance", "title"]), _JSON))  # fmt: skip
def test_whatever_stands_in_a_field_an_article_is_an_article(line: dict[str, Any]) -> None:
    article = said(**line).article
    texts = (article.headline, article.article_body, article.source_key, *article.authors, *article.also)
    assert all(isinstance(text, str) for text in texts)
    assert moment(line.get("date")) is None or article.date_published is not None
