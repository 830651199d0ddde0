"""Pages, feeds and answers of a small outlet, "daily.example", in words of our own."""

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from crawler.errands import Answer
from storage.records import Page

SITE = "https://daily.example"
FEED_TYPE, HTML_TYPE = "application/rss+xml", "text/html; charset=utf-8"

_SENTENCES = (
    "The {thing} of {place} opened {again} after a {time} of {work} that took the {owner} three years to pay for.",
    "Two {craft} left in the {time}, and a small {owner} in {place} waved from the {thing} until {craft} and {work} were out of sight.",
    "The council had {spoken} for a {time} about the {work} of the {thing}, and {again} it chose the {owner} of {place}.",
    "{craft} from {place} {spoken} that the {thing} would let {owner} do their {work} {again} for the first time.",
    "A second {thing} is {spoken} for the coming {time}, but {owner} in {place} {again} ask who will pay for {craft} and {work}.",
)
#: no five words in a row are without one of these: two reports have little in common but their plan
_SLOTS = {
    "thing": "harbour museum school bridge station library theatre market hospital garden".split(),
    "again": "on Monday, in May, this week, at last, in silence, by night, at noon, before dawn, on time, with music".split(
        ", "
    ),
    "time": "winter summer morning decade season evening century holiday quarter weekend".split(),
    "work": "repairs lamps paintings lessons tickets letters flowers engines songs windows".split(),
    "owner": "town crowd region company parish family union club college bank".split(),
    "craft": "ferries trains lorries buses cranes boats carts trams wagons planes".split(),
    "spoken": "argued promised planned complained reported asked agreed announced doubted explained".split(),
}


def paragraphs(place: str) -> list[str]:
    """Five paragraphs of one report; another place makes another text, which is no copy."""
    chance = random.Random(place)
    return [_sentence(sentence, place, chance) for sentence in _SENTENCES]


def _sentence(pattern: str, place: str, chance: random.Random) -> str:
    filled = pattern.replace("{place}", place)
    for slot, words in _SLOTS.items():
        while "{" + slot + "}" in filled:
            filled = filled.replace("{" + slot + "}", chance.choice(words), 1)
    return filled[0].upper() + filled[1:]


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
    *paths: str,
    site: str = SITE,
    ttl: int | None = None,
    published: datetime | Mapping[str, datetime] | None = None,
    title: str = "",
) -> str:
    """A feed that lists these paths of a site, all published at one moment or each at its own."""
    common = datetime.now(UTC) - timedelta(hours=1)
    moments = published if isinstance(published, Mapping) else dict.fromkeys(paths, published or common)
    items = "".join(
        f"<item><title>{title or path.strip('/').replace('-', ' ').capitalize()}</title>"
        f"<link>{site}{path}</link><pubDate>{format_datetime(moments[path])}</pubDate></item>"
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
