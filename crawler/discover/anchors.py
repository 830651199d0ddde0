"""The links of a web page with what stands around each: text, headline, place, date. Read once, judged elsewhere."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from crawler.discover.addresses import absolute
from crawler.discover.markup import one_line

#: no page that people read links to more; a page that does is built for machines
_MOST_ANCHORS = 6_000
_CLIMB = 40
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_REGIONS = {"nav": "nav", "header": "header", "footer": "footer", "aside": "aside", "main": "main", "article": "main"}
_NO_CARDS = frozenset({"main", "section", "nav", "ul", "ol", "table", "tbody", "aside", "header", "footer"})
_ROLES = {"navigation": "nav", "banner": "header", "contentinfo": "footer", "complementary": "aside", "main": "main"}
#: what frameworks call these places where they are all <div>
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:(nav|navbar|navigation|menu|submenu|gnb|lnb)|(footer|foot)|(breadcrumbs?|pagination))(?:[\s_-]|$)",
    re.IGNORECASE,
)
_NAMED_REGIONS = ("nav", "footer", "nav")
#: what a link says when the headline stands elsewhere
_TEASER = re.compile(
    r"(?:(?:read|learn|see|view|continue|show|find out)\b.{0,25}|more|full (?:story|article)|details?|weiter(?:lesen)?.{0,15}|mehr.{0,20}"
    r"|lire(?: la suite.*| plus.*| l'article.*)?|leer (?:más|mas).*|ver (?:más|mas).*|seguir leyendo.*|leia mais.*|saiba mais.*|leggi.{0,20}|continua.{0,15}"
    r"|lees (?:meer|verder).*|läs mer.*|les mer.*|læs mere.*|lue lisää.*|czytaj.{0,20}|więcej.*|číst.*|více.*|читать.*|подробнее.*|далее.*|devamı.*"
    r"|続きを読む|もっと見る|詳細.*|查看.*|阅读.*|全文|更多|더보기|자세히.*|اقرأ.*|المزيد.*|और पढ़ें|comments?|\d+ comments?|share|print)[\s.…»›>→]*",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Anchor:
    """One address that the page links to, all its links merged; ``title`` is the best that was said of it."""

    url: str
    title: str = ""
    #: how much like a headline the title is: 3 a heading, 2 the link's own text, 1 an attribute, 0 "read more" or nothing
    rank: int = 0
    #: "nav", "header", "footer", "aside", "main" or "": the best place where it stands
    region: str = ""
    #: how often the page links to it
    times: int = 1
    #: <time datetime> of the teaser
    date: str | None = None
    rel: str = ""


def base_of(root: etree._Element, url: str) -> str:
    """What relative addresses of the page refer to: its <base href>, else its own address."""
    for element in root.iter("base"):
        if href := element.get("href"):
            return absolute(href, url) or url
    return url


def anchors(root: etree._Element, base: str) -> list[Anchor]:
    """All http addresses that the page links to, in the order of the page, each once."""
    found: dict[str, Anchor] = {}
    for element in _elements(root):
        url = absolute(element.get("href", ""), base)
        if url is None:
            continue
        anchor = _anchor(element, url)
        known = found.get(url)
        if known is None:
            found[url] = anchor
        else:
            _merge(known, anchor)
    return list(found.values())


def is_teaser_word(text: str) -> bool:
    """Whether a link's text is "Read more" or the like, in the languages of the web."""
    return bool(_TEASER.fullmatch(text))


def _elements(root: etree._Element) -> Iterator[etree._Element]:
    for number, element in enumerate(root.iter("a", "area")):
        if number >= _MOST_ANCHORS:
            return
        if element.get("href"):
            yield element


def _anchor(element: etree._Element, url: str) -> Anchor:
    region, in_heading = _place(element)
    title, rank = _title(element, in_heading=in_heading)
    return Anchor(url, title, rank, region, date=_date(element), rel=element.get("rel", "").lower())


def _merge(known: Anchor, other: Anchor) -> None:
    """The same address once more: image, headline and "read more" of one teaser, or a menu that is there twice."""
    known.times += 1
    if (other.rank, len(other.title) if other.rank < 3 else 0) > (
        known.rank,
        len(known.title) if known.rank < 3 else 0,
    ):
        known.title, known.rank = other.title, other.rank
    if known.region in ("", "nav", "footer", "header") and other.region in ("main", "aside", ""):
        known.region = other.region
    known.date = known.date or other.date
    known.rel = known.rel or other.rel


def _place(element: etree._Element) -> tuple[str, bool]:
    """The nearest region around a link, and whether it stands in a heading."""
    in_heading = False
    for ancestor in _ancestors(element):
        tag = ancestor.tag
        in_heading = in_heading or tag in _HEADINGS
        region = _REGIONS.get(tag) or _ROLES.get(ancestor.get("role", "")) or _named(ancestor)
        if region:
            return region, in_heading
    return "", in_heading


def _ancestors(element: etree._Element) -> Iterator[etree._Element]:
    for steps, ancestor in enumerate(element.iterancestors()):
        if steps >= _CLIMB or ancestor.tag in ("body", "html"):
            return
        yield ancestor


def _named(element: etree._Element) -> str:
    label = f"{element.get('class', '')} {element.get('id', '')}"
    match = _NAMED.search(label[:300]) if len(label) > 1 else None
    return _NAMED_REGIONS[(match.lastindex or 1) - 1] if match else ""


def _title(element: etree._Element, *, in_heading: bool) -> tuple[str, int]:
    for heading in element.iter(*_HEADINGS):
        if text := _text_of(heading):
            return text, 3
    text = _text_of(element)
    if text and not is_teaser_word(text):
        return text, 3 if in_heading else 2
    spoken = one_line(element.get("title") or element.get("aria-label")) or _alternative(element)
    if spoken and not is_teaser_word(spoken):
        return spoken[:500], 1
    headline = _headline_of_card(element)
    return (headline, 1) if headline else (text, 0)


def _text_of(element: etree._Element) -> str:
    return one_line(" ".join(_pieces(element))[:2_000]) or ""


def _pieces(element: etree._Element) -> Iterator[str]:
    """The text of an element without what scripts and styles hold."""
    for number, text in enumerate(element.itertext()):
        if number > 100:
            return
        if isinstance(text, str):
            yield text


def _alternative(element: etree._Element) -> str | None:
    for image in element.iter("img"):
        return one_line(image.get("alt"))
    return None


def _date(element: etree._Element) -> str | None:
    """The <time datetime> of the teaser: in the link, or the only one in the card around it."""
    for card in (element, *_cards(element)):
        times = [time.get("datetime") for time in card.iter("time")]
        if times:
            return times[0] if len(times) == 1 else None
    return None


def _headline_of_card(element: etree._Element) -> str | None:
    """The only headline of the card around a link that is a picture or says "Read more"."""
    for card in _cards(element):
        headings = list(card.iter(*_HEADINGS))
        if headings:
            return _text_of(headings[0]) or None if len(headings) == 1 else None
    return None


def _cards(element: etree._Element) -> Iterator[etree._Element]:
    """What may be the teaser around a link: up to four elements, none of them the whole list."""
    for steps, ancestor in enumerate(_ancestors(element)):
        if steps >= 4 or ancestor.tag in _NO_CARDS:
            return
        yield ancestor
        if ancestor.tag in ("article", "li"):
            return
