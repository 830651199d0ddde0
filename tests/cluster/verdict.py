"""What a drill comes to: the site's own log and the finished visits, judged. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the site saw it, on the machine's boot clock."""

    host: str
    path: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Finished:
    """One visit that was committed: the instant it was due for, and the instant that it named as the next."""

    source: str
    due: str
    next_due: str
    fence: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The counts of a drill; all but the first three are 0 when the protocol holds."""

    visits: int
    requests: int
    articles: int
    #: instants that were visited to the end twice, and instants that were passed over
    twice: int
    passed_over: int
    #: sources without a finished visit after the last fault
    stuck: int
    #: requests that began at a host while another one was not answered yet
    overlaps: int
    #: articles that the site listed and nobody stored, and those that were stored more than once
    missing: int
    doubled: int
    #: jobs that nobody will ever end
    jobs_left: int

    @property
    def faults(self) -> dict[str, int]:
        """What must not be: name -> count, of those that were seen."""
        kept = {"visits", "requests", "articles"}
        return {name: count for name, count in asdict(self).items() if count and name not in kept}


def overlaps(requests: Iterable[Asked]) -> list[tuple[Asked, Asked]]:
    """Pairs of requests to one host of which the second began before the first was answered."""
    by_host: dict[str, list[Asked]] = defaultdict(list)
    for asked in sorted(requests, key=lambda asked: asked.start):
        by_host[asked.host].append(asked)
    return [(one, two) for some in by_host.values() for one, two in pairwise(some) if two.start < one.end]


def twice(finished: Iterable[Finished]) -> int:
    """How many visits were committed for an instant that had its visit already."""
    counts = Counter((visit.source, visit.due) for visit in finished)
    return sum(count - 1 for count in counts.values())


def passed_over(finished: Sequence[Finished]) -> int:
    """How many instants were named as the next and never visited, though a later one was."""
    by_source: dict[str, list[Finished]] = defaultdict(list)
    for visit in finished:
        by_source[visit.source].append(visit)
    return sum(one.next_due != two.due for some in by_source.values() for one, two in pairwise(some))
