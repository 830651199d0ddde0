"""Start and stop of a process that fetches: one asyncio loop under Twisted's reactor.

`asyncio.run` would hang every visit silently; the reactor owns the loop and its main coroutine ends it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from scrapy.utils.reactor import install_reactor

from crawler.allocator import give_back_early

T = TypeVar("T")

REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"


def run_loop(main: Callable[[], Awaitable[T]]) -> T:
    """Run a coroutine in the reactor's loop until it ends; return its result or raise its error."""
    give_back_early()
    install_reactor(REACTOR)
    from twisted.internet import reactor as installed  # after install_reactor

    reactor: Any = installed
    outcome: asyncio.Future[T] = asyncio.get_event_loop_policy().get_event_loop().create_future()

    async def conduct() -> None:
        """Await the main coroutine, then stop the reactor."""
        task = asyncio.ensure_future(main())
        await asyncio.wait([task])
        if (error := task.exception()) is not None:
            outcome.set_exception(error)
        else:
            outcome.set_result(task.result())
        reactor.stop()

    reactor.callWhenRunning(lambda: asyncio.ensure_future(conduct()))
    reactor.run(installSignalHandlers=False)
    return outcome.result()
