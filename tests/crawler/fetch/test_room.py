"""How much is in hand: small answers up to a sum, large ones by tickets."""

import asyncio

import pytest
from scrapy import Request
from scrapy.exceptions import StopDownload

from crawler.fetch.room import IN_HAND, LARGE, MOST_IN_HAND, TAKEN, TICKETS, Room, errand_of, watch

URL = "https://daily.example/a"


def request(errand: object | None = "errand") -> Request:
    return Request(URL, meta={} if errand is None else {"errand": errand})


async def came(room: Room, asker: str, errand: int, size: int) -> None:
    """An answer that is in hand."""
    await asyncio.wait_for(room.begin(asker, errand), 5)
    room.hold(errand, size)


async def test_a_download_waits_while_too_much_is_in_hand() -> None:
    room = Room()
    await came(room, "daily", 1, IN_HAND)
    await asyncio.wait_for(room.begin("daily", 2), 5)
    room.hold(2, 1)
    waiting = asyncio.ensure_future(room.begin("daily", 3))
    await asyncio.sleep(0)
    assert not waiting.done()
    room.leave(2)
    await asyncio.wait_for(waiting, 5)


async def test_a_source_with_nothing_in_hand_does_not_wait_for_those_that_have_much() -> None:
    room = Room()
    await came(room, "flood", 1, IN_HAND + 1)
    await asyncio.wait_for(room.begin("daily", 2), 5)
    room.hold(2, MOST_IN_HAND - IN_HAND)
    waiting = asyncio.ensure_future(room.begin("evening"))
    await asyncio.sleep(0)
    assert not waiting.done(), "there is an end to that, too"
    room.leave(1)
    await asyncio.wait_for(waiting, 5)


async def test_large_answers_do_not_keep_small_ones_out() -> None:
    room = Room()
    await room.ticket(1)
    room.hold(1, 10 * IN_HAND)
    await asyncio.wait_for(room.begin(), 5)


async def test_there_are_few_tickets_and_one_that_is_given_back_is_given_on() -> None:
    room = Room()
    assert [room.grows(errand) for errand in range(TICKETS + 1)] == [True] * TICKETS + [False]
    assert room.grows(0)
    waiting = asyncio.ensure_future(room.ticket(TICKETS))
    await asyncio.sleep(0)
    assert not waiting.done()
    room.leave(0)
    await asyncio.wait_for(waiting, 5)
    assert not room.grows(0)


async def test_who_stops_waiting_takes_no_ticket() -> None:
    room = Room()
    for errand in range(TICKETS):
        await room.ticket(errand)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(room.ticket(99), 0.01)
    room.leave(0)
    assert room.grows(100)


def test_what_holds_nothing_may_leave() -> None:
    room = Room()
    room.leave(1)
    assert room.grows(1)


def test_an_answer_that_grows_large_is_broken_off_when_there_is_no_ticket() -> None:
    room = Room()
    for errand in range(TICKETS):
        room.grows(errand)
    asked = request()
    watch(room, b"x" * LARGE, asked)
    assert asked.meta[TAKEN] == LARGE
    with pytest.raises(StopDownload):
        watch(room, b"x", asked)


def test_an_answer_that_has_a_ticket_goes_on() -> None:
    room, asked = Room(), request()
    for _ in range(5):
        watch(room, b"x" * LARGE, asked)
    assert not all(room.grows(errand) for errand in range(TICKETS))


def test_what_has_no_errand_needs_no_room() -> None:
    asked = request(None)
    watch(Room(), b"x" * 10 * LARGE, asked)
    assert TAKEN not in asked.meta


def test_a_redirect_belongs_to_the_errand_of_its_request() -> None:
    first = request(object())
    assert errand_of(first.replace(url=URL + "b")) == errand_of(first) is not None
