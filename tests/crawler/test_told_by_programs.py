"""Whole lines as other programs write them (made-up news, their names and shapes), and what is read of each."""

from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.told_articles import told
from storage.records import Precision

AT = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
SEEN = datetime(2026, 11, 23, 11, 0, 5, tzinfo=UTC)

NEWS_PLEASE: dict[str, Any] = {
    "authors": ["Ann Lee"],
    "date_download": "2026-11-23 11:00:05",
    "date_modify": None,
    "date_publish": "2026-11-23 10:15:00",
    "description": "Ships wait.",
    "filename": "https%3A%2F%2Fdaily.example%2Fharbour.json",
    "image_url": "https://daily.example/i.jpg",
    "language": "en",
    "localpath": None,
    "maintext": "The harbour is closed.\nShips wait.",
    "source_domain": "daily.example",
    "title": "Harbour closed",
    "title_page": None,
    "url": "https://daily.example/harbour",
}
NEWSPAPER: dict[str, Any] = {
    "url": "https://daily.example/harbour",
    "title": "Harbour closed",
    "text": "The harbour is closed.\n\nShips wait.",
    "authors": ["Ann Lee"],
    "publish_date": "2026-11-23T10:15:00+00:00",
    "top_image": "https://daily.example/i.jpg",
    "summary": "Ships wait.",
    "tags": [],
}
TRAFILATURA: dict[str, Any] = {
    "title": "Harbour closed",
    "author": "Ann Lee; Bo Ek",
    "hostname": "daily.example",
    "date": "2026-11-23",
    "text": "The harbour is closed.\nShips wait.",
    "language": "en",
    "source": "https://daily.example/harbour",
    "source-hostname": "The Daily",
    "excerpt": "Ships wait.",
    "categories": "",
    "tags": "harbour;ships",
    "image": "https://daily.example/i.jpg",
}
FUNDUS: dict[str, Any] = {
    "title": "Harbour closed",
    "plaintext": "The harbour is closed.\n\nShips wait.",
    "authors": ["Ann Lee"],
    "publishing_date": "2026-11-23 12:15:00+02:00",
    "topics": ["harbour", "ships"],
    "lang": "en",
    "url": "https://daily.example/harbour",
}
ZYTE: dict[str, Any] = {
    "url": "https://daily.example/harbour?x=1",
    "canonicalUrl": "https://daily.example/harbour",
    "headline": "Harbour closed",
    "datePublished": "2026-11-23T10:15:00Z",
    "datePublishedRaw": "23 November 2026",
    "authors": [{"name": "Ann Lee", "nameRaw": "By Ann Lee"}],
    "inLanguage": "en",
    "mainImage": {"url": "https://daily.example/i.jpg"},
    "articleBody": "The harbour is closed.\n\nShips wait.",
    "description": "Ships wait.",
    "metadata": {"probability": 0.99},
}
SCHEMA_ORG: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "identifier": 17,
    "url": "https://daily.example/harbour",
    "headline": "Harbour closed",
    "articleBody": "The harbour is closed.\n\nShips wait.",
    "datePublished": "2026-11-23T10:15:00Z",
    "author": [{"@type": "Person", "name": "Ann Lee"}],
    "publisher": {"@type": "NewsMediaOrganization", "name": "The Daily"},
    "image": {"@type": "ImageObject", "url": "https://daily.example/i.jpg"},
    "keywords": ["harbour", "ships"],
    "isAccessibleForFree": True,
    "creditText": "Agency",
}
LINES = {
    "news-please": NEWS_PLEASE,
    "newspaper": NEWSPAPER,
    "trafilatura": TRAFILATURA,
    "fundus": FUNDUS,
    "zyte": ZYTE,
    "schema.org": SCHEMA_ORG,
}


@pytest.mark.parametrize("line", LINES.values(), ids=list(LINES))
def test_a_line_is_read_with_headline_text_author_date_and_source(line: dict[str, Any]) -> None:
    article = told(line).article
    assert article.url.startswith("https://daily.example/harbour")
    assert article.headline == "Harbour closed"
    assert article.article_body.replace("\n\n", "\n") == "The harbour is closed.\nShips wait."
    assert article.authors[0] == "Ann Lee"
    assert article.source_key == "daily.example"
    assert article.date_published is not None
    assert article.date_published.date() == AT.date()


@pytest.mark.parametrize(
    ("program", "field", "value"),
    [
        ("news-please", "date_published", AT),
        ("news-please", "date_published_offset", None),
        ("news-please", "description", "Ships wait."),
        ("news-please", "main_image_url", "https://daily.example/i.jpg"),
        ("news-please", "in_language", "en"),
        ("newspaper", "date_published_offset", 0),
        ("newspaper", "keywords", ()),
        ("newspaper", "main_image_url", "https://daily.example/i.jpg"),
        ("trafilatura", "authors", ("Ann Lee", "Bo Ek")),
        ("trafilatura", "date_published_precision", Precision.DAY),
        ("trafilatura", "keywords", ("harbour", "ships")),
        ("trafilatura", "description", "Ships wait."),
        ("fundus", "date_published_offset", 120),
        ("fundus", "keywords", ("harbour", "ships")),
        ("zyte", "canonical_url", "https://daily.example/harbour"),
        ("zyte", "main_image_url", "https://daily.example/i.jpg"),
        ("zyte", "date_published_raw", "2026-11-23T10:15:00Z"),
        ("schema.org", "is_accessible_for_free", True),
        ("schema.org", "agency", "Agency"),
        ("schema.org", "main_image_url", "https://daily.example/i.jpg"),
    ],
)
def test_what_only_some_say_is_read_of_those(program: str, field: str, value: object) -> None:
    found = getattr(told(LINES[program]).article, field)
    assert found == value


def test_when_news_please_downloaded_it_is_when_it_was_seen() -> None:
    found = told(NEWS_PLEASE)
    assert (found.first_seen_at, found.fetched_at) == (SEEN, SEEN)
    assert told(ZYTE).first_seen_at is None


@pytest.mark.parametrize("line", LINES.values(), ids=list(LINES))
def test_what_is_set_says_that_it_was_imported_and_nothing_else_does(line: dict[str, Any]) -> None:
    article = told(line).article
    assert set(article.provenance.values()) == {"import"}
    assert all(getattr(article, name) for name in article.provenance)
    assert "headline" in article.provenance
    assert "article_section" not in article.provenance
