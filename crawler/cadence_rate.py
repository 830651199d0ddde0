"""How often an endpoint publishes, learned as it is visited. Pure: observations in, a small state out.

    dates of a feed, finds of a page of links ─> Rate.learn ─> Rate.ahead(times): items a second

The model is Gamma-Poisson: items and the time in which they appeared are counted, and both fade with a half-life, so
that their quotient follows a newsroom that changes. The day has a profile of half hours, the hour one of minutes
(a third of what some outlets publish is stamped with the first minute of an hour), and the week a weekend; all begin
as those of all endpoints together (`Common`) and become an endpoint's own as its items are counted. Beside the smooth
day stand the habits of an endpoint: five minutes in which more appears than that, every day (a bulletin at 6:30). A new
one learns at once from the dates that its first answer shows.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HOUR, DAY, WEEK = 3600.0, 86_400.0, 604_800.0
#: 1970-01-01 was a Thursday: so many seconds after it the first Monday began
FIRST_MONDAY = 4 * DAY
#: the profile of a day has a step for each half hour
STEP = 1800.0
STEPS = 48
#: the profile of an hour has one for each minute
MINUTE = 60.0
CELLS = 60
#: habits are counted in so many cells of five minutes; so many of them are a half hour
HABIT = 300.0
HABITS, HABITS_IN_STEP = 288, 6
#: what was counted weighs half after so long: newsrooms change in weeks (10 days are as good on traces, and
#: notice later that a newsroom woke)
HALF_LIFE = 5 * DAY
#: what is believed of an endpoint before anything was seen: half an item in a day
PRIOR_ITEMS, PRIOR_SECONDS = 0.5, DAY
#: little-known endpoints are believed this many standard deviations above their mean: a visit too many teaches
OPTIMISM = 0.5
#: so many items of its own an endpoint needs to weigh as much as the common profile of the day, the hour, the week
OWN_DAY, OWN_HOUR, OWN_WEEK = 4.0, 20.0, 6.0
#: and so many in the same five minutes of the day to make a habit of them (best of 2 to 10 on traces)
OWN_HABIT = 3.0
#: when so much time was counted, all profiles are halved: a newsroom that moved its morning is followed
REMEMBERED = 60 * DAY
#: what the first answer shows counts for as much of the past, at most
WARM_START = 14 * DAY
#: an endpoint whose list is not full has shown all of a week, at least
WARM_WEEK = 7 * DAY
#: each of the latest items makes another one likelier: by so many items, fading within so many seconds (best of .08 to
#: .16 on traces, the mean over several beginnings)
ECHO, ECHO_FADE, ECHOES = 0.11, 1200.0, 5
#: a weekend publishes at least and at most so many times the items of a weekday
WEEKEND_RANGE = (0.1, 2.0)
COMMON_WEEKEND_RANGE = (0.2, 1.5)
#: an endpoint shapes the common profile with so many of its items at most
VOICE = 50.0
#: and begins as so many items spread evenly, which nobody published: three endpoints are not all
NOBODY = 10.0
#: the profile is smoothed over neighbouring half hours: a bell with this standard deviation, in steps, cut at REACH
BELL, REACH = 1.5, 4


def _bell() -> Floats:
    weights = np.exp(-0.5 * (np.arange(-REACH, REACH + 1) / BELL) ** 2)
    return np.asarray(weights / weights.sum(), dtype=np.float64)


_SMOOTH = _bell()


@dataclass(frozen=True, slots=True)
class Common:
    """What all endpoints have in common: their day and hour (mean 1), and their weekend as a multiple of a weekday."""

    day: Floats = field(default_factory=lambda: np.ones(STEPS))
    weekend: float = 1.0
    hour: Floats = field(default_factory=lambda: np.ones(CELLS))


@dataclass(frozen=True, slots=True)
class Answer:
    """What one visit saw: times of publication of the new items and of all that are listed, sorted; epoch seconds."""

    at: float
    new: Sequence[float]
    shown: Sequence[float] = ()
    #: the list may have been cut: older items existed, but are not shown
    is_full: bool = False
    #: how many items the list holds; 0: nobody looked (not modified)
    window: int = 0


@dataclass(slots=True)
class Rate:
    """What is known of one endpoint. Small enough to lie on its row (`as_json`)."""

    items: float = 0.0
    seconds: float = 0.0
    until: float | None = None
    #: items in each five minutes of the day
    clock: Floats = field(default_factory=lambda: np.zeros(HABITS))
    #: items on weekdays and on weekends, and the seconds of each that were watched
    week: Floats = field(default_factory=lambda: np.zeros(2))
    watched: Floats = field(default_factory=lambda: np.zeros(2))
    latest: tuple[float, ...] = ()
    hour: Floats = field(default_factory=lambda: np.zeros(CELLS))
    #: how many items the endpoint lists at once; 0: not known
    window: int = 0

    def learn(self, answer: Answer) -> None:
        """Count what a visit saw. Answers come in the order of time; the first is a warm start from what it shows."""
        seen = self._begin(answer) if self.until is None else self._go_on(answer, self.until)
        if len(seen):
            np.add.at(self.clock, _habit(seen), 1.0)
            np.add.at(self.hour, _cell(seen), 1.0)
            np.add.at(self.week, _is_weekend(seen).astype(int), 1.0)
        if self.watched.sum() > REMEMBERED:
            self._forget()
        self.until = answer.at
        self.window = answer.window or self.window
        self.latest = tuple(sorted({*self.latest, *answer.new, *answer.shown[-ECHOES:]})[-ECHOES:])

    @property
    def is_known(self) -> bool:
        """Whether it was learned from an answer; else it is what is believed of all."""
        return self.until is not None

    def per_second(self) -> float:
        """Items a second over a whole week, believed a little high as long as little is known."""
        items = self.items + PRIOR_ITEMS
        return float((items + OPTIMISM * items**0.5) / (self.seconds + PRIOR_SECONDS))

    def half_hours(self) -> Floats:
        """Items in each half hour of the day."""
        return np.asarray(self.clock.reshape(STEPS, HABITS_IN_STEP).sum(axis=1), dtype=np.float64)

    def per_day(self) -> float:
        """Items a day as counted, without optimism."""
        return (self.items + PRIOR_ITEMS) / (self.seconds + PRIOR_SECONDS) * DAY

    def ahead(self, times: Floats, common: Common) -> Floats:
        """Items a second that are expected at each of some times, which should be a minute apart."""
        rates = self.roughly(times, common) * self._minutes(common)[_minute(times)]
        for moment in self.latest:
            since = times - moment
            rates += np.where(since > 0, ECHO / ECHO_FADE * np.exp(-np.maximum(since, 0.0) / ECHO_FADE), 0.0)
        return np.asarray(rates, dtype=np.float64)

    def roughly(self, times: Floats, common: Common) -> Floats:
        """The same by half hours: for sums over a day, whose steps would meet one minute and miss the others."""
        weekend = self._weekend(common)
        level = self.per_second() * 7.0 / (5.0 + 2.0 * weekend)
        rates = level * self._day(common)[_step(times)] * np.where(_is_weekend(times), weekend, 1.0)
        return np.asarray(rates, dtype=np.float64)

    def as_json(self) -> dict[str, object]:
        """The state as JSON: 600 bytes, and up to 3,000 of an endpoint that publishes all day."""
        return {
            "items": round(self.items, 3),
            "seconds": round(self.seconds),
            "until": self.until,
            "clock": {str(cell): round(float(self.clock[cell]), 2) for cell in np.flatnonzero(self.clock).tolist()},
            "week": [round(value, 2) for value in self.week.tolist()],
            "watched": [round(value) for value in self.watched.tolist()],
            "latest": [round(moment) for moment in self.latest],
            "hour": [round(value, 2) for value in self.hour.tolist()],
            "window": self.window,
        }

    @classmethod
    def from_json(cls, state: dict[str, object] | None) -> "Rate":
        """The state back from JSON; one that cannot be read (an older form) is learned anew."""
        try:
            return cls._read(state or {})
        except (KeyError, TypeError, ValueError):
            return cls()

    @classmethod
    def _read(cls, state: dict[str, object]) -> "Rate":
        rate = cls(
            items=_number(state["items"]),
            seconds=_number(state["seconds"]),
            until=None if state["until"] is None else _number(state["until"]),
            clock=_sparse(state["clock"], HABITS),
            week=_numbers(state["week"], 2),
            watched=_numbers(state["watched"], 2),
            hour=_numbers(state["hour"], CELLS),
            window=int(_number(state["window"])),
        )
        latest = state["latest"]
        rate.latest = tuple(_numbers(latest, len(latest)).tolist()) if isinstance(latest, list) else ()
        return rate

    def _begin(self, answer: Answer) -> Floats:
        shown = np.asarray(answer.shown, dtype=np.float64)
        if not len(shown):
            self._watch(answer.at - DAY, answer.at)
            self.seconds = DAY
            return shown
        start = max(float(shown[0]), answer.at - WARM_START)
        seen = shown[shown >= start]
        since = start if answer.is_full else min(start, answer.at - WARM_WEEK)
        self.items, self.seconds = float(len(seen)), max(answer.at - since, 0.0)
        self._watch(since, answer.at)
        return seen

    def _go_on(self, answer: Answer, until: float) -> Floats:
        passed = max(answer.at - until, 0.0)
        fade = 0.5 ** (passed / HALF_LIFE)
        self.items = self.items * fade + len(answer.new)
        self.seconds = self.seconds * fade + passed
        self._watch(until, answer.at)
        return np.asarray(answer.new, dtype=np.float64)

    def _watch(self, begin: float, end: float) -> None:
        moment = max(begin, end - 4 * WEEK)
        while moment < end:
            midnight = min((moment // DAY + 1) * DAY, end)
            self.watched[int(_is_weekend(np.array([moment]))[0])] += midnight - moment
            moment = midnight

    def _forget(self) -> None:
        for counted in (self.clock, self.hour, self.week, self.watched):
            counted *= 0.5

    def _day(self, common: Common) -> Floats:
        day = self.half_hours()
        own = np.convolve(np.concatenate([day[-REACH:], day, day[:REACH]]), _SMOOTH, "valid") * STEPS
        profile = (own + OWN_DAY * common.day) / (float(day.sum()) + OWN_DAY)
        return np.asarray(profile / profile.mean(), dtype=np.float64)

    def _hour(self, common: Common) -> Floats:
        profile = (self.hour * CELLS + OWN_HOUR * common.hour) / (float(self.hour.sum()) + OWN_HOUR)
        return np.asarray(profile / profile.mean(), dtype=np.float64)

    def _minutes(self, common: Common) -> Floats:
        """What each minute of the day is to its half hour: the profile of the hour, and the habits beside it."""
        hour = self._hour(common)
        smooth = np.repeat(self._day(common), HABITS_IN_STEP) * np.tile(hour.reshape(HABITS // 24, -1).mean(axis=1), 24)
        expected = smooth / smooth.sum() * self.clock.sum()
        habits = (self.clock + OWN_HABIT) / (expected + OWN_HABIT)
        habits = habits / (float((habits * smooth).sum()) / float(smooth.sum()))
        return np.asarray(np.tile(hour, 24) * np.repeat(habits, int(HABIT / MINUTE)), dtype=np.float64)

    def _weekend(self, common: Common) -> float:
        weekdays, weekends = (float(items) for items in self.week)
        weekday_time, weekend_time = (float(seconds) / DAY for seconds in self.watched)
        on_weekdays = (weekdays + 2.0) / (weekday_time + 2.0 / max(self.per_day(), 0.02))
        factor = (weekends + OWN_WEEK * common.weekend) / (on_weekdays * weekend_time + OWN_WEEK)
        return min(max(factor, WEEKEND_RANGE[0]), WEEKEND_RANGE[1])


def in_common(rates: Iterable[Rate]) -> Common:
    """The day, hour and weekend of all endpoints together; an endpoint speaks with 50 of its items at most."""
    day, hour, week, watched = np.zeros(STEPS), np.zeros(CELLS), np.ones(2), np.full(2, DAY)
    for rate in rates:
        counted = float(rate.clock.sum())
        voice = min(counted, VOICE) / max(counted, 1.0)
        day, hour = day + rate.half_hours() * voice, hour + rate.hour * voice
        week, watched = week + rate.week, watched + rate.watched
    per_second = week / watched
    weekend = min(max(float(per_second[1] / per_second[0]), COMMON_WEEKEND_RANGE[0]), COMMON_WEEKEND_RANGE[1])
    return Common(_level(day), weekend, _level(hour))


def _level(counted: Floats) -> Floats:
    """A profile with the mean 1, nowhere 0."""
    profile = (counted * len(counted) + NOBODY) / (counted.sum() + NOBODY)
    return np.asarray(profile, dtype=np.float64)


def spread(count: int, since: float, until: float) -> list[float]:
    """Times for finds without dates: evenly between two visits. 2 finds from 0 to 100 appeared at 25 and 75, say."""
    width = (until - since) / max(count, 1)
    return [since + width * (number + 0.5) for number in range(count)]


def _step(times: Floats) -> NDArray[np.intp]:
    return np.asarray((times % DAY) // STEP, dtype=np.intp)


def _cell(times: Floats) -> NDArray[np.intp]:
    return np.asarray((times % HOUR) // MINUTE, dtype=np.intp)


def _minute(times: Floats) -> NDArray[np.intp]:
    return np.asarray((times % DAY) // MINUTE, dtype=np.intp)


def _habit(times: Floats) -> NDArray[np.intp]:
    return np.asarray((times % DAY) // HABIT, dtype=np.intp)


def _is_weekend(times: Floats) -> NDArray[np.bool_]:
    return np.asarray((times - FIRST_MONDAY) % WEEK >= 5 * DAY)


def _number(value: object) -> float:
    if not isinstance(value, int | float):
        raise TypeError(value)
    if not math.isfinite(value):
        raise ValueError(value)
    return float(value)


def _numbers(values: object, count: int) -> Floats:
    if not isinstance(values, list):
        raise TypeError(values)
    if len(values) != count:
        raise ValueError(count)
    return np.array([_number(value) for value in values], dtype=np.float64)


def _sparse(counts: object, size: int) -> Floats:
    if not isinstance(counts, dict):
        raise TypeError(counts)
    values = np.zeros(size)
    for cell, count in counts.items():
        if not 0 <= int(cell) < size:
            raise ValueError(cell)
        values[int(cell)] = _number(count)
    return values
