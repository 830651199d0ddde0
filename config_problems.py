"""What is wrong with ``newswatch.toml``: pydantic's errors in, one sentence with its place for each out. Pure."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

import config_values as values
from config_blocks import KNOWN, REPEATED, Channel, Watch

DATABASE_VARIABLE, CONTACT_VARIABLE = "NEWSWATCH_DATABASE", "NEWSWATCH_CONTACT"
#: settings that a variable of the environment may give
VARIABLES: dict[tuple[int | str, ...], str] = {
    ("database",): DATABASE_VARIABLE,
    ("crawl", "contact"): CONTACT_VARIABLE,
}


def _blocks(raw: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = raw.get(name, [])
    return [block if isinstance(block, dict) else {} for block in found] if isinstance(found, list) else []


def repeated_keys(raw: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each source, watch or channel whose key an earlier one has."""
    for name in REPEATED:
        first: dict[str, int] = {}
        for number, block in enumerate(_blocks(raw, name), 1):
            key = block.get("key")
            if isinstance(key, str) and first.setdefault(key, number) != number:
                other = f"[[{name}]] {first[key]}"
                yield f"[[{name}]] {number} (key {key!r}): {other} has this key already, keys must differ"


def lost_channels(watches: Sequence[Watch], channels: Sequence[Channel]) -> Iterator[str]:
    """A sentence for each channel that a watch names and nobody describes."""
    known = [channel.key for channel in channels]
    for watch in watches:
        for key in watch.channels:
            if key not in known:
                yield f"[[watch]] (key {watch.key!r}) channels: there is no [[channel]] {key!r}{_near(key, known)}"


def problems(error: ValidationError, raw: Mapping[str, Any], environ: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each thing that is wrong in ``raw``, its place first."""
    for problem in error.errors(include_url=False):
        place = [*problem["loc"]]
        if problem["type"] == "default_factory_not_called":  # the address it would be made of is a problem of its own
            continue
        if problem["type"] in ("extra_forbidden", "missing"):
            wrong = str(place.pop())
            message = f"needs {wrong}" if problem["type"] == "missing" else _unknown(wrong, place)
        else:
            message = _message(problem["type"], problem["msg"], problem["input"], place)
        yield f"{_place(place, raw, environ)}: {message}"


def _place(place: Sequence[int | str], raw: Mapping[str, Any], environ: Mapping[str, str]) -> str:
    """For ("source", 2, "url", 1): "[[source]] 3 (key 'bbc') url 2"."""
    variable = VARIABLES.get(tuple(place), "")
    if environ.get(variable):
        return variable
    rest = [str(part + 1) if isinstance(part, int) else part for part in place if part != "[key]"]
    if place and place[0] in REPEATED and len(place) > 1:
        rest = [
            f"[[{place[0]}]]",
            rest[1],
            *_called(str(place[0]), _blocks(raw, str(place[0]))[int(place[1])]),
            *rest[2:],
        ]
    elif place and place[0] in KNOWN:
        rest[0] = f"[{place[0]}]"
    return " ".join(rest) or "top of the file"


def _called(name: str, block: Mapping[str, Any]) -> list[str]:
    """What a block that may stand many times is recognised by."""
    if "key" in block:
        return [f"(key {block['key']!r})"]
    return [f"({values.masked(repr(block.get('url')))})"] if name == "source" else []


def _unknown(key: str, place: Sequence[int | str]) -> str:
    """The nearest known key, or the block where this key is known."""
    here = str(place[0]) if place else ""
    elsewhere = [block for block, keys in KNOWN.items() if key in keys and block != here]
    if elsewhere:
        home = f"belongs under [{elsewhere[0]}]" if elsewhere[0] else "belongs to the top of the file"
        home = home.replace(f"[{elsewhere[0]}]", f"[[{elsewhere[0]}]]") if elsewhere[0] in REPEATED else home
        return f"unknown key {key!r} here, it {home}"
    return f"unknown key {key!r}{_near(key, KNOWN[here])}"


def _near(key: str, known: Sequence[str]) -> str:
    return values.hint(difflib.get_close_matches(key, known, 1, 0.5))


def _message(kind: str, text: str, given: object, place: Sequence[int | str]) -> str:
    if len(place) == 1 and place[0] in REPEATED:
        return f"must be written [[{place[0]}]], with two brackets, once for each {place[0]}"
    if kind == "model_type":
        return "must be a block of settings"
    said = re.sub(r"^(Value error, |(Input|Value|String|Tuple) should )", "", text).replace("tuple", "list")
    shown = f" (is {values.masked(repr(given))[:80]})" if isinstance(given, (str, int, float)) else ""
    return (said if kind == "value_error" else f"must {said}") + shown
