"""The state of a source, with the evidence for it. Pure: a memory and a visit in, the next memory out.

    visit -> what it shows (the first rule that holds) -> often enough in a row? -> state, since when, evidence

Rules, in their order: ours, blocked, walled, moved, silent (no answer), template changed, clock wrong, slow, silent
(nothing new although there should be), quiet, ok. A state is entered when as many visits in a row have shown it as its
rule asks for, and an alarm is over when two visits in a row show that all is well.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from delivery.health_signs import RECENT, Memory, Seen, daily, observe, share_now, share_usual

#: all states in the order of the rules; `paused` is said by the configuration
STATES = (
    "ok", "quiet", "silent", "blocked", "walled", "moved", "template changed", "slow", "clock wrong", "paused", "ours",
)  # fmt: skip
#: states that nobody has to be told of
CALM = frozenset({"ok", "quiet", "paused"})
#: visits in a row that show a state before it is one: single errors are usual, three in a row are not
CONFIRMED = {"blocked": 3, "walled": 3, "moved": 3, "silent": 3, "ours": 3, "slow": 3}
#: visits in a row that show another state before an alarm is over
OVER = 2
#: hours that a source is watched before silence means something: a week has seen each of its hours
LEARNED = 168.0
#: articles that were to be expected since the last one came: with so many, none has a chance of 1 in 8,000 (Poisson);
#: and which share of a day's: a source with many has bad hours, too, and is found the same day all the same
SILENT, SILENT_SHARE = 9.0, 0.4
#: a source that brings few, on the two days of a week that bring least: so many that were to be expected, in nearly a
#: day, are enough (one chance in 3,000, and such gaps are rare), so that it is found within a day, too
SILENT_DAY, DAY = 8.0, timedelta(hours=23)
#: hours without an article after which a source that is as usual is called quiet
QUIET = timedelta(hours=3)
#: a field that this share of pages had is missed when it falls to the second; it is back at the third
USUAL, MISSED, BACK = 0.85, 0.15, 0.6
#: a field that this share of pages had is missed when so many in a row lack it: fewer than RECENT. At 0.95 a source
#: with 120 articles a day would be told so once a year for nothing (0.05 ** 4, each page, each of five fields)
CERTAIN, FEWEST = 0.98, 4
#: pages in a row that could not be read and tell why nothing is new; a source that brings few has no more in a day
UNREADABLE = 2
#: pages that tell what is usual
ENOUGH_PAGES = 30.0
#: days after which a changed page is the usual one
ACCEPTED = timedelta(days=14)
#: minutes by which dates may lie ahead, dates that are needed, and the share of them that is too much
AHEAD, DATED, AHEAD_SHARE = 10.0, 5, 0.8
#: a request is slow that takes so many times as long as usual, and so many seconds longer
SLOW_FACTOR, SLOW_SECONDS = 4.0, 2.0
#: share of the other sources that fail at once when it is our network that does
OURS = 0.6

_BLOCKED = re.compile(r"\bHTTP (?:401|403|407|429|451)\b|challenge|captcha|robots", re.IGNORECASE)
_MOVED = re.compile(r"\bHTTP (?:404|410|301|308)\b|redirect", re.IGNORECASE)

#: a state and its evidence
Shown = tuple[str, str]


def paused(memory: Memory, seen: Seen) -> Memory:
    """The memory of a source that is switched off; what was learned is kept."""
    if memory.state == "paused":
        return memory
    return replace(
        memory, state="paused", since=seen.at, evidence="enabled = false in the configuration", candidate="", times=0
    )


def step(memory: Memory, seen: Seen) -> Memory:
    """The memory after a visit: what is usual, and the state."""
    is_usual = memory.state in CALM and not memory.candidate
    observed = observe(memory, seen, is_usual=is_usual)
    state, evidence = shown(observed, seen)
    if memory.state == "template changed" and memory.since and seen.at - memory.since > ACCEPTED:
        observed, state, evidence = replace(observed, usual={}), "ok", "as it is now is taken for usual"
    return _settled(observed, seen, state, evidence)


def _settled(memory: Memory, seen: Seen, state: str, evidence: str) -> Memory:
    """The state, unless it has to be shown more often before it is believed."""
    if state == memory.state:
        return replace(memory, evidence=evidence, candidate="", times=0)
    is_recovery = memory.state not in CALM and state in CALM
    candidate = "calm" if is_recovery else state
    times = memory.times + 1 if memory.candidate == candidate else 1
    needed = OVER if is_recovery else 1 if memory.state == "paused" else CONFIRMED.get(state, 1)
    if state == "silent" and seen.error is None:
        needed = 1  # many visits have counted already
    if times < needed:
        return replace(memory, candidate=candidate, times=times)
    return replace(memory, state=state, evidence=evidence, since=seen.at, candidate="", times=0)


def shown(memory: Memory, seen: Seen) -> Shown:
    """What a visit shows, by the first rule that holds."""
    for rule in RULES:
        for found in rule(memory, seen):
            return found
    return "ok", f"{seen.new} new at the last visit"


def _ours(_memory: Memory, seen: Seen) -> Iterator[Shown]:
    if seen.error and seen.others_failing is not None and seen.others_failing >= OURS:
        yield "ours", f"{seen.others_failing:.0%} of the other sources fail, too: {seen.error}"


def _refused(_memory: Memory, seen: Seen) -> Iterator[Shown]:
    if seen.fact in ("blocked", "walled"):
        yield seen.fact, seen.fact_reason or seen.error or f"the visit found it {seen.fact}"
    elif seen.error and _BLOCKED.search(seen.error):
        yield "blocked", f"every endpoint answered: {seen.error}"


def _moved(_memory: Memory, seen: Seen) -> Iterator[Shown]:
    if seen.error and _MOVED.search(seen.error):
        yield "moved", f"no endpoint is there any more: {seen.error}"


def _unanswered(_memory: Memory, seen: Seen) -> Iterator[Shown]:
    if seen.error:
        yield "silent", f"no endpoint answers: {seen.error}"


def _template(memory: Memory, _seen: Seen) -> Iterator[Shown]:
    is_known = memory.state == "template changed"
    limit = BACK if is_known else MISSED
    for name in memory.usual:
        usual, count = share_usual(memory, name)
        most = FEWEST if usual >= CERTAIN and not is_known else RECENT
        now, told = share_now(memory, name, most)
        # Each of these pages has to tell whether it has the field; one that could not be read tells nothing. Else the
        # only readable one of six would be a proof. Once the change is known, one page is enough to say that it lasts.
        needed = 1 if is_known else most
        if min(count / ENOUGH_PAGES, usual / USUAL, told / needed) >= 1 and now <= limit * usual:
            after = next((page.article_id for page in reversed(memory.recent) if not page.fields.get(name, True)), None)
            samples = f"; before: article {memory.sample}, after: {f'article {after}' if after else 'no article'}"
            yield (
                "template changed",
                f"{name} was on {usual:.0%} of pages, is on {now:.0%} of the last {most}{samples}",
            )


def _clock(memory: Memory, _seen: Seen) -> Iterator[Shown]:
    ahead = [page.ahead for page in memory.recent if page.ahead is not None]
    late = [minutes for minutes in ahead if minutes > AHEAD]
    if len(ahead) >= DATED and len(late) >= AHEAD_SHARE * len(ahead):
        middle = sorted(late)[len(late) // 2]
        yield (
            "clock wrong",
            f"{len(late)} of the last {len(ahead)} articles are dated after we saw them, by {middle:.0f} min",
        )


def _slow(memory: Memory, seen: Seen) -> Iterator[Shown]:
    if not seen.requests or memory.pace is None:
        return
    pace = seen.seconds / seen.requests
    if pace > SLOW_FACTOR * memory.pace and pace > memory.pace + SLOW_SECONDS:
        yield "slow", f"{pace:.1f} s for a request, {memory.pace:.1f} s are usual"


def _unheard(memory: Memory, seen: Seen) -> Iterator[Shown]:
    if memory.last_new_at is None:
        return
    waited = seen.at - memory.last_new_at
    hours = waited / timedelta(hours=1)
    least = SILENT_DAY if waited >= DAY else SILENT
    # the last one is dear: it adds up all hours of the week
    if memory.watched >= LEARNED and memory.expected >= least and memory.expected >= SILENT_SHARE * daily(memory):
        yield _without_news(memory, f"nothing new for {hours:.0f} h, in which {memory.expected:.0f} articles are usual")
    elif waited >= QUIET:
        yield "quiet", f"nothing new for {hours:.0f} h, in which {memory.expected:.1f} articles are usual"


def _without_news(memory: Memory, evidence: str) -> Shown:
    """Silent; but where pages came of late and none could be read, it is they that changed, and not the source."""
    latest = [page.fields.get("read", True) for page in memory.recent[-UNREADABLE:]]
    if len(latest) == UNREADABLE and not any(latest):
        return "template changed", f"{evidence}; the last {UNREADABLE} pages that came could not be read as articles"
    return "silent", evidence


RULES: tuple[Callable[[Memory, Seen], Iterator[Shown]], ...] = (
    _ours, _refused, _moved, _unanswered, _template, _clock, _slow, _unheard,
)  # fmt: skip
