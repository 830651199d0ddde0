"""What people write into a search field, as a query. Pure: any text gives a query, or one sentence that says why not.

    flood "state of emergency" -sports harbour OR port source:dw language:de since:7d

* words side by side: all of them; "phrases": words one after another; -word, -"phrase": not these; OR or |: one of them
* word*: words that begin so, from three letters on
* source: language: section: agency: one of the values that are given for it; with - in front: none of them
* since: before: a date (2026-11-23), a moment, or a span before now (7d, 12h)
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from delivery.terminal import moment
from storage.queries import Query, Term, term

#: fields by the names that may be written for them
FIELDS = {
    "source": "source",
    "language": "language",
    "lang": "language",
    "section": "section",
    "agency": "agency",
    "since": "since",
    "after": "since",
    "before": "before",
    "until": "before",
}
#: nobody means more; a text that was pasted by mistake is told so instead of being searched for minutes
MOST_LETTERS, MOST_TERMS = 2_000, 40
#: letters before a star: fewer are the beginning of half the words there are
LEAST_BEFORE_STAR = 3

_PART = re.compile(
    r"""(?P<minus>-)?
        (?:(?P<field>[A-Za-z]\w*):(?!//)(?=[^\s:]))?
        (?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))""",
    re.VERBOSE,
)


class QueryError(ValueError):
    """A query that cannot be searched; the message is one sentence that says what can be written instead."""


@dataclass(slots=True)
class _Draft:
    wanted: list[list[Term]] = field(default_factory=list)
    unwanted: list[Term] = field(default_factory=list)
    fields: dict[str, list[str]] = field(default_factory=dict)
    unwanted_fields: dict[str, list[str]] = field(default_factory=dict)
    moments: dict[str, datetime] = field(default_factory=dict)
    #: OR was read: what follows joins what stood before it
    joins: bool = False
    #: the part before was a word: OR may follow it
    is_word_before: bool = False
    terms: int = 0

    def add(self, found: Term, *, is_unwanted: bool) -> None:
        """Take in a word or a phrase."""
        if is_unwanted and self.joins:
            raise QueryError("OR stands between words and phrases, not before one with a minus")
        if is_unwanted:
            self.unwanted.append(found)
        elif self.joins:
            self.wanted[-1].append(found)
        else:
            self.wanted.append([found])
        self.joins, self.is_word_before = False, not is_unwanted


def parse(text: str, now: datetime) -> Query:
    """The query that a text means. Raises QueryError, and nothing else."""
    if len(text) > MOST_LETTERS:
        raise QueryError(f"this is {len(text)} characters long: a search takes up to {MOST_LETTERS}")
    draft = _Draft()
    for part in _PART.finditer(text):
        draft.terms += 1
        if draft.terms > MOST_TERMS:
            raise QueryError(f"this has more than {MOST_TERMS} words and phrases: leave out some")
        _take(draft, part, now)
    return _query(draft)


def _take(draft: _Draft, part: re.Match[str], now: datetime) -> None:
    if part["field"] and not _is_time_of_day(part):
        _take_field(draft, part, now)
    elif part[0] in ("OR", "|"):
        draft.joins = draft.is_word_before
    elif found := _term(part):
        draft.add(found, is_unwanted=part["minus"] is not None)


def _is_time_of_day(part: re.Match[str]) -> bool:
    """Such as Live:15:30, which asks for no field."""
    return part["field"].lower() not in FIELDS and part["phrase"] is None and not part["word"][0].isalpha()


def _term(part: re.Match[str]) -> Term | None:
    if part["phrase"] is not None:
        return term(part["phrase"])
    word = f"{part['field']}:{part['word']}" if part["field"] else part["word"]
    is_open = word.endswith("*") and not word.startswith("*")
    found = term(word, is_open=is_open)
    if found and is_open and found.words[-1].isascii() and len(found.words[-1]) < LEAST_BEFORE_STAR:
        raise QueryError(f"{word}: at least {LEAST_BEFORE_STAR} letters stand before a star")
    return found


def _take_field(draft: _Draft, part: re.Match[str], now: datetime) -> None:
    name = FIELDS.get(part["field"].lower())
    value = (part["word"] if part["phrase"] is None else part["phrase"]).strip()
    if name is None:
        known = ", ".join(dict.fromkeys(FIELDS.values()))
        raise QueryError(f"there is no field {part['field']}: write {known}, or put the words in quotation marks")
    if not value:
        raise QueryError(f"{name}: is followed by what it is to be, as in {name}:{EXAMPLES[name]}")
    if name in ("since", "before"):
        if part["minus"]:
            raise QueryError(f"{name}: takes no minus; since: and before: are each other's contrary")
        draft.moments[name] = _moment(name, value, now)
    else:
        fields = draft.unwanted_fields if part["minus"] else draft.fields
        fields.setdefault(name, []).append(value)
    draft.joins = draft.is_word_before = False  # source:a OR source:b is what side by side means, too


EXAMPLES = {
    "source": "dw",
    "language": "de",
    "section": '"World news"',
    "agency": "Reuters",
    "since": "7d",
    "before": "2026-11-23",
}


def _moment(name: str, value: str, now: datetime) -> datetime:
    try:
        found = moment(value, now)
    except ValueError:
        found = None
    if found is None:
        raise QueryError(f"{name}:{value} is no date: write 2026-11-23, a moment, or a span before now (7d, 12h)")
    return found


def _query(draft: _Draft) -> Query:
    query = Query(
        wanted=tuple(map(tuple, draft.wanted)),
        unwanted=tuple(draft.unwanted),
        fields={name: tuple(values) for name, values in draft.fields.items()},
        unwanted_fields={name: tuple(values) for name, values in draft.unwanted_fields.items()},
        since=draft.moments.get("since"),
        before=draft.moments.get("before"),
    )
    if query == Query():
        raise QueryError('there is no word to search for: write words, "phrases", or a field such as source:dw')
    if query.since and query.before and query.since >= query.before:
        raise QueryError("nothing can be published both since the later and before the earlier date: exchange them")
    return query


def narrowed(query: Query, now: datetime, **values: str | None) -> Query:
    """A query with fields that stand beside it (options of a command, parameters of an address); None: not given."""
    given: Callable[[], Iterator[tuple[str, str]]] = lambda: ((k, v) for k, v in values.items() if v is not None)  # noqa: E731
    moments = {name: _moment(name, value, now) for name, value in given() if name in ("since", "before")}
    fields = {name: (value,) for name, value in given() if name not in ("since", "before")}
    return Query(
        wanted=query.wanted,
        unwanted=query.unwanted,
        fields={**query.fields, **fields},
        unwanted_fields=query.unwanted_fields,
        since=moments.get("since", query.since),
        before=moments.get("before", query.before),
    )
