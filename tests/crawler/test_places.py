"""How many visits a process makes at once: those that last go on beside the places, up to a bound."""

import asyncio
from typing import Any

from crawler.places import LASTING, PLACES_FOR_ONE_BESIDE, Places


def begin(taken: Places, ends: asyncio.Event, count: int) -> "list[asyncio.Task[Any]]":
    visits: list[asyncio.Task[Any]] = [asyncio.ensure_future(ends.wait()) for _ in range(count)]
    for visit in visits:
        taken.take(visit)
    return visits


async def test_a_visit_takes_a_place_until_it_ends() -> None:
    taken, ends = Places(3), asyncio.Event()
    visits = begin(taken, ends, 2)
    assert (taken.room(), taken.running) == (1, set(visits))
    ends.set()
    await asyncio.gather(*visits)
    await asyncio.sleep(0)
    assert (taken.room(), taken.running) == (3, set())


async def test_a_visit_that_fails_or_is_cancelled_leaves_its_place() -> None:
    taken, ends = Places(2), asyncio.Event()

    async def fails() -> None:
        raise ValueError

    failing, cancelled = asyncio.ensure_future(fails()), *begin(taken, ends, 1)
    taken.take(failing)
    cancelled.cancel()
    await asyncio.wait([failing, cancelled])
    await asyncio.sleep(0)
    assert taken.room() == 2
    assert isinstance(failing.exception(), ValueError)


async def test_visits_that_last_go_on_beside_the_places_up_to_a_bound() -> None:
    clock = [1000.0]
    taken, ends = Places(8, lambda: clock[0]), asyncio.Event()
    lasting = begin(taken, ends, 8)
    assert taken.room() == 0
    clock[0] += LASTING + 0.1
    beside = 8 // PLACES_FOR_ONE_BESIDE
    assert (taken.room(), taken.in_all()) == (beside, 8 + beside)
    more = begin(taken, ends, beside)
    clock[0] += LASTING + 0.1
    assert taken.room() == 0, "however long they last"
    ends.set()
    await asyncio.gather(*lasting, *more)


async def test_one_place_stays_one() -> None:
    clock = [1000.0]
    taken, ends = Places(1, lambda: clock[0]), asyncio.Event()
    visits = begin(taken, ends, 1)
    clock[0] += 10 * LASTING
    assert taken.room() == 0
    ends.set()
    await asyncio.gather(*visits)
