"""What many pages of one site teach: lines that recur over different articles are furniture, not text."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SiteMemory:
    """Lines of a site and how many different articles showed each."""

    #: hash of a folded line -> number of different articles that showed it
    lines: Mapping[str, int] = field(default_factory=dict)
