"""What the operator decides: ``newswatch.toml`` in, frozen values out, every error with its place.

    newswatch.toml + environment -> tomllib -> config_blocks (pydantic) -> Config | ConfigError(all problems at once)

Below it stand :mod:`config_blocks` (the blocks), :mod:`config_problems` (what is wrong, in sentences) and
:mod:`config_values` (how values are written). Durations are written "90s", "10m", "2h", "7d" or as plain seconds and
are kept as **float seconds**; only ``Source.max_age`` is a ``timedelta``. Sizes are written "10MB" or as plain bytes
and are kept as int bytes.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

import config_problems
import config_values as values
from config_blocks import (
    SINGLE,
    Channel,
    Copies,
    Crawl,
    File,
    KeptPages,
    Mail,
    Render,
    Retention,
    Safety,
    Schedule,
    Serve,
    SharedWork,
    Source,
    Watch,
)
from config_problems import CONTACT_VARIABLE, DATABASE_VARIABLE

FILE_NAME = "newswatch.toml"
#: this variable of the environment names the file, those of config_problems stand above it
CONFIG_VARIABLE = "NEWSWATCH_CONFIG"


class ConfigError(Exception):
    """The configuration cannot be used; ``problems`` names every reason, each with its block."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class Config:
    """Everything the operator decided. ``path`` is the file it came from, None when it was made of values."""

    database: str
    sources: tuple[Source, ...] = ()
    path: Path | None = None
    crawl: Crawl = field(default_factory=Crawl)
    schedule: Schedule = field(default_factory=Schedule)
    safety: Safety = field(default_factory=Safety)
    pages: KeptPages = field(default_factory=KeptPages)
    serve: Serve = field(default_factory=Serve)
    copies: Copies = field(default_factory=Copies)
    render: Render = field(default_factory=Render)
    mail: Mail = field(default_factory=Mail)
    watches: tuple[Watch, ...] = ()
    channels: tuple[Channel, ...] = ()
    retention: Retention = field(default_factory=Retention)
    engine: SharedWork = field(default_factory=SharedWork)


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
    repeated = list(config_problems.repeated_keys(raw))
    try:
        read = File.model_validate(raw, context={"folder": file.parent})
    except ValidationError as error:
        raise ConfigError([*repeated, *config_problems.problems(error, raw, environ)]) from error
    wrong = [*repeated, *config_problems.lost_channels(read.watch, read.channel)]
    if wrong:
        raise ConfigError(wrong)
    sources, single = tuple(_with_unique_keys(read.source)), {name: getattr(read, name) for name in SINGLE}
    return Config(read.database, sources, file, watches=read.watch, channels=read.channel, **single)


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


# ---------------------------------------------------------------- showing and writing


def effective(config: Config) -> str:
    """All settings as they are in force, as TOML, passwords masked: what ``newswatch check`` prints."""
    lines = [f"# {config.path or 'no file'}", f"database = {values.toml_text(values.masked(config.database))}"]
    for name in SINGLE:
        lines += ["", f"[{name}]", *_settings(getattr(config, name), whole=True)]
    repeated = {"source": config.sources, "watch": config.watches, "channel": config.channels}
    for name, blocks in repeated.items():
        for block in blocks:
            lines += ["", f"[[{name}]]", *_settings(block, whole=False)]
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
    return (*(sentence for holds, sentence in found if holds), *_blind_watches(config))


def _blind_watches(config: Config) -> Iterator[str]:
    """A watch that looks at a region alone, where no source is of it, finds nothing and nobody notices."""
    known = {source.region for source in config.sources}
    for watch in config.watches:
        for region in watch.regions:
            if region not in known:
                yield f'[[watch]] {watch.key}: no [[source]] has region = "{region}"; it finds nothing there'


def source_block(key: str, url: str | Sequence[str], **more: object) -> str:
    """A ``[[source]]`` block of three lines; each of ``more`` (language="de") adds a line."""
    return block_text("source", {"key": key, "url": url, **more})


def block_text(name: str, settings: Mapping[str, object]) -> str:
    """A block that may stand many times, as it is written."""
    return f"[[{name}]]\n" + "".join(f"{key} = {values.toml_text(value)}\n" for key, value in settings.items())


def remove_block(path: Path, name: str, key: str) -> bool:
    """Take the block of that name and key out of the file; False: there is none. ConfigError where only a hand can."""
    before = path.read_text(encoding="utf-8")
    wanted = [block for block in tomllib.loads(before).get(name, ()) if block.get("key") != key]
    by_hand = ConfigError([f"{path}: [[{name}]] {key!r} is written in a way that only you can take out"])
    try:
        for start, end in _block_places(before, name):
            if tomllib.loads(before[start:end])[name][0].get("key") == key:
                after = (before[:start].rstrip() + "\n\n" + before[end:].lstrip()).strip() + "\n"
                if tomllib.loads(after).get(name, []) != wanted:
                    raise by_hand
                parse(after, path)
                path.write_text(after, encoding="utf-8")
                return True
    except tomllib.TOMLDecodeError:  # a value of several lines, one of which looks like the head of a block
        raise by_hand from None
    return False


def _block_places(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Where the blocks of that name stand: from the head to the last line that is neither empty nor a comment."""
    for found in re.finditer(rf"(?ms)^[ \t]*\[\[{name}\]\].*?(?=^\s*\[|\Z)", text):
        said = re.sub(r"(?:\n[ \t]*(?:#[^\n]*)?)+\Z", "\n", found[0])
        yield found.start(), found.start() + len(said)


def append_block(path: Path, block: str) -> None:
    """Write ``block`` to the end of the file (made when it is not there); ConfigError if it could not be read then."""
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    gap = "" if not before else "\n" if before.endswith("\n") else "\n\n"
    parse(before + gap + block, path)
    with path.open("a", encoding="utf-8") as file:
        file.write(gap + block)
