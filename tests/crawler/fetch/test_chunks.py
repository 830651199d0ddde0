"""Chunked bodies: what came together is handed on together, whole and in order; a body in crumbs is given up."""

import pytest
from twisted.web.http import _DataLoss

from crawler.fetch.chunks import MOST_CHUNKS, JoinedChunks, TooManyChunksError

BODY = b"The harbour opened again on Monday. " * 40


def chunked(body: bytes, size: int) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def decoded(sent: bytes, step: int) -> tuple[list[bytes], list[bytes]]:
    """What is handed on of an answer that comes in steps, and what stood behind its end."""
    handed_on: list[bytes] = []
    rest: list[bytes] = []
    decoder = JoinedChunks(handed_on.append, rest.append)
    for at in range(0, len(sent), step):
        if not rest:
            decoder.dataReceived(sent[at : at + step])
    decoder.noMoreData()
    return handed_on, rest


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("step", [1, 13, 100_000])
def test_a_body_comes_out_whole_in_any_pieces(size: int, step: int) -> None:
    handed_on, rest = decoded(chunked(BODY, size), step)
    assert b"".join(handed_on) == BODY
    assert rest == [b""]


def test_what_came_at_once_is_handed_on_at_once() -> None:
    assert decoded(chunked(BODY, 1) + b"HTTP/1.1 200 OK", 100_000) == ([BODY], [b"HTTP/1.1 200 OK"])


def test_a_body_without_its_last_chunk_is_cut_off() -> None:
    with pytest.raises(_DataLoss):
        decoded(chunked(BODY, 100)[:-5], 100_000)


def test_a_body_in_crumbs_is_given_up() -> None:
    crumbs = b"1\r\na\r\n" * MOST_CHUNKS
    assert decoded(crumbs + b"0\r\n\r\n", 60_000)[1] == [b""]
    with pytest.raises(TooManyChunksError):
        decoded(crumbs + b"1\r\na\r\n0\r\n\r\n", 60_000)
