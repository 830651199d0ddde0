"""Heads of requests and answers, as bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guard.proxy_heads import HeadError, answer_head, length_of, request_head, wanted


def _asked(*lines: str) -> bytes:
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


@pytest.mark.parametrize(
    ("line", "host", "port"),
    [
        pytest.param("CONNECT news.example:443 HTTP/1.1", "news.example", 443, id="a name"),
        pytest.param("CONNECT 8.8.8.8:8443 HTTP/1.0", "8.8.8.8", 8443, id="an address"),
        pytest.param("CONNECT [::1]:443 HTTP/1.1", "[::1]", 443, id="an IPv6 address"),
    ],
)
def test_a_tunnel_names_host_and_port(line: str, host: str, port: int) -> None:
    asked = wanted(_asked(line, "Host: other.example"))
    assert (asked.is_tunnel, asked.host, asked.port) == (True, host, port)


@pytest.mark.parametrize(
    ("address", "host", "port", "line"),
    [
        pytest.param("http://news.example/a?b=1", "news.example", 80, "GET /a?b=1 HTTP/1.1", id="as it is mostly"),
        pytest.param("http://news.example:8080/", "news.example", 8080, "GET / HTTP/1.1", id="with a port"),
        pytest.param("http://news.example", "news.example", 80, "GET / HTTP/1.1", id="without a path"),
        pytest.param("http://news.example?q", "news.example", 80, "GET /?q HTTP/1.1", id="with a query alone"),
        pytest.param("http://[2606:4700::1]/x", "[2606:4700::1]", 80, "GET /x HTTP/1.1", id="an IPv6 address"),
        pytest.param("http://news.example/@127.0.0.1/", "news.example", 80, "GET /@127.0.0.1/ HTTP/1.1", id="at later"),
    ],
)
def test_a_plain_request_is_written_anew_for_its_server(address: str, host: str, port: int, line: str) -> None:
    asked = wanted(_asked(f"GET {address} HTTP/1.1"))
    assert (asked.is_tunnel, asked.host, asked.port, asked.line.decode()) == (False, host, port, line)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("GET / HTTP/1.1", id="a request to the proxy itself"),
        pytest.param("GET https://news.example/ HTTP/1.1", id="https without a tunnel"),
        pytest.param("GET ftp://news.example/ HTTP/1.1", id="another scheme"),
        pytest.param("GET http://user@127.0.0.1/ HTTP/1.1", id="a login"),
        pytest.param("GET http://news.example\\@127.0.0.1/ HTTP/1.1", id="a backslash before a login"),
        pytest.param("GET http://news.example:99999/ HTTP/1.1", id="no such port"),
        pytest.param("GET http:///x HTTP/1.1", id="no host"),
        pytest.param("CONNECT news.example HTTP/1.1", id="a tunnel without port"),
        pytest.param("CONNECT news.example:0 HTTP/1.1", id="port nought"),
        pytest.param("CONNECT a.example:443@127.0.0.1:80 HTTP/1.1", id="a tunnel with two hosts"),
        pytest.param("CONNECT n\u00ebws.example:443 HTTP/1.1", id="letters beyond ASCII"),
        pytest.param("GET http://news.example/ HTTP/2", id="another protocol"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_neither_is_refused(line: str) -> None:
    with pytest.raises(HeadError):
        wanted(_asked(line))


@pytest.mark.parametrize("line", ["no colon", " folded: line", "a b: c", ": nothing", "x: a\0b"])
def test_a_header_that_cannot_be_read_is_not_passed_on(line: str) -> None:
    with pytest.raises(HeadError):
        wanted(_asked("GET http://news.example/ HTTP/1.1", line))


def test_the_server_gets_the_host_that_was_judged_and_nothing_that_belongs_to_the_proxy() -> None:
    lines = ("Host: internal.example", "Accept: */*", "Proxy-Connection: keep-alive", "Upgrade: websocket")
    head = request_head(wanted(_asked("GET http://news.example:81/ HTTP/1.1", *lines, "Proxy-Authorization: x")))
    assert head == b"GET / HTTP/1.1\r\nHost: news.example:81\r\nAccept: */*\r\nConnection: close\r\n\r\n"


def test_headers_that_a_connection_names_go_with_it() -> None:
    head = request_head(wanted(_asked("GET http://a.example/ HTTP/1.1", "Connection: X-Mine, close", "x-mine: 1")))
    assert head == b"GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n"


def test_an_answer_ends_its_connection_whatever_the_server_says() -> None:
    head = answer_head(_asked("HTTP/1.1 200 OK", "Connection: keep-alive", "Keep-Alive: timeout=5", "ETag: x"))
    assert head == b"HTTP/1.1 200 OK\r\nETag: x\r\nConnection: close\r\n\r\n"


def test_an_interim_answer_is_left_out() -> None:
    assert answer_head(_asked("HTTP/1.1 103 Early Hints", "Link: </a.css>")) is None


@pytest.mark.parametrize("line", ["HTTP/1.1 101 Switching Protocols", "HTTP/2 200", "SSH-2.0-OpenSSH", "HTTP/1.1 20"])
def test_what_is_no_answer_is_refused(line: str) -> None:
    with pytest.raises(HeadError):
        answer_head(_asked(line))


@pytest.mark.parametrize(
    ("lines", "length"),
    [([], 0), (["Content-Length: 12"], 12), (["Content-Length: 12", "content-length: 12"], 12)],
)
def test_the_length_of_a_body(lines: list[str], length: int) -> None:
    assert length_of(wanted(_asked("POST http://a.example/ HTTP/1.1", *lines))) == length


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["Content-Length: 1", "Content-Length: 2"], id="two lengths"),
        pytest.param(["Content-Length: -1"], id="below nought"),
        pytest.param(["Content-Length: 1", "Transfer-Encoding: chunked"], id="a length and chunks"),
    ],
)
def test_a_body_of_doubtful_length_is_refused(lines: list[str]) -> None:
    with pytest.raises(HeadError):
        length_of(wanted(_asked("POST http://a.example/ HTTP/1.1", *lines)))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(head: bytes) -> None:
    for read in (wanted, answer_head):
        try:
            read(head + b"\r\n\r\n")
        except HeadError:
            continue
