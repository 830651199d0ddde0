"""Answers that break HTTP, or bend it: some that are refused, some that an article comes out of whole all the same."""

import asyncio
import gzip
import socket
import struct

from tests.hostile.server import Attack, article, endless, ok, packed

HTTP = b"HTTP/1.1 "
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
WHOLE = article("Nowhere")


def chunk(body: bytes, extension: bytes = b"") -> bytes:
    """One chunk of a body."""
    return b"%x%s\r\n%s\r\n" % (len(body), extension, body)


def reset(first: bytes) -> Attack:
    """An answer whose connection is reset behind its first bytes."""

    async def attack(writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        await writer.drain()
        await asyncio.sleep(0.1)  # what the other side has not read yet is thrown away by a reset
        connection = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return attack


def moved(where: str, *headers: str) -> bytes:
    """A redirect."""
    return ok(b"", f"Location: {where}", *headers, status="302 Found")


#: what no article may come out of
REFUSED: dict[str, bytes | Attack] = {
    # chunks
    "chunk of no number": CHUNKED + b"zz\r\n" + WHOLE + b"\r\n0\r\n\r\n",
    "chunk of a negative size": CHUNKED + b"-5\r\n" + WHOLE + b"\r\n0\r\n\r\n",
    "chunk of more than there is": CHUNKED + b"f" * 17 + b"\r\n" + WHOLE,
    "chunk that does not end": CHUNKED + b"5\r\n" + WHOLE + b"\r\n0\r\n\r\n",
    "chunk with an extension of 5 MB": CHUNKED + b"5;" + b"a" * 5_000_000 + b"\r\n" + WHOLE,
    "chunks without the last": CHUNKED + chunk(WHOLE),
    "endless trailers": endless(CHUNKED + chunk(WHOLE) + b"0\r\n", b"X-More: " + b"a" * 1000 + b"\r\n"),
    "a body in crumbs": endless(CHUNKED + chunk(WHOLE), b"1\r\na\r\n" * 10_000),
    "unknown transfer encoding": HEAD + b"Transfer-Encoding: br\r\n\r\n" + WHOLE,
    # lengths
    "two lengths": HEAD + b"Content-Length: 10\r\nContent-Length: %d\r\n\r\n" % len(WHOLE) + WHOLE,
    "negative length": HEAD + b"Content-Length: -5\r\n\r\n" + WHOLE,
    "length in words": HEAD + b"Content-Length: many\r\n\r\n" + WHOLE,
    "length of 20 digits": HEAD + b"Content-Length: " + b"9" * 20 + b"\r\n\r\n" + WHOLE,
    "reset behind the headers": reset(HEAD + b"\r\n"),
    "reset within the body": reset(HEAD + b"\r\n" + WHOLE[:2000]),
    "reset behind the body": reset(HEAD + b"\r\n" + WHOLE),
    # status lines and headers
    "status of 20 digits": HTTP + b"9" * 20 + b" OK\r\n\r\n" + WHOLE,
    "status of 5,000 digits": HTTP + b"9" * 5000 + b" OK\r\n\r\n" + WHOLE,
    "status below nothing": HTTP + b"-1 OK\r\n\r\n" + WHOLE,
    "status that nobody knows": HTTP + b"999 Odd\r\n\r\n" + WHOLE,
    "status line of 1 MB": HTTP + b"200 " + b"a" * 1_000_000 + b"\r\n\r\n" + WHOLE,
    "no status line": WHOLE,
    "another protocol": b"SSH-2.0-OpenSSH_9.2p1\r\n",
    "nothing at all": b"",
    "40,000 headers": HEAD + b"a: b\r\n" * 40_000 + b"\r\n" + WHOLE,
    "switching protocols": HTTP + b"101 Switching Protocols\r\nUpgrade: news\r\n\r\n",
    "a part that nobody asked for": ok(WHOLE, "Content-Range: bytes 0-9/99", status="206 Partial Content"),
    "unchanged though never asked": ok(b"", status="304 Not Modified"),
    "content type with a NUL": ok(WHOLE, kind="application/x\0news"),
    "Retry-After beyond all time": ok(
        WHOLE, "Retry-After: Mon, 01 Jan 2024 00:00:00 +99999999999999", status="503 Busy"
    ),
    # packings
    "packed without a word": ok(gzip.compress(WHOLE)),
    "packed five times": packed(WHOLE, times=5),
    "packings without end": ok(WHOLE, "Content-Encoding: " + "gzip, " * 1000 + "gzip"),
    "packed in what nobody knows": ok(gzip.compress(WHOLE), "Content-Encoding: news"),
    "not packed though it says so": ok(WHOLE, "Content-Encoding: gzip"),
    # redirects
    "redirect to nowhere": ok(b"", status="302 Found"),
    "redirect to itself": moved("#top"),
    "redirect until a cookie comes": moved("#again", "Set-Cookie: seen=1"),
    "redirect to a label of 64 letters": moved(f"http://{'a' * 64}.example/news"),
    "redirect to an empty label": moved("http://daily..example/news"),
    "redirect to a damaged punycode": moved("http://xn--a-.xn--/news"),
    "redirect to a port of 99999": moved("http://127.0.0.1:99999/news"),
    "redirect to port 0": moved("http://127.0.0.1:0/news"),
    "redirect to no host": moved("http:///news"),
    "refresh in the page": ok(b'<meta http-equiv="refresh" content="0;url=/hidden/refreshed-story-1">'),
    "refresh in the headers": ok(b"<p>wait</p>", "Refresh: 0;url=/hidden/refreshed-story-2"),
}
#: what looks odd, and an article comes out of it whole; each has its own text
HARMLESS: dict[str, bytes | Attack] = {
    "bare line feeds": b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n" + article("Ardvale"),
    "no reason in the status line": b"HTTP/1.1 200\r\nContent-Type: text/html\r\n\r\n" + article("Birkhaven"),
    "a header without a colon": HEAD + b"news of today\r\n\r\n" + article("Corrin"),
    "a header in two lines": HEAD + b"X-Long: a\r\n b\r\n\r\n" + article("Dalmuir"),
    "interim answers before": b"HTTP/1.1 103 Early Hints\r\n\r\n" * 5 + HEAD + b"\r\n" + article("Elgarth"),
    "a length and chunks": HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(article("Farlow"))
    + b"0\r\n\r\n",
    "the same length twice": ok(article("Glenmore"), f"Content-Length: {len(article('Glenmore'))}"),
    "chunks with extensions and trailers": CHUNKED + chunk(article("Hestan"), b";a=b") + b"0\r\nX-Sum: 1\r\n\r\n",
    "chunks of one byte": CHUNKED + b"".join(chunk(bytes([one])) for one in article("Inchcolm")) + b"0\r\n\r\n",
    "a second answer behind the first": ok(article("Jura")) + ok(article("Poison")),
    "cookies of other sites": ok(article("Kilbrae"), "Set-Cookie: a=b; Domain=example.com", "Set-Cookie: c=d; Domain=.com"),
    "an ETag of 200 KB": ok(article("Lorne"), f'ETag: "{"e" * 15_000}"', *[f"X-{n}: {'e' * 15_000}" for n in range(13)]),
    "an ETag with a NUL": ok(article("Moray"), 'ETag: "a\0b"', "Last-Modified: \0"),
    "a charset that changes midway": ok(article("Nairn") + "<p>Ende der Übersicht</p>".encode("latin-1") * 3),
    "a charset that is a path": ok(article("Oronsay"), kind="text/html; charset=../../../etc/passwd"),
    "a charset that is code": ok(article("Portree"), kind="text/html; charset=unicode_escape"),
    "gzip in four layers": packed(article("Quoich"), times=4),
    "a freshness beyond all time": ok(
        article("Rannoch"), f"Cache-Control: max-age={'9' * 400}", "Expires: Mon, 01 Jan 2024 00:00:00 +99999999999999", "Age: -9"
    ),
}  # fmt: skip
#: name of its port in the headline of each
PLACES = ("Ardvale", "Birkhaven", "Corrin", "Dalmuir", "Elgarth", "Farlow", "Glenmore", "Hestan", "Inchcolm", "Jura", "Kilbrae",
          "Lorne", "Moray", "Nairn", "Oronsay", "Portree", "Quoich", "Rannoch")  # fmt: skip
