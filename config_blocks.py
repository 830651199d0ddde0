"""The blocks of ``newswatch.toml`` as values: one model for each, its fields are the settings.

A leaf above :mod:`config_values` (how single values are written). A new block is a model here, a field of
:class:`File`, and a field of :class:`config.Config`; docs/reference/configuration.md describes each setting.
"""

import os
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    ValidationInfo,
    field_validator,
    model_validator,
)

import config_values as values
from config_secrets import reference
from config_values import (
    Address,
    Age,
    Contact,
    Count,
    Cron,
    Flag,
    Host,
    Key,
    Language,
    Listed,
    Network,
    Port,
    Proxy,
    Rate,
    Selectable,
    Selector,
    Size,
    Span,
    Wait,
    Zone,
)


@cache
def version() -> str:
    """The version of the installed program; "0" when it runs without being installed."""
    try:
        return metadata.version("newswatch")
    except metadata.PackageNotFoundError:
        return "0"


#: seconds: a publisher's wish to be left alone is kept up to this
LONGEST_FLOOR = 86_400.0


class Block(BaseModel):
    """What all blocks have in common: they do not change, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Crawl(Block):
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
    reader_memory: Size = 80_000_000
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


class Schedule(Block):
    """``[schedule]``: how the daemon spends its time."""

    every: Span = 900.0
    budget: Rate | None = None
    visits: Count = 64
    beat: Span = 1.0
    lease: Span = 60.0


class Safety(Block):
    """``[safety]``: which addresses that are not public may be visited all the same."""

    allow_networks: Annotated[tuple[Network, ...], Listed] = ()


def _default_key(given: dict[str, Any]) -> str:
    return values.key_for(given["url"][0]) if given.get("url") else "source"


def _default_name(given: dict[str, Any]) -> str:
    site = urlsplit(given["url"][0]).hostname if given.get("url") else None
    return (site or "").removeprefix("www.")


class Source(Block):
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
    keep: Age | None = None
    keep_most: Count | None = None
    #: how old an article is each time it is read again; None: the plan that everybody has
    reread: Annotated[tuple[Age, ...], Listed] | None = None
    keep_bodies: Age | None = None
    select: Mapping[Selectable, Selector] = {}
    drop: Annotated[tuple[Selector, ...], Listed] = ()

    floors: Mapping[Literal["ttl", "cache", "skip", "retry-after", "crawl-delay"], Wait] = {}

    def floor(self, name: str) -> timedelta:
        """How much of a publisher's floor is kept at most: ours is a day, unless the operator says otherwise."""
        caps = {str(floor): seconds for floor, seconds in self.floors.items()}
        return timedelta(seconds=min(caps.get(name, LONGEST_FLOOR), LONGEST_FLOOR))

    @property
    def is_learned(self) -> bool:
        """Whether its cadence is learned: neither `every` nor `cron` says otherwise."""
        return self.every is None and self.cron is None

    @field_validator("cron")
    @classmethod
    def _one_timing(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("every") is not None:
            raise ValueError("and every exclude each other, keep one of them")
        return value


class KeptPages(Block):
    """``[pages]``: for how long the pages of articles are kept, so that they can be read again."""

    keep: Wait = 14 * 86400.0
    budget: Size = 5_000_000_000
    folder: Annotated[str, Field(min_length=1)] | None = None

    @field_validator("folder")
    @classmethod
    def _beside(cls, value: str | None, info: ValidationInfo) -> str | None:
        """A relative folder lies beside the file of the configuration, as a database does."""
        home = (info.context or {}).get("folder", Path())
        return str(home.absolute() / Path(value).expanduser()) if value else None


def _place(value: str, info: ValidationInfo) -> str:
    """Where a secret lies; a relative file lies beside the file of the configuration."""
    return reference(value, (info.context or {}).get("folder", Path()))


Place = Annotated[str, AfterValidator(_place)]


def _hook(value: str, info: ValidationInfo) -> str:
    """The address of a webhook, or where it lies: many carry a secret in their path."""
    return _place(value, info) if value.startswith(("env:", "file:")) else values.source_address(value)


class Serve(Block):
    """``[serve]``: the API and the dashboard."""

    enabled: Flag = False
    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Port = 8040
    token: Place = "env:NEWSWATCH_TOKEN"  # noqa: S105 - where it lies
    hosts: Annotated[tuple[Host, ...], Listed] = ()


class Mail(Block):
    """``[mail]``: the server that takes the e-mails of alerts."""

    server: Host | None = None
    port: Port = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: Place = "env:NEWSWATCH_MAIL_PASSWORD"  # noqa: S105 - where it lies
    sender: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")] | None = None


class Channel(Block):
    """``[[channel]]``: a way to tell somebody."""

    key: Key
    webhook: Annotated[str, AfterValidator(_hook)] | None = None
    secret: Place | None = None
    email: Annotated[tuple[Annotated[str, Field(pattern=r"^[^@\s,]+@[^@\s,]+$")], ...], Listed] = ()
    apprise: Place | None = None
    digest: Cron | None = None
    timezone: Zone | None = None
    alarms: Flag = False

    @model_validator(mode="after")
    def _one_way(self) -> "Channel":
        if sum((self.webhook is not None, bool(self.email), self.apprise is not None)) != 1:
            raise ValueError("needs one of webhook, email, apprise, and no more than one")
        return self


class Watch(Block):
    """``[[watch]]``: a saved search; what it finds among new articles is told over its channels."""

    key: Key
    words: str = ""
    sources: Annotated[tuple[Key, ...], Listed] = ()
    languages: Annotated[tuple[Language, ...], Listed] = ()
    regions: Annotated[tuple[str, ...], Listed] = ()
    stories: tuple[Count, ...] = ()
    channels: Annotated[tuple[Key, ...], Listed] = ()
    max_age: Age = timedelta(days=2)

    @property
    def only(self) -> tuple[str, ...]:
        """What it is narrowed to besides its words."""
        return (*self.sources, *self.languages, *self.regions, *(f"story {number}" for number in self.stories))


class Copies(Block):
    """``[copies]``: for how long a text can find its copies."""

    window: Span = 14 * 86400.0


class Render(Block):
    """``[render]``: the browser for pages that need one."""

    browser: Annotated[str, Field(min_length=1)] | None = None
    pages: Count = 2
    timeout: Span = 25.0
    more: Annotated[int, Strict(), Field(ge=0)] = 5
    idle: Span = 60.0
    restart_after: Count = 100
    memory: Size = 600_000_000
    unsafe_no_sandbox: Flag = False


class Retention(Block):
    """``[retention]``: what is deleted when it is old; without it all is kept."""

    articles: Age | None = None
    most: Count | None = None
    bodies: Age | None = None
    changes: Age | None = None


class SharedWork(Block):
    """``[engine]``: how several machines share the work."""

    kind: Literal["local", "procrastinate"] = "local"
    waiting: Annotated[int, Field(ge=0)] = 0
    rendered: Annotated[int, Field(ge=0)] = 2


class File(Block):
    """The whole of ``newswatch.toml``."""

    database: Annotated[str, Field(validate_default=True)] = "sqlite:///news.db"
    crawl: Crawl = Crawl()
    schedule: Schedule = Schedule()
    safety: Safety = Safety()
    pages: KeptPages = KeptPages()
    serve: Serve = Serve()
    copies: Copies = Copies()
    render: Render = Render()
    mail: Mail = Mail()
    watch: tuple[Watch, ...] = ()
    channel: tuple[Channel, ...] = ()
    retention: Retention = Retention()
    engine: SharedWork = SharedWork()
    source: tuple[Source, ...] = ()

    @field_validator("database")
    @classmethod
    def _database(cls, value: str, info: ValidationInfo) -> str:
        return values.database(value, (info.context or {})["folder"])

    @field_validator("engine")
    @classmethod
    def _shared_database(cls, value: SharedWork, info: ValidationInfo) -> SharedWork:
        """The database stands above: where it is wrong itself, it says so by itself."""
        if value.kind != "local" and str(info.data.get("database", "")).startswith("sqlite"):
            raise ValueError(f'kind = "{value.kind}" needs PostgreSQL: name one in `database`, or take kind = "local"')
        return value


#: blocks that stand once, like "[crawl]" -> their models; [[source]] may stand many times
MODELS: dict[str, type[Block]] = {
    name: found.annotation
    for name, found in File.model_fields.items()
    if isinstance(found.annotation, type) and issubclass(found.annotation, Block)
}
SINGLE = tuple(MODELS)
#: blocks that may stand many times, like "[[source]]"
REPEATED: dict[str, type[Block]] = {"source": Source, "watch": Watch, "channel": Channel}
#: block -> the settings it knows; "" is the top of the file
KNOWN: dict[str, tuple[str, ...]] = {
    "": tuple(File.model_fields),
    **{name: tuple(model.model_fields) for name, model in MODELS.items()},
    **{name: tuple(model.model_fields) for name, model in REPEATED.items()},
}
