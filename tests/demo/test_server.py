"""The small HTTP server under the demo web, asked over a plain socket."""

import gzip
import socket
import zlib
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from demo.server import Answer, Asked, RequestLog, Wire, max_at_once
from demo.web import Web
from demo.world import World
from tests.demo.conftest import fetch

TEXT = b"One line after the other. " * 40


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with Web(World.make(articles=0, outlets=[])) as running:
        yield running


def serve(web: Web, answer: Answer) -> str:
    """A site of one answer; the key of its log is its address."""
    return web.serve(f"one-{len(web.requests())}-{id(answer)}", lambda _asked: answer)


def said(url: str, request: bytes) -> bytes:
    """All that comes back until the other side closes."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=5) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.mark.parametrize(
    ("answer", "status_line", "lines"),
    [
        pytest.param(Answer(b"x"), b"HTTP/1.1 200 OK", [b"Content-Length: 1"], id="a plain answer"),
        pytest.param(
            Answer(status=301, headers=(("Location", "/y"),)),
            b"HTTP/1.1 301 Moved Permanently",
            [b"Location: /y", b"Content-Length: 0"],
            id="a redirect",
        ),
        pytest.param(
            Answer(b"x", content_type="text/xml"), b"HTTP/1.1 200 OK", [b"Content-Type: text/xml"], id="its type"
        ),
        pytest.param(
            Answer(b"", 304, headers=(("ETag", '"a"'),)), b"HTTP/1.1 304 Not Modified", [b'ETag: "a"'], id="unchanged"
        ),
    ],
)
def test_an_answer_on_the_wire(web: Web, answer: Answer, status_line: bytes, lines: list[bytes]) -> None:
    head, _, body = said(serve(web, answer), b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").partition(
        b"\r\n\r\n"
    )
    first, *fields = head.split(b"\r\n")
    assert first == status_line
    assert [line for line in lines if line not in fields] == []
    assert body == answer.body


def test_an_unchanged_answer_has_no_content_type(web: Web) -> None:
    head = said(serve(web, Answer(status=304)), b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    assert b"Content-Type" not in head


def test_requests_in_one_breath_are_answered_in_their_order(web: Web) -> None:
    url = web.serve("breath", lambda asked: Answer(asked.target.encode()))
    came = said(url, b"GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b?c=1 HTTP/1.1\r\nHost: h\r\n\r\n")
    assert [part.split(b"HTTP/1.1")[0] for part in came.split(b"\r\n\r\n")[1:]] == [b"/a", b"/b?c=1"]
    assert [request.path for request in web.requests("breath")] == ["/a", "/b?c=1"]


def test_half_a_request_gets_no_answer_and_no_line_in_the_log(web: Web) -> None:
    url = web.serve("half", lambda _asked: Answer(b"x"))
    assert said(url, b"GET / HTTP/1.1\r\nHos") == b""
    assert web.requests("half") == []


def test_header_names_are_read_in_any_case(web: Web) -> None:
    seen: list[Asked] = []

    def site(asked: Asked) -> Answer:
        seen.append(asked)
        return Answer(b"x")

    url = web.serve("case", site)
    fetch(f"{url}/p?q=1", X_Some_Thing="Yes: it is", ACCEPT="*/*")
    assert seen[0].headers["x-some-thing"] == "Yes: it is"
    assert seen[0].headers["accept"] == "*/*"
    assert (seen[0].method, seen[0].target, seen[0].path) == ("GET", "/p?q=1", "/p")


@pytest.mark.parametrize(
    ("answer", "accepts", "packed"),
    [
        pytest.param(Answer(TEXT, gzip=True), "gzip", True, id="packed for those who accept it"),
        pytest.param(Answer(TEXT, gzip=True), "identity", False, id="not for others"),
        pytest.param(Answer(TEXT), "gzip", False, id="not when the site does not pack"),
        pytest.param(Answer(TEXT, wire=Wire.PACKED), "identity", True, id="packed whether it was asked for or not"),
    ],
)
def test_packing(web: Web, answer: Answer, accepts: str, packed: bool) -> None:
    url = serve(web, answer)
    head, _, body = said(url, f"GET / HTTP/1.1\r\nHost: h\r\nAccept-Encoding: {accepts}\r\n\r\n".encode()).partition(
        b"\r\n\r\n"
    )
    assert (b"Content-Encoding: gzip" in head) is packed
    assert (gzip.decompress(body) if packed else body) == TEXT
    assert f"Content-Length: {len(body)}".encode() in head


@pytest.mark.parametrize(
    ("wire", "told", "came"),
    [
        pytest.param(Wire.CUT_LENGTH, f"Content-Length: {len(TEXT)}".encode(), TEXT[: len(TEXT) // 2], id="a length"),
        pytest.param(
            Wire.CUT_CHUNKED,
            b"Transfer-Encoding: chunked",
            b"%x\r\n" % (len(TEXT) // 2 * 2) + TEXT[: len(TEXT) // 2],
            id="a chunk",
        ),
    ],
)
def test_an_answer_that_is_cut_off_ends_its_connection(web: Web, wire: Wire, told: bytes, came: bytes) -> None:
    twice = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n" * 2
    head, _, body = said(serve(web, Answer(TEXT, wire=wire)), twice).partition(b"\r\n\r\n")
    assert told in head
    assert body == came


def test_a_cut_gzip_stream_keeps_the_connection_for_nobody(web: Web) -> None:
    answer = Answer(TEXT, wire=Wire.CUT_GZIP)
    _, _, body = said(serve(web, answer), b"GET / HTTP/1.1\r\nHost: h\r\n\r\n" * 2).partition(b"\r\n\r\n")
    assert TEXT.startswith(zlib.decompressobj(31).decompress(body))
    with pytest.raises(EOFError):
        gzip.decompress(body)


def test_the_log_can_be_read_by_outlet_and_emptied() -> None:
    log = RequestLog()
    assert log.of() == []
    assert max_at_once(log.of()) == 0
    log.clear()
    assert log.of("x") == []
