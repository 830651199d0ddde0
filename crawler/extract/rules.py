"""Rules of one site: what an operator or a site's author knows better than the reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Rules:
    """CSS selectors that hold from a day on.

    ``select`` maps a field of Article ("headline", "article_body", "authors", "date_published", "image_caption", …) to
    the selector of the elements that hold it; ``drop`` are elements that are taken out of the page first.
    """

    since: date | None = None
    select: Mapping[str, str] = field(default_factory=dict)
    drop: tuple[str, ...] = ()


def rules_for(versions: Sequence[Rules], day: date) -> Rules | None:
    """The version of a site's rules that held on a day: the latest that is not younger than the day."""
    held = [version for version in versions if version.since is None or version.since <= day]
    return max(held, key=lambda version: version.since or date.min, default=None)
