"""What is an article and what is not."""

import pytest

from crawler.extract.reader import read_page
from storage.records import Page
from tests.crawler.extract.pages import HEADLINE, PARAGRAPHS, URL, article, html, page_at, paragraphs, teasers

SITE = "https://paper.example"
LD_ARTICLE = (
    '<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle",'
    f'"headline":"{HEADLINE}","datePublished":"2024-10-24T14:35:00+02:00"}}</script>'
)
NAV = (
    "<nav><ul>"
    + "".join(f'<li><a href="/{name}/">{name.title()}</a></li>' for name in ("world", "politics", "sport", "culture"))
    + "</ul></nav>"
)
PICTURES = "".join(
    f'<figure><img src="/p/{n}.jpg"><figcaption>Number {n}: the crowd waits on the eastern bank of the river.</figcaption></figure>'
    for n in range(9)
)

CLAIMS = LD_ARTICLE.replace(HEADLINE, "The opening of the bridge")
NOT_ARTICLES = [
    pytest.param(
        html(
            f"<h1>The opening of the bridge</h1><p>By Jana Weber</p><p>Thousands came to see it.</p>{PICTURES}",
            f"<title>The opening of the bridge</title>{CLAIMS}",
        ),
        "gallery",
        id="a gallery that calls itself an article",
    ),
    pytest.param(
        html(
            "<h1>The opening of the bridge</h1><video src='/v.mp4'></video><p>The mayor cuts the ribbon while the band plays on.</p>",
            f"<title>The opening of the bridge</title>{CLAIMS}",
        ),
        "video page",
        id="a video that calls itself an article",
    ),
    pytest.param(
        page_at(
            f"{SITE}/people/hb",
            f"<h1>Hanna Brodt</h1><p>Hanna Brodt has covered the town hall for eleven years. She likes bridges.</p>{teasers(2)}",
            '<title>Hanna Brodt</title><script type="application/ld+json">{"@type":"ProfilePage","mainEntity":{"@type":"Person","name":"Hanna Brodt"}}</script>',
        ),
        "author page",
        id="an author page that only its type names",
    ),
    pytest.param(
        page_at(f"{SITE}/", NAV + teasers(12), "<title>The Paper</title>"), "section front", id="a front page"
    ),
    pytest.param(
        page_at(f"{SITE}/politics/", f"{NAV}<h1>Politics</h1>{teasers(10)}", "<title>Politics - The Paper</title>"),
        "section front",
        id="a section front with summaries",
    ),
    pytest.param(
        page_at(f"{SITE}/politics", f"{NAV}<h1>Politics</h1>{teasers(10, summaries=False)}", "<title>Politics</title>"),
        "section front",
        id="a section front of headlines only",
    ),
    pytest.param(
        page_at(f"{SITE}/tag/harbour", f"{NAV}<h1>Harbour</h1>{teasers(4)}", "<title>Harbour</title>"),
        "section front",
        id="a tag page",
    ),
    pytest.param(
        page_at(
            f"{SITE}/topics/harbour",
            f"{NAV}<h1>Harbour</h1><p>All stories about the harbour of the town and the plans that the council has for it.</p>{teasers(8)}",
            '<title>Harbour</title><meta property="og:type" content="article">',
        ),
        "section front",
        id="a topic page with an introduction that calls itself an article",
    ),
    pytest.param(
        page_at(
            f"{SITE}/authors/hanna-brodt",
            f"{NAV}<h1>Hanna Brodt</h1><p>Hanna Brodt has covered the town hall for eleven years. She studied history in Marburg and likes long bridges.</p>{teasers(6)}",
            "<title>Hanna Brodt</title>",
        ),
        "author page",
        id="an author page",
    ),
    pytest.param(
        page_at(
            f"{SITE}/gallery/bridge-opens",
            f"{NAV}<h1>The opening in pictures</h1><p>Thousands came to see the bridge on its first day.</p>{PICTURES}",
            "<title>The opening in pictures</title>",
        ),
        "gallery",
        id="a gallery",
    ),
    pytest.param(
        page_at(
            f"{SITE}/2024/10/24/opening-in-pictures",
            f"{NAV}<h1>The opening in pictures</h1><p>Thousands came.</p>{PICTURES}",
            '<title>x</title><script type="application/ld+json">{"@type":"ImageGallery","name":"The opening in pictures"}</script>',
        ),
        "gallery",
        id="a gallery that only its type names",
    ),
    pytest.param(
        page_at(
            f"{SITE}/video/bridge-opens",
            f"{NAV}<h1>Watch: the bridge opens</h1><video src='/v.mp4'></video><p>The mayor cuts the ribbon on the new bridge over the Lind. Length: 2 minutes.</p>",
            '<title>Watch</title><meta property="og:type" content="video.other">',
        ),
        "video page",
        id="a video page",
    ),
    pytest.param(
        html(
            "<h1>404</h1><p>Sorry, the page you asked for was not found. It may have been moved or deleted since.</p>",
            "<title>Page not found</title>",
        ),
        "soft 404",
        id="an error page with status 200",
    ),
    pytest.param(
        html(
            f"<h1>Seite nicht gefunden</h1><p>Die gewünschte Seite existiert leider nicht mehr.</p><h2>Meistgelesen</h2>{teasers(5)}",
            "<title>Seite nicht gefunden</title>",
            "de",
        ),
        "soft 404",
        id="a German error page with teasers",
    ),
    pytest.param(
        html(
            "<h1>Ой!</h1><p>Страница не найдена. Возможно, она была удалена или никогда не существовала.</p>",
            "<title>Ошибка</title>",
            "ru",
        ),
        "soft 404",
        id="a Russian error page",
    ),
    pytest.param(
        html(
            "<h1>We value your privacy</h1><p>We and our 214 partners use cookies and personal data to show advertising. You can accept all cookies or manage them.</p><button>Accept all</button>",
            "<title>Before you continue</title>",
        ),
        "consent wall",
        id="a consent wall",
    ),
    pytest.param(
        html("<p>You need to enable JavaScript to run this app.</p>", "<title>The Paper</title>"),
        "javascript wall",
        id="a page that wants JavaScript",
    ),
    pytest.param(
        html(
            "<h1>Are you a robot?</h1><p>Our systems have detected unusual traffic. Please complete the captcha below to go on.</p>",
            "<title>Just a moment...</title>",
        ),
        "captcha",
        id="a captcha",
    ),
    pytest.param(
        html(
            "<h1>Sign in</h1><form><p>Please log in to continue reading The Paper with your account.</p><input name=email></form>",
            "<title>Log in</title>",
        ),
        "login",
        id="a login page",
    ),
    pytest.param(
        html(
            "<h1>Back soon</h1><p>The site is down for maintenance. We will be back in an hour or so, thank you for waiting.</p>",
            "<title>Scheduled maintenance</title>",
        ),
        "maintenance",
        id="a maintenance page",
    ),
    pytest.param(Page(URL, b""), "empty page", id="nothing at all"),
    pytest.param(html('<div id="root"></div>', "<title>The Paper</title>"), "no text", id="an empty template"),
]


@pytest.mark.parametrize(("page", "reason"), NOT_ARTICLES)
def test_is_refused_with_its_reason(page: Page, reason: str) -> None:
    reading = read_page(page)
    assert (reading.is_article, reading.reason) == (False, reason)


ARTICLES = [
    pytest.param(article(), id="a headline and three paragraphs and nothing else"),
    pytest.param(article(head=LD_ARTICLE), id="a page that says it is a NewsArticle"),
    pytest.param(
        article(
            before=NAV + "<p>By Jana Weber</p><time datetime='2024-10-24T14:35'>24 October</time>",
            after=teasers(6, tag="h3"),
        ),
        id="an article above a row of teasers",
    ),
    pytest.param(
        article(after=f"<h2>Latest</h2>{teasers(12, summaries=False)}"), id="a short article above many links"
    ),
    pytest.param(
        html(f"<h1>{HEADLINE}</h1>{paragraphs(*PARAGRAPHS[:2])}", f"<title>{HEADLINE}</title>{LD_ARTICLE}"),
        id="an article of two paragraphs",
    ),
    pytest.param(
        html(
            f"<h1>Error in the count delays result</h1>{paragraphs(*PARAGRAPHS)}",
            "<title>Error in the count delays result</title>",
        ),
        id="an article about an error",
    ),
    pytest.param(
        page_at(
            f"{SITE}/video/2024/bridge",
            f"<h1>{HEADLINE}</h1>{paragraphs(*PARAGRAPHS * 4)}",
            f"<title>{HEADLINE}</title>{LD_ARTICLE}",
        ),
        id="a long text on a video address",
    ),
    pytest.param(
        html(
            f"<h1>Why web sites ask about cookies</h1>{paragraphs('We and our partners use cookies, say the banners.', *PARAGRAPHS)}",
            f"<title>Why web sites ask about cookies</title>{LD_ARTICLE.replace(HEADLINE, 'Why web sites ask about cookies')}",
        ),
        id="an article about cookies",
    ),
]


@pytest.mark.parametrize("page", ARTICLES)
def test_is_read_as_an_article(page: Page) -> None:
    assert read_page(page).reason is None
