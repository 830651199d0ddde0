"""Settling the price of visits: one of the chores, for the daemon and at the end of a round alike."""

import asyncio
import logging
from functools import partial

from sqlalchemy import Connection

from config import Config
from crawler import cadence_books
from crawler.cadence_books import Books
from crawler.cadence_rate import HOUR, Rate
from crawler.station import Station
from storage import market
from storage.market import Trade

log = logging.getLogger(__name__)


def learned_keys(config: Config) -> frozenset[str]:
    """The sources whose cadence is learned: enabled, without a timetable of their own."""
    return frozenset(source.key for source in config.sources if source.enabled and source.is_learned)


def budget_of(config: Config, sources: int) -> float:
    """Visits an hour of all endpoints whose cadence is learned: as named, or one for each source and `every`."""
    return config.schedule.budget or sources * HOUR / config.schedule.every


async def settle(station: Station) -> None:
    """Make the price anew when it is older than an hour, or when there are many more endpoints or fewer."""
    keys = learned_keys(station.config)
    traded, books = await station.writer.run(partial(_open, keys=keys))
    now = station.now().timestamp()
    known = sum(rate is not None for rate in traded.rates)
    if not traded.rates or cadence_books.is_settled(books, known, now):
        return
    rates = [Rate.from_json(rate) for rate in traded.rates]
    budget = budget_of(station.config, len(keys))
    closed = await asyncio.to_thread(cadence_books.settled, books, rates, budget, now, float(traded.visits))
    await station.writer.run(lambda connection: market.save(connection, cadence_books.as_json(closed)))
    log.info("%d endpoints share %.0f visits an hour", len(rates), budget)


def _open(connection: Connection, keys: frozenset[str]) -> tuple[Trade, Books]:
    return market.trade(connection, keys), cadence_books.read(market.load(connection))
