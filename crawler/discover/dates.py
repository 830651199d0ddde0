"""Dates as feeds and sitemaps write them: RFC 822, ISO 8601 and what people make of them."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from time import struct_time

from feedparser.datetimes import _parse_date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january janvier janv januar januari enero ene gennaio gen janeiro stycznia ledna ocak января янв",
            "feb february février févr fév februar februari febrero febbraio fevereiro lutego února şubat февраля фев",
            "mar march mars märz mär maart marzo março marca března mart марта мар",
            "apr april avril avr abril abr aprile kwietnia dubna nisan апреля апр",
            "may mai mei maj mayo maggio mag maio maja května mayıs мая май",
            "jun june juin juni junio giugno giu junho czerwca června haziran июня июн",
            "jul july juillet juil juli julio luglio lug julho lipca července temmuz июля июл",
            "aug august août aoû augustus augusti agosto ago sierpnia srpna ağustos августа авг",
            "sep sept september septembre septiembre settembre setembro września září eylül сентября сен",
            "oct october octobre okt oktober octubre ottobre ott outubro out października října ekim октября окт",
            "nov november novembre noviembre novembro listopada listopadu kasım ноября ноя",
            "dec december décembre déc dez dezember diciembre dic dicembre dezembro grudnia aralık декабря дек",
        ),
        start=1,
    )
    for name in names.split()
}
_ZONES = {
    "": 0, "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "bst": 60, "west": 60, "cet": 60, "cest": 120, "eet": 120,
    "eest": 180, "msk": 180, "ist": 330, "sgt": 480, "hkt": 480, "jst": 540, "kst": 540, "aest": 600, "aedt": 660,
    "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
}  # fmt: skip
#: "Tue, 29 Oct 2024 10:15:00 +0200", "29 octobre 2024, 10:15", "mar., 29 oct. 2024 10:15:00 GMT"
_RFC = re.compile(
    r"(?:[^\W\d]{2,12}(?:\.?,\s*|\.?\s+))?(\d{1,2})\.?[\s-]+([^\W\d_]{3,10})\.?,?[\s-]+(\d{4}|\d\d)"
    r"(?:,?\s+(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?"
    r"\s*(?:([a-zA-Z]{1,4}))?\s*([+-]\d\d:?\d\d)?(?:\s*\([\w ]{1,40}\))?",
)
#: the form that nearly all feeds have: "Tue, 29 Oct 2024 10:15:00 +0200"
_STANDARD = re.compile(
    r"[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) (GMT)?([+-]\d{4})?", re.ASCII
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?\s*(?:Z|[+-]\d\d:?\d\d)?)?")
#: "2024年10月29日 10:15", "2024/10/29 10:15:00", "2024.10.29", "29.10.2024 10:15"
_YEAR_FIRST = re.compile(
    r"(\d{4})\s*[年/.\-]\s*(\d{1,2})\s*[月/.\-]\s*(\d{1,2})日?\.?(?:\D{1,3}(\d{1,2})[:時时](\d\d)(?::\d\d)?)?"
)
_DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:\D{1,3}(\d{1,2}):(\d\d))?")
_EPOCH = re.compile(r"(1\d{9})(?:\d{3})?")
_LONGEST = 80


def when(raw: str | None) -> datetime | None:
    """The moment a publisher wrote, in UTC; a date without offset is taken as UTC. None when it makes no sense."""
    if not raw:
        return None
    text = raw.strip()[:_LONGEST]
    return when_plain(text) or _plausible(_when_odd(text))


@lru_cache(maxsize=4096)  # the fast lane asks for each date of a feed twice
def when_plain(text: str) -> datetime | None:
    """The same for the two standard forms alone, which cost two microseconds; None for anything odd."""
    try:
        if match := _STANDARD.fullmatch(text):
            return _plausible(_from_rfc(match))
        if _ISO.fullmatch(text):
            return _plausible(datetime.fromisoformat(text.replace(",", ".").replace(" +", "+").replace(" Z", "Z")))
        match = _RFC.fullmatch(text)
        return _plausible(_from_rfc(match)) if match else None
    except (ValueError, OverflowError):  # the 31st of February, 25 o'clock
        return None


def _from_rfc(match: re.Match[str]) -> datetime | None:
    day, name, year, hour, minute, second, zone, offset = match.groups()
    month = _MONTHS.get(name.lower())
    minutes = _offset(zone, offset)
    if month is None or minutes is None:
        return None
    century = 0 if len(year) == 4 else 2000 if int(year) < 70 else 1900
    clock = (int(hour or 0), int(minute or 0), min(int(second or 0), 59))
    moment = datetime(century + int(year), month, int(day), *clock, tzinfo=UTC)
    return moment - timedelta(minutes=minutes) if minutes else moment


def _offset(zone: str | None, offset: str | None) -> int | None:
    """Minutes east of UTC; "GMT+0200" counts as +0200."""
    if offset:
        sign = -1 if offset[0] == "-" else 1
        return sign * (int(offset[1:3]) * 60 + int(offset[-2:]))
    return _ZONES.get((zone or "").lower())


def _plausible(moment: datetime | None) -> datetime | None:
    """In UTC, and between the first web page and the lifetime of this code; the year 9999 is a CMS's "never"."""
    if moment is None or not 1990 <= moment.year <= 2100:
        return None
    if moment.tzinfo is UTC:
        return moment
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _when_odd(text: str) -> datetime | None:
    try:
        return _numeric(text) or _by_feedparser(text)
    except (ValueError, OverflowError):
        return None


def _numeric(text: str) -> datetime | None:
    if match := _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(match[1]), UTC)
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = match.group(1, 2, 3)
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = match.group(1, 2, 3)
        day, month = _day_and_month(day, month, dotted="." in text)
    else:
        return None
    return datetime(int(year), int(month), int(day), int(match[4] or 0), int(match[5] or 0), tzinfo=UTC)


def _day_and_month(first: str, second: str, *, dotted: bool) -> tuple[str, str]:
    """Which is which: "29.10." by the dots, "10/29/" because there is no month 29; "10/11/" nobody knows."""
    if dotted or int(first) > 12:
        return first, second
    if int(second) > 12:
        return second, first
    raise ValueError(first, second)


def _by_feedparser(text: str) -> datetime | None:
    """The handlers that feedparser has for Korean, Greek, Hungarian, Perforce and asctime forms."""
    if "/" in text:
        return None  # it reads "2024/10/29 8h" as the first of November
    parsed: struct_time | None = _parse_date(text)
    return datetime(*parsed[:6], tzinfo=UTC) if parsed else None
