"""Which endpoints of a source are needed: the smallest set that shows what all of them show. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from storage.endpoints import RECENT_MARK, Endpoint
from storage.records import EndpointKind

#: what covers as much as another is preferred in this order: cheap and dated first
_ORDER = (EndpointKind.FEED, EndpointKind.NEWS_SITEMAP, EndpointKind.LISTING, EndpointKind.SITEMAP)
#: an endpoint that is covered by others is asked so often, to see whether it still is
STAND_BY = timedelta(days=1)
COVERED = "other endpoints show what it shows"


def is_to_review(entry: Endpoint, now: datetime) -> bool:
    """Whether the answer of an endpoint calls for another choice: its first one, and the first of each day.

    Evidence grows: what added something on the first day may be what another one shows a week later. "Not modified" is
    an answer, too: what the others show has changed meanwhile.
    """
    return entry.last_success_at is None or entry.last_success_at.date() < now.date()


def choose(known: Sequence[Endpoint]) -> frozenset[int]:
    """The endpoints that stand by, since others show what they show.

    Greedy: what the operator named is kept, then of each kind the endpoint that adds most, until nothing more is added.
    Endpoints that show no links of their own (an index of sitemaps) or were never read are kept: nothing tells yet.
    Whoever stands by comes back by showing something new (`storage.endpoints.note_answer`), not by what is chosen here:
    its list is a day old, and links of it that have left the other lists since are known all the same.
    """
    shown = {entry.endpoint_id: _recent(entry) for entry in known}
    named = {entry.endpoint_id for entry in known if entry.is_configured}
    kept = named | {number for number, names in shown.items() if not names}
    for kind in _ORDER:
        kept |= _added(kept, shown, [entry.endpoint_id for entry in known if entry.kind is kind])
    return (frozenset(shown) - kept) | _spare(kept, shown, named)


def _together(numbers: Iterable[int], shown: Mapping[int, frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*(shown[number] for number in numbers))


def _added(kept: set[int], shown: Mapping[int, frozenset[str]], ranked: Sequence[int]) -> set[int]:
    """Of some endpoints those that add something to the kept ones, the one that adds most first."""
    added: set[int] = set()
    covered = _together(kept, shown)
    while gain := max((len(shown[number] - covered) for number in ranked), default=0):
        best = next(number for number in ranked if len(shown[number] - covered) == gain)
        added.add(best)
        covered |= shown[best]
    return added


def _spare(kept: set[int], shown: Mapping[int, frozenset[str]], named: set[int]) -> set[int]:
    """What was taken early and is covered by what was taken later."""
    spare: set[int] = set()
    for number in kept - named:
        others = _together(kept - spare - {number}, shown)
        if shown[number] and shown[number] <= others:
            spare.add(number)
    return spare


def _recent(entry: Endpoint) -> frozenset[str]:
    """What an endpoint showed of the last days; archives go back for years, and nobody watches for what is old."""
    return frozenset(name for name in entry.listed or () if name.endswith(RECENT_MARK))
