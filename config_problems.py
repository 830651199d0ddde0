"""What is wrong with ``newswatch.toml``: pydantic's errors in, one sentence with its place for each out. Pure."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

import config_values as values
from config_blocks import KNOWN

DATABASE_VARIABLE, CONTACT_VARIABLE = "NEWSWATCH_DATABASE", "NEWSWATCH_CONTACT"
#: settings that a variable of the environment may give
VARIABLES: dict[tuple[int | str, ...], str] = {
    ("database",): DATABASE_VARIABLE,
    ("crawl", "contact"): CONTACT_VARIABLE,
}


def _blocks(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = raw.get("source", [])
    return [block if isinstance(block, dict) else {} for block in found] if isinstance(found, list) else []


def repeated_keys(raw: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each source whose key an earlier one has."""
    first: dict[str, int] = {}
    for number, block in enumerate(_blocks(raw), 1):
        key = block.get("key")
        if isinstance(key, str) and first.setdefault(key, number) != number:
            yield f"[[source]] {number} (key {key!r}): [[source]] {first[key]} has this key already, keys must differ"


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
    if place[:1] == ["source"] and len(place) > 1:
        block = _blocks(raw)[int(place[1])]
        called = f"(key {block['key']!r})" if "key" in block else f"({values.masked(repr(block.get('url')))})"
        rest = ["[[source]]", rest[1], called, *rest[2:]]
    elif place and place[0] in KNOWN:
        rest[0] = f"[{place[0]}]"
    return " ".join(rest) or "top of the file"


def _unknown(key: str, place: Sequence[int | str]) -> str:
    """The nearest known key, or the block where this key is known."""
    here = str(place[0]) if place else ""
    elsewhere = [block for block, keys in KNOWN.items() if key in keys and block != here]
    if elsewhere:
        home = f"belongs under [{elsewhere[0]}]" if elsewhere[0] else "belongs to the top of the file"
        return f"unknown key {key!r} here, it {home}".replace("[source]", "[[source]]")
    return f"unknown key {key!r}{_near(key, KNOWN[here])}"


def _near(key: str, known: Sequence[str]) -> str:
    return values.hint(difflib.get_close_matches(key, known, 1, 0.5))


def _message(kind: str, text: str, given: object, place: Sequence[int | str]) -> str:
    if place == ["source"]:
        return "must be written [[source]], with two brackets, once for each source"
    if kind == "model_type":
        return "must be a block of settings"
    said = re.sub(r"^(Value error, |(Input|Value|String|Tuple) should )", "", text).replace("tuple", "list")
    shown = f" (is {values.masked(repr(given))[:80]})" if isinstance(given, (str, int, float)) else ""
    return (said if kind == "value_error" else f"must {said}") + shown
