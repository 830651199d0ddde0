"""When an article was published and changed: the claims of a page weighed against each other."""

# ruff: noqa: E501 - the tables stand one part of the world to a line

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from crawler.extract.jsonld import text_at
from crawler.extract.moments import Moment, moment_of
from crawler.extract.signals import Signals
from storage.records import Link, Precision

_PUBLISHED_OPENGRAPH = (
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "og:published_time",
    "og:pubdate",
)
_PUBLISHED_META = (
    "datepublished", "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date", "publish_date", "published_time",
    "publication_date", "dc.date.issued", "dcterms.created", "dcterms.date", "dc.date.created", "dc.date", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "article.published", "article_date_original", "date", "originalpublicationdate", "datecreated", "pub_date",
    "shareaholic:article_published_time", "article:post_date", "displaydate", "publicationdate", "ptime", "date_published", "iso-8601-publish-date",
    "vr:published_time", "rbpubdate", "dat", "created", "article.created", "bt:pubdate", "timestamp", "citation_publication_date", "release_date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time",
    "og:updated_time",
    "og:article:modified_time",
    "datemodified",
    "lastmod",
    "last-modified",
    "dcterms.modified",
    "revised",
    "modified",
)
_OF_CHANGE = re.compile(
    r"modif|updat|aktualis|actualiz|mise à jour|mis à jour|обновл|更新|수정|aggiornat|güncel|diperbarui|zuletzt|atualiz|تحديث",
    re.IGNORECASE,
)
_PUBLISHING = re.compile(
    r"publi|posted|erstellt|veröffentlicht|vom\b|gepubliceerd|опублик|créé|yayın|発表|公開|配信|发布|發布|입력|등록|نشر|प्रकाशित|terbit|diterbitkan",
    re.IGNORECASE,
)
_URL_DAY = re.compile(r"/((?:19|20)\d{2})[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?:[/_.-]|t\d|$)", re.IGNORECASE)
#: where a language is spoken in one time zone (nearly) only: what a page without a zone means by "14:35"
_ZONE_OF_LANGUAGE = {
    "de": "Europe/Berlin", "fr": "Europe/Paris", "it": "Europe/Rome", "nl": "Europe/Amsterdam", "pl": "Europe/Warsaw", "cs": "Europe/Prague",
    "sv": "Europe/Stockholm", "da": "Europe/Copenhagen", "no": "Europe/Oslo", "nb": "Europe/Oslo", "nn": "Europe/Oslo", "fi": "Europe/Helsinki",
    "hu": "Europe/Budapest", "ro": "Europe/Bucharest", "bg": "Europe/Sofia", "el": "Europe/Athens", "tr": "Europe/Istanbul", "ru": "Europe/Moscow",
    "uk": "Europe/Kyiv", "be": "Europe/Minsk", "sk": "Europe/Bratislava", "sl": "Europe/Ljubljana", "hr": "Europe/Zagreb", "sr": "Europe/Belgrade",
    "lt": "Europe/Vilnius", "lv": "Europe/Riga", "et": "Europe/Tallinn", "is": "Atlantic/Reykjavik", "he": "Asia/Jerusalem", "ja": "Asia/Tokyo",
    "ko": "Asia/Seoul", "zh": "Asia/Shanghai", "hi": "Asia/Kolkata", "th": "Asia/Bangkok", "vi": "Asia/Ho_Chi_Minh", "fa": "Asia/Tehran",
    "es-es": "Europe/Madrid", "es-ar": "America/Argentina/Buenos_Aires", "es-co": "America/Bogota", "es-pe": "America/Lima", "es-mx": "America/Mexico_City",
    "en-gb": "Europe/London", "en-ie": "Europe/Dublin", "en-in": "Asia/Kolkata", "en-za": "Africa/Johannesburg", "en-ng": "Africa/Lagos",
    "en-ke": "Africa/Nairobi", "en-nz": "Pacific/Auckland", "en-sg": "Asia/Singapore", "pt-br": "America/Sao_Paulo", "pt-pt": "Europe/Lisbon",
}  # fmt: skip


#: by so much, and multiples of it, zones differ
_QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Claim:
    """One date that a page or its feed claims, and where."""

    moment: Moment
    origin: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Texts of the page that may hold its date, in page order."""

    #: about the headline
    near: Sequence[str] = ()
    #: anywhere else
    far: Iterable[str] = ()
    #: a date that a script of the page carries
    embedded: str | None = None


@dataclass(frozen=True, slots=True)
class Dates:
    """When an article was published, as instant and as written, and when it was changed."""

    published: datetime | None = None
    raw: str | None = None
    precision: Precision | None = None
    offset: int | None = None
    modified: datetime | None = None
    origin: str = ""
    modified_origin: str = ""
    #: minutes east of UTC in which a time without zone was written, where another claim or the feed proves it
    clock: int | None = None


def dates_of(
    signals: Signals, shown: Shown, link: Link | None, timezone: str | None, language: str, clock: int | None = None
) -> Dates:
    """Weigh all claims.

    A naive time is read in ``timezone``; without one in the zone that other claims prove, that the language is spoken
    in, in which the site's times were written so far (``clock``, minutes east of UTC), or UTC.
    """
    claims = _enough(_published(signals, shown.near, language))
    fed = link.published if link else None
    best = _best(claims) or (None if fed else last_resort(signals, shown.far, shown.embedded, language))
    zone = _zone(timezone, signals, language, clock)
    changed, changed_origin = _changed(signals, link, zone, language)
    if best is None or _feed_knows_better(best.moment, fed, zone):
        return _from_feed(link, changed, changed_origin)
    moment = best.moment
    proved = _proved(moment, claims, fed)
    when = proved or moment.utc(UTC if moment.precision is Precision.DAY else zone)
    offset = moment.offset
    if offset == 0:
        offset = _local_offset(moment, _clocks(signals, shown.near, language))
    written_in = _ahead_of(moment, proved)
    return Dates(when, moment.raw, moment.precision, offset, changed, best.origin, changed_origin, written_in)


def _changed(signals: Signals, link: Link | None, zone: tzinfo, language: str) -> tuple[datetime | None, str]:
    """When the article was changed, and who says so."""
    if modified := next(_modified(signals, language), None):
        return modified.moment.utc(zone), modified.origin
    changed = link.modified if link else None
    return changed, "feed" if changed else ""


def _clocks(signals: Signals, shown: Iterable[str], language: str) -> Iterator[Moment]:
    """All that the page says of its time, what readers see of ``<time>`` elements included."""
    for stamp in signals.stamps[:3]:
        if moment := moment_of(stamp.shown, language):
            yield moment
    for claim in _published(signals, shown, language):
        yield claim.moment


def _local_offset(moment: Moment, clocks: Iterable[Moment]) -> int:
    """The publisher's own offset of an instant that is claimed in UTC, as another clock on the page shows it, else 0.

    "2023-12-20T01:00:21Z" in JSON-LD and "Published 8:00 PM EST, Tue December 19, 2023" for readers: -300.
    """
    if moment.precision is Precision.DAY:
        return 0
    instant = moment.utc().replace(second=0, microsecond=0)
    exact = (clock for clock in clocks if clock.precision is not Precision.DAY)
    return next((ahead for clock in exact if (ahead := _ahead(clock, instant))), 0)


def _ahead(clock: Moment, instant: datetime) -> int:
    """Minutes by which a clock is ahead of an instant that it shows, 0 when it shows another."""
    if clock.when.tzinfo:
        return (clock.offset or 0) if abs(clock.utc() - instant) <= timedelta(minutes=1) else 0
    ahead = clock.when.replace(tzinfo=UTC, second=0, microsecond=0) - instant
    is_zone = abs(ahead) <= timedelta(hours=14) and not ahead % timedelta(minutes=30)
    return int(ahead / timedelta(minutes=1)) if is_zone else 0


def _enough(claims: Iterator[Claim]) -> list[Claim]:
    """The first claim alone when it says all, else all claims."""
    first = next(claims, None)
    if first is None:
        return []
    if first.moment.when.tzinfo and first.moment.precision is not Precision.DAY and not _is_midnight(first.moment):
        return [first]
    return [first, *claims]


def _from_feed(link: Link | None, modified: datetime | None, modified_origin: str) -> Dates:
    if link is None or link.published is None:
        return Dates(modified=modified, modified_origin=modified_origin)
    written = moment_of(link.published_raw or "")
    precision = written.precision if written else Precision.SECOND
    offset = written.offset if written else None
    return Dates(link.published, link.published_raw, precision, offset, modified, "feed", modified_origin)


def _feed_knows_better(moment: Moment, fed: datetime | None, zone: tzinfo) -> bool:
    """A page that shows a day only, and a feed that says a minute of about that day."""
    if fed is None or moment.precision is not Precision.DAY:
        return False
    return abs(fed - moment.utc(zone)) < timedelta(hours=40) and (fed.hour, fed.minute, fed.second) != (0, 0, 0)


def _best(claims: list[Claim]) -> Claim | None:
    """The claim of the most reliable source, made exact by another that says the minute of the same day."""
    if not claims:
        return None
    first = _unambiguous(claims)
    if first.moment.precision is not Precision.DAY and not _is_midnight(first.moment):
        return first
    for claim in claims[1:]:
        exact = claim.moment.precision is not Precision.DAY and not _is_midnight(claim.moment)
        if exact and claim.moment.when.date() == first.moment.when.date():
            return claim
    return first


def _unambiguous(claims: list[Claim]) -> Claim:
    """The first claim, unless others show that it is misread.

    "03-09-2026" beside "March 9, 2026" is a day in March; a date in the text that is not the address's day
    ("/2023/05/08/") is another article's.
    """
    first = claims[0]
    return next((claim for claim in claims[1:] if _shows_misread(claim, first)), first)


def _shows_misread(claim: Claim, first: Claim) -> bool:
    when, other = first.moment.when, claim.moment.when
    if first.moment.precision is Precision.DAY and (other.year, other.month, other.day) == (
        when.year,
        when.day,
        when.month,
    ):
        return True
    return (first.origin, claim.origin) == ("text", "url") and abs(other.date() - when.date()) > timedelta(days=1)


def _is_midnight(moment: Moment) -> bool:
    return (moment.when.hour, moment.when.minute, moment.when.second) == (0, 0, 0)


def _proved(moment: Moment, claims: list[Claim], fed: datetime | None) -> datetime | None:
    """The instant of a naive time, as a claim with a zone that shows the same clock proves it, or the feed."""
    if moment.when.tzinfo or moment.precision is Precision.DAY:
        return None
    for claim in claims:
        if claim.moment.when.tzinfo and _same_clock(claim.moment, moment):
            return claim.moment.utc()
    if fed is not None:
        apart = moment.when.replace(tzinfo=UTC) - fed
        quarters = apart / _QUARTER
        if abs(apart) <= timedelta(hours=14) and abs(quarters - round(quarters)) < 1 / 14:
            return fed
    return None


def _ahead_of(moment: Moment, proved: datetime | None) -> int | None:
    """Minutes by which a naive clock is ahead of the instant that it shows; zones differ by quarters of an hour."""
    if proved is None:
        return None
    quarters = round((moment.when.replace(tzinfo=UTC) - proved) / _QUARTER)
    return quarters * _QUARTER // timedelta(minutes=1)


def _same_clock(first: Moment, second: Moment) -> bool:
    a, b = first.when, second.when
    return (a.date(), a.hour, a.minute) == (b.date(), b.hour, b.minute)


def _zone(configured: str | None, signals: Signals, language: str, clock: int | None) -> tzinfo:
    """The zone of naive times: as configured, as a dateModified with an offset shows, of the language or the site."""
    if configured:
        return ZoneInfo(configured)
    for claim in _modified(signals, language):
        if claim.moment.offset:
            return claim.moment.when.tzinfo or UTC
    zone = _zone_of_language((signals.language or language).lower().replace("_", "-"))
    # a zone of the language knows its seasons; what the site taught holds where it can be none of its two
    return zone if clock is None or clock in _clocks_of(zone) else timezone(timedelta(minutes=clock))


def _zone_of_language(spoken: str) -> tzinfo:
    """The zone in which (nearly) all live who speak a language; UTC where that is none."""
    language = spoken.partition("-")[0] if _at_home(spoken) else ""
    name = _ZONE_OF_LANGUAGE.get(spoken) or _ZONE_OF_LANGUAGE.get(language)
    return ZoneInfo(name) if name else UTC


def _clocks_of(zone: tzinfo) -> set[int]:
    """Minutes east of UTC that a zone has in winter and in summer."""
    dates = (datetime(2026, month, 1, tzinfo=zone) for month in (1, 7))
    return {(date.utcoffset() or timedelta()) // timedelta(minutes=1) for date in dates}


def _at_home(spoken: str) -> bool:
    """Whether a language tag names no far country ("fr" and "fr-FR" do not, "fr-CA" does)."""
    language, _, region = spoken.partition("-")
    return region in (
        "",
        language,
        "cn",
        "hans",
        "jp",
        "kr",
        "cz",
        "se",
        "dk",
        "at",
        "ch",
        "be",
        "ua",
        "gr",
        "il",
        "in",
        "vn",
        "ir",
        "hans-cn",
    )


def _published(signals: Signals, shown: Iterable[str], language: str) -> Iterator[Claim]:
    for origin, text in _written(signals, shown):
        if text and (moment := moment_of(text, language)):
            yield Claim(moment, origin)


def _written(signals: Signals, shown: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """What may be the date of publishing, the most reliable first; whoever has enough does not ask for the rest."""
    yield "json-ld", text_at(signals.article, "datePublished", "dateCreated", "uploadDate")
    yield from (("opengraph", signals.meta(name)) for name in _PUBLISHED_OPENGRAPH)
    yield "microdata", signals.prop("datepublished", "datecreated")
    yield from (("meta", signals.meta(name)) for name in _PUBLISHED_META)
    yield from (("text", _of_publishing(line)) for line in shown)
    for stamp in signals.stamps[:8]:
        if not _OF_CHANGE.search(stamp.hint + stamp.shown):
            yield "text", stamp.machine or stamp.shown
    if found := _URL_DAY.search(signals.url):
        yield "url", "-".join(found.groups())


def _of_publishing(line: str) -> str | None:
    """The part of a line that tells of publishing ("Updated 25 Oct. Published 24 Oct."), None when it tells of a change only."""
    changed = _OF_CHANGE.search(line)
    if not changed:
        return line
    published = _PUBLISHING.search(line)
    if published and published.start() > changed.start():
        return line[published.start() :]
    return line[: changed.start()] or None


def last_resort(signals: Signals, far: Iterable[str], embedded: str | None, language: str) -> Claim | None:
    """A date found far from the headline or in a script, for pages that say it nowhere else."""
    for text, origin in ((embedded, "meta"), *((line, "text") for line in far)):
        if text and (moment := moment_of(text, language)):
            return Claim(moment, origin)
    for stamp in signals.stamps[:8]:
        if moment := moment_of(stamp.machine or stamp.shown, language):
            return Claim(moment, "text")
    return None


def _modified(signals: Signals, language: str) -> Iterator[Claim]:
    written = [("json-ld", text_at(signals.article, "dateModified")), ("microdata", signals.prop("datemodified"))]
    written += [("meta", signals.meta(name)) for name in _MODIFIED]
    written += [
        ("text", stamp.machine or stamp.shown)
        for stamp in signals.stamps[:8]
        if _OF_CHANGE.search(stamp.hint + stamp.shown)
    ]
    for origin, text in written:
        if text and (moment := moment_of(text, language)):
            yield Claim(moment, origin)
