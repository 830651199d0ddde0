"""What the operator decides: ``newswatch.toml`` in, frozen values out, every error with its place.

    newswatch.toml + environment -> tomllib -> the models below (pydantic) -> Config | ConfigError(all problems at once)

A leaf: only :mod:`config_values` (how values are written) stands below it. Durations are written "90s", "10m", "2h",
"7d" or as plain seconds and are kept as **float seconds**; only ``Source.max_age`` is a ``timedelta``. Sizes are
written "10MB" or as plain bytes and are kept as int bytes. docs/reference/configuration.md describes each setting.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

import config_values as values
from config_values import (
    Address,
    Age,
    Contact,
    Count,
    Cron,
    Flag,
    Host,
    KeptPages,
    Key,
    Language,
    Listed,
    Network,
    Proxy,
    Selectable,
    Selector,
    Size,
    Span,
    Wait,
    Zone,
)

FILE_NAME = "newswatch.toml"
#: this variable of the environment names the file, the others stand above it
CONFIG_VARIABLE = "NEWSWATCH_CONFIG"
DATABASE_VARIABLE, CONTACT_VARIABLE = "NEWSWATCH_DATABASE", "NEWSWATCH_CONTACT"
_VARIABLES: dict[tuple[int | str, ...], str] = {
    ("database",): DATABASE_VARIABLE,
    ("crawl", "contact"): CONTACT_VARIABLE,
}


class ConfigError(Exception):
    """The configuration cannot be used; ``problems`` names every reason, each with its block."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@cache
def version() -> str:
    """The version of the installed program; "0" when it runs without being installed."""
    try:
        return metadata.version("newswatch")
    except metadata.PackageNotFoundError:
        return "0"


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Crawl(_Block):
    """``[crawl]``: manners and limits of fetching."""

    contact: Contact | None = None
    timeout: Span = 20.0
    max_body: Size = 10_000_000
    delay: Wait = 0.0
    delay_factor: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1.0
    max_delay: Span = 30.0
    visit_requests: Count = 500
    visit_time: Span = 600.0
    visit_bytes: Size = 200_000_000
    page_links: Count = 2000
    readers: Count = Field(default_factory=lambda: min(len(os.sched_getaffinity(0)), 4))
    reader_cpu: Span = 5.0
    proxy: Proxy | None = None

    @field_validator("proxy")
    @classmethod
    def _not_yet(cls, value: str | None) -> str | None:
        # Better a refusal than requests that leave directly although the operator wanted a proxy.
        if value is not None:
            raise ValueError("is not supported by this version: requests would leave directly")
        return value

    @property
    def user_agent(self) -> str:
        """What every request says of us: "Newswatch/1.0 (+mail@example.com)"."""
        return f"Newswatch/{version()}" + (f" (+{self.contact})" if self.contact else "")


class Schedule(_Block):
    """``[schedule]``: how the daemon spends its time."""

    every: Span = 900.0
    visits: Count = 64
    beat: Span = 1.0
    lease: Span = 60.0


class Safety(_Block):
    """``[safety]``: which addresses that are not public may be visited all the same."""

    allow_networks: Annotated[tuple[Network, ...], Listed] = ()


def _default_key(given: dict[str, Any]) -> str:
    return values.key_for(given["url"][0]) if given.get("url") else "source"


def _default_name(given: dict[str, Any]) -> str:
    site = urlsplit(given["url"][0]).hostname if given.get("url") else None
    return (site or "").removeprefix("www.")


class Source(_Block):
    """``[[source]]``: one outlet and how it is visited."""

    url: Annotated[tuple[Address, ...], Listed, Field(min_length=1)]
    key: Key = Field(default_factory=_default_key)
    name: str = Field(default_factory=_default_name)
    every: Span | None = None
    cron: Cron | None = None
    max_age: Age = timedelta(days=7)
    also: Annotated[tuple[Host, ...], Listed] = ()
    render: Literal["auto", "always", "never"] = "auto"
    spider: Annotated[str, Field(min_length=1)] | None = None
    language: Language | None = None
    timezone: Zone | None = None
    region: str | None = None
    topics: Annotated[tuple[str, ...], Listed] = ()
    enabled: Flag = True
    select: Mapping[Selectable, Selector] = {}
    drop: Annotated[tuple[Selector, ...], Listed] = ()

    @field_validator("cron")
    @classmethod
    def _one_timing(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("every") is not None:
            raise ValueError("and every exclude each other, keep one of them")
        return value


class _File(_Block):
    """The whole of ``newswatch.toml``."""

    database: Annotated[str, Field(validate_default=True)] = "sqlite:///news.db"
    crawl: Crawl = Crawl()
    schedule: Schedule = Schedule()
    safety: Safety = Safety()
    pages: KeptPages = KeptPages()
    source: tuple[Source, ...] = ()

    @field_validator("database")
    @classmethod
    def _database(cls, value: str, info: ValidationInfo) -> str:
        return values.database(value, (info.context or {})["folder"])


@dataclass(frozen=True, slots=True)
class Config:
    """Everything the operator decided. ``path`` is the file it came from, None when it was made of values."""

    database: str
    crawl: Crawl = field(default_factory=Crawl)
    schedule: Schedule = field(default_factory=Schedule)
    safety: Safety = field(default_factory=Safety)
    sources: tuple[Source, ...] = ()
    path: Path | None = None
    pages: KeptPages = field(default_factory=KeptPages)


# ---------------------------------------------------------------- reading


def load(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Config:
    """Read ``path``, or the first newswatch.toml of :func:`places`; ConfigError with all problems it has.

    NEWSWATCH_DATABASE and NEWSWATCH_CONTACT stand above the file; NEWSWATCH_CONFIG names it (for `scrapy crawl`).
    """
    file = chosen(path, environ)
    if not file.exists() and file == places(environ)[0]:
        looked = " and ".join(map(str, places(environ)))
        raise ConfigError([f"no {FILE_NAME}: looked at {looked}; `newswatch add URL --write` begins one"])
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{file}: cannot be read: {error}"]) from error
    return parse(text, file, environ)


def parse(text: str, file: Path, environ: Mapping[str, str] = os.environ) -> Config:
    """The configuration that ``text`` would be as the content of ``file``; ConfigError with all problems."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{file}: {error}"]) from error
    raw = _with_environment(raw, environ)
    repeated = list(_repeated_keys(raw))
    try:
        read = _File.model_validate(raw, context={"folder": file.parent})
    except ValidationError as error:
        raise ConfigError([*repeated, *_problems(error, raw, environ)]) from error
    if repeated:
        raise ConfigError(repeated)
    sources = tuple(_with_unique_keys(read.source))
    return Config(read.database, read.crawl, read.schedule, read.safety, sources, file, read.pages)


def chosen(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """The file that :func:`load` reads; where there is none yet, the one to be written."""
    named = path or (Path(environ[CONFIG_VARIABLE]) if environ.get(CONFIG_VARIABLE) else None)
    return named or next((place for place in places(environ) if place.is_file()), places(environ)[0])


def places(environ: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """Where newswatch.toml is looked for: this folder, then the user's configuration folder."""
    folder = environ.get("XDG_CONFIG_HOME") or Path(environ.get("HOME") or "~").expanduser() / ".config"
    return Path(FILE_NAME), Path(folder) / "newswatch" / FILE_NAME


def _with_environment(raw: dict[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    database, contact, crawl = environ.get(DATABASE_VARIABLE), environ.get(CONTACT_VARIABLE), raw.get("crawl", {})
    if database:
        raw = {**raw, "database": database}
    if contact and isinstance(crawl, dict):
        raw = {**raw, "crawl": {**crawl, "contact": contact}}
    return raw


def _with_unique_keys(sources: Sequence[Source]) -> Iterator[Source]:
    """Keys that nobody gave are numbered when another source has them."""
    taken = {source.key for source in sources if "key" in source.model_fields_set}
    for source in sources:
        given = "key" in source.model_fields_set
        key = source.key if given else values.key_for(source.url[0], taken)
        taken.add(key)
        yield source if given else source.model_copy(update={"key": key})


# ---------------------------------------------------------------- what is wrong


def _blocks(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = raw.get("source", [])
    return [block if isinstance(block, dict) else {} for block in found] if isinstance(found, list) else []


def _repeated_keys(raw: Mapping[str, Any]) -> Iterator[str]:
    first: dict[str, int] = {}
    for number, block in enumerate(_blocks(raw), 1):
        key = block.get("key")
        if isinstance(key, str) and first.setdefault(key, number) != number:
            yield f"[[source]] {number} (key {key!r}): [[source]] {first[key]} has this key already, keys must differ"


def _problems(error: ValidationError, raw: Mapping[str, Any], environ: Mapping[str, str]) -> Iterator[str]:
    for problem in error.errors(include_url=False):
        place = [*problem["loc"]]
        if problem["type"] == "default_factory_not_called":  # the address it would be made of is a problem of its own
            continue
        if problem["type"] in ("extra_forbidden", "missing"):
            wrong = str(place.pop())
            message = f"needs {wrong}" if problem["type"] == "missing" else _unknown(wrong, place)
        else:
            message = _message(problem["type"], problem["msg"], problem["input"], place)
        yield f"{_place(place, raw, environ)}: {message}"


def _place(place: Sequence[int | str], raw: Mapping[str, Any], environ: Mapping[str, str]) -> str:
    """For ("source", 2, "url", 1): "[[source]] 3 (key 'bbc') url 2"."""
    variable = _VARIABLES.get(tuple(place), "")
    if environ.get(variable):
        return variable
    rest = [str(part + 1) if isinstance(part, int) else part for part in place if part != "[key]"]
    if place[:1] == ["source"] and len(place) > 1:
        block = _blocks(raw)[int(place[1])]
        called = f"(key {block['key']!r})" if "key" in block else f"({values.masked(repr(block.get('url')))})"
        rest = ["[[source]]", rest[1], called, *rest[2:]]
    elif place and place[0] in _KNOWN:
        rest[0] = f"[{place[0]}]"
    return " ".join(rest) or "top of the file"


#: block -> the keys it knows
_KNOWN: dict[str, tuple[str, ...]] = {
    "": tuple(_File.model_fields),
    "crawl": tuple(Crawl.model_fields),
    "schedule": tuple(Schedule.model_fields),
    "safety": tuple(Safety.model_fields),
    "pages": tuple(KeptPages.model_fields),
    "source": tuple(Source.model_fields),
}


def _unknown(key: str, place: Sequence[int | str]) -> str:
    """The nearest known key, or the block where this key is known."""
    here = str(place[0]) if place else ""
    elsewhere = [block for block, keys in _KNOWN.items() if key in keys and block != here]
    if elsewhere:
        home = f"belongs under [{elsewhere[0]}]" if elsewhere[0] else "belongs to the top of the file"
        return f"unknown key {key!r} here, it {home}".replace("[source]", "[[source]]")
    return f"unknown key {key!r}{_near(key, _KNOWN[here])}"


def _near(key: str, known: Sequence[str]) -> str:
    return values.hint(difflib.get_close_matches(key, known, 1, 0.5))


def _message(kind: str, text: str, given: object, place: Sequence[int | str]) -> str:
    if place == ["source"]:
        return "must be written [[source]], with two brackets, once for each source"
    if kind == "model_type":
        return "must be a block of settings"
    said = re.sub(r"^(Value error, |(Input|Value|String|Tuple) should )", "", text).replace("tuple", "list")
    shown = f" (is {values.masked(repr(given))[:80]})" if isinstance(given, (str, int, float)) else ""
    return (said if kind == "value_error" else f"must {said}") + shown


# ---------------------------------------------------------------- showing and writing


def effective(config: Config) -> str:
    """All settings as they are in force, as TOML, passwords masked: what ``newswatch check`` prints."""
    lines = [f"# {config.path or 'no file'}", f"database = {values.toml_text(values.masked(config.database))}"]
    for name in ("crawl", "schedule", "safety", "pages"):
        lines += ["", f"[{name}]", *_settings(getattr(config, name), whole=True)]
    for source in config.sources:
        lines += ["", "[[source]]", *_settings(source, whole=False)]
    return "\n".join(lines) + "\n"


def _settings(block: BaseModel, *, whole: bool) -> Iterator[str]:
    for name, value in block.model_dump().items():
        if value is not None and (whole or value not in ((), {})):
            yield f"{name} = {values.toml_text(value)}"
        elif whole:
            yield f"# {name} is not set"


def warnings(config: Config) -> tuple[str, ...]:
    """What works but should not stay so, one sentence each with its cure."""
    crawl, schedule = config.crawl, config.schedule
    found = (
        (not crawl.contact, "[crawl] contact is not set: name an address where publishers can reach you"),
        (
            crawl.contact and not values.is_reachable(crawl.contact),
            "[crawl] contact is neither an e-mail address nor a page: publishers cannot reach you by it",
        ),
        (
            not any(source.enabled for source in config.sources),
            "no enabled [[source]]: nothing will be visited; `newswatch add URL --write` adds one",
        ),
        (
            bool(config.safety.allow_networks),
            "[safety] allow_networks is set: pages of the sources may lead requests into these networks",
        ),
        (
            schedule.lease < 3 * schedule.beat,
            "[schedule] lease is shorter than three beats: a visit may lose its source while it runs; make it longer",
        ),
    )
    return tuple(sentence for holds, sentence in found if holds)


def source_block(key: str, url: str | Sequence[str], **more: object) -> str:
    """A ``[[source]]`` block of three lines; each of ``more`` (language="de") adds a line."""
    settings = {"key": key, "url": url, **more}
    return "[[source]]\n" + "".join(f"{name} = {values.toml_text(value)}\n" for name, value in settings.items())


def append_source(path: Path, block: str) -> None:
    """Write ``block`` to the end of the file (made when it is not there); ConfigError if it could not be read then."""
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    gap = "" if not before else "\n" if before.endswith("\n") else "\n\n"
    parse(before + gap + block, path)
    with path.open("a", encoding="utf-8") as file:
        file.write(gap + block)
