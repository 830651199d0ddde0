"""When to come back, and why. Pure: values in, instants and reasons out.

own interval -> what the publisher asked for -> backed off after failures -> an instant with its reason
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.records import EndpointKind

#: why a visit comes when its timetable says so
ON_SCHEDULE = "on its schedule"
#: longest pause that failures lead to: an endpoint is never given up silently
BACKOFF_CAP = timedelta(hours=6)
#: what failures weigh: what is so for good, what may be mended, what passes by itself
HARD, SOFT, TEMPORARY = 1.0, 0.5, 0.25
#: Service Unavailable: the one failure of a server that says that it passes
OVERLOADED = 503
#: refusals below 500 that a later try may turn: too slow, asked to wait; blocked
_PASSING = {408: TEMPORARY, 425: TEMPORARY, 429: TEMPORARY, 401: SOFT, 403: SOFT, 451: SOFT}
#: pauses after failures are lengthened by up to this share, by chance
JITTER = 0.2
#: a publisher's floor (ttl, Retry-After) is kept up to this
FLOOR_CAP = timedelta(hours=24)
#: what a visit left over is taken up again so soon
LEFT_OVER_PAUSE = timedelta(seconds=1)
#: a section page or plain sitemap that shows nothing of its own is asked half as often after so many idle visits
IDLE_STEP = 2
IDLE_CAP = timedelta(hours=6)
#: re-reads of a stored article, in visit intervals: with 15 minutes these are 1 h, 6 h, 24 h, 3 d, 7 d
REREAD_PLAN = (4, 24, 96, 288, 672)
#: the plan of a source that is visited more rarely than this is not stretched further
REREAD_UNIT_CAP = timedelta(minutes=15)
#: a live blog that grew is read again so often out of plan, which is two days of 15 minutes: a counter in its text
#: would have it read for ever
LIVE_LOOKS = 192
#: pauses before a failed link is tried again; after the last it is given up
RETRY_PLAN = (
    timedelta(seconds=2),
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)
#: endpoints that list the newest articles by themselves; the others thin out when they add nothing
_LEADING = (EndpointKind.FEED, EndpointKind.NEWS_SITEMAP, EndpointKind.UNKNOWN)


@dataclass(frozen=True, slots=True)
class NextVisit:
    """An instant and the readable reason for it."""

    at: datetime
    reason: str


def after_success(now: datetime, fires_at: datetime, due: datetime | None, *, left_over: bool) -> NextVisit:
    """The next visit of a source: when its timetable fires, unless nothing will be due by then or work is left over.

    `due` is when its next endpoint or link wants to be asked.
    """
    if left_over:
        return NextVisit(min(now + LEFT_OVER_PAUSE, fires_at), "the last visit left links over")
    if due is not None and due > fires_at:
        return NextVisit(due, "nothing is due before")
    return NextVisit(fires_at, ON_SCHEDULE)


def when_learned(now: datetime, endpoint: NextVisit, retry: datetime | None, reread: datetime | None) -> NextVisit:
    """The next visit of a source without a timetable: when its first endpoint is due, or a link.

    `retry` is when a link without an outcome is due; `reread`, when stored ones are: they wait for company.
    """
    wanted = [endpoint]
    if reread is not None:
        wanted.append(NextVisit(reread, "stored articles are read again"))
    if retry is not None:
        wanted.append(NextVisit(retry, "a link is tried again"))
    first = min(wanted, key=lambda visit: visit.at)
    return NextVisit(max(first.at, now), first.reason)


def after_failure(now: datetime, fires_at: datetime, failures: int) -> NextVisit:
    """The next visit after a visit in which no endpoint answered; `failures` in a row before it."""
    pause = backed_off(fires_at - now, failures)
    return NextVisit(now + pause, f"failed {failures + 1} time{'s' if failures else ''} in a row")


def backed_off(interval: timedelta, trouble: float, chance: float = 0.0) -> timedelta:
    """An interval doubled for each failure by its weight, up to six hours (never below the interval itself).

    `chance` (0 to 1) lengthens it by up to a fifth: what failed together is not asked again together.
    """
    doublings: float = 2 ** min(trouble, 20)
    return max(interval, min(interval * doublings, BACKOFF_CAP)) * (1 + JITTER * chance)


def weight_of_status(status: int) -> float:
    """What a refusal weighs: hard (404), soft (403, 500), or temporary (429, 503)."""
    if status >= 500:
        return TEMPORARY if status == OVERLOADED else SOFT
    return _PASSING.get(status, HARD)


def may_pass(status: int) -> bool:
    """Whether a later try may turn a refusal."""
    return weight_of_status(status) < HARD


def after_quiet(moment: datetime, hours: Sequence[int], days: Sequence[int], cap: timedelta) -> datetime:
    """The first moment from `moment` on that is in none of the hours and days in which no visit is wanted.

    At most `cap` later. The publisher's hours are in UTC, as RSS has them.
    """
    latest, later = moment + cap, moment
    while later < latest and (later.hour in hours or later.weekday() in days):
        later = later.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return min(later, latest)


def endpoint_interval(
    interval: timedelta, kind: EndpointKind, idle_visits: int, floor: timedelta | None, *, configured: bool
) -> timedelta:
    """How long an endpoint that answered is left alone."""
    own = interval
    if not configured and kind not in _LEADING:
        doublings: int = 2 ** min(idle_visits // IDLE_STEP, 20)
        own = max(interval, min(interval * doublings, IDLE_CAP))
    return max(own, min(floor, FLOOR_CAP)) if floor else own


def longer(one: timedelta | None, other: timedelta | None) -> timedelta | None:
    """The longer of two floors; None when nobody asked for one."""
    return max((span for span in (one, other) if span), default=None)


def words(span: timedelta) -> str:
    """A span for people: "47 min", "2 h"."""
    minutes = span.total_seconds() / 60
    return f"{minutes:.0f} min" if minutes < 100 else f"{minutes / 60:.3g} h"


def next_reread(
    now: datetime, interval: timedelta, rereads: int, ages: Sequence[timedelta] | None = None
) -> datetime | None:
    """When a stored article is read again to find corrections; None when the plan is at its end.

    `ages` is the plan of a source that has its own: how old an article is then, counted from its first reading.
    """
    plan = [min(interval, REREAD_UNIT_CAP) * units for units in REREAD_PLAN] if ages is None else sorted(ages)
    if rereads >= len(plan):
        return None
    return now + plan[rereads] - (plan[rereads - 1] if rereads else timedelta(0))


def next_live_look(now: datetime, interval: timedelta) -> datetime:
    """When a live blog that was found to grow is read again: its hours would all be gone at the steps of the plan."""
    return now + min(interval, REREAD_UNIT_CAP)


def next_retry(now: datetime, attempts: int) -> datetime | None:
    """When a link that failed for a passing reason is tried again; None when it is given up."""
    return now + RETRY_PLAN[attempts] if attempts < len(RETRY_PLAN) else None
