"""Whether a source keeps us out: its answers of one visit in, "blocked" or "walled" out. Pure.

A source is blocked when it answers programs with refusals and challenges, walled when it shows a consent wall or a
login where its articles are. One article that could be read says that it does neither.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawler.traps import Shapes
from storage.sources import SourceState

#: reasons that begin like this are refusals
_BLOCKED = ("HTTP 401", "HTTP 403", "HTTP 429", "HTTP 451", "captcha")
_WALLED = ("consent wall", "login", "javascript wall", "paywall")
#: states of a source that a visit without evidence leaves as they are
LASTING = frozenset(("blocked", "walled", "trapped"))
#: a source that brought an article within so long is no trap because of one empty page of it (our choice)
BARREN = timedelta(days=30)


def obstacle(reason: str) -> str | None:
    """What a reason says of its source: "blocked", "walled", or nothing."""
    if any(word in reason for word in _BLOCKED):
        return "blocked"
    return "walled" if any(word in reason for word in _WALLED) else None


@dataclass(slots=True)
class Evidence:
    """What the answers of one visit say."""

    reasons: Counter[str] = field(default_factory=Counter)
    #: answers that were what they should be
    good: int = 0
    #: answers that were neither: an error page, a gallery
    other: int = 0

    def note(self, reason: str) -> None:
        """An answer was not what was asked for."""
        if obstacle(reason) is None:
            self.other += 1
        else:
            self.reasons[reason] += 1

    def verdict(self) -> tuple[str, str] | None:
        """State of the source and why; None when nothing keeps us out. Most of what was refused must say so."""
        if self.good or not self.reasons or sum(self.reasons.values()) < self.other:
            return None
        (reason, count), total = self.reasons.most_common(1)[0], sum(self.reasons.values())
        return obstacle(reason) or "", f"{reason} ({count} of {total + self.other} answers, none was an article)"


def obstacle_of(
    evidence: Evidence, shapes: Shapes, before: SourceState, now: datetime
) -> tuple[str, str | None] | None:
    """What keeps us out of a source, or busy there, after a visit; one that asked for nothing leaves it as it was."""
    if (verdict := evidence.verdict()) is not None:
        return verdict
    if traps := shapes.trapped():
        return "trapped", traps[0]
    if shapes.nowhere and not evidence.good and _is_barren(shapes, before, now):
        return "trapped", shapes.nowhere
    asked_nothing = not (evidence.good or evidence.other or shapes.fresh)
    return (before.state, before.state_reason) if asked_nothing and before.state in LASTING else None


def _is_barren(shapes: Shapes, before: SourceState, now: datetime) -> bool:
    """Whether a source has shown nothing for long, and its lists have nothing that is known, old, or not tried yet."""
    if shapes.shows_known or shapes.is_untried:
        return False
    return before.last_new_at is None or before.last_new_at <= now - BARREN
