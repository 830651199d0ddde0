"""How long a search takes among a million articles: `python benchmarks/search.py --articles 1000000 --file FILE`.

    vocabulary whose words are as common as those of a language -> articles -> change feed -> the follower -> the index
    -> two words of one article, the two commonest words, a phrase, a field, a word that hardly anybody uses

The articles are made up (no text of a publisher is here), their words are drawn by Zipf's law, and they are indexed by
the same follower that the daemon runs. A file that is there is gone on with: a long run may be broken off. Times are of
the whole call, ranking and snippets included; CPU time stands beside the clock's, for a machine that is busy. Beside
each kind stands what FTS5 does by itself on the same index: all matches ranked by its bm25, the best 20, no snippet.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, insert, text

from delivery.followers import follow
from delivery.query import parse
from delivery.search import SearchFollower, search
from storage import changes
from storage.database import Database
from storage.schema import article, change
from storage.search_fts5 import compiled
from storage.search_spans import Zone
from storage.store import open_database

#: words of the vocabulary, and the exponent of Zipf's law that fits news in English
VOCABULARY, ZIPF = 200_000, 1.05
#: words of a body (mean of a Poisson distribution), of a headline, of a description
BODY, HEADLINE, DESCRIPTION = 200, 9, 22
#: articles of one transaction
CHUNK = 2_000
SOURCES, LANGUAGES, SECTIONS = 300, ("en", "de", "fr", "es", "pt"), ("World", "Business", "Sports", "Culture")
START = datetime(2024, 1, 1, tzinfo=UTC)
#: seconds between two articles: a million of them in a year
PACE = 31.5
QUERIES = 200
#: the commonest words of a language are in every article and not what people ask for
STOP_WORDS = 100
#: queries that are asked of FTS5 alone: it takes seconds for one
QUERIES_ALONE = 20
#: kinds of queries that FTS5 alone cannot answer, because it has no dates
_TELLS = frozenset({"last"})
_RANKED = text("SELECT rowid FROM search_text WHERE search_text MATCH :fits ORDER BY rank LIMIT 20")


def vocabulary() -> "np.ndarray[tuple[int], np.dtype[np.str_]]":
    """Words of consonants and vowels, the commonest first, each once."""
    consonants, vowels = "bcdfghklmnprstvz", "aeiou"
    syllables = [first + second for first in consonants for second in vowels]
    size = len(syllables)
    return np.array([_word(number, syllables, size) for number in range(VOCABULARY)])


def _word(number: int, syllables: list[str], size: int) -> str:
    word = syllables[number % size]
    while number >= size:
        number = number // size - 1
        word = syllables[number % size] + word
    return word


class Writing:
    """Articles whose words are drawn from a vocabulary."""

    def __init__(self, seed: int) -> None:
        self.words = vocabulary()
        weights = 1.0 / np.arange(1, VOCABULARY + 1) ** ZIPF
        self._sums = np.cumsum(weights / weights.sum())
        self.dice = np.random.default_rng(seed)

    def text(self, size: int) -> str:
        """So many words."""
        return " ".join(self.words[np.searchsorted(self._sums, self.dice.random(size), "right")])

    def row(self, number: int) -> dict[str, object]:
        """An article, as the table has it."""
        at = START + timedelta(seconds=number * PACE)
        key = f"daily.example/{number}"
        bare = {"authors": [], "keywords": [], "provenance": {}, "word_count": BODY, "content_hash": key}
        return bare | {
            "article_id": number,
            "url": f"https://{key}",
            "own_key": key,
            "source_key": f"source-{number * 7919 % SOURCES}",
            "headline": self.text(HEADLINE),
            "description": self.text(DESCRIPTION),
            "article_body": self.text(int(self.dice.poisson(BODY))),
            "in_language": LANGUAGES[number % len(LANGUAGES)],
            "article_section": SECTIONS[number % len(SECTIONS)],
            "date_published": at,
            "first_seen_at": at,
            "fetched_at": at,
            "last_seen_at": at,
            "change_seq": number,
        }


def fill(database: Database, writing: Writing, wanted: int) -> None:
    """Store articles until there are so many, and index each step at once."""
    with database.read() as connection:
        number = changes.last_number(connection)
    writing.dice = np.random.default_rng(number)  # a run that is gone on with does not say everything again
    while number < wanted:
        rows = [writing.row(number + more) for more in range(1, min(CHUNK, wanted - number) + 1)]
        with database.write() as connection:
            connection.execute(insert(article), rows)
            noted = [{"change_seq": row["change_seq"], "article_id": row["article_id"]} for row in rows]
            connection.execute(insert(change), [{**row, "kind": "new", "what": [], "at": START} for row in noted])
            number += len(rows)
            changes.advance_counter(connection, number)
        while follow(database, SearchFollower()):
            pass
        if number % (CHUNK * 10) == 0:
            print(f"  {number:,} articles, {time.process_time():,.0f} s CPU", flush=True)


def questions(connection: Connection, writing: Writing, count: int) -> dict[str, list[str]]:
    """What is asked: kind -> queries."""
    words, dice = writing.words, np.random.default_rng(7)
    ids = dice.integers(1, changes.last_number(connection) + 1, QUERIES)
    bodies = [
        connection.execute(article.select().where(article.c.article_id == int(number))).mappings().one()["article_body"]
        for number in ids
    ]
    common = set(words[:STOP_WORDS])
    telling = [[word for word in body.split() if word not in common] for body in bodies]
    pairs = [" ".join(dice.choice(found, 2, replace=False)) for found in telling]
    phrases = [f'"{" ".join(body.split()[10:12])}"' for body in bodies]
    return {
        "two words of one article": pairs,
        "the two commonest words": [f"{words[0]} {words[1]}"] * (count // 10),
        "the commonest word in a headline of one source": [f"{words[0]} source:source-7"] * (count // 10),
        "two words, one language, last 30 days": [
            f"{pair} language:de since:{_month_ago(connection)}" for pair in pairs
        ],
        "a phrase of two words": phrases,
        "one word or another, not a third": [f"{pair.replace(' ', ' OR ')} -{words[50]}" for pair in pairs],
        "a word of one article in 10,000": [str(word) for word in words[-QUERIES // 4 :]],
    }


def _month_ago(connection: Connection) -> str:
    end = START + timedelta(seconds=changes.last_number(connection) * PACE)
    return (end - timedelta(days=30)).date().isoformat()


def timed(ask: Callable[[str], int], asked: list[str]) -> Iterator[tuple[float, float, int]]:
    """Milliseconds by the clock, of CPU, and results, for each query."""
    for query in asked:
        clock, cpu = time.perf_counter(), time.process_time()
        hits = ask(query)
        yield (time.perf_counter() - clock) * 1e3, (time.process_time() - cpu) * 1e3, hits


def measure(database: Database, writing: Writing, kinds: list[str], queries_alone: int) -> None:
    """Print a line for each kind of query, or for those whose names hold one of some texts."""
    now = datetime.now(UTC)

    def ask(query: str) -> int:
        with database.read() as connection:
            return len(search(connection, parse(query, now)).hits)

    def ask_fts5(words: str) -> int:
        with database.read() as connection:
            return len(connection.execute(_RANKED, {"fits": words}).all())

    with database.read() as connection:
        asked = questions(connection, writing, QUERIES)
        print(f"{changes.last_number(connection):,} articles; milliseconds of a page of 20 results")
    print(f"{'':<48}{'queries':>8}{'results':>8}{'median':>8}{'p95':>8}{'CPU median':>12}{'CPU p95':>9}")
    for kind, queries in asked.items():
        if not any(part in kind for part in kinds):
            continue
        show(kind, list(timed(ask, queries)))
        if queries_alone and _TELLS.isdisjoint(kind.split()):
            alone = [compiled(parse(query, now), Zone.BODY, now) for query in queries[:queries_alone]]
            show("  FTS5 alone, ranked by bm25", list(timed(ask_fts5, alone)))


def show(kind: str, found: list[tuple[float, float, int]]) -> None:
    """Print a line."""
    clock, cpu, hits = zip(*found, strict=True)
    figures = (statistics.median(clock), np.quantile(clock, 0.95), statistics.median(cpu), np.quantile(cpu, 0.95))
    print(f"{kind:<48}{len(found):>8}{statistics.mean(hits):>8.1f}", end="")
    print(f"{figures[0]:>8.1f}{figures[1]:>8.1f}{figures[2]:>12.1f}{figures[3]:>9.1f}", flush=True)


def main() -> None:
    """Build what is missing, then ask."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000, help="how many (the claim is for 1,000,000)")
    parser.add_argument("--file", type=Path, default=Path("/dev/shm/newswatch-search.db"), help="SQLite file")  # noqa: S108
    parser.add_argument("--kind", action="append", help="only kinds that hold this text; may be repeated")
    parser.add_argument("--alone", type=int, default=QUERIES_ALONE, help="queries of a kind for FTS5 alone (seconds)")
    chosen = parser.parse_args()
    database, writing = open_database(f"sqlite:///{chosen.file}"), Writing(seed=1)
    fill(database, writing, chosen.articles)
    measure(database, writing, chosen.kind or [""], chosen.alone)
    print(f"file: {chosen.file.stat().st_size / 1e6:,.0f} MB")
    database.dispose()


if __name__ == "__main__":
    main()
