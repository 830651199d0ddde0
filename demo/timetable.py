"""When what happens in the demo: a plan made from the world alone, and the player that carries it out.

World, seconds -> timetable -> Event, Event, ... -> play(newsroom)
"""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from demo.newsroom import Newsroom
from demo.world import Article, World

#: Articles appear in this part of the running time; the rest is for the visits to catch up.
_APPEARING = (0.05, 0.6)
#: Corrections are made in this part, to articles that were there from the start and have been read since.
_CORRECTING = (0.45, 0.7)
#: So many articles are corrected at each outlet whose feed or sitemap tells it.
_CORRECTED = 2


@dataclass(frozen=True, slots=True)
class Event:
    """An article appears, or is corrected, ``at`` so many seconds after the start."""

    at: float
    article: Article
    correction: bool = False


def timetable(world: World, initial: int, seconds: float) -> tuple[Event, ...]:
    """The plan for a run of that length: all articles beyond the first ``initial`` ones appear, outlet after outlet."""
    waiting = [world.of(outlet.key)[initial:] for outlet in world.outlets]
    tellers = [outlet.key for outlet in world.outlets if outlet.tells_changes]
    corrected = [article for key in tellers for article in world.of(key)[: min(initial, _CORRECTED)]]
    appearing = zip(_spread(_APPEARING, sum(map(len, waiting)), seconds), _in_turn(waiting), strict=True)
    correcting = zip(_spread(_CORRECTING, len(corrected), seconds), corrected, strict=True)
    events = [Event(at, article) for at, article in appearing]
    events += [Event(at, article, correction=True) for at, article in correcting]
    return tuple(sorted(events, key=lambda event: event.at))


def play(newsroom: Newsroom, events: Iterable[Event], stop: threading.Event) -> None:
    """Carry the plan out in real time; returns when it is through or ``stop`` is set."""
    started = time.monotonic()
    for event in events:
        if stop.wait(max(0.0, started + event.at - time.monotonic())):
            return
        if event.correction:
            newsroom.correct(event.article)
        else:
            newsroom.publish(event.article.outlet)


def _spread(part: tuple[float, float], count: int, seconds: float) -> Iterator[float]:
    first, last = (share * seconds for share in part)
    return (first + (last - first) * rank / max(count, 1) for rank in range(count))


def _in_turn(groups: Sequence[Sequence[Article]]) -> Iterator[Article]:
    """One of each group, then the second of each, and so on."""
    for rank in range(max(map(len, groups), default=0)):
        yield from (group[rank] for group in groups if rank < len(group))
