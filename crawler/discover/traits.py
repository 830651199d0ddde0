"""What can be told of a link from its address and its text, beside the others of its page: numbers by name.

Anchor -> never an article? -> traits of its own -> with those of its neighbours (same shape of address, same folder)
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from math import log1p
from typing import NamedTuple
from urllib.parse import unquote

from crawler.discover.addresses import host_of
from crawler.discover.anchors import Anchor
from crawler.discover.words import ARTICLE, BOILERPLATE, LISTS, MEDIA, NEVER_UNDER, SERVICE, SERVICE_HOSTS

_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d[/_.-]?(?:0?[1-9]|1[0-2]|[a-z]{3})(?:[/_.-]?(0?[1-9]|[12]\d|3[01]))?(?!\d)")
_DIGITS = re.compile(r"\d+")
_STEP_WORD = re.compile("[^-_.+ ,]+")
_TEXT_WORD = re.compile(r"[^\W\d_][\w'’]*")
_ASCII_WORD = re.compile(r"[a-zA-Z][a-zA-Z0-9_']*")
_WITHOUT_SPACES = re.compile("[\u0e00-\u0eff\u2e80-\ud7ff]")
#: "?p=12345", "article.php?id=7"; "?p=2" is a page of a list, "?cat_id=7" a section
_QUERY_ID = re.compile(
    r"(?:^|&)(?:(?:p|n|a|no|num)=\D?(\d{3,12})|(?:id|idx|seq|article|story|(?:a|n|s|news|art|article|story|post|item|content|doc)_?id)"
    r"=\D?(\d{1,12}))(?:&|$)",
    re.IGNORECASE,
)
_NO_ARTICLE_QUERY = re.compile(
    r"(?:^|&)(?:print\w*|replytocom|share|login|redirect\w*|return\w*|s|q|query|search)=", re.IGNORECASE
)
_FILES = "jpe?g|png|gif|webp|svg|pdf|mp3|mp4|m3u8?|zip|gz|ics|css|js|xml|rss|docx?|xlsx?|pptx?|apk|exe"
#: a file, "/world/page/3", "/2024/10" and "/archive/2024/10/29"
_NO_ARTICLE_PATH = re.compile(
    rf"\.(?:{_FILES})$|(?:^|/)(?:page|seite|pagina|p|strona|sida)[/-]?\d{{1,4}}$"
    r"|(?:^|/)(?:19|20)\d\d(?:/(?:0?[1-9]|1[0-2]))?(?:/\d\d?)?$"
)
_BARE_ID = re.compile(r"\d{5,}|(?=[a-z]*\d)[0-9a-z]{12,}|[0-9a-f]{8}-[0-9a-f-]{4,}")
#: no article's last step
_NEVER_LAST = SERVICE | LISTS
_PAGE_END = re.compile(r"\.(?:s?html?|php|aspx?|ece|cms|story)$")
_ADVERTISING = re.compile(
    "sponsor|promo|advert|coupon|voucher|/deals?/|classified|/places?/|branded|paid-?post|obituar"
)
_PUNCTUATION = re.compile("[,:;?!’'\"“”«»—–]")

#: what links have in common: whether they lead off the site, and their shape or their first step
_Key = tuple[bool, str]


class _Address(NamedTuple):
    """What an address says wherever it stands."""

    host: str
    steps: list[str]
    shape: str
    #: nothing but the host is left to be compared with that of the page
    is_never: bool
    is_service: bool
    own: dict[str, float]
    #: the folders above: ("world",), ("world", "2024") for /world/2024/man-bites-dog
    above: list[tuple[str, ...]]
    path: tuple[str, ...]


@dataclass(slots=True)
class Traits:
    """One link as numbers; ``own`` is None for what is never an article, whatever the weights say."""

    address: _Address
    steps: list[str]
    #: "w/S" for /news/man-bites-dog: word, slug, number, mixed
    shape: str
    off_site: bool
    own: dict[str, float] | None = None
    #: what the neighbours count of it: words of text, words of slug, whether the text is long
    counted: tuple[float, float, float] = (0.0, 0.0, 0.0)


def traits_of(found: list[Anchor], url: str) -> list[Traits]:
    """The traits of each link of the page ``url``, its neighbours' included."""
    host = host_of(url)
    all_traits = [_traits(anchor, host) for anchor in found]
    _add_neighbours(all_traits)
    return all_traits


def never_article(url: str, page_url: str) -> bool:
    """Whether an address alone tells that no article stands there: tag pages, months of an archive, services."""
    here, path, query = _split(url)
    if query and _QUERY_ID.search(query):
        return bool(_NO_ARTICLE_QUERY.search(query))
    return _never(_steps(path), query) or (_is_service(here) and here != host_of(page_url))


def shape_of(url: str) -> tuple[str, str]:
    """The shape of an address and its first step: ("w/S", "news") for /news/man-bites-dog."""
    _, path, query = _split(url)
    steps = _with_id(_steps(path), _QUERY_ID.search(query) if query else None)
    return _shape(steps), steps[0] if len(steps) > 1 else ""


def _traits(anchor: Anchor, host: str) -> Traits:
    address = _address_of(anchor.url)
    is_elsewhere = address.host != host
    off_site = is_elsewhere and _site(address.host) != _site(host)
    traits = Traits(address, address.steps, address.shape, off_site)
    if address.is_never or (is_elsewhere and address.is_service):
        return traits
    own = traits.own = {**address.own, **_of_text(anchor.title)}
    own["off_site"] = 1.0 if off_site else 0.0
    slug, text = min(own["slug_words"], 10.0), min(own["text_words"], 15.0)
    own["both"], own["either"] = (slug, min(text, 9.0)) if slug < text else (text, min(slug, 9.0))
    traits.counted = (text, slug, 1.0 if text >= 5 else 0.0)
    return traits


def _address_of(url: str) -> _Address:
    """What an address says by itself."""
    host, path, query = _split(url)
    steps = _steps(path)
    number = _QUERY_ID.search(query) if query else None
    never = _never(steps, query) if number is None else bool(_NO_ARTICLE_QUERY.search(query))
    steps = _with_id(steps, number)
    own = {} if never else _of_address(path, steps)
    whole = tuple(steps)
    above = [whole[:depth] for depth in range(1, len(whole))]
    return _Address(host, steps, _shape(steps), never, number is None and _is_service(host), own, above, whole)


def _split(url: str) -> tuple[str, str, str]:
    """Host, path in plain lower case and query of an absolute address; urlsplit takes three times as long.

    What ``absolute`` left of fragments is a route ("#!/story/1") and counts as path.
    """
    plain = url.replace("#!", "").replace("#", "") if "#" in url else url
    place, _, query = plain.partition("?")
    host, _, path = place.partition("://")[2].partition("/")
    return host.lower().removeprefix("www."), (unquote(path) if "%" in path else path).lower(), query


def _steps(path: str) -> list[str]:
    """The steps of a path; "/2024/10/29/man-bites-dog/index.html" ends with the dog."""
    steps = [step for step in path.split("/") if step]
    return steps[:-1] if len(steps) > 1 and steps[-1].startswith("index.") else steps


def _with_id(steps: list[str], number: re.Match[str] | None) -> list[str]:
    """A number that names an article counts as a long one: /?p=123 and /a/123 are like /story/00000123."""
    if number:
        return [*(steps or ["p"]), (number[1] or number[2]).zfill(8)]
    if steps and steps[-1].isdigit():
        return [*steps[:-1], steps[-1].zfill(8)]
    return steps


def _is_service(host: str) -> bool:
    """Whether nothing but services stands on a host, seen from another: "login.news.example"."""
    return host.partition(".")[0] in SERVICE_HOSTS


def _never(steps: list[str], query: str) -> bool:
    """Front pages, files, tag pages, months of an archive, pages of a list, shops: no weights needed."""
    if not steps or steps[-1] in _NEVER_LAST or not NEVER_UNDER.isdisjoint(steps):
        return True
    return _is_no_article_path(steps) or bool(query and _NO_ARTICLE_QUERY.search(query))


def _is_no_article_path(steps: list[str]) -> bool:
    """A file has a dot, pages and dates end with a digit: for all others the pattern is not worth its microseconds."""
    last = steps[-1]
    may_be = "." in last or last[-1].isdecimal() or last[-1] == "\n"
    return may_be and _NO_ARTICLE_PATH.search("/".join(steps)) is not None


def _of_address(path: str, steps: list[str]) -> dict[str, float]:
    last = steps[-1]
    hyphens = [step.count("-") + step.count("_") for step in steps]
    longest = steps[hyphens.index(max(hyphens))]
    stem = _PAGE_END.sub("", last) if "." in last else last
    words = _words(stem)
    script = len(_WITHOUT_SPACES.findall(path)) / 2 if not path.isascii() else 0.0
    return {
        "slug_words": (len(words) if longest is stem or len(steps) == 1 else len(_words(longest))) + script,
        "last_words": len(words) + script,
        "last_length": 20 if not stem.isalpha() and _BARE_ID.fullmatch(stem) else len(stem) + script * 3,
        "depth": len(steps),
        "date": _date(path),
        "id_digits": max(map(len, numbers)) if (numbers := _DIGITS.findall("/".join(steps))) else 0,
        "service_first": float(steps[0] in SERVICE),
        "service_words": _share(words, BOILERPLATE),
        "media_steps": _count(steps, MEDIA),
        "advertising": 0.0 if _ADVERTISING.search(path) is None else 1.0,
        "article_steps": _count(steps[:-1], ARTICLE),
    }


def _date(path: str) -> float:
    """2 for a day in the path, 1 for a month, 0 for neither."""
    date = _DATE.search(path) if "20" in path or "19" in path else None
    return 0.0 if date is None else 2.0 if date[1] else 1.0


def _count(words: list[str], known: frozenset[str]) -> float:
    return 0.0 if known.isdisjoint(words) else float(sum([word in known for word in words]))


def _share(words: list[str], known: frozenset[str]) -> float:
    return 0.0 if known.isdisjoint(words) else _count(words, known) / len(words)


def _of_text(text: str) -> dict[str, float]:
    """The traits of a link's text."""
    is_ascii = text.isascii()
    words = (_ASCII_WORD if is_ascii else _TEXT_WORD).findall(text[:300])
    script = 0.0 if is_ascii else len(_WITHOUT_SPACES.findall(text)) / 2
    lower = len([word for word in words if word[0].islower()])
    cased = len(words) if is_ascii else lower + len([word for word in words if word[0].isupper()])  # Hindi has none
    return {
        "text_words": max(len(text.split()), script),
        "text_length": len(text) + script * 2,
        "lower_share": lower / cased if cased > 1 else 0.3,
        "punctuation": 0.0 if _PUNCTUATION.search(text) is None else 1.0,
        "boilerplate": _share([word.lower() for word in words[:8]], BOILERPLATE),
    }


def _add_neighbours(all_traits: list[Traits]) -> None:
    by_shape = [(traits.off_site, traits.shape) for traits in all_traits]
    by_first = [(traits.off_site, traits.steps[0] if len(traits.steps) > 1 else "") for traits in all_traits]
    shapes, first_steps = _Group(all_traits, by_shape), _Group(all_traits, by_first)
    below = Counter([folder for traits in all_traits for folder in traits.address.above])
    for traits, shape, first in zip(all_traits, by_shape, by_first, strict=True):
        own = traits.own
        if own is None:
            continue
        own["shape_text"], own["shape_slug"], own["shape_long"] = shapes.without(traits, shape)
        own["shape_share"] = shapes.size(shape) / len(all_traits)
        own["first_text"], own["first_slug"], _ = first_steps.without(traits, first)
        path = traits.address.path
        own["below"] = log1p(below[path])
        own["siblings"] = log1p(below[path[:-1]])


class _Group:
    """Sums over the links that have something in common; each link asks for the mean of the others."""

    def __init__(self, all_traits: list[Traits], keys: list[_Key]) -> None:
        self._sums: defaultdict[_Key, list[float]] = defaultdict(lambda: [0, 0.0, 0.0, 0.0])
        for traits, key in zip(all_traits, keys, strict=True):
            sums, (text, slug, long) = self._sums[key], traits.counted
            sums[0] += 1
            sums[1] += text
            sums[2] += slug
            sums[3] += long

    def size(self, key: _Key) -> float:
        """How many links have this in common."""
        return self._sums[key][0]

    def without(self, traits: Traits, key: _Key) -> tuple[float, float, float]:
        """Mean words of text, mean words of slug and share of long texts among the others, drawn to a prior."""
        number, text, slug, long = self._sums[key]
        own_text, own_slug, own_long = traits.counted
        most = number + 0.5
        return (text - own_text + 8) / most, (slug - own_slug + 4) / most, (long - own_long + 0.6) / most


def _shape(steps: list[str]) -> str:
    """The form of a path: "w/w/N" for /world/article/76595, "n/n/S" for /2024/10/man-bites-dog."""
    return "/".join(map(_form, steps[:6]))


def _form(step: str) -> str:
    if step.isalpha():  # most steps
        return "w"
    if step.isdigit():
        return "N" if len(step) > 4 else "n"
    if _hyphens(step) >= 2:
        return "S"
    return "M" if _DIGITS.search(step) else "w"


def _hyphens(step: str) -> int:
    return step.count("-") + step.count("_")


def _words(step: str) -> list[str]:
    if step.isalpha():
        return [step]
    return [word for word in _STEP_WORD.findall(step) if not word.isdigit()]


@lru_cache(1024)
def _site(host: str) -> str:
    """Roughly what belongs together: the last two labels of a host; an IP address with its port as it is."""
    return host if host[-1:].isdigit() else ".".join(host.split(".")[-2:])
