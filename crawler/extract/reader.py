"""Read one page: bytes in, an article or the reason why there is none out.

Page -> utf8 -> bounded -> LexborHTMLParser -> signals_of, walk
     -> headline, body, byline, dates -> refusal? -> article_of_claims -> Reading
"""

from dataclasses import replace
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from crawler.extract.assembly import article_of_claims
from crawler.extract.authors import byline_of_page
from crawler.extract.blocks import Block, Layout, walk
from crawler.extract.body import Body, body_of, context_of, without_note
from crawler.extract.claims import Claims, Given
from crawler.extract.dates import dates_of
from crawler.extract.fed import HIDDEN, WALLS, article_of_feed
from crawler.extract.headline import headline_of, site_names
from crawler.extract.kind import Impression, refusal
from crawler.extract.language import language_of
from crawler.extract.limits import bounded
from crawler.extract.memory import SiteMemory
from crawler.extract.near import bylines_in, dates_in, near
from crawler.extract.parts import next_part
from crawler.extract.people import Byline
from crawler.extract.ruled import apply_rules, drop_elements
from crawler.extract.rules import Rules
from crawler.extract.signals import Signals, signals_of
from crawler.extract.signed import confirmed, signed_line
from crawler.extract.substitute import text_of_article
from crawler.extract.text import weight
from crawler.text import utf8
from crawler.tree import tree_of
from storage.records import Link, Page, Precision, Reading

#: furniture is never more than this share of a text; weather and market reports repeat more of their sentences
MOST_FURNITURE = 0.25


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
    given = Given(link, timezone, language, memory)
    reading = _read(page, rules, given)
    if reading.article is None and reading.reason in HIDDEN:
        return replace(reading, article=article_of_feed(page.url, given))
    return reading


def _read(page: Page, rules: Rules | None, given: Given) -> Reading:
    html = bounded(utf8(page.body, page.content_type))
    if not html or html.isspace():
        return Reading(reason="empty page")
    try:
        tree = tree_of(html)
    except (ValueError, RuntimeError):
        return Reading(reason="unreadable markup")
    return _read_tree(tree, page.url, rules, given)


def _read_tree(tree: LexborHTMLParser, url: str, rules: Rules | None, given: Given) -> Reading:
    if rules:
        drop_elements(tree, rules)
    signals = signals_of(tree, url)
    ruled = apply_rules(tree, rules) if rules else {}
    next_url = next_part(tree, url)
    layout = walk(tree)  # takes furniture out of the tree
    reading = _reading(_claims(signals, layout, given), given, ruled)
    return replace(reading, next_url=next_url) if reading.article else reading


def _claims(signals: Signals, layout: Layout, given: Given) -> Claims:
    link = given.link
    headline = headline_of(signals, link.title if link else None) or ("", "text")
    context = context_of(layout, signals, headline[0])
    body = _without_known(layout, body_of(layout, context, given.memory.shapes if given.memory else None), given.memory)
    around = near(layout, body, headline[0])
    byline, confirming = _byline(signals, layout, around, given)
    body = without_note(body, layout, byline[0].persons)
    text = text_of_article(body.text(layout), signals.article, link.body_html if link else None)
    spoken = (given.language or signals.language or language_of([], text[0]) or "").lower()
    clock = given.memory.clock if given.memory else None
    dates = dates_of(signals, dates_in(around, layout), link, given.timezone, spoken, clock)
    captions = tuple(sorted(context.captions))
    return Claims(signals, layout, headline, body, text, captions, context.teasers, byline, dates, confirming)


def _byline(
    signals: Signals, layout: Layout, around: list[Block], given: Given
) -> tuple[tuple[Byline, str], dict[str, float]]:
    """The byline with its origin, and the places that it confirms as those of the site's bylines."""
    places = given.memory.bylines if given.memory else {}
    names = site_names(signals)
    fed = given.link.authors if given.link else ()
    byline = byline_of_page(
        signals, bylines_in(around, signals.author_links), names, fed, signed_line(layout, around, places, names)
    )
    return byline, confirmed(layout, around, byline, names, places)


def _without_known(layout: Layout, body: Body, memory: SiteMemory | None) -> Body:
    """Leave out what the site repeats, unless it is a good part of the text: then it is the text of a form."""
    if memory is None:
        return body
    known = {place for place in body.kept if memory.is_furniture(layout.blocks[place].text)}
    repeated = sum(weight(layout.blocks[place].text) for place in known)
    whole = sum(weight(layout.blocks[place].text) for place in body.kept)
    if repeated > MOST_FURNITURE * whole:
        return body
    lines = tuple(layout.blocks[place].text for place in sorted(known))
    return replace(body, kept=tuple(place for place in body.kept if place not in known), repeated=lines)


def _reading(claims: Claims, given: Given, ruled: dict[str, Any]) -> Reading:
    kept = frozenset(claims.body.kept)
    dropped = tuple(block.text for place, block in enumerate(claims.layout.blocks) if place not in kept)
    if claims.text[1] == "feed" and (wall := refusal(_impression(_as_shown(claims), given))) in WALLS:
        return Reading(reason=wall, dropped=dropped)  # nothing that this page says of itself is the article's
    if not ruled.get("article_body") and (reason := refusal(_impression(claims, given))):
        return Reading(reason=reason, dropped=dropped)
    if not (claims.headline[0] or ruled.get("headline")):
        return Reading(reason="no headline", dropped=dropped)
    return Reading(
        article=article_of_claims(claims, given, ruled),
        dropped=dropped,
        repeated=claims.body.repeated,
        shapes=claims.body.shapes,
        bylines=claims.bylines,
        clock=claims.dates.clock,
    )


def _as_shown(claims: Claims) -> Claims:
    """The claims with the text of the page alone."""
    return replace(claims, text=(claims.body.text(claims.layout), "text"))


def _impression(claims: Claims, given: Given) -> Impression:
    return Impression(
        signals=claims.signals,
        layout=claims.layout,
        kept=claims.body.kept,
        teasers=claims.teasers,
        text=claims.text[0],
        letters=claims.letters,
        headline=claims.headline[0],
        dated=claims.dates.published is not None,
        exact_date=claims.dates.precision in (Precision.MINUTE, Precision.SECOND),
        signed=bool(claims.byline[0].persons or claims.byline[0].agency),
        listed=bool(given.link and given.link.title),
    )
