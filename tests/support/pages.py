"""Pages, feeds and answers of a small outlet, "daily.example", in words of our own."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from crawler.errands import Answer
from storage.records import Page

SITE = "https://daily.example"
FEED_TYPE, HTML_TYPE = "application/rss+xml", "text/html; charset=utf-8"

_SENTENCES = (
    "The harbour of {place} opened again on Monday after a winter of repairs that took the town three years to pay for.",
    "Two ferries left in the early morning, and a small crowd in {place} waved from the new pier until they were out of sight.",
    "The council had argued for a long time about the colour of the lamps, and in the end it chose the cheapest ones.",
    "Fishermen from {place} said that the deeper basin would let them land their catch at low tide for the first time.",
    "A second basin is planned for the coming year, but nobody knows yet who will pay for the gates and the pumps.",
)


def paragraphs(place: str) -> list[str]:
    """Five paragraphs of one report; another place makes another text."""
    return [sentence.format(place=place) for sentence in _SENTENCES]


def page(headline: str, place: str | None = None, head: str = "", published: str = "2024-11-20T08:30:00+01:00") -> str:
    """The HTML of one article."""
    body = "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs(place or headline))
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{headline} - The Daily</title>'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{headline}">'
        f'<meta property="article:published_time" content="{published}">{head}</head><body>'
        f"<nav><a href='/'>Front page</a></nav><main><article><h1>{headline}</h1><p class='byline'>By Ana Ruiz</p>\n"
        f"{body}</article></main></body></html>"
    )


def rss(
    *paths: str, site: str = SITE, ttl: int | None = None, published: datetime | None = None, title: str = ""
) -> str:
    """A feed that lists these paths of a site."""
    moment = format_datetime(published or datetime.now(UTC) - timedelta(hours=1))
    items = "".join(
        f"<item><title>{title or path.strip('/').replace('-', ' ').capitalize()}</title>"
        f"<link>{site}{path}</link><pubDate>{moment}</pubDate></item>"
        for path in paths
    )
    wish = f"<ttl>{ttl}</ttl>" if ttl else ""
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>The Daily</title>{wish}{items}</channel></rss>'


def sitemap(*paths: str, site: str = SITE, modified: str = "") -> str:
    """A plain sitemap of these paths."""
    moment = f"<lastmod>{modified}</lastmod>" if modified else ""
    entries = "".join(f"<url><loc>{site}{path}</loc>{moment}</url>" for path in paths)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'


def listing(paths: Sequence[str], head: str = "", foot: str = "") -> str:
    """A front page or section that shows these paths."""
    items = "".join(
        f"<li><h3><a href='{path}'>{path.strip('/').replace('-', ' ').capitalize()}</a></h3></li>" for path in paths
    )
    return f"<!DOCTYPE html><html><head><title>The Daily</title>{head}</head><body><main><ul>{items}</ul></main>{foot}</body></html>"


def answer(
    text: str | bytes = "",
    url: str = SITE,
    *,
    status: int = 200,
    content_type: str = HTML_TYPE,
    etag: str | None = None,
    via: tuple[str, ...] = (),
) -> Answer:
    """An answer as the visit takes it; ``url`` is where it came from at last."""
    body = text.encode() if isinstance(text, str) else text
    return Answer(Page(url, body, content_type, status), etag, None, via)
