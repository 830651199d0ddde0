"""How much is in hand: small answers up to a sum, large ones by tickets."""

import asyncio
from dataclasses import dataclass, field

import pytest
from scrapy import Request
from scrapy.exceptions import StopDownload

from crawler.errors import TooSlow
from crawler.fetch.room import (
    IN_HAND,
    LARGE,
    MOST_IN_HAND,
    SLOWEST,
    TAKEN,
    TICKETS,
    WINDOW,
    Room,
    errand_of,
    watch,
)

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


@dataclass
class Downloads:
    """Downloads under way, and a clock that is set by hand."""

    now: float = 0.0
    room: Room = field(init=False)
    tasks: "dict[int, asyncio.Task[None]]" = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.room = Room(clock=lambda: self.now)

    async def begin(self, *errands: int) -> None:
        """These begin, and take a ticket each as long as there are some."""
        self.tasks |= {errand: asyncio.ensure_future(self._download(errand)) for errand in errands}
        await asyncio.sleep(0)
        for errand in errands:
            self.room.came(errand, LARGE)
            self.room.grows(errand)

    async def _download(self, errand: int) -> None:
        async with self.room.coming(errand):
            await asyncio.sleep(60)

    async def pass_window(self, sizes: dict[int, int]) -> list[int]:
        """So many bytes of each come in a window; who waits for a ticket looks then. Returns whose download ended."""
        self.now += WINDOW
        for errand, size in sizes.items():
            self.room.came(errand, size)
        self.room.turn_out_slow()
        for _ in range(5):
            await asyncio.sleep(0)
        return [errand for errand, task in self.tasks.items() if task.done()]

    async def end(self) -> list[BaseException | None]:
        """What each ended with."""
        for task in self.tasks.values():
            task.cancel()
        ended = await asyncio.gather(*self.tasks.values(), return_exceptions=True)
        return [one if not isinstance(one, asyncio.CancelledError) else None for one in ended]


ENOUGH = int(SLOWEST * WINDOW)


async def test_a_download_with_a_ticket_that_drips_loses_it_and_says_why() -> None:
    downloads = Downloads()
    await downloads.begin(1, 2)
    assert await downloads.pass_window({1: ENOUGH, 2: ENOUGH - 1}) == [2]
    first, second = await downloads.end()
    assert first is None
    assert isinstance(second, TooSlow)
    assert str(second) == "a large answer below 25 KB a second while others waited for its place"


async def test_what_came_before_the_ticket_or_in_an_earlier_window_does_not_count() -> None:
    downloads = Downloads()
    await downloads.begin(1)
    assert await downloads.pass_window({1: 100 * ENOUGH}) == []
    assert await downloads.pass_window({1: 1}) == [1]
    await downloads.end()


async def test_within_a_window_nothing_is_said_of_a_download() -> None:
    downloads = Downloads()
    await downloads.begin(1)
    downloads.now += WINDOW / 2
    downloads.room.turn_out_slow()
    await asyncio.sleep(0)
    assert not downloads.tasks[1].done()
    await downloads.end()


async def test_small_answers_may_drip() -> None:
    downloads = Downloads()
    await downloads.begin(*range(TICKETS + 1))
    assert TICKETS not in await downloads.pass_window({TICKETS: 1})
    await downloads.end()


async def test_what_is_here_and_only_read_keeps_its_ticket() -> None:
    downloads = Downloads()
    async with downloads.room.coming(1):
        assert downloads.room.grows(1)
    assert await downloads.pass_window({}) == []
    assert [downloads.room.grows(errand) for errand in range(2, TICKETS + 2)] == [True] * (TICKETS - 1) + [False]


async def test_who_waits_for_a_ticket_gets_that_of_a_download_that_drips() -> None:
    downloads = Downloads()
    await downloads.begin(*range(TICKETS))
    downloads.now += WINDOW
    waiting = asyncio.ensure_future(downloads.room.ticket(99))
    with pytest.raises(TooSlow):
        await downloads.tasks[0]
    downloads.room.leave(0)
    await asyncio.wait_for(waiting, 5)
    await downloads.end()


@pytest.mark.parametrize("errand", [1, None])
async def test_a_timeout_of_another_kind_is_not_taken_for_it(errand: int | None) -> None:
    with pytest.raises(TimeoutError):
        async with Room().coming(errand):
            raise TimeoutError
