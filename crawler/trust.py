"""Whether a server can be believed when it says "not modified". Pure.

Some answer 304 although their list has changed. So now and then, after a 304, the list is asked for without
conditions in the same visit: an audit. A list that differs then was changed under a 304; from that on the endpoint goes
by the hash of its body.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from crawler.cadence_rate import Common, Rate
from storage.endpoints import Endpoint, names_of

#: an audit a day, and one a week for a server that has passed all audits of a week
DAILY, WEEKLY = timedelta(days=1), timedelta(days=7)
#: so many items were to be expected and none came (the chance of that is e^-5): an audit before its time
SUSPICIOUS = 5.0
#: an item that is older than the last visit by more than the slack should have been seen then
SLACK, SUSPECT_PAUSE = timedelta(minutes=5), timedelta(hours=6)
#: but not more often than this
SOONEST = timedelta(hours=1)
#: what is expected is summed in steps of so many seconds
STEP = 1800.0
LIAR = "its server says 'not modified' when it was: it goes by the body"


def audit_is_due(entry: Endpoint, now: datetime, common: Common) -> bool:
    """Whether a 304 that came just now is to be checked."""
    if entry.lies or entry.audited_at is None:
        return not entry.lies
    passed = now - entry.audited_at
    proved = entry.honest_since is not None and now - entry.honest_since >= WEEKLY
    if passed >= (WEEKLY if proved else DAILY):
        return True
    return passed >= SOONEST and expected(entry, now, common) >= SUSPICIOUS


def is_suspect(entry: Endpoint, published: Sequence[datetime], now: datetime) -> bool:
    """Whether new items should have been there at the last visit, which showed nothing: then the next 304 is checked.

    Items may become visible later than their date says: so not more often than four times a day.
    """
    if entry.last_success_at is None or not entry.idle_visits or entry.lies:
        return False
    rested = entry.audited_at is None or now - entry.audited_at >= SUSPECT_PAUSE
    return rested and any(date < entry.last_success_at - SLACK for date in published)


def expected(entry: Endpoint, now: datetime, common: Common) -> float:
    """Items that were to be expected since the last item or audit."""
    rate = Rate.from_json(entry.rate)
    last = max([*rate.latest, entry.audited_at.timestamp() if entry.audited_at else 0.0])
    times = np.arange(last, now.timestamp(), STEP)
    return float(rate.roughly(times, common).sum() * STEP) if rate.latest else 0.0


def is_lie(before: list[str] | None, listed: list[str]) -> bool:
    """Whether an audit shows other links; a new time of making is no lie, nor is a link that has grown older."""
    return before is not None and names_of(before) != names_of(listed)
