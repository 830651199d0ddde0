"""The outlets of the demo web: thirteen houses, each of another build, as a table of values.

What they look like stands in ``templates/<key>.html``; what they tell is generated (see ``world``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Told(StrEnum):
    """Where a page says in which charset it is written."""

    HEADER = "header"
    META = "meta"
    BOTH = "both"


class Validators(StrEnum):
    """What a list (feed, sitemap, front page) offers for conditional requests."""

    BOTH = "both"
    ETAG = "etag"
    MODIFIED = "modified"


@dataclass(frozen=True, slots=True)
class Outlet:
    """One outlet: how its addresses, lists and pages are made, and which manners it expects.

    ``path`` is the pattern of an article's own address; ``redirects`` lead to it by 301, ``variants`` show the same
    page once more; ``lists`` maps an address to the part of the template that is served there.
    """

    key: str
    name: str
    build: str
    path: str
    lists: Mapping[str, str]
    #: what the configuration names as the source's address
    entry: str = "/"
    language: str = "en"
    charset: str = "utf-8"
    charset_told: Told = Told.BOTH
    utc_offset: int = 0
    validators: Validators = Validators.BOTH
    gzip: bool = False
    redirects: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    #: the lists show the variants in turn instead of the own address
    lists_variants: bool = False
    #: articles on one page of the listing; None: all on one
    per_page: int | None = None
    robots: str = "User-agent: *\nDisallow: /search\n"
    #: kind -> how many pages there are that must not become articles
    decoys: Mapping[str, int] = field(default_factory=dict)
    #: counters and sidebars differ in each answer
    restless: bool = False
    #: every third article answers 503 or 429 with Retry-After at first
    moody: bool = False
    #: feed or sitemap say when an article was changed
    tells_changes: bool = False
    #: signs some articles with the name of an agency instead of a person
    agency: str | None = None
    #: pages tell when they were published
    dated: bool = True
    #: pages print local times without an offset
    local_times: bool = False
    address: str = "127.0.0.1"
    #: the house whose templates it shares; its own when empty
    looks_like: str = ""
    #: name of the one thing that is wrong with it (see ``faults``)
    fault: str | None = None

    @property
    def house(self) -> str:
        """The file of its templates."""
        return self.looks_like or self.key

    @property
    def timezone(self) -> str:
        """The zone of the outlet's clock, the same in summer and winter: +1 hour is "Etc/GMT-1"."""
        return f"Etc/GMT{-self.utc_offset:+d}"


OUTLETS: tuple[Outlet, ...] = (
    Outlet(
        "meridian",
        "The Meridian Post",
        "RSS with full text, JSON-LD",
        path="/{year}/{month:02}/{day:02}/{slug}/",
        lists={"/": "front", "/feed/": "rss-full"},
        entry="/feed/",
        gzip=True,
    ),
    Outlet(
        "harbour",
        "Harbour Evening News",
        "Atom with summaries, OpenGraph, weak ETag only",
        path="/story/{slug}",
        lists={"/": "front", "/atom.xml": "atom"},
        validators=Validators.ETAG,
        tells_changes=True,
    ),
    Outlet(
        "northsky",
        "North Sky",
        "news sitemap behind an index, .gz child, Last-Modified only",
        path="/{section}/{slug}-{number}.html",
        lists={
            "/": "front",
            "/sitemap_index.xml": "sitemap-index",
            "/sitemap-news.xml": "sitemap-news",
            "/sitemap-{year}.xml.gz": "sitemap",
        },
        robots="User-agent: *\nAllow: /\n\nSitemap: {base}/sitemap_index.xml\n",
        validators=Validators.MODIFIED,
        decoys={"horizon": 3},
        tells_changes=True,
    ),
    Outlet(
        "viewpoint",
        "Viewpoint Global",
        "listing only, nested divs without a name",
        path="/world/article/{number}/",
        lists={"/": "front", "/world/": "front"},
        entry="/world/",
        dated=False,
    ),
    Outlet(
        "vestnik",
        "Озёрный вестник",
        "Russian, windows-1251 told by the header alone, RSS",
        path="/news/{year}/{month:02}/{day:02}/{number}.html",
        lists={"/": "front", "/rss.xml": "rss"},
        entry="/rss.xml",
        language="ru",
        charset="windows-1251",
        charset_told=Told.HEADER,
        utc_offset=3,
    ),
    Outlet(
        "hokuto",
        "北斗新報",
        "Japanese, shift_jis told by meta alone, RSS 1.0",
        path="/article/{number}.html",
        lists={"/": "front", "/index.rdf": "rdf"},
        language="ja",
        charset="shift_jis",
        charset_told=Told.META,
        utc_offset=9,
    ),
    Outlet(
        "correo",
        "El Correo de la Ría",
        "Spanish, iso-8859-1, listing only, agency copy",
        path="/{section}/{slug}-{number}",
        lists={"/": "front"},
        language="es",
        charset="iso-8859-1",
        utc_offset=1,
        local_times=True,
        agency="Agencia Faro",
    ),
    Outlet(
        "courier",
        "The Daily Courier",
        "changes its articles; restless counters and sidebars",
        path="/news/{slug}-{number}",
        lists={"/": "front", "/latest.atom": "atom"},
        entry="/latest.atom",
        restless=True,
        tells_changes=True,
    ),
    Outlet(
        "metro",
        "Metro Ledger",
        "many addresses for one article: tracking, AMP, mobile, sections, redirects",
        path="/world/{slug}-{number}",
        lists={"/": "front", "/rss": "rss-tracking"},
        redirects=("/r/{number}", "/?p={number}"),
        variants=("/m/world/{slug}-{number}", "/amp/world/{slug}-{number}", "/top-stories/{slug}-{number}"),
        lists_variants=True,
    ),
    Outlet(
        "gazette",
        "Quarter Gazette",
        "paginated listing among traps",
        path="/news/{slug}-{number}",
        lists={"/": "front"},
        per_page=4,
        decoys={"tag": 2, "gallery": 2, "video": 2, "author": 2, "calendar": 1, "gone": 1},
    ),
    Outlet(
        "highland",
        "Highland Observer",
        "Crawl-delay and a forbidden section",
        path="/{section}/{slug}",
        lists={"/": "front", "/rss.xml": "rss"},
        entry="/rss.xml",
        robots="User-agent: *\nCrawl-delay: 1\nDisallow: /members/\n",
        decoys={"members": 2},
    ),
    Outlet(
        "tagblatt",
        "Süderkamper Tagblatt",
        "German, JSON Feed",
        path="/{section}/{slug}-a{number}.html",
        lists={"/": "front", "/feed.json": "json"},
        entry="/feed.json",
        language="de",
        utc_offset=1,
    ),
    Outlet(
        "signal",
        "Signal Wire",
        "answers 503 and 429 with Retry-After now and then",
        path="/a/{number}/{slug}",
        lists={"/": "front", "/rss.xml": "rss"},
        entry="/rss.xml",
        moody=True,
    ),
)


def outlet(key: str) -> Outlet:
    """The outlet of that key; KeyError when there is none."""
    return {each.key: each for each in OUTLETS}[key]
