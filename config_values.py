"""How the values of ``newswatch.toml`` are written: text in, value out, or a ValueError that names what is allowed.

A leaf below :mod:`config_blocks`; every function is pure: ``seconds("10m") == 600.0``, ``size("10MB") == 10_000_000``.
The annotated types at the end are what the models of :mod:`config_blocks` are made of.
"""

import difflib
import ipaddress
import json
import math
import re
import zoneinfo
from collections.abc import Collection, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from cssselect import SelectorError, parse
from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, Strict

#: fields of an article that a selector of a ``[[source]]`` block may fill
SELECTABLE = (
    "headline", "article_body", "authors", "date_published", "date_modified", "description", "article_section",
    "keywords", "main_image_url", "image_caption", "in_language", "agency",
)  # fmt: skip

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_SIZES = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_PART = r"(\d+(?:\.\d+)?)\s*(ms|[smhdw])"
_CENTURY = timedelta(days=36500)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
#: name, lowest and highest number of each field of a crontab line, and the names it may have instead
_CRON: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 7, _DAYS),
)


def seconds(value: object) -> float:
    """Seconds of "90s", "10m", "1h30m", "7d" or of a plain number."""
    if isinstance(value, str) and re.fullmatch(rf"(\s*{_PART})+\s*", value):
        return sum(float(number) * _UNITS[unit] for number, unit in re.findall(_PART, value))
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    raise ValueError('must be a duration like "90s", "10m", "2h", "7d", or a number of seconds')


def per_hour(value: object) -> float:
    """Times an hour of "2000/h", "30/m" or of a plain number."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*/\s*([mhd])\s*", value) if isinstance(value, str) else None
    if found:
        return float(found[1]) * _UNITS["h"] / _UNITS[found[2]]
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    raise ValueError('must be a number of visits in a time: "2000/h", "40/m" or "9000/d"')


def per_hour_text(value: float) -> str:
    """Of 2000.0 "2000/h"."""
    return f"{value:.15g}/h"


def age(value: object) -> timedelta:
    """A timedelta of "7d" or of a plain number of seconds; a timedelta stays what it is."""
    if isinstance(value, timedelta):
        return value
    span = seconds(value)
    if not 0 < span < _CENTURY.total_seconds():
        raise ValueError('must be more than 0 and less than 100 years, like "7d"')
    return timedelta(seconds=span)


def duration_text(value: float | timedelta) -> str:
    """Of 900.0 "15m": the largest unit that leaves a whole number."""
    span = value.total_seconds() if isinstance(value, timedelta) else value
    for unit in ("d", "h", "m"):
        if span >= _UNITS[unit] and span % _UNITS[unit] == 0:
            return f"{span / _UNITS[unit]:.0f}{unit}"
    return f"{span:.15g}s"


def size(value: object) -> int:
    """Bytes of "10MB" (10,000,000), "1MiB" (1,048,576) or of a plain number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*", value.lower()) if isinstance(value, str) else None
    if found is None or found[2] not in _SIZES:
        raise ValueError('must be a size like "10MB", "500KB", or a number of bytes')
    return int(float(found[1]) * _SIZES[found[2]])


def size_text(value: int) -> str | int:
    """Of 10_000_000 "10MB"; the number itself where no unit leaves a whole number."""
    units = [unit for unit in ("gb", "mb", "kb") if value and value % _SIZES[unit] == 0]
    return f"{value // _SIZES[units[0]]}{units[0].upper()}" if units else value


def listed(value: object) -> object:
    """A list of one where a single string stands for a list."""
    return (value,) if isinstance(value, str) else value


def web_address(value: str) -> str:
    """An http or https address, unchanged."""
    parts = _split(value)
    if "://" not in value:
        raise ValueError(f"must begin with http:// or https://, did you mean 'https://{value.strip().lstrip('/')}'?")
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\s\x00-\x1f\x7f]", value):
        raise ValueError("must be an address like 'https://example.com/world', http or https only")
    return value


def source_address(value: str) -> str:
    """An http or https address without user name and password, unchanged."""
    if _split(web_address(value)).username is not None:
        raise ValueError("must not carry a user name or password")
    return value


def _split(value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - raises ValueError where the port is no number
    except ValueError as error:
        raise ValueError(f"is not an address: {error}") from error
    return parts


def host(value: str) -> str:
    """A host name or IP address, with a port or without, in lower case."""
    if not re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^\s/:@?#\[\]]+)(:\d{1,5})?", value):
        raise ValueError("must be a host like 'media.example.com', without http:// and path")
    return value.lower().rstrip(".")


def network(value: object) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """A network or a single address: "127.0.0.0/8", "::1"."""
    try:
        return ipaddress.ip_network(value if isinstance(value, str) else "", strict=False)
    except ValueError as error:
        raise ValueError("must be a network like '127.0.0.0/8' or an address like '::1'") from error


def contact(value: str) -> str:
    """What stands in the User-Agent of every request: one line of plain characters."""
    if not re.fullmatch(r"[!-~]([ -~]*[!-~])?", value):
        raise ValueError("must be an e-mail address or a page: 'mail@example.com' or 'https://example.com/bot'")
    return value


def is_reachable(value: str) -> bool:
    """Whether a contact can be used by who reads it: an e-mail address or a page."""
    return re.search(r"https?://\S|\S@\S", value) is not None


def key(value: str) -> str:
    """The short name of a source, as it stands in tables and commands."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", value):
        slug = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")
        raise ValueError(f"must be letters, digits, '-', '_' and '.'{hint([slug] if slug else [])}")
    return value


def key_for(url: str, taken: Collection[str] = ()) -> str:
    """A key made of host and path ("https://www.bbc.com/news" gives "bbc-com-news"), numbered when it is taken."""
    parts = urlsplit(url)
    site = re.sub(r"^www\d*\.", "", parts.netloc.rpartition("@")[2].lower())
    slug = re.sub(r"[^a-z0-9]+", "-", f"{site}{parts.path.lower()}").strip("-")[:56].rstrip("-") or "source"
    numbered = (f"{slug}-{number}" for number in range(2, len(taken) + 3))
    return slug if slug not in taken else next(candidate for candidate in numbered if candidate not in taken)


def language(value: str) -> str:
    """A language tag (BCP 47)."""
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", value):
        raise ValueError("must be a language tag like 'en' or 'pt-BR'")
    return value


def zone(value: str) -> str:
    """The name of a time zone that this machine knows."""
    try:
        return zoneinfo.ZoneInfo(value).key
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError) as error:
        near = difflib.get_close_matches(value, zoneinfo.available_timezones(), 1)
        raise ValueError(f"must be a time zone like 'Europe/Berlin'{hint(near)}") from error


def selector(value: str) -> str:
    """A CSS selector."""
    try:
        parse(value)
    except SelectorError as error:
        raise ValueError(f"is not a CSS selector: {error}") from error
    return value


def cron(value: str) -> str:
    """The five fields of a crontab line; days of the week become numbers, Sunday is 0 or 7 ("sun-tue" is "0-2")."""
    fields = value.split()
    if len(fields) != len(_CRON):
        raise ValueError(f"must have five fields like '*/30 6-22 * * mon-fri', has {len(fields)}")
    for text, (name, low, high, names) in zip(fields, _CRON, strict=True):
        if not all(_cron_part(part, low, high, names) for part in text.lower().split(",")):
            raise ValueError(f"{name} {text!r} must be *, or numbers from {low} to {high}, like '{low}-{high}/2'")
    return " ".join([*fields[:-1], _weekdays(fields[-1].lower())])


def _weekdays(text: str) -> str:
    """In numbers, because libraries begin their week on different days: "sun-tue" is "0-2", "*/2" is "0-6/2"."""
    return re.sub("|".join(_DAYS), lambda name: str(_DAYS.index(name[0])), text.replace("*/", "0-6/"))


def _cron_part(part: str, low: int, high: int, names: Sequence[str]) -> bool:
    span, slash, step = part.partition("/")
    if slash and not (step.isdecimal() and int(step) > 0):
        return False
    ends = [str(names.index(end) + low) if end in names else end for end in span.split("-")]
    numbers = [int(end) for end in ends if end.isdecimal() and low <= int(end) <= high]
    return span == "*" or (len(ends) == len(numbers) <= 2 and numbers == sorted(numbers))


def database(value: str, folder: Path) -> str:
    """One spelling for each database: SQLite files absolute (seen from ``folder``), psycopg for PostgreSQL."""
    scheme, mark, rest = value.partition("://")
    if mark and scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        return f"postgresql+psycopg://{rest}"
    name, question, query = rest[1:].partition("?")
    if scheme not in ("sqlite", "sqlite+pysqlite") or not rest.startswith("/") or name in ("", ":memory:"):
        raise ValueError('must be "sqlite:///FILE" or "postgresql://USER:PASSWORD@HOST/NAME"')
    return f"sqlite:///{folder.absolute() / Path(name).expanduser()}{question}{query}"


def masked(url: str) -> str:
    """The address with its password replaced by ``***``, wherever it stands."""
    hidden = re.sub(r"(://[^/@:]*:)[^/]*@", r"\1***@", url)
    return re.sub(r"(?i)([?&](?:password|sslpassword|passfile)=)[^&]*", r"\1***", hidden)


def selectable(value: str) -> str:
    """The name of a field of an article that a selector may fill."""
    if value not in SELECTABLE:
        near = difflib.get_close_matches(value, SELECTABLE, 1, 0.5)
        raise ValueError(f"is no field that can be selected{hint(near)}; allowed: {', '.join(SELECTABLE)}")
    return value


def hint(near: Sequence[str]) -> str:
    """The end of a message: ", did you mean 'every'?", "" where nothing is near."""
    return f", did you mean {near[0]!r}?" if near else ""


def toml_text(value: object) -> str:
    """The value as it is written in TOML."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {toml_text(part)}" for name, part in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(toml_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


Wait = Annotated[float, BeforeValidator(seconds), Field(ge=0), PlainSerializer(duration_text)]
Span = Annotated[float, BeforeValidator(seconds), Field(gt=0), PlainSerializer(duration_text)]
Rate = Annotated[float, BeforeValidator(per_hour), Field(gt=0), PlainSerializer(per_hour_text)]
Age = Annotated[timedelta, BeforeValidator(age), PlainSerializer(duration_text)]
Size = Annotated[int, BeforeValidator(size), Field(gt=0), PlainSerializer(size_text)]
Count = Annotated[int, Strict(), Field(ge=1)]
#: 0: any port that is free
Port = Annotated[int, Strict(), Field(ge=0, le=65_535)]
Flag = Annotated[bool, Strict()]
Network = Annotated[ipaddress.IPv4Network | ipaddress.IPv6Network, BeforeValidator(network), PlainSerializer(str)]
Proxy = Annotated[str, AfterValidator(web_address), PlainSerializer(masked)]
Address = Annotated[str, AfterValidator(source_address)]
Host = Annotated[str, AfterValidator(host)]
Contact = Annotated[str, AfterValidator(contact)]
Key = Annotated[str, AfterValidator(key)]
Language = Annotated[str, AfterValidator(language)]
Zone = Annotated[str, AfterValidator(zone)]
Cron = Annotated[str, AfterValidator(cron)]
Selector = Annotated[str, AfterValidator(selector)]
Selectable = Annotated[str, AfterValidator(selectable)]
Listed = BeforeValidator(listed)
