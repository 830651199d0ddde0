"""What stands on top of the requests and answers that the proxy carries: bytes in, values and bytes out, no network.

CONNECT news.example:443 HTTP/1.1          -> Wanted(is_tunnel=True, host="news.example", port=443)
GET http://news.example/a?b HTTP/1.1       -> Wanted(host="news.example", port=80, line=b"GET /a?b HTTP/1.1")
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

_TUNNEL = re.compile(rb"CONNECT (\[[0-9A-Fa-f:.]+\]|[^\s:/?#@\[\]]+):(\d{1,5}) HTTP/1\.[01]")
_PLAIN = re.compile(
    rb"([A-Z]{1,20}) http://(\[[0-9A-Fa-f:.]+\]|[^\s:/?#@\[\]\\]+)(?::(\d{1,5}))?([/?][^\s]*)? HTTP/1\.[01]"
)
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})(?: [^\r\n]*)?")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*)")
#: belongs to one connection alone (RFC 9110, 7.6.1), or would change its protocol
_HOP_BY_HOP = frozenset(
    (
        b"connection",
        b"keep-alive",
        b"proxy-connection",
        b"proxy-authorization",
        b"proxy-authenticate",
        b"te",
        b"upgrade",
    )
)
_CLOSE = (b"Connection", b"close")


class HeadError(ValueError):
    """A request or an answer cannot be read as HTTP/1.1; the connection ends."""


class Field(NamedTuple):
    """One header as it came."""

    name: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a client of the proxy asks for."""

    host: str
    port: int
    is_tunnel: bool = False
    #: first line for the server, of a plain request
    line: bytes = b""
    fields: tuple[Field, ...] = ()


def wanted(head: bytes) -> Wanted:
    """Read the head of a request. Raises HeadError for anything but CONNECT and absolute http addresses."""
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    if tunnel := _TUNNEL.fullmatch(first):
        return Wanted(_host(tunnel[1]), _port(tunnel[2]), is_tunnel=True)
    plain = _PLAIN.fullmatch(first)
    if plain is None:
        raise HeadError("only CONNECT and http addresses are carried")
    path = plain[4] or b"/"
    line = plain[1] + b" " + (path if path.startswith(b"/") else b"/" + path) + b" HTTP/1.1"
    return Wanted(_host(plain[2]), _port(plain[3] or b"80"), line=line, fields=_fields(lines))


def request_head(asked: Wanted) -> bytes:
    """The head for the server: Host is the one that was judged, and the connection ends with the answer."""
    host = asked.host if asked.port == 80 else f"{asked.host}:{asked.port}"
    kept = [field for field in asked.fields if field.name.lower() != b"host"]
    return _head(asked.line, [Field(b"Host", host.encode("ascii")), *kept])


def answer_head(head: bytes) -> bytes | None:
    """The head for the client; None for an interim answer (103). Raises HeadError for what is no answer."""
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    status = _STATUS.fullmatch(first)
    if status is None or status[1] == b"101":
        raise HeadError("the answer is not HTTP/1.1")
    return None if status[1].startswith(b"1") else _head(first, list(_fields(lines)))


def length_of(asked: Wanted) -> int:
    """Bytes of a request's body. Raises HeadError for a body without a length, which no browser sends."""
    if any(field.name.lower() == b"transfer-encoding" for field in asked.fields):
        raise HeadError("a body needs its length")
    lengths = {field.value for field in asked.fields if field.name.lower() == b"content-length"}
    text = lengths.pop() if lengths else b"0"
    if lengths or not re.fullmatch(rb"\d{1,12}", text):
        raise HeadError("no length can be read")
    return int(text)


def _head(first: bytes, fields: list[Field]) -> bytes:
    named = [value.lower() for name, value in fields if name.lower() == b"connection"]
    dropped = _HOP_BY_HOP | {word.strip() for value in named for word in value.split(b",")}
    kept = [field for field in fields if field.name.lower() not in dropped]
    return b"".join([first, b"\r\n", *(name + b": " + value + b"\r\n" for name, value in [*kept, _CLOSE]), b"\r\n"])


def _fields(lines: list[bytes]) -> tuple[Field, ...]:
    found = [_FIELD.fullmatch(line) for line in lines]
    if None in found:
        raise HeadError("a header cannot be read")
    return tuple(Field(match[1], match[2].rstrip()) for match in found if match)


def _host(text: bytes) -> str:
    try:
        return text.decode("ascii")
    except UnicodeDecodeError:
        raise HeadError("the host is not written in ASCII") from None


def _port(text: bytes) -> int:
    if not 0 < int(text) < 65_536:
        raise HeadError("no port can be read")
    return int(text)
