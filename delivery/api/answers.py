"""How every answer of the API looks: JSON with an ETag, or one sentence that says what is wrong and what is allowed.

rows -> JSON -> ETag -> 200 | 304          wrong question, no such thing, database away -> {"error": "..."} 4xx, 503
"""

import hashlib
import inspect
import json
import typing
from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel

from delivery.rows import iso

#: characters of a wrong value that are repeated to whoever sent it
SHOWN = 60
#: what is said in our words instead of a regular expression
_SAID = {"string_pattern_mismatch": "must not hold control characters"}


class Problem(BaseModel):
    """What went wrong, in one sentence."""

    error: str


class Refused(Exception):
    """A question that is not answered: an HTTP status, and a sentence that says what is allowed."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


def answer(request: Request, content: object) -> Response:
    """Content as JSON, or 304 for who has it already."""
    body = json.dumps(content, ensure_ascii=False, default=_plain, separators=(",", ":"))
    return tagged(request, body.encode(), "application/json")


def tagged(request: Request, body: bytes, media_type: str, **more: str) -> Response:
    """A body with its ETag, or 304 for who names this ETag."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", **more}
    if tag in _known(request.headers.get("if-none-match", "")):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def problem(status: int, sentence: str) -> Response:
    """A sentence as JSON."""
    body = json.dumps({"error": sentence}, ensure_ascii=False)
    return Response(body, status, media_type="application/json", headers={"Cache-Control": "no-store"})


def sentence(request: Request, error: RequestValidationError) -> str:
    """What is wrong with a question, in one sentence."""
    first = error.errors()[0]
    # of ("query", "source", 0), a value of a list, the name is "source"; ("query",) alone is the whole question
    name = next((part for part in first["loc"][1:] if isinstance(part, str)), "parameters")
    if first["type"] == "extra_forbidden":
        return f"unknown parameter {_shown(name)}; allowed: {', '.join(_parameters(request)) or 'none'}"
    if first["type"] == "missing":
        return f"{name} is needed"
    said = _SAID.get(first["type"]) or str(first["msg"]).removeprefix("Value error, ")
    given = first["input"] if isinstance(first["input"], (str, int, float)) else ""
    if said[1:2].islower():  # "OR stands between" begins as it is
        said = said[0].lower() + said[1:]
    return f"{name}: {said}" + (f" (is {_shown(str(given))})" if given != "" else "")


def _parameters(request: Request) -> Iterator[str]:
    """The parameters that the asked route knows: fields of the models among its function's arguments."""
    for hint in typing.get_type_hints(request.scope["route"].endpoint).values():
        if inspect.isclass(hint) and issubclass(hint, BaseModel):
            yield from hint.model_fields


def _known(header: str) -> set[str]:
    return {part.strip().removeprefix("W/") for part in header.split(",")}


def _shown(text: str) -> str:
    return repr(text if len(text) <= SHOWN else text[: SHOWN - 3] + "...")


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return iso(value)
    raise TypeError(f"{type(value).__name__} does not belong into an answer")
