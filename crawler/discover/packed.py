"""Archives as some servers send sitemaps and feeds: gzip, now and then packed twice.

The protocol of sitemaps knows gzip only. What is packed otherwise is named, not opened: "sitemap.xml.bz2" would else be
"neither XML nor JSON". That is the packing of the file; those of HTTP are undone before (crawler.fetch.compression).
"""

import zlib

from crawler.discover.errors import HostileAnswer, UnreadableAnswer

_GZIP = b"\x1f\x8b\x08"
#: how other archives begin
_OTHERS = {
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"PK\x03\x04": "zip",
    b"7z\xbc\xaf\x27\x1c": "7z",
}
#: the protocol's own limit for an unpacked sitemap; more is an archive bomb
LARGEST = 50_000_000
_LAYERS = 3
_MEMBERS = 100


def unpacked(body: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The body without its gzip layers, and what was wrong with them.

    Raises ``HostileAnswer`` beyond 50 MB, and ``UnreadableAnswer`` where another archive is in it.
    """
    problems: tuple[str, ...] = ()
    for _ in range(_LAYERS):
        if not body.startswith(_GZIP):
            break
        body, whole = _inflated(body)
        problems = problems if whole else ("gzip: cut off, read as far as it goes",)
    if len(body) > LARGEST:
        raise HostileAnswer(f"larger than {LARGEST // 1_000_000} MB")
    if other := next((name for start, name in _OTHERS.items() if body.startswith(start)), None):
        raise UnreadableAnswer(f"packed with {other}, and only gzip is unpacked")
    return body, problems


def _inflated(body: bytes) -> tuple[bytes, bool]:
    """All members of a gzip stream, and whether the last one was complete."""
    parts: list[bytes] = []
    room = LARGEST
    for _ in range(_MEMBERS):
        stream = zlib.decompressobj(wbits=31)
        try:
            parts.append(stream.decompress(body, room + 1))
        except zlib.error as error:
            return _damaged(b"".join(parts), body, error), False
        room -= len(parts[-1])
        if room < 0:
            raise HostileAnswer(f"gzip: unpacks to more than {LARGEST // 1_000_000} MB")
        body = stream.unused_data.lstrip(b"\0")
        if not stream.eof or not body.startswith(_GZIP):
            return b"".join(parts), stream.eof
    raise HostileAnswer(f"gzip: more than {_MEMBERS} members")


def _damaged(before: bytes, body: bytes, error: zlib.error) -> bytes:
    """What can be read of a damaged member, piece by piece: zlib gives nothing of the call that fails."""
    stream = zlib.decompressobj(wbits=31)
    text = before
    try:
        for at in range(0, len(body), 256):
            text += stream.decompress(body[at : at + 256], LARGEST)
    except zlib.error:
        if not text:
            raise UnreadableAnswer(f"gzip: {str(error)[:80]}") from None
    return text
