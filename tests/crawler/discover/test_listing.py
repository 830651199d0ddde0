"""Web pages that list articles: what is an article there, what turns the page, what is a section, what a feed."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discover.errors import UnreadableAnswer
from crawler.discover.listing import read_listing
from crawler.discover.paging import page_number
from storage.records import EndpointKind, Found, LinkKind

SITE = "https://harbour.example"
URL = f"{SITE}/world"
HEADLINES = [
    "Council approves a new bridge over the river",
    "Storm leaves thousands without power for days",
    "Minister resigns",
    "Local team wins the cup after extra time",
    "Prices rise again",
    "Harbour to be dredged before winter comes",
]
MENU = (
    '<nav><a href="/politics">Politics</a><a href="/world/">World</a><a href="/sport.html">Sport</a>'
    '<a href="/category/economy">Economy</a><a href="/about">About us</a><a href="/video">Video</a>'
    '<a href="/tag/ferries">Ferries</a><a href="/privacy-policy">Privacy policy</a></nav>'
)
FOOTER = (
    '<footer><a href="/contact">Contact</a><a href="/terms-of-service-and-conditions">Terms of service and conditions</a>'
    '<a href="https://facebook.com/harbour">Facebook</a><a href="mailto:desk@harbour.example">Write to us</a></footer>'
)


def page(body: str, head: str = "") -> str:
    return f"<!doctype html><html lang='en'><head><title>World | Harbour</title>{head}</head><body>{MENU}{body}{FOOTER}</body></html>"


def teasers(
    paths: list[str],
    headlines: list[str],
    markup: str = '<div class="c7"><h2><a href="{path}">{headline}</a></h2></div>',
) -> str:
    return "".join(markup.format(path=path, headline=headline) for path, headline in zip(paths, headlines, strict=True))


def links(found: Found) -> list[str]:
    return [link.url.removeprefix(SITE) for link in found.links]


def slug(headline: str) -> str:
    return headline.lower().replace(" ", "-")


JAPANESE = [
    "市議会が新しい橋の建設を承認",
    "嵐で数千世帯が数日間停電",
    "大臣が辞任",
    "地元チームが延長戦を制して優勝",
    "物価が再び上昇",
    "冬の前に港の浚渫を開始",
]
ARABIC = [
    "مجلس المدينة يوافق على جسر جديد",
    "العاصفة تترك الآلاف بلا كهرباء",
    "استقالة الوزير",
    "الفريق المحلي يفوز بالكأس",
    "ارتفاع الأسعار مرة أخرى",
    "تعميق الميناء قبل الشتاء",
]
SHAPES = [
    pytest.param([f"/a/{12345 + n}" for n in range(6)], HEADLINES, id="a number"),
    pytest.param([f"/story/{217 + n}" for n in range(6)], HEADLINES, id="a short number"),
    pytest.param([f"/2024/10/24/{slug(text)}.html" for text in HEADLINES], HEADLINES, id="a date and a slug"),
    pytest.param([f"/?p={1234 + n}" for n in range(6)], HEADLINES, id="WordPress without pretty addresses"),
    pytest.param([f"/article.php?id={101 + n}" for n in range(6)], HEADLINES, id="an id in the query"),
    pytest.param([f"/news/{slug(text)}" for text in HEADLINES], HEADLINES, id="a slug"),
    pytest.param(
        [f"/artikel/{slug(text)}-{12345 + n}.html" for n, text in enumerate(HEADLINES)],
        HEADLINES,
        id="a slug with an id",
    ),
    pytest.param([f"/{slug(text)}" for text in HEADLINES], HEADLINES, id="a slug at the root"),
    pytest.param([f"/news/{quote(text)}" for text in JAPANESE], JAPANESE, id="a Japanese slug"),
    pytest.param([f"/articles/{1000 + n}" for n in range(6)], JAPANESE, id="Japanese headlines, numbers"),
    pytest.param([f"/n/{10001 + n}" for n in range(6)], ARABIC, id="Arabic headlines, numbers"),
]
MARKUPS = [
    pytest.param('<div class="c7"><h2><a href="{path}">{headline}</a></h2></div>', id="headings"),
    pytest.param('<ul><li class="x1"><a href="{path}">{headline}</a></li></ul>', id="a list"),
    pytest.param(
        '<div class="q"><div class="r"><a class="s" href="{path}"><span>{headline}</span></a></div></div>',
        id="divs without meaning",
    ),
    pytest.param(
        '<a href="{path}"><img src="/i.jpg" alt="A pier"><h3>{headline}</h3><p>Some words below it.</p></a>',
        id="whole cards",
    ),
]


@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize(("paths", "headlines"), SHAPES)
def test_all_articles_are_found_and_no_menu(paths: list[str], headlines: list[str], markup: str) -> None:
    found = read_listing(page(f"<main>{teasers(paths, headlines, markup)}</main>"), URL)
    assert links(found) == paths
    assert [link.title for link in found.links] == headlines
    assert {link.kind for link in found.links} == {LinkKind.ARTICLE}


TRAPS = [
    "/author/ana-ruiz", "/tag/bridges-and-ferries", "/2024/10/", "/2024/10/24/", "/calendar/2026-12", "/world/page/2/", "/world?page=7",
    "/login?return=/news/a-b-c-d-e", "/print/bridge-over-the-river-approved", "/news/bridge-over-the-river?print=1", "/photo.jpg",
    "/newsletter", "/search?q=bridge", "/category/economy-and-trade", "/wp-login.php", "/feed", "/weather",
]  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_traps_are_no_articles_even_among_headlines(trap: str) -> None:
    paths = [f"/news/{slug(text)}" for text in HEADLINES]
    body = teasers([*paths, trap], [*HEADLINES, "A long text that looks like a headline"])
    assert links(read_listing(page(body), URL)) == paths


def test_names_of_sections_in_the_markup_of_headlines_are_no_articles() -> None:
    paths = [f"/news/{slug(text)}" for text in HEADLINES]
    body = teasers([*paths, "/politics", "/local-news", "/health"], [*HEADLINES, "Politics", "Local news", "Health"])
    assert links(read_listing(page(body), URL)) == paths


@pytest.mark.parametrize(
    "href",
    [
        "javascript:open(1)",
        "mailto:a@b.example",
        "data:text/html,x",
        "file:///etc/passwd",
        "tel:1",
        "#top",
        "",
        "http://",
        "http://[",
        "//:80/x",
    ],
)
def test_addresses_that_are_none_are_left(href: str) -> None:
    found = read_listing(page(f"<h2><a href='{href}'>A headline of many words, as it were</a></h2>"), URL)
    assert found.links == ()


def test_picture_headline_and_read_more_are_one_link_with_the_best_title() -> None:
    body = (
        "<article><a href='/news/ferry-leaves-too-early'><img alt='A ferry at the pier'></a>"
        "<h2><a href='/news/ferry-leaves-too-early#main'>Ferry leaves too early</a></h2><p>It was six.</p>"
        "<a href='/news/ferry-leaves-too-early'>Read more »</a></article>"
    )
    found = read_listing(page(body), URL)
    assert [(link.url, link.title) for link in found.links] == [
        (f"{SITE}/news/ferry-leaves-too-early", "Ferry leaves too early")
    ]


def test_the_headline_of_a_card_stands_beside_its_link() -> None:
    body = (
        "<li><h3>Ferry leaves too early</h3><p>It was six.</p><a href='/news/ferry-leaves-too-early'>Read more</a></li>"
    )
    assert read_listing(page(body), URL).links[0].title == "Ferry leaves too early"


def test_the_time_of_a_card_is_the_date_of_its_link() -> None:
    time = '<time datetime="2024-10-29T10:15:00+02:00">today</time>'
    body = (
        f"<article><h2><a href='/news/ferry-leaves-too-early'>Ferry leaves too early</a></h2>{time}</article>"
        + teasers(["/news/tram-arrives-too-late"], ["Tram arrives too late"])
    )
    ferry, tram = read_listing(page(body), URL).links
    assert ferry.published == datetime(2024, 10, 29, 8, 15, tzinfo=UTC)
    assert ferry.published_raw == "2024-10-29T10:15:00+02:00"
    assert tram.published is None


def test_base_href_is_honoured() -> None:
    found = read_listing(
        page(teasers(["ferry-leaves-too-early"], ["Ferry leaves too early"]), "<base href='/en/news/'>"), URL
    )
    assert links(found) == ["/en/news/ferry-leaves-too-early"]


def test_an_outlet_at_an_ip_address_with_port() -> None:
    front = "http://127.0.0.1:8031/"
    body = teasers(["/a/12345", "http://127.0.0.1:8031/a/12346"], HEADLINES[:2]) + '<a href="/page/2">Older posts</a>'
    found = read_listing(page(body), front)
    assert [link.url for link in found.links] == [f"{front}a/12345", f"{front}a/12346"]
    assert [link.url for link in found.pages] == [f"{front}page/2"]
    assert f"{front}politics" in [endpoint.url for endpoint in found.endpoints]


@pytest.mark.parametrize(
    ("body", "head", "pages"),
    [
        pytest.param("", '<link rel="next" href="/world?page=2">', ["/world?page=2"], id="link rel"),
        pytest.param('<a rel="next" href="/world/older">→</a>', "", ["/world/older"], id="a rel"),
        pytest.param('<a href="/world?page=2">weiter »</a>', "", ["/world?page=2"], id="German"),
        pytest.param('<a href="/world/page/2/">Older posts</a>', "", ["/world/page/2/"], id="WordPress"),
        pytest.param('<a href="?p=2">次へ</a>', "", ["/world?p=2"], id="Japanese"),
        pytest.param('<a href="?before=99">Показать ещё</a>', "", ["/world?before=99"], id="Russian, by cursor"),
        pytest.param(
            "".join(f'<a href="?page={n}">{n}</a>' for n in range(1, 9)),
            "",
            ["/world?page=2", "/world?page=3"],
            id="numbers",
        ),
        pytest.param('<a href="/more">More</a>', "", [], id="a menu that is called more"),
        pytest.param('<a href="/world?page=0">Newer</a>', "", [], id="backwards"),
        pytest.param('<a href="/events?month=2026-12">Next</a>', "", [], id="a calendar"),
        pytest.param('<a rel="next" href="https://elsewhere.example/world?page=2">Next</a>', "", [], id="another host"),
    ],
)
def test_the_next_pages(body: str, head: str, pages: list[str]) -> None:
    found = read_listing(page(body, head), URL)
    assert [link.url.removeprefix(SITE) for link in found.pages] == pages
    assert {link.kind for link in found.pages} <= {LinkKind.PAGE}


def test_page_two_leads_to_page_three() -> None:
    body = "".join(f'<a href="/world?page={n}">{n}</a>' for n in range(1, 9))
    found = read_listing(page(body), f"{URL}?page=2")
    assert [link.url for link in found.pages] == [f"{URL}?page=3", f"{URL}?page=4"]


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("/world?page=3", 3),
        ("/world/page/12/", 12),
        ("/seite-4.html", 4),
        ("/list?start=40", 40),
        ("/world", None),
        ("/a?page=x", None),
        ("http://[/?page=2", None),
    ],
)
def test_page_numbers(url: str, number: int | None) -> None:
    assert page_number(url if url.startswith("http") else SITE + url) == number


def test_sections_are_those_of_the_menu() -> None:
    found = read_listing(page(teasers(["/news/ferry-leaves-too-early"], ["Ferry leaves too early"])), f"{SITE}/")
    sections = [endpoint for endpoint in found.endpoints if endpoint.kind is EndpointKind.LISTING]
    assert {section.url.removeprefix(SITE) for section in sections} == {
        "/politics",
        "/world/",
        "/sport.html",
        "/category/economy",
    }
    assert {section.origin for section in sections} == {"navigation"}


def test_feeds_are_named_in_the_head_or_linked() -> None:
    head = (
        '<link rel="alternate" type="application/rss+xml" href="/rss/world"><link rel="ALTERNATE feed" type="application/atom+xml" href="/atom">'
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed/"><link rel="alternate" hreflang="de" href="/de">'
        '<link rel="alternate" type="application/json" href="/wp-json/1"><link rel="alternate" type="application/feed+json" href="/feed.json">'
    )
    found = read_listing(page('<a href="/politics/rss.xml">RSS</a>', head), URL)
    feeds = [
        (endpoint.url.removeprefix(SITE), endpoint.origin)
        for endpoint in found.endpoints
        if endpoint.kind is EndpointKind.FEED
    ]
    assert feeds == [
        ("/rss/world", "link rel"),
        ("/atom", "link rel"),
        ("/feed.json", "link rel"),
        ("/politics/rss.xml", "link"),
    ]


def test_the_page_itself_is_no_link_of_it() -> None:
    body = teasers(
        ["/world/", "/world#latest"], ["Everything from around the world", "The latest from around the world"]
    )
    assert read_listing(page(body), URL).links == ()


def test_language_and_title_of_the_page() -> None:
    found = read_listing(page(""), URL)
    assert (found.in_language, found.title) == ("en", "World | Harbour")
    assert found.problems == ("listing: no links that look like articles",)
    assert read_listing("<p>x</p>", URL, "de").in_language == "de"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<div>" * 5_000 + "<a href=/x>x</a>", id="depth"),
        pytest.param(
            "<a " + " ".join(f"a{n}=1" for n in range(40_000)) + " href=/x>x</a>", id="a tag with 40,000 attributes"
        ),
        pytest.param("<a href=/news/a-b-c-d>" * 20_000, id="20,000 open links"),
        pytest.param(
            "<div><h2>x</h2>" + "".join(f"<a href=/{n}><img></a>" for n in range(3_000)), id="one card of 3,000 links"
        ),
    ],
)
def test_pages_built_to_hold_up_the_reader_are_read(body: str) -> None:
    assert read_listing(page(body), URL).kind is EndpointKind.LISTING


def test_nothing_at_all_is_refused() -> None:
    with pytest.raises(UnreadableAnswer):
        read_listing("<!-- only a comment -->", URL)


PIECES = st.sampled_from(["<a href=", "'/x-y-z-a'", ">", "</a>", "<h2>", "<time datetime=x>", "<base href='http://['>", "<link rel=alternate type=application/rss+xml href=//>", "\x00", "&#xD800;", "<svg>", "<!--", "é", "<nav", "?page=9", "<![CDATA["])  # fmt: skip


@given(st.lists(PIECES, max_size=25))
def test_no_rubbish_makes_it_raise_anything_else(pieces: list[str]) -> None:
    found = read_listing("<p>" + "".join(pieces), URL)
    assert all(link.url.startswith("http") for link in (*found.links, *found.pages))
