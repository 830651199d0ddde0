"""What finding copies costs among many articles: `python benchmarks/copies.py --articles 20000 1000000 --database URL`.

    made-up prints -> fingerprint, fingerprint_key (in the order of the keys: 16 million rows in minutes)
    -> reports that are really stored, 20 in one transaction, with their copies looked up (crawler.copying) and without

The difference of the two is the cost. CPU time is counted: of this process, and for PostgreSQL of the server's process,
too, when it runs on this machine; with it the pages that were fetched into the cache of the database. One key in
sixteen is shared by eight articles, as "said in a statement on Monday" is, and each of the eight is looked at. Of the
measured reports 40 % are copies of others, or none: so the cost of a copy and of an article that is none can be told
apart. Prints are computed before, as in a visit. A second size adds to the same store.
"""

import argparse
import os
import random
import time
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from sqlalchemy import Connection, Table, func, insert, select, text

from crawler.copying import Text, file_copies
from crawler.errands import FetchedArticle
from crawler.identity.copies import print_of
from crawler.identity.shingles import KEYS
from crawler.keep import Identified, identified
from storage import articles, changes
from storage.articles import Keepsake
from storage.database import Database
from storage.records import Article
from storage.schema_copies import fingerprint, fingerprint_key
from storage.store import open_database

T = TypeVar("T")

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
#: reports in one transaction, and how many are measured each way
BATCH, MEASURED = 20, 1_000
#: words of a report, and of the vocabulary that they are drawn from by Zipf's law
WORDS, VOCABULARY, ZIPF = 435, 50_000, 1.05
#: share of the measured reports that are copies of others
COPIED = 0.4
#: articles that share a key, where one is shared
SHARED_BY = 8
#: numbers of made-up articles begin here, so that real ones are never among them
FIRST_MADE_UP = 1_000_000_000
#: rows that are written in one transaction
CHUNK = 50_000
#: bytes of a page of SQLite
PAGE = 4_096


@dataclass(frozen=True)
class Cost:
    """Of one article: CPU time in ms, pages that were read into the cache of the database."""

    cpu: float
    pages: float

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.cpu + other.cpu, self.pages + other.pages)

    def __truediv__(self, count: int) -> "Cost":
        return Cost(self.cpu / count, self.pages / count)


def main() -> None:
    """Fill the store as far as it is not filled, then measure; once for each size."""
    parser = argparse.ArgumentParser(description="What finding copies costs in a large store.")
    parser.add_argument("--articles", type=int, nargs="+", help="how many are stored; without it nothing is measured")
    parser.add_argument("--database", default="sqlite:///copies.db")
    asked = parser.parse_args()
    if asked.articles is None:
        parser.print_help()
        return
    database = open_database(asked.database)
    for size in sorted(asked.articles):
        start = time.process_time()
        fill(database, size)
        print(
            f"{asked.database.partition(':')[0]}: {size} articles, filled in {time.process_time() - start:.0f} s",
            end="",
        )
        print(f" of CPU here, {disk_size(database) / size:.0f} bytes an article on disk")
        show(database)


def show(database: Database) -> None:
    """Measure at the size that the store has."""
    chance = random.Random()
    told = list(reports(chance, MEASURED // 10, 0.0))
    start = time.process_time()
    for item in told:
        print_of(item.candidate.article)
    made = (time.process_time() - start) / len(told) * 1e3
    measured(database, [(told, True)])  # statements are compiled once
    kinds = [(0.0, False), (0.0, True), (COPIED, True)]
    costs = measured(database, [(list(reports(chance, MEASURED, copied)), on) for copied, on in kinds])
    plain, alone, mixed = (cost.cpu for cost in costs)
    (apart,) = measured(database, [(list(reports(chance, MEASURED // 2, COPIED)), True)])
    print(f"  a fingerprint, before the transaction   {made:6.3f} ms CPU")
    print(f"  keeping alone                           {plain:6.3f} ms CPU an article, in batches of {BATCH}")
    print(f"  finding copies, where there are none    {alone - plain:6.3f} ms CPU more")
    print(f"  finding copies, {COPIED:.0%} are copies         {mixed - plain:6.3f} ms CPU more")
    print(f"  pages read into the database's cache    {apart.pages:6.1f} an article, keeping included", flush=True)


def disk_size(database: Database) -> int:
    """Bytes of all tables and indexes; those of prints and their keys are nearly all of it."""
    with database.read() as connection:
        if not database.is_sqlite:
            return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
        pages, size = (connection.exec_driver_sql(f"PRAGMA page_{what}").scalar_one() for what in ("count", "size"))
        return int(pages * size)


def fill(database: Database, count: int) -> None:
    """Write made-up prints until there are so many."""
    with database.read() as connection:
        there = connection.execute(select(func.count()).where(fingerprint.c.article_id >= FIRST_MADE_UP)).scalar_one()
    if there >= count:
        return
    numbers = np.arange(FIRST_MADE_UP + there, FIRST_MADE_UP + count)
    keys = _made_up_keys(len(numbers), np.random.default_rng(there))
    content = _content()
    for some in parts(range(len(numbers)), CHUNK):
        with database.write() as connection:
            _insert(connection, fingerprint, [_print_row(int(numbers[n]), keys[n], content) for n in some])
    flat, owners = keys.ravel(), np.repeat(numbers, KEYS)
    order = np.argsort(flat, kind="stable")
    for some in parts(order, CHUNK):
        rows = [{"key": int(flat[n]), "article_id": int(owners[n])} for n in some]
        with database.write() as connection:
            _insert(connection, fingerprint_key, rows)
    _analyse(database)


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert many rows; PostgreSQL takes them as one COPY in a tenth of the time."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        connection.execute(insert(table), rows)
        return
    names = list(rows[0])
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as sink:
        for row in rows:
            sink.write_row([row[name] for name in names])


def parts(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items, some at a time."""
    left = iter(items)
    while some := list(islice(left, size)):
        yield some


def _analyse(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("ANALYZE"))


def _made_up_keys(count: int, chance: "np.random.Generator") -> "np.ndarray[tuple[int, int], np.dtype[np.int64]]":
    """The smallest sixteen hashes of as many texts; one of each is drawn from a pool."""
    highest = 2**61 * KEYS // WORDS
    keys = chance.integers(0, highest, size=(count, KEYS), dtype=np.int64)
    pool = chance.integers(0, highest, size=max(1, count // SHARED_BY), dtype=np.int64)
    keys[:, 0] = pool[chance.integers(0, len(pool), size=count)]
    return keys


def _print_row(number: int, keys: "np.ndarray[tuple[int], np.dtype[np.int64]]", content: bytes) -> dict[str, object]:
    packed = array("q", keys.tolist()).tobytes()
    return {"article_id": number, "group_id": number, "stored_at": NOW, "packed_keys": packed, "content": content}


def _content() -> bytes:
    """The print of some report: all made-up articles have it, and nothing in common with those that are measured."""
    (report,) = reports(random.Random(), 1, 0.0)
    return report.fingerprint.to_bytes() if report.fingerprint else b""


def reports(chance: random.Random, count: int, copied: float) -> Iterator[Identified]:
    """Made-up reports with their fingerprints; some are copies of those before, with a sentence more."""
    weights = np.arange(1, VOCABULARY + 1) ** -ZIPF
    drawing = np.random.default_rng(chance.randrange(2**32))
    told: list[str] = []
    for number in range(count):
        words = [spelled(word) for word in drawing.choice(VOCABULARY, WORDS, p=weights / weights.sum())]
        body = f"{chance.choice(told)} One word more." if told and chance.random() < copied else " ".join(words)
        told.append(body)
        name = f"{chance.randrange(2**60):x}-{number}"
        yield identified(FetchedArticle(Article(f"https://{name}.example/news/a-report-{number}", name, body)))


def with_phrases(database: Database, found: list[Identified], chance: random.Random) -> list[Identified]:
    """The same reports, each with a phrase that made-up articles have, too: one of its smallest hashes is theirs."""
    with database.read() as connection:
        highest = connection.execute(select(func.max(fingerprint.c.article_id))).scalar_one()
        numbers = [chance.randint(FIRST_MADE_UP, highest) for _ in found]
        query = select(fingerprint.c.article_id, fingerprint.c.packed_keys)
        rows = [
            row
            for some in parts(numbers, BATCH)
            for row in connection.execute(query.where(fingerprint.c.article_id.in_(some)))
        ]
    phrases = {row.article_id: array("q", row.packed_keys)[0] for row in rows}
    return [_with_phrase(item, phrases[number]) for item, number in zip(found, numbers, strict=True)]


def _with_phrase(item: Identified, phrase: int) -> Identified:
    mine = item.fingerprint
    if mine is None:
        return item
    return replace(item, fingerprint=replace(mine, hashes=tuple(sorted((phrase, *mine.hashes[1:])))))


def spelled(number: int) -> str:
    """A word of letters: one with digits would count as a number."""
    letters = ""
    while number:
        number, letter = divmod(number, 26)
        letters += chr(ord("a") + letter)
    return f"{letters}en"


def measured(database: Database, kinds: Sequence[tuple[list[Identified], bool]]) -> list[Cost]:
    """Store reports of some kinds (reports, whether copies are looked for), 20 in one transaction; what one costs.

    The kinds take turns, so that what else the machine does slows down all of them alike.
    """
    chance, spent = random.Random(), [Cost(0.0, 0.0)] * len(kinds)
    with database.read() as connection:
        server = _server_of(connection)
    batches = [list(parts(with_phrases(database, found, chance), BATCH)) for found, _ in kinds]
    for turn in zip(*batches, strict=True):
        for place, (some, (_, with_copies)) in enumerate(zip(turn, kinds, strict=True)):
            spent[place] += _cost(database, server, some, with_copies=with_copies)
    return [total / len(found) for total, (found, _) in zip(spent, kinds, strict=True)]


def _cost(database: Database, server: list[int], some: list[Identified], *, with_copies: bool) -> Cost:
    start, pages = time.process_time() + _server_time(server), _pages_read(database)
    with database.write() as connection:
        texts = [_store(connection, item) for item in some]
        if with_copies:
            last = changes.lock_counter(connection)
            changes.advance_counter(connection, file_copies(connection, texts, last))
    spent = time.process_time() + _server_time(server) - start
    return Cost(spent * 1e3, _pages_read(database) - pages)


def _store(connection: Connection, item: Identified) -> Text:
    last, candidate = changes.lock_counter(connection) + 1, item.candidate
    article = replace(candidate.article, source_key=candidate.article.headline)
    keepsake = Keepsake(article, candidate.keys[1], candidate.text_hash, candidate.content_hash, NOW)
    article_id = articles.add(connection, keepsake, last)
    changes.advance_counter(connection, last)
    return Text(article_id, item.fingerprint, NOW)


def _server_of(connection: Connection) -> list[int]:
    """The processes of PostgreSQL that work for us: the pool has one connection, each with a process."""
    if connection.dialect.name != "postgresql":
        return []
    query = text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
    return list(connection.execute(query).scalars())


def _pages_read(database: Database) -> float:
    """Pages that were read so far into the cache of the database: from its file, or from the cache of the system."""
    if database.is_sqlite:
        read = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
        return int(read["rchar"]) / PAGE
    with database.write() as connection:
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
    with database.read() as connection:
        query = "SELECT blks_read FROM pg_stat_database WHERE datname = current_database()"
        return float(connection.execute(text(query)).scalar_one())


def _server_time(processes: list[int]) -> float:
    """Seconds of CPU that these processes have used; 0 where they are not on this machine."""
    ticks = 0
    for process in processes:
        file = Path(f"/proc/{process}/stat")
        if file.exists():
            ticks += sum(map(int, file.read_text().rpartition(")")[2].split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
