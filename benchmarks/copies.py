"""What finding copies costs among a million articles: `python benchmarks/copies.py --articles 1000000 --database URL`.

    made-up prints -> fingerprint, fingerprint_key (in the order of the keys: 16 million rows in minutes)
    -> reports that are really stored, 20 in one transaction, with their copies looked up (crawler.copying) and without

The difference of the two is the cost. CPU time is counted: of this process, and for PostgreSQL of the server's process,
too, when it runs on this machine. One key in sixteen of a made-up print is shared by eight articles, as "said in a
statement on Monday" is; 40 % of the measured reports are copies of others. Prints are computed before, as in a visit.
"""

import argparse
import os
import random
import time
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np
from sqlalchemy import Connection, func, insert, select, text

from crawler.copying import Text, file_copy
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
#: bytes of a made-up print: as large as that of an article of 435 words
CONTENT = bytes(1_300)


def main() -> None:
    """Fill the store as far as it is not filled, then measure."""
    parser = argparse.ArgumentParser(description="What finding copies costs in a large store.")
    parser.add_argument("--articles", type=int, help="how many are stored; without it nothing is measured")
    parser.add_argument("--database", default="sqlite:///copies.db")
    asked = parser.parse_args()
    if asked.articles is None:
        parser.print_help()
        return
    database = open_database(asked.database)
    start = time.process_time()
    fill(database, asked.articles)
    print(
        f"{asked.database.partition(':')[0]}: {asked.articles} articles, filled in {time.process_time() - start:.0f} s"
    )
    chance = random.Random()
    texts = [item.candidate.article for item in reports(chance, MEASURED // 10)]
    start = time.process_time()
    for article in texts:
        print_of(article)
    made = (time.process_time() - start) / len(texts) * 1e3
    measured(database, list(reports(chance, MEASURED // 10)), with_copies=True)  # statements are compiled once
    plain = measured(database, list(reports(chance, MEASURED)), with_copies=False)
    full = measured(database, list(reports(chance, MEASURED)), with_copies=True)
    print(f"  a fingerprint             {made:.3f} ms CPU, before the transaction")
    print(f"  keeping alone             {plain:.3f} ms CPU an article")
    print(f"  with look-up and copies   {full:.3f} ms CPU an article")
    print(f"  finding copies            {full - plain:.3f} ms CPU an article, in batches of {BATCH}")


def fill(database: Database, count: int) -> None:
    """Write made-up prints until there are so many."""
    with database.read() as connection:
        there = connection.execute(select(func.count()).select_from(fingerprint)).scalar_one()
    if there >= count:
        return
    numbers = np.arange(FIRST_MADE_UP + there, FIRST_MADE_UP + count)
    keys = _made_up_keys(len(numbers), np.random.default_rng(there))
    for some in parts(range(len(numbers)), CHUNK):
        with database.write() as connection:
            connection.execute(insert(fingerprint), [_print_row(int(numbers[n]), keys[n]) for n in some])
    flat, owners = keys.ravel(), np.repeat(numbers, KEYS)
    order = np.argsort(flat, kind="stable")
    for some in parts(order, CHUNK):
        rows = [{"key": int(flat[n]), "article_id": int(owners[n])} for n in some]
        with database.write() as connection:
            connection.execute(insert(fingerprint_key), rows)
    _analyse(database)


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


def _print_row(number: int, keys: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> dict[str, object]:
    packed = array("q", keys.tolist()).tobytes()
    return {"article_id": number, "group_id": number, "stored_at": NOW, "packed_keys": packed, "content": CONTENT}


def reports(chance: random.Random, count: int) -> Iterator[Identified]:
    """Made-up reports with their fingerprints; some are copies of those before, cut or with a sentence more."""
    weights = np.arange(1, VOCABULARY + 1) ** -ZIPF
    drawing = np.random.default_rng(chance.randrange(2**32))
    told: list[str] = []
    for number in range(count):
        words = [spelled(word) for word in drawing.choice(VOCABULARY, WORDS, p=weights / weights.sum())]
        body = f"{chance.choice(told)} One word more." if told and chance.random() < COPIED else " ".join(words)
        told.append(body)
        name = f"{chance.randrange(2**60):x}-{number}"
        yield identified(FetchedArticle(Article(f"https://{name}.example/news/a-report-{number}", name, body)))


def spelled(number: int) -> str:
    """A word of letters: one with digits would count as a number."""
    letters = ""
    while number:
        number, letter = divmod(number, 26)
        letters += chr(ord("a") + letter)
    return f"{letters}en"


def measured(database: Database, found: list[Identified], *, with_copies: bool) -> float:
    """Store reports, 20 in one transaction; return the CPU time of one in ms."""
    spent = 0.0
    for some in parts(found, BATCH):
        with database.read() as connection:
            server = _server_of(connection)
        start = time.process_time() + _server_time(server)
        with database.write() as connection:
            for item in some:
                _store(connection, item, with_copies=with_copies)
        spent += time.process_time() + _server_time(server) - start
    return spent / len(found) * 1e3


def _store(connection: Connection, item: Identified, *, with_copies: bool) -> None:
    last, candidate = changes.lock_counter(connection) + 1, item.candidate
    article = replace(candidate.article, source_key=candidate.article.headline)
    keepsake = Keepsake(article, candidate.keys[1], candidate.text_hash, candidate.content_hash, NOW)
    article_id = articles.add(connection, keepsake, last)
    if with_copies:
        last = file_copy(connection, Text(article_id, item.fingerprint), NOW, last)
    changes.advance_counter(connection, last)


def _server_of(connection: Connection) -> list[int]:
    """The processes of PostgreSQL that work for us: the pool has one connection, each with a process."""
    if connection.dialect.name != "postgresql":
        return []
    query = text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
    return list(connection.execute(query).scalars())


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
