"""What a feed brought stands in for a page that does not show its article."""

from datetime import UTC, datetime

import pytest

from crawler.extract.claims import Given
from crawler.extract.fed import HIDDEN, article_of_feed
from crawler.extract.reader import read_page
from storage.records import Link, Page
from tests.crawler.extract.pages import HEADLINE, PARAGRAPHS, URL, article, html, paragraphs

WHOLE = paragraphs(*PARAGRAPHS, "The last pile was driven in May; since then only paint and lamps had been missing.")
PUBLISHED = datetime(2024, 10, 24, 6, 30, tzinfo=UTC)
LINK = Link(
    URL, title=HEADLINE, published=PUBLISHED, published_raw="Thu, 24 Oct 2024 08:30:00 +0200", authors=("By Jo Lind",),
    description="Nine years of work", body_html=WHOLE, in_language="en", section="Politics", keywords=("bridges",),
    image_url="https://paper.example/bridge.jpg",
)  # fmt: skip
WALL = html("<h1>Before you continue</h1><p>We and our partners use cookies. Accept all cookies to continue.</p>")
SCRIPTS = html('<div id="root"></div><noscript>Please enable JavaScript to read this page.</noscript>')


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        pytest.param(WALL, "consent wall", id="a wall"),
        pytest.param(SCRIPTS, None, id="a page drawn by scripts"),
        pytest.param(Page(URL, b" ", "text/html"), "empty page", id="an empty page"),
        pytest.param(html(f"<h1>{HEADLINE}</h1><p>Subscribe.</p>"), None, id="a page with a headline and a line"),
    ],
)
def test_the_feed_stands_in_for(page: Page, reason: str | None) -> None:
    assert read_page(page, LINK._replace(body_html=None)).article is None
    read = read_page(page, LINK)
    assert read.article is not None
    assert read.article.article_body.split("\n\n")[:3] == list(PARAGRAPHS)
    assert (read.article.headline, read.reason) == (HEADLINE, reason)


def test_an_agency_that_the_feed_names_is_its_word() -> None:
    found = read_page(WALL, LINK._replace(authors=("Jo Lind", "Reuters"))).article
    assert found is not None
    assert (found.authors, found.agency, found.provenance["agency"]) == (("Jo Lind",), "Reuters", "feed")


def test_all_of_it_is_the_feeds_word() -> None:
    found = read_page(WALL, LINK).article
    assert found is not None
    assert (found.url, found.headline, found.authors) == (URL, HEADLINE, ("Jo Lind",))
    assert (found.date_published, found.date_published_offset) == (PUBLISHED, 120)
    assert (found.in_language, found.article_section, found.keywords) == ("en", "Politics", ("bridges",))
    assert (found.main_image_url, found.description) == ("https://paper.example/bridge.jpg", "Nine years of work")
    assert set(found.provenance.values()) == {"feed"}
    assert {"headline", "article_body", "authors", "date_published"} <= found.provenance.keys()


def test_a_page_that_shows_its_article_is_read_itself() -> None:
    read = read_page(article(), LINK)
    assert read.article is not None
    assert (read.article.article_body, read.reason) == ("\n\n".join(PARAGRAPHS), None)


def test_an_article_that_is_gone_does_not_come_back_from_its_feed() -> None:
    gone = html("<h1>Page not found</h1><p>The page that you look for does not exist.</p>", "<title>404</title>")
    read = read_page(gone, LINK)
    assert (read.article, read.reason) == (None, "soft 404")
    assert "soft 404" not in HIDDEN


@pytest.mark.parametrize(
    "link",
    [
        pytest.param(None, id="no feed listed it"),
        pytest.param(LINK._replace(body_html=None), id="a summary only"),
        pytest.param(LINK._replace(body_html=paragraphs("A bridge was opened.")), id="a text of one line"),
        pytest.param(LINK._replace(title=None), id="no headline"),
        pytest.param(LINK._replace(body_html="<img src='x'>" * 200), id="nothing but pictures"),
    ],
)
def test_it_takes_a_headline_and_a_whole_text(link: Link | None) -> None:
    assert article_of_feed(URL, Given(link)) is None


def test_the_operators_language_and_zone_fill_what_the_feed_leaves_open() -> None:
    link = LINK._replace(in_language=None, published=None, published_raw=None)
    found = article_of_feed(URL, Given(link, "Europe/Berlin", "en"))
    assert found is not None
    assert found.in_language == "en"
