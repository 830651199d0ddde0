"""Reading one date as people and machines write it ("24 октября 2024, 14:35", "2024-10-24T14:35:00+02:00")."""

# ruff: noqa: E501 - a pattern is read best in one line

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from storage.records import Precision

#: earlier pages are not on the web, later ones are typing errors ("9999-12-31" means "never")
_YEARS = range(1970, 2100)
_THAI_ERA = 543

#: minutes east of UTC
_ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "wet": 0, "bst": 60, "west": 60, "cet": 60, "mez": 60, "wat": 60, "cest": 120, "mesz": 120,
    "eet": 120, "cat": 120, "sast": 120, "eest": 180, "msk": 180, "мск": 180, "eat": 180, "trt": 180, "gst": 240, "pkt": 300,
    "ist": 330, "npt": 345, "wib": 420, "ict": 420, "hkt": 480, "sgt": 480, "myt": 480, "pht": 480, "wita": 480, "awst": 480,
    "jst": 540, "kst": 540, "wit": 540, "acst": 570, "aest": 600, "acdt": 630, "aedt": 660, "nzst": 720, "nzdt": 780,
    "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "akst": -540,
    "hst": -600, "brt": -180, "art": -180, "clt": -240, "nst": -210, "ast": -240, "adt": -180,
}  # fmt: skip
#: zones named without saying whether it is summer
_ZONES_OF_PLACES = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}

_AFTERNOON = frozenset(("pm", "下午", "晚上", "午後", "오후", "مساء", "م", "μμ", "ch", "μ μ", "بعد"))
_MORNING = frozenset(("am", "上午", "早上", "凌晨", "午前", "오전", "صباحا", "ص", "πμ", "sa"))

_ISO = re.compile(
    r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s,·|-]{1,4}(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?"
    r"\s*(Z\b|UTC\b|GMT\b|[+-]\d{2}:?\d{2}\b)?)?"
)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{2}:?\d{2})?)?$")
_EPOCH = re.compile(r"^1[0-9]{9}(?:[0-9]{3})?$")
_YMD_SIGNS = re.compile(r"(?<!\d)(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日号일]?")
_YMD = re.compile(r"(?<!\d)(\d{4})\s?[/.]\s?(\d{1,2})\s?[/.]\s?(\d{1,2})\b")
_XXY = re.compile(r"(?<![\d.])(\d{1,2})\s?([/.-])\s?(\d{1,2})\s?[/.-]\s?(\d{4}|\d{2})(?![\d/.]\d)")
#: a month in any script, in one or two words ("अक्टूबर", "ต.ค.", "تشرين الأول")
_NAME = r"[^\W\d_][^\d\s,()|/:;،-]{0,20}(?:[ \u200c][^\W\d_][^\d\s,()|/:;،-]{0,20})?"
_DMY = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:\s?(?:st|nd|rd|th|er|ste|de|[.ºªº°,-])){{0,2}}\s*"
    rf"(?:(?:de|di|of|den|d['’]|tháng|ngày|na|ta[’']|del)\s*)?({_NAME})\.?(?:\s?/\s?{_NAME})?[\s,/-]*(?:(?:de|del|of|จ|พ\.ศ\.|m\.)\s*)?(\d{{4}})(?!\d)"
)
_MDY = re.compile(rf"({_NAME})\.?\s+(\d{{1,2}})(?:st|nd|rd|th|\.)?\s*,?\s+(?:de\s+)?(\d{{4}})(?!\d)")
_YMD_NAME = re.compile(rf"(?<!\d)(\d{{4}})[.,]?\s*(?:m\.|оны|е\.)?\s*({_NAME})\.?\s+(\d{{1,2}})(?!\d)")
#: "2024. gada 24. oktobrī"
_LATVIAN = re.compile(rf"(?<!\d)(\d{{4}})\.?\s*gada\s+(\d{{1,2}})\.\s*({_NAME})")
#: "Thu Oct 24 14:35:00 UTC 2024": the match ends before the time of day, which is read with its zone
_UNIX = re.compile(rf"({_NAME}) (\d{{1,2}})(?= \d{{1,2}}:\d{{2}}:\d{{2}} \S+ (\d{{4}}))")
_VIETNAMESE = re.compile(r"(\d{1,2})\s+tháng\s+(\d{1,2})(?:\s+năm\s+|,?\s+)(\d{4})", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?<![\d:])(?P<pre>[上下]午|凌晨|早上|晚上|午[前後]|오[전후])?\s?(?P<h>\d{1,2})\s?(?:[:：h.][ ]?|[時시时点點]\s?|\bh\s?)(?P<m>\d{2})?[分분]?"
    r"(?::(?P<s>\d{2}))?(?!\d)(?:\s?(?P<post>[ap]\.?\s?m\b\.?|[صم]\b|مساءً?|صباحاً?|[πμ]\.?\s?μ\.?|SA\b|CH\b))?"
    r"(?:\s?(?:Uhr|hrs?|hod\.?|óra|val|h)\b)?\s*\(?(?P<zone>[+-]\d{2}:?\d{2}\b|(?:UTC|GMT)\s?[+-]\s?\d{1,2}(?::\d{2})?\b|[A-Za-zА-я]{1,4}\b)?",
    re.IGNORECASE,
)
_HOUR_ONLY = re.compile(r"\b(?P<h>\d{1,2})\s?(?P<post>[ap]\.?m\b\.?)(?:\s+(?P<zone>[A-Z]{2,4})\b)?", re.IGNORECASE)


#: digits of the shortest date ("1.2.24")
_LEAST_DIGITS = 4
_DIGIT = re.compile(r"\d")
#: what stands in every date that begins with the name of a month; the expressions for names are slow
_DAY_AND_YEAR = re.compile(r"\d{1,2}(?:st|nd|rd|th|\.)?\s*,?\s+(?:de\s+)?\d{4}")
_DAY_AND_TIME = re.compile(r"\d{1,2} \d{1,2}:\d{2}:\d{2} ")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as written: ``when`` is naive where no zone was written; ``offset`` is minutes east of UTC."""

    when: datetime
    precision: Precision
    raw: str
    offset: int | None = None

    def utc(self, zone: tzinfo = UTC) -> datetime:
        """The instant in UTC; a naive date is taken to be written in ``zone``."""
        aware = self.when if self.when.tzinfo else self.when.replace(tzinfo=zone)
        return aware.astimezone(UTC)


def moment_of(text: str, language: str = "") -> Moment | None:
    """The first date in a text, with the time of day beside it; None when there is none that can be true."""
    return _moment(text.strip()[:200], language.lower())


@lru_cache(maxsize=200)  # a page says the same date in several places, and each is looked at more than once
def _moment(raw: str, language: str) -> Moment | None:
    plain = _latin_digits(raw)
    if len(_DIGIT.findall(plain)) < _LEAST_DIGITS:
        return None
    if _EPOCH.match(plain):
        return _from_epoch(plain, raw)
    machine = _COMPACT.match(plain) or _ISO.search(plain)
    if machine and (found := _from_machine(machine, raw)):
        return found
    for year, month, day, span in _readings(plain, language):
        if year in _YEARS and (when := _day(year, month, day)):
            return _with_clock(when, plain, span, raw)
    return None


def _latin_digits(text: str) -> str:
    if text.isascii():
        return text
    return (
        "".join(str(int(c)) if c.isdecimal() and not c.isascii() else c for c in text)
        .replace("\u200f", "")
        .replace("\u200e", "")
    )


def _from_epoch(digits: str, raw: str) -> Moment:
    when = datetime.fromtimestamp(int(digits[:10]), UTC)
    return Moment(when, Precision.SECOND, raw, 0)


def _from_machine(found: re.Match[str], raw: str) -> Moment | None:
    year, month, day, hour, minute, second, zone = found.groups()
    when = _day(int(year), int(month), int(day))
    if when is None or int(year) not in _YEARS:
        return None
    if hour is None or int(hour) > 23 or int(minute) > 59:
        return Moment(when, Precision.DAY, raw)
    when = when.replace(hour=int(hour), minute=int(minute), second=min(59, int(second or 0)))
    precision = Precision.SECOND if second else Precision.MINUTE
    # "2024-10-24T14:35:00 +02:00" and "… EST" after the digits
    offset = _offset(zone or _word_after(found), when)
    return _aware(Moment(when, precision, raw), offset)


def _word_after(found: re.Match[str]) -> str:
    after = re.match(r"\s*\(?([A-Za-zА-я]{1,4}\b|[+-]\d{2}:?\d{2})", found.string[found.end() :])
    return after.group(1) if after else ""


def _readings(text: str, language: str) -> Iterator[tuple[int, int, int, tuple[int, int]]]:
    """Year, month, day and place of all dates that the patterns see, the surest pattern first."""
    for pattern, told_by, read in _PATTERNS:
        for found in pattern.finditer(text) if told_by is None or told_by.search(text) else ():
            if numbers := read(found, language):
                yield *_western(numbers), found.span()


def _western(numbers: tuple[int, int, int]) -> tuple[int, int, int]:
    """Thai pages count years from Buddha: 2567 is 2024."""
    year, month, day = numbers
    return (year - _THAI_ERA if year - _THAI_ERA in _YEARS and year > _YEARS.stop else year), month, day


def _named(year: int, name: int, day: int) -> "_Reader":
    def named(found: re.Match[str], language: str) -> tuple[int, int, int] | None:
        """The numbers of a date whose month is a name."""
        month = month_number(found.group(name), language)
        return (int(found.group(year)), month, int(found.group(day))) if month else None

    return named


def _numbered(year: int, month: int, day: int) -> "_Reader":
    return lambda found, _language: (int(found.group(year)), int(found.group(month)), int(found.group(day)))


def _numeric(found: re.Match[str], language: str) -> tuple[int, int, int] | None:
    """24/10/2024, 10/24/2024 (American English), 24.10.24."""
    first, mark, second, year = int(found.group(1)), found.group(2), int(found.group(3)), found.group(4)
    month_first = mark == "/" and language in ("en", "en-us", "", "fil") and second > 0
    day, month = (second, first) if (month_first or second > 12) and first <= 12 else (first, second)
    return (2000 + int(year) if len(year) == 2 else int(year)), month, day


_Reader = Callable[[re.Match[str], str], tuple[int, int, int] | None]
#: expression, what every date of the kind holds and is quicker to find, and how its numbers are read
_PATTERNS: tuple[tuple[re.Pattern[str], re.Pattern[str] | None, _Reader], ...] = (
    (_YMD_SIGNS, None, _numbered(1, 2, 3)),
    (_VIETNAMESE, None, _numbered(3, 2, 1)),
    (_LATVIAN, None, _named(1, 3, 2)),
    (_DMY, None, _named(3, 2, 1)),
    (_MDY, _DAY_AND_YEAR, _named(3, 1, 2)),
    (_YMD_NAME, None, _named(1, 2, 3)),
    (_UNIX, _DAY_AND_TIME, _named(3, 1, 2)),
    (_YMD, None, _numbered(1, 2, 3)),
    (_XXY, None, _numeric),
)


def _day(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day)  # noqa: DTZ001 - naive on purpose: the zone is found later
    except ValueError:
        return None


def _with_clock(when: datetime, text: str, span: tuple[int, int], raw: str) -> Moment:
    """Add the time of day that stands after the date, or else before it."""
    after, before = text[span[1] : span[1] + 45], text[max(0, span[0] - 30) : span[0]]
    for place in (after, before):
        for pattern in (_CLOCK, _HOUR_ONLY):
            for found in pattern.finditer(place):
                if (hour := _hour(found)) is not None:
                    return _timed(when, hour, found, raw)
    return Moment(when, Precision.DAY, raw)


def _hour(found: re.Match[str]) -> int | None:
    """The hour of a clock time on the 24-hour clock, None when it cannot be one ("24.10" of a date)."""
    parts = found.groupdict()
    mark = re.sub(r"[.\s\u064b]", "", parts.get("pre") or parts.get("post") or "").lower()
    hour, minute = int(parts["h"]), int(parts.get("m") or 0)
    hour += _half_day(hour, mark)
    written = parts.get("m") or mark or re.search(r"\d\s?[時시时点點h]", found.group())
    return hour if hour < 24 and minute < 60 and written else None


def _half_day(hour: int, mark: str) -> int:
    """What a mark of morning or afternoon adds: 2 p.m. is 14, 12 a.m. is 0."""
    if mark in _AFTERNOON:
        return 12 if hour < 12 else 0
    return -12 if mark in _MORNING and hour == 12 else 0


def _timed(when: datetime, hour: int, found: re.Match[str], raw: str) -> Moment:
    parts = found.groupdict()
    second = parts.get("s")
    when = when.replace(hour=hour, minute=int(parts.get("m") or 0), second=min(59, int(second or 0)))
    precision = Precision.SECOND if second else Precision.MINUTE
    return _aware(Moment(when, precision, raw), _offset(parts.get("zone") or "", when))


def _offset(zone: str, when: datetime) -> int | None:
    """Minutes east of UTC that a written zone means at that time, None for words that are no zone."""
    name = zone.strip().lower()
    if name in _ZONES:
        return _ZONES[name]
    if name in _ZONES_OF_PLACES:
        there = ZoneInfo(_ZONES_OF_PLACES[name]).utcoffset(when)
        return int(there.total_seconds() // 60) if there is not None else None
    signed = re.fullmatch(r"(?:utc|gmt)?\s?([+-])\s?(\d{1,2}):?(\d{2})?", name)
    if not signed:
        return None
    minutes = int(signed.group(2)) * 60 + int(signed.group(3) or 0)
    return -minutes if signed.group(1) == "-" else minutes


def _aware(moment: Moment, offset: int | None) -> Moment:
    if offset is None or abs(offset) > 15 * 60:
        return moment
    when = moment.when.replace(tzinfo=timezone(timedelta(minutes=offset)))
    return Moment(when, moment.precision, moment.raw, offset)


def month_number(name: str, language: str = "") -> int | None:
    """The month (1 to 12) that a name or abbreviation means in a language, or in any when the language is unknown."""
    spoken = name.lower().strip(" .'’")
    if not spoken.split():
        return None
    by_language, anywhere = _months()
    own = by_language.get(language.split("-", maxsplit=1)[0].split("_", maxsplit=1)[0], {})
    # Hebrew writes "in October" as one word: "24 באוקטובר 2024"
    for form in (spoken, spoken.split()[0], spoken.split()[-1], spoken.removeprefix("ב")):
        if number := own.get(form) or anywhere.get(form):
            return number
    return None


@cache
def _months() -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    """Month names by language, and of all languages together (the first language that has a name decides)."""
    by_language: dict[str, dict[str, int]] = {}
    anywhere: dict[str, int] = {}
    text = files("crawler.extract").joinpath("data/months.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        language, *columns = line.split("\t")
        names = {name: number for number, column in enumerate(columns, 1) for name in column.split("|")}
        by_language.setdefault(language.split("-")[0], {}).update(names)
        anywhere = {**names, **anywhere}
    return by_language, anywhere
