"""One page, all fields: what the page says, what the feed adds, and what no page can break."""

from datetime import UTC, datetime

import pytest

from crawler.extract.reader import read_page
from crawler.extract.rules import Rules, rules_for
from storage.records import Article, Link, Page, Precision
from tests.crawler.extract.pages import HEADLINE, PARAGRAPHS, URL, article, html, paragraphs

LD = (
    '<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":"HEADLINE",'
    '"datePublished":"2024-10-24T14:35:00+02:00","dateModified":"2024-10-24T16:00:00+02:00",'
    '"author":[{"@type":"Person","name":"Jana Weber"},{"@type":"Organization","name":"dpa"}],'
    '"articleSection":"Region","keywords":["bridge","Lind"],"image":{"@type":"ImageObject","url":"/media/lind.jpg"}}</script>'
).replace("HEADLINE", HEADLINE)


def read(page: Page, link: Link | None = None, timezone: str | None = None) -> Article:
    reading = read_page(page, link, timezone=timezone)
    assert reading.article is not None, reading.reason
    return reading.article


def test_all_fields_of_a_page_that_says_everything() -> None:
    got = read(
        article(
            head=LD
            + '<link rel="canonical" href="/politics/bridge"><meta name="description" content="Nine years later.">'
        )
    )
    assert got.headline == HEADLINE
    assert got.article_body == "\n\n".join(PARAGRAPHS)
    assert (got.authors, got.agency) == (("Jana Weber",), "dpa")
    assert got.date_published == datetime(2024, 10, 24, 12, 35, tzinfo=UTC)
    assert (got.date_published_raw, got.date_published_offset) == ("2024-10-24T14:35:00+02:00", 120)
    assert got.date_published_precision is Precision.SECOND
    assert got.date_modified == datetime(2024, 10, 24, 14, 0, tzinfo=UTC)
    assert (got.article_section, got.keywords) == ("Region", ("bridge", "Lind"))
    assert got.main_image_url == "https://paper.example/media/lind.jpg"
    assert got.canonical_url == "https://paper.example/politics/bridge"
    assert got.description == "Nine years later."
    assert got.in_language == "en"
    assert got.is_accessible_for_free is None


def test_every_field_tells_where_it_came_from() -> None:
    got = read(article(head=LD))
    assert {
        name: got.provenance[name]
        for name in ("headline", "article_body", "authors", "agency", "date_published", "main_image_url")
    } == {
        "headline": "text",
        "article_body": "text",
        "authors": "json-ld",
        "agency": "json-ld",
        "date_published": "json-ld",
        "main_image_url": "json-ld",
    }
    assert "image_caption" not in got.provenance


SOIL = [
    pytest.param("<p>Sign up for our newsletter and get the news every morning.</p>", id="a newsletter call"),
    pytest.param('<p>Read more: <a href="/x">Council weighs a second bridge</a></p>', id="a line that leads elsewhere"),
    pytest.param('<p><a href="/x">Council weighs a second bridge for the old harbour</a></p>', id="a linked headline"),
    pytest.param("<figure><img src='/p.jpg'><figcaption>The crowd on the bank.</figcaption></figure>", id="a caption"),
    pytest.param(
        "<p><img src='/p.jpg'></p><p>The crowd on the bank on Thursday. Oberlind / Reuters</p>",
        id="a caption in a paragraph",
    ),
    pytest.param("<div class='ad'><p>Advertisement</p></div>", id="a label of advertising"),
    pytest.param("<p>Follow us on Facebook and Instagram.</p>", id="a call to follow"),
]


@pytest.mark.parametrize("soil", SOIL)
def test_lines_between_paragraphs_that_are_none_are_left_out(soil: str) -> None:
    body = paragraphs(PARAGRAPHS[0]) + soil + paragraphs(*PARAGRAPHS[1:])
    got = read(html(f"<article><h1>{HEADLINE}</h1>{body}</article>", f"<title>{HEADLINE}</title>{LD}"))
    assert got.article_body == "\n\n".join(PARAGRAPHS)


DATES = [
    pytest.param(
        "de", "24. Oktober 2024, 14:35 Uhr", datetime(2024, 10, 24, 12, 35, tzinfo=UTC), id="German, spoken in one zone"
    ),
    pytest.param("ru", "24 октября 2024, 14:35", datetime(2024, 10, 24, 11, 35, tzinfo=UTC), id="Russian, Moscow"),
    pytest.param("ja", "2024年10月24日 14時35分", datetime(2024, 10, 24, 5, 35, tzinfo=UTC), id="Japanese"),
    pytest.param(
        "es",
        "24 de octubre de 2024 a las 14:35",
        datetime(2024, 10, 24, 14, 35, tzinfo=UTC),
        id="Spanish is spoken in many zones: UTC",
    ),
    pytest.param(
        "es-ES", "24 de octubre de 2024 a las 14:35", datetime(2024, 10, 24, 12, 35, tzinfo=UTC), id="Spanish of Spain"
    ),
    pytest.param(
        "en", "Oct 24, 2024 2:35 p.m. EDT", datetime(2024, 10, 24, 18, 35, tzinfo=UTC), id="a zone that is written"
    ),
]


@pytest.mark.parametrize(("lang", "shown", "instant"), DATES)
def test_a_date_that_stands_only_in_the_text(lang: str, shown: str, instant: datetime) -> None:
    got = read(html(f"<h1>{HEADLINE}</h1><p class='meta'>{shown}</p>{paragraphs(*PARAGRAPHS)}", lang=lang))
    assert (got.date_published, got.date_published_raw, got.date_published_precision) == (
        instant,
        shown,
        Precision.MINUTE,
    )


def test_the_operators_time_zone_wins_over_the_languages() -> None:
    page = html(f"<h1>{HEADLINE}</h1><p>24. Oktober 2024, 14:35 Uhr</p>{paragraphs(*PARAGRAPHS)}", lang="de")
    assert read(page, timezone="America/New_York").date_published == datetime(2024, 10, 24, 18, 35, tzinfo=UTC)


def test_the_feed_settles_the_zone_of_a_naive_date() -> None:
    page = html(f"<h1>{HEADLINE}</h1><p>October 24, 2024 14:35</p>{paragraphs(*PARAGRAPHS)}")
    link = Link(URL, published=datetime(2024, 10, 24, 21, 35, tzinfo=UTC))
    assert read(page, link).date_published == datetime(2024, 10, 24, 21, 35, tzinfo=UTC)


def test_an_agency_tells_which_byline_named_it() -> None:
    link = Link(URL, title=HEADLINE, published=datetime(2024, 10, 24, tzinfo=UTC), authors=("Jana Weber", "Reuters"))
    got = read(html(f"<h2>{HEADLINE}</h2>{paragraphs(*PARAGRAPHS)}"), link)
    assert (got.agency, got.provenance["agency"]) == ("Reuters", "feed")


def test_the_feed_fills_what_the_page_lacks() -> None:
    link = Link(
        URL,
        title=HEADLINE,
        published=datetime(2024, 10, 24, 12, 35, tzinfo=UTC),
        authors=("Jana Weber",),
        section="Region",
    )
    got = read(html(f"<h2>{HEADLINE}</h2>{paragraphs(*PARAGRAPHS)}"), link)
    assert (got.authors, got.article_section) == (("Jana Weber",), "Region")
    assert got.provenance["authors"] == "feed"
    assert got.date_published == datetime(2024, 10, 24, 12, 35, tzinfo=UTC)


def test_the_feeds_text_stands_in_for_a_page_that_shows_none() -> None:
    link = Link(URL, title=HEADLINE, published=datetime(2024, 10, 24, tzinfo=UTC), body_html=paragraphs(*PARAGRAPHS))
    got = read(html(f"<h1>{HEADLINE}</h1><div id='app'></div>", f"<title>{HEADLINE}</title>"), link)
    assert got.article_body == "\n\n".join(PARAGRAPHS)
    assert got.provenance["article_body"] == "feed"


def test_a_paid_article_is_kept_with_what_is_there() -> None:
    got = read(article(head=LD.replace('"articleSection"', '"isAccessibleForFree":"False","articleSection"')))
    assert got.is_accessible_for_free is False


@pytest.mark.parametrize(
    ("head", "is_live"),
    [
        pytest.param(LD.replace("NewsArticle", "LiveBlogPosting"), True, id="JSON-LD says so"),
        pytest.param(LD.replace('"NewsArticle"', '["NewsArticle", "LiveBlogPosting"]'), True, id="among other types"),
        pytest.param(LD, False, id="an article"),
        pytest.param(
            LD
            + LD.replace("NewsArticle", "LiveBlogPosting").replace(HEADLINE, "What happened today, minute by minute"),
            False,
            id="a live blog that the page links to",
        ),
        pytest.param("", False, id="nothing is said"),
    ],
)
def test_a_live_blog_is_an_article_that_is_marked(head: str, *, is_live: bool) -> None:
    assert read(article(head=head)).is_live is is_live


def test_microdata_tell_of_a_live_blog_too() -> None:
    body = f"<h1>{HEADLINE}</h1>{paragraphs(*PARAGRAPHS)}"
    page = html(f'<div itemscope itemtype="https://schema.org/LiveBlogPosting">{body}</div>')
    assert read(page).is_live


RULED = Rules(select={"headline": ".kicker", "authors": ".who", "date_published": ".when"}, drop=(".box",))


def test_rules_of_the_site_win() -> None:
    extra = '<b class="kicker">Bridge open</b><i class="who">Otto Maks</i><i class="when">2024-10-20 08:00</i><div class="box"><p>Nothing of this box is wanted in the text.</p></div>'
    reading = read_page(article(before=extra), rules=RULED)
    assert reading.article is not None
    assert (reading.article.headline, reading.article.authors) == ("Bridge open", ("Otto Maks",))
    assert reading.article.date_published == datetime(2024, 10, 20, 8, 0, tzinfo=UTC)
    assert "Nothing of this box" not in reading.article.article_body + " ".join(reading.dropped)


def test_a_selector_that_cannot_be_read_changes_nothing() -> None:
    assert read_page(article(), rules=Rules(select={"headline": "p[["}, drop=("::::",))).is_article


def test_the_rules_of_a_day_are_the_latest_that_held() -> None:
    old, new = Rules(), Rules(since=datetime(2024, 1, 1, tzinfo=UTC).date(), drop=("nav",))
    assert rules_for((new, old), datetime(2024, 5, 1, tzinfo=UTC).date()) is new
    assert rules_for((new, old), datetime(2023, 5, 1, tzinfo=UTC).date()) is old
    assert rules_for((new,), datetime(2023, 5, 1, tzinfo=UTC).date()) is None


BROKEN = [
    pytest.param(b"\x00\x01\x02" * 100, id="no text at all"),
    pytest.param(b"<p>\x00 NUL \xed\xa0\x80 surrogate</p>" * 50, id="NUL and lone surrogates"),
    pytest.param(b"<div>" * 100_000, id="deep nesting"),
    pytest.param(b"<div " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">", id="a tag of 100,000 attributes"),
    pytest.param(b'<script type="application/ld+json">' + b"[" * 100_000 + b"</script>", id="JSON of 100,000 levels"),
    pytest.param(b"<" * 200_000, id="nothing but brackets"),
    pytest.param(b"<?php echo 1; ?><!doctype x><![CDATA[<p>", id="other markup"),
    pytest.param(b"<a <b <c </ <!-- --!> &#xD800; &#0; <p>", id="broken tags and entities"),
]


@pytest.mark.parametrize("body", BROKEN)
def test_no_bytes_break_the_reader(body: bytes) -> None:
    reading = read_page(Page(URL, body, "text/html; charset=\x00"))
    assert reading.article is None
    assert reading.reason


def test_what_is_read_holds_no_nul_and_no_surrogate() -> None:
    bad = LD.replace('"Region"', r'"Re\u0000gi\ud800on"')
    got = read(
        article(head=bad, after="<p>The end &#0; of it \x00 came late in the evening, when all had gone home.</p>")
    )
    assert got.article_section == "Region"
    assert "\x00" not in got.article_body
