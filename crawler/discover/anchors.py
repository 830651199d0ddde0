"""The links of a web page with what stands around each: text, headline, place, date. Read once, judged elsewhere."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from crawler.discover.addresses import absolute
from crawler.discover.markup import one_line
from crawler.discover.words import TEASER

#: no page that people read links to more; a page that does is built for machines
_MOST_ANCHORS = 6_000
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_REGIONS = {"nav": "nav", "header": "header", "footer": "footer", "aside": "aside", "main": "main", "article": "main"}
_NO_CARDS = frozenset(
    {"main", "section", "nav", "ul", "ol", "table", "tbody", "aside", "header", "footer", "body", "html"}
)
_OUTSIDE = ("nav", "header", "footer")
_ROLES = {"navigation": "nav", "banner": "header", "contentinfo": "footer", "complementary": "aside", "main": "main"}
#: what frameworks call these places where they are all <div>
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:(nav|navbar|navigation|menu|submenu|gnb|lnb)|(footer|foot)|(breadcrumbs?|pagination))(?:[\s_-]|$)",
    re.IGNORECASE,
)
_NAMED_REGIONS = ("nav", "footer", "nav")


@dataclass(slots=True)
class Anchor:
    """One address that the page links to, all its links merged; ``title`` is the best that was said of it."""

    url: str
    title: str = ""
    #: how much like a headline the title is: 3 a heading, 2 the link's own text, 1 an attribute, 0 "read more", nothing
    rank: int = 0
    #: "nav", "header", "footer", "aside", "main" or "": the best place where it stands
    region: str = ""
    #: how often the page links to it
    times: int = 1
    #: <time datetime> of the teaser
    date: str | None = None
    rel: str = ""
    #: the elements around it with their first classes: the teasers of one list are built alike
    markup: str = ""


def base_of(root: etree._Element, url: str) -> str:
    """What relative addresses of the page refer to: its <base href>, else its own address."""
    for element in root.iter("base"):
        if href := element.get("href"):
            return absolute(href, url) or url
    return url


def anchors(root: etree._Element, base: str) -> list[Anchor]:
    """All http addresses that the page links to, in the order of the page, each once."""
    found: dict[str, Anchor] = {}
    surroundings = _Surroundings()
    for element in islice(root.iter("a", "area"), _MOST_ANCHORS):
        url = absolute(element.get("href", ""), base)
        if url is None:
            continue
        anchor = surroundings.anchor(element, url)
        known = found.setdefault(url, anchor)
        if known is not anchor:
            _merge(known, anchor)
    return list(found.values())


def is_teaser_word(text: str) -> bool:
    """Whether a link's text is "Read more" or the like, in the languages of the web."""
    return bool(TEASER.fullmatch(text))


def _merge(known: Anchor, other: Anchor) -> None:
    """The same address once more: image, headline and "read more" of one teaser, or a menu that is there twice."""
    known.times += 1
    if (other.rank, _worth(other)) > (known.rank, _worth(known)):
        known.title, known.rank, known.markup = other.title, other.rank, other.markup
    if known.region in _OUTSIDE and other.region not in _OUTSIDE:
        known.region = other.region
    known.date = known.date or other.date
    known.rel = known.rel or other.rel


def _worth(anchor: Anchor) -> int:
    """Of two texts the longer is the headline ("Politics" above it is shorter); of two headings the first stays."""
    return len(anchor.title) if anchor.rank < 3 else 0


class _Surroundings:
    """What stands around the links of one page. Each element is looked at once, however many links it holds."""

    def __init__(self) -> None:
        self._places: dict[etree._Element, tuple[str, bool]] = {}
        self._cards: dict[etree._Element, tuple[str, str | None, bool]] = {}

    def anchor(self, element: etree._Element, url: str) -> Anchor:
        """The link as it stands on the page."""
        region, in_heading = self._place(element)
        title, rank = self._title(element, in_heading=in_heading)
        return Anchor(
            url,
            title,
            rank,
            region,
            date=self._date(element),
            rel=element.get("rel", "").lower(),
            markup=_markup(element),
        )

    def _place(self, element: etree._Element) -> tuple[str, bool]:
        """The nearest region around a link, and whether it stands in a heading."""
        open_ended: list[etree._Element] = []
        place = ("", False)
        for ancestor in element.iterancestors():
            known = self._places.get(ancestor)
            if known is not None:
                place = known
                break
            open_ended.append(ancestor)
        for ancestor in reversed(open_ended):
            region = _region(ancestor) or place[0]
            if place[0] == "main" and region in ("header", "footer"):
                region = "main"  # the head of a card is not the head of the page
            place = self._places[ancestor] = (region, place[1] or ancestor.tag in _HEADINGS)
        return place

    def _title(self, element: etree._Element, *, in_heading: bool) -> tuple[str, int]:
        inside = _heading_in(element) if len(element) else None
        if inside:
            return inside, 3
        text = _text_of(element)
        if text and not is_teaser_word(text):
            return text, 3 if in_heading else 2
        spoken = _spoken(element)
        if spoken and not is_teaser_word(spoken):
            return spoken[:500], 1
        headline = self._headline_around(element)
        return (headline, 3 if text else 1) if headline else (text, 0)

    def _headline_around(self, element: etree._Element) -> str:
        """The only headline of the card around a link that is a picture or says "Read more"."""
        for card in _cards_around(element):
            headline, _, single = self._card(card)
            if headline:
                return headline if single else ""
        return ""

    def _date(self, element: etree._Element) -> str | None:
        """The <time datetime> of the teaser: in the link, or the only one in the card around it."""
        for card in (element, *_cards_around(element)) if len(element) else _cards_around(element):
            date = self._card(card)[1]
            if date is not None:
                return date or None
        return None

    def _card(self, card: etree._Element) -> tuple[str, str | None, bool]:
        """Headline, date ("" for several, None for none) and whether the headline is the only one."""
        known = self._cards.get(card)
        if known is None:
            headings = list(islice(card.iter(*_HEADINGS), 2))
            times = [time.get("datetime", "") for time in islice(card.iter("time"), 2)]
            headline = _text_of(headings[0]) if headings else ""
            date = (times[0] if len(times) == 1 else "") if times else None
            known = self._cards[card] = (headline, date, len(headings) == 1)
        return known


def _region(element: etree._Element) -> str:
    return _REGIONS.get(element.tag) or _ROLES.get(element.get("role", "")) or _named(element)


def _named(element: etree._Element) -> str:
    label = f"{element.get('class', '')} {element.get('id', '')}"
    match = _NAMED.search(label[:300]) if len(label) > 1 else None
    return _NAMED_REGIONS[(match.lastindex or 1) - 1] if match else ""


def _markup(element: etree._Element) -> str:
    """For example "li.teaser/h3/a.link"."""
    return "/".join(_step(step) for step in (*reversed([*islice(element.iterancestors(), 2)]), element))


def _step(element: etree._Element) -> str:
    name = element.get("class", "").split(None, 1)
    return f"{element.tag}.{name[0][:40]}" if name else str(element.tag)


def _cards_around(element: etree._Element) -> Iterator[etree._Element]:
    """What may be the teaser around a link: up to four elements, none of them the whole list."""
    for ancestor in islice(element.iterancestors(), 4):
        if ancestor.tag in _NO_CARDS:
            return
        yield ancestor
        if ancestor.tag in ("article", "li"):
            return


def _heading_in(element: etree._Element) -> str | None:
    return next(filter(None, map(_text_of, element.iter(*_HEADINGS))), None)


def _text_of(element: etree._Element) -> str:
    if not len(element):
        return one_line((element.text or "")[:2_000]) or ""
    pieces = (text for text in islice(element.itertext(), 100) if isinstance(text, str))
    return one_line(" ".join(pieces)[:2_000]) or ""


def _spoken(element: etree._Element) -> str | None:
    """What is said of a link besides its text: title, aria-label, the alternative text of its picture."""
    said = one_line(element.get("title")) or one_line(element.get("aria-label"))
    image = next(element.iter("img"), None)
    return said or (one_line(image.get("alt")) if image is not None else None)
