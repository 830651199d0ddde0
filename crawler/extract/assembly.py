"""An Article from what was made out of its page: each field with its value and where it came from."""

from dataclasses import replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawler.extract.claims import Claims, Given
from crawler.extract.jsonld import LIVE_BLOG, text_at, texts, types_of
from crawler.extract.language import language_of
from crawler.extract.picture import caption_of, image_url
from crawler.extract.signals import Signals
from storage.records import Article, Link

_LONGEST_KEYWORD = 80
_MAX_KEYWORDS = 40


def article_of_claims(claims: Claims, given: Given, ruled: dict[str, Any]) -> Article:
    """The article; ``ruled`` are fields that the rules of the site select, which win."""
    signals, dates = claims.signals, claims.dates
    fields, provenance = _described(claims, given.link)
    article = Article(
        url=signals.url,
        headline=claims.headline[0],
        article_body=claims.text[0],
        canonical_url=canonical_of(signals),
        authors=claims.byline[0].persons,
        date_published=dates.published,
        date_published_raw=dates.raw,
        date_published_precision=dates.precision,
        date_published_offset=dates.offset,
        date_modified=dates.modified,
        in_language=language_of(_declared_languages(signals, given), claims.text[0]),
        is_accessible_for_free=is_free(signals),
        is_live=is_live(signals),
        agency=claims.byline[0].agency,
        provenance={name: origin for name, origin in {**provenance, **dict.fromkeys(ruled, "rules")}.items() if origin},
        **fields,
    )
    return replace(article, **ruled) if ruled else article


def _described(claims: Claims, link: Link | None) -> tuple[dict[str, Any], dict[str, str]]:
    """Fields that are there or not, and the provenance of all fields."""
    signals, dates = claims.signals, claims.dates
    found = {
        "description": _description(signals, link),
        "article_section": _section(signals, link),
        "keywords": _keywords(signals, link),
        "main_image_url": image_url(signals) or ((link.image_url, "feed") if link and link.image_url else None),
        "image_caption": caption_of(claims.layout, claims.captions, signals.article),
    }
    provenance = {
        "headline": claims.headline[1],
        "article_body": claims.text[1],
        "authors": claims.byline[1] if claims.byline[0].persons else "",
        "agency": claims.byline[0].agency_origin,
        "date_published": dates.origin,
        "date_modified": dates.modified_origin,
    }
    given = {name: pair for name, pair in found.items() if pair}
    return {name: pair[0] for name, pair in given.items()}, provenance | {name: pair[1] for name, pair in given.items()}


def _description(signals: Signals, link: Link | None) -> tuple[str, str] | None:
    claims = (
        (signals.meta("og:description"), "opengraph"),
        (text_at(signals.article, "description"), "json-ld"),
        (signals.meta("description", "twitter:description"), "meta"),
        (link.description if link else None, "feed"),
    )
    return next(((text, origin) for text, origin in claims if text), None)


def _section(signals: Signals, link: Link | None) -> tuple[str, str] | None:
    claims = (
        (text_at(signals.article, "articleSection"), "json-ld"),
        (signals.meta("article:section", "section", "parsely-section"), "opengraph"),
        (signals.prop("articlesection"), "microdata"),
        (link.section if link else None, "feed"),
    )
    return next(((text, origin) for text, origin in claims if text), None)


def _keywords(signals: Signals, link: Link | None) -> tuple[tuple[str, ...], str] | None:
    claims = (
        (texts(signals.article.get("keywords")), "json-ld"),
        (list(signals.metas.get("article:tag", ())), "opengraph"),
        ([signals.meta("news_keywords", "keywords") or ""], "meta"),
        (list(link.keywords) if link else [], "feed"),
    )
    for listed, origin in claims:
        single = listed[0].split(",") if len(listed) == 1 else listed
        kept = tuple(dict.fromkeys(word.strip() for word in single if 1 < len(word.strip()) < _LONGEST_KEYWORD))
        if kept:
            return kept[:_MAX_KEYWORDS], origin
    return None


def canonical_of(signals: Signals) -> str | None:
    """The canonical address that the page names, absolute; None when it names none or a broken one."""
    named = signals.canonical or signals.meta("og:url") or ""
    try:
        address = urljoin(signals.url, named) if named else ""
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.netloc else None


def _declared_languages(signals: Signals, given: Given) -> list[str]:
    link = given.link
    named = (
        signals.language, text_at(signals.article, "inLanguage"), signals.meta("og:locale"),
        signals.meta("content-language", "language"),
        given.language, link.in_language if link else None,
    )  # fmt: skip
    return [tag for tag in named if tag]


def is_free(signals: Signals) -> bool | None:
    """What the publisher says about paying: "no" wins, because parts of a paid page are marked free."""
    nodes = (signals.article, *signals.nodes)
    said = {str(node["isAccessibleForFree"]).strip().lower() for node in nodes if "isAccessibleForFree" in node}
    tier = (signals.meta("article:content_tier") or "").lower()
    if said & {"false", "no", "0", "http://schema.org/false"} or tier in ("locked", "metered"):
        return False
    return True if said or tier == "free" else None


def is_live(signals: Signals) -> bool:
    """Whether the page says of itself that it is a live blog; one among the stories that it links to makes it none."""
    named = types_of(signals.article) if signals.article else signals.item_types
    return LIVE_BLOG in named
