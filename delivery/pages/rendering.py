"""Templates to pages: everything from outside is escaped, and a link leads only where a web address leads.

Autoescape is on for all templates; nothing in them is marked safe. The text of a page is in `<bdi>`, so that a headline
of right-to-left marks turns nothing around it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from delivery.pages import plots
from delivery.tables import shown_state

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"


def rendered(template: str, values: Mapping[str, Any]) -> str:
    """A page."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {"when": when, "ago": ago, "web": web, "host": host, "part": part, "number": number}
    environment.globals |= {
        "shown_state": shown_state,
        "duration": plots.duration,
        "on_delay_scale": plots.on_delay_scale,
    }
    return environment


def when(moment: datetime | None) -> str:
    """An instant: "2026-11-23 10:15"."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if moment else "never"


def ago(moment: datetime | None, now: datetime) -> str:
    """How long ago an instant was, or how far ahead it is: "12m ago", "in 3m"."""
    if moment is None:
        return "never"
    seconds = (now - moment).total_seconds()
    return f"{plots.duration(seconds)} ago" if seconds >= 0 else f"in {plots.duration(-seconds)}"


def web(url: object) -> str | None:
    """An address that a page may link to: http and https alone; None for javascript:, data: and whatever else."""
    text = str(url or "")
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    is_plain = text.isprintable() and not any(char.isspace() for char in text)
    return text if parts.scheme in ("http", "https") and parts.hostname and is_plain else None


def host(url: object) -> str:
    """The host of an address, for people."""
    return (urlsplit(str(url)).hostname or "").removeprefix("www.") if web(url) else ""


def part(text: object) -> str:
    """A text as one part of the path of an address of ours."""
    return quote(str(text), safe="")


def number(value: float) -> str:
    """A number with its thousands apart: "12 345"."""
    return f"{value:,.0f}".replace(",", "\u202f")
