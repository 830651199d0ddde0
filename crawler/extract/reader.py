"""Read one page: bytes in, an article or the reason why there is none out.

    Page -> decoded -> bounded -> LexborHTMLParser -> signals, walk
                                                   -> headline, body, captions, byline, dates, language
                                                   -> refusal? -> Reading
"""

import re
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from crawler.extract.authors import byline_of_page, likely_bylines
from crawler.extract.blocks import Block, Layout, walk
from crawler.extract.body import Body, body_of, context_of
from crawler.extract.dates import Dates, Shown, dates_of
from crawler.extract.decode import decoded
from crawler.extract.headline import headline_of, site_names
from crawler.extract.hints import mask
from crawler.extract.jsonld import text_at, texts
from crawler.extract.kind import Impression, refusal
from crawler.extract.language import language_of
from crawler.extract.limits import bounded
from crawler.extract.memory import SiteMemory
from crawler.extract.people import Byline
from crawler.extract.picture import caption_of, image_url
from crawler.extract.rules import Rules
from crawler.extract.ruled import apply_rules, drop_elements
from crawler.extract.signals import Signals, signals_of
from crawler.extract.text import folded
from storage.records import Article, Link, Page, Reading

_YEAR = re.compile(r"\b(?:19|20)\d\d\b|[年년]")
_BYLINE = mask("byline")
_DATE = mask("date")
#: blocks before the first paragraph, and after the headline, among which byline and date are looked for
_NEAR = 12


@dataclass(frozen=True, slots=True)
class _Claims:
    """What was made out of one page before it is decided whether it is an article."""

    signals: Signals
    layout: Layout
    headline: tuple[str, str]
    body: Body
    captions: tuple[int, ...]
    byline: tuple[Byline, str]
    dates: Dates


def read_page(
    page: Page,
    link: Link | None = None,
    rules: Rules | None = None,
    timezone: str | None = None,
    language: str | None = None,
    memory: SiteMemory | None = None,
) -> Reading:
    """Read one page; bytes of any kind give a Reading, never an error.

    ``link`` is what the feed or sitemap said of the page, ``timezone`` the zone of its naive dates, ``language`` what
    the operator says the source is written in, ``memory`` what other pages of the site taught.
    """
    html = bounded(decoded(page))
    if not html.strip():
        return Reading(reason="empty page")
    try:
        tree = LexborHTMLParser(html)
    except (SelectolaxError, ValueError, RuntimeError):
        return Reading(reason="unreadable markup")
    if rules:
        drop_elements(tree, rules)
    signals = signals_of(tree, page.url)
    ruled = apply_rules(tree, rules) if rules else {}
    layout = walk(tree)
    claims = _claims(signals, layout, link, timezone, language)
    return _reading(claims, link, language, ruled)


def _claims(signals: Signals, layout: Layout, link: Link | None, timezone: str | None, language: str | None) -> _Claims:
    headline = headline_of(signals, link.title if link else None) or ("", "text")
    context = context_of(layout, signals, headline[0])
    body = body_of(layout, context)
    captions = sorted(context.captions)
    near = _near(layout, body, headline[0])
    byline = byline_of_page(signals, _bylines(near), site_names(signals), link.authors if link else ())
    spoken = (language or signals.language or "").lower()
    dates = dates_of(signals, Shown(_dated(near), _far(layout)), link, timezone, spoken)
    return _Claims(signals, layout, headline, body, tuple(captions), byline, dates)


def _reading(claims: _Claims, link: Link | None, language: str | None, ruled: dict[str, object]) -> Reading:
    signals, dates = claims.signals, claims.dates
    seen = Impression(
        signals, claims.layout, claims.body.kept, claims.headline[0], dates.published is not None,
        dates.precision is not None and dates.precision != "day", bool(claims.byline[0].persons), bool(link and link.title),
    )  # fmt: skip
    reason = None if ruled.get("article_body") else refusal(seen)
    dropped = tuple(b.text for place, b in enumerate(claims.layout.blocks) if place not in set(claims.body.kept))
    if reason or not claims.headline[0]:
        return Reading(reason=reason or "no headline", dropped=dropped)
    article = _article(claims, link, language)
    return Reading(article=replace(article, **ruled) if ruled else article, dropped=dropped)  # type: ignore[arg-type]


def _article(claims: _Claims, link: Link | None, language: str | None) -> Article:
    signals, dates, (byline, byline_origin) = claims.signals, claims.dates, claims.byline
    text = claims.body.text(claims.layout)
    caption = caption_of(claims.layout, claims.captions, signals.article)
    image = image_url(signals) or ((link.image_url, "feed") if link and link.image_url else None)
    described = _description(signals, link)
    section = text_at(signals.article, "articleSection") or signals.meta("article:section", "section", "parsely-section")
    provenance = {
        "headline": claims.headline[1], "article_body": "text", "authors": byline_origin if byline.persons else "",
        "date_published": dates.origin, "date_modified": dates.modified_origin, "main_image_url": image[1] if image else "",
        "image_caption": caption[1] if caption else "", "description": described[1] if described else "",
    }  # fmt: skip
    return Article(
        url=signals.url,
        headline=claims.headline[0],
        article_body=text,
        canonical_url=_canonical(signals),
        description=described[0] if described else None,
        authors=byline.persons,
        date_published=dates.published,
        date_published_raw=dates.raw,
        date_published_precision=dates.precision,
        date_published_offset=dates.offset,
        date_modified=dates.modified,
        in_language=language_of(_declared_languages(signals, link, language), text),
        article_section=section or (link.section if link else None),
        keywords=_keywords(signals) or (link.keywords if link else ()),
        main_image_url=image[0] if image else None,
        image_caption=caption[0] if caption else None,
        is_accessible_for_free=_free(signals),
        agency=byline.agency,
        provenance={name: origin for name, origin in provenance.items() if origin},
    )


def _near(layout: Layout, body: Body, headline: str) -> list[Block]:
    """Blocks between headline and text, and what is marked as byline or date around them."""
    first = body.kept[0] if body.kept else len(layout.blocks)
    name = folded(headline)
    heads = [place for place, block in enumerate(layout.blocks[: first + 1]) if folded(block.text) == name]
    start = heads[-1] + 1 if heads else max(0, first - _NEAR)
    last = body.kept[-1] + 1 if body.kept else start
    around = layout.blocks[start : first + 1][:_NEAR] + layout.blocks[max(0, start - 4) : max(0, start - 1)]
    return around + layout.blocks[last : last + 4]


def _bylines(near: list[Block]) -> list[str]:
    marked = [block.text for block in near if block.own & _BYLINE and len(block.text) < 160]
    return marked or likely_bylines(block.text for block in near) or _bare_names(near)


def _bare_names(near: list[Block]) -> list[str]:
    """Short lines without end mark, two or three words: a name that stands alone below the headline."""
    lines = [block.text for block in near if len(block.text) < 60 and not block.text.endswith((".", "!", "?", ":"))]
    return [line for line in lines if 2 <= len(line.split()) <= 4 and all(word[:1].isupper() for word in line.split())][:1]


def _far(layout: Layout) -> list[str]:
    return [text for block in layout.blocks[:400] if (text := block.stamp or block.text) and len(text) < 100 and _YEAR.search(text)]


def _dated(near: list[Block]) -> list[str]:
    return [block.stamp or block.text for block in near if block.stamp or len(block.text) < 200]


def _description(signals: Signals, link: Link | None) -> tuple[str, str] | None:
    for text, origin in (
        (text_at(signals.article, "description"), "json-ld"),
        (signals.meta("og:description"), "opengraph"),
        (signals.meta("description", "twitter:description"), "meta"),
        (link.description if link else None, "feed"),
    ):
        if text:
            return text, origin
    return None


def _keywords(signals: Signals) -> tuple[str, ...]:
    listed = texts(signals.article.get("keywords")) or list(signals.metas.get("article:tag", ()))
    if len(listed) <= 1:
        listed = (listed[0] if listed else signals.meta("news_keywords", "keywords") or "").split(",")
    return tuple(dict.fromkeys(word.strip() for word in listed if 1 < len(word.strip()) < 80))[:40]


def _canonical(signals: Signals) -> str | None:
    named = signals.canonical or signals.meta("og:url") or ""
    if not named:
        return None
    try:
        address = urljoin(signals.url, named)
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.netloc else None


def _declared_languages(signals: Signals, link: Link | None, language: str | None) -> list[str]:
    named = [signals.language, text_at(signals.article, "inLanguage"), signals.meta("og:locale"), signals.meta("content-language", "language")]
    named += [language, link.in_language if link else None]
    return [tag for tag in named if tag]


def _free(signals: Signals) -> bool | None:
    """What the publisher says about paying: false wins, because parts of a paid page are marked free."""
    said = [str(node.get("isAccessibleForFree")).strip().lower() for node in (signals.article, *signals.nodes) if "isAccessibleForFree" in node]
    tier = (signals.meta("article:content_tier") or "").lower()
    if any(value in ("false", "no", "0", "http://schema.org/false") for value in said) or tier in ("locked", "metered"):
        return False
    return True if said or tier == "free" else None
