"""How well addresses, copies and stories are told apart, beside what else there is, on the same labels in one run.

    python benchmarks/identity.py FOLDER

FOLDER holds ``urls.jsonl`` ({"a", "b", "label": "same" or "different"}), ``articles.jsonl.gz`` ({"id", "title",
"body"}), ``pairs.jsonl`` ({"a", "b", "kind", "label": "exact", "near", "related", "different" or "partial"}),
``clusters.jsonl`` ({"id", "cluster"}: events of some of the articles) and ``headlines.jsonl`` ({"id", "url", "title",
"story"}). Newswatch runs as `newswatch identify` does: through a store, one article after another. MinHash is measured
where datasketch is installed. The peers get the threshold that is best on these very pairs, Newswatch its constants.
"""

import argparse
import gzip
import importlib
import json
import math
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import mean
from typing import Any

from w3lib.url import canonicalize_url

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from commands.identity import SHARED_MEMORY, STORIES_AT_ONCE  # noqa: E402
from crawler.identify import keep_lines  # noqa: E402
from crawler.identity.copies import common_keys, joined, print_of  # noqa: E402
from crawler.identity.shingles import Fingerprint, compare  # noqa: E402
from crawler.identity.words import tokens  # noqa: E402
from crawler.urls import article_key, fetch_key  # noqa: E402
from delivery.followers import follow  # noqa: E402
from delivery.identities import identities  # noqa: E402
from delivery.stories import StoryFollower  # noqa: E402
from storage.database import Database  # noqa: E402
from storage.records import Article  # noqa: E402
from storage.store import open_database  # noqa: E402

Row = dict[str, Any]
#: Orders of arrival in which the groups are compared.
ORDERS = 20
#: halves of the events that are drawn
DRAWS = 6


def main() -> None:
    """Print the figures of one folder."""
    parser = argparse.ArgumentParser(description="Measure identity on labelled pairs.")
    parser.add_argument("folder", type=Path, nargs="?", help="labelled pairs; without it nothing is measured")
    folder = parser.parse_args().folder
    if folder is None:
        parser.print_help()
        return
    addresses(rows(folder / "urls.jsonl"))
    articles = {row["id"]: row for row in rows(folder / "articles.jsonl.gz")}
    copies(rows(folder / "pairs.jsonl"), articles)
    events = {row["id"]: row["cluster"] for row in rows(folder / "clusters.jsonl")}
    stories("articles", [articles[name] for name in events], events)
    headlines = rows(folder / "headlines.jsonl")
    events = {row["id"]: row["story"] for row in headlines}
    stories("headlines alone", headlines, events)
    halves(headlines, events)


def rows(path: Path) -> list[Row]:
    """The lines of a file of JSON lines, packed or not."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def addresses(pairs: Sequence[Row]) -> None:
    """Precision, recall and time of each way to spell an address."""
    print(f"addresses: {len(pairs)} pairs")
    urls = [pair[side] for pair in pairs for side in "ab"]
    truth = [pair["label"] == "same" for pair in pairs]
    for name, key in (
        ("article key", article_key),
        ("fetch key", fetch_key),
        ("w3lib canonicalize_url", canonicalize_url),
    ):
        said = [key(pair["a"]) == key(pair["b"]) for pair in pairs]
        show(name, truth, said, f"{micros(key, urls):.1f} µs a URL")


def copies(pairs: Sequence[Row], articles: dict[str, Row]) -> None:
    """Precision, recall and time of each way to find copies."""
    pairs = [pair for pair in pairs if pair["label"] != "partial"]
    truth = [pair["label"] in ("exact", "near") for pair in pairs]
    print(f"copies: {len(pairs)} pairs, {len(articles)} articles")
    found = through_store(list(articles.values()))
    said = [found.groups[pair["a"]] == found.groups[pair["b"]] for pair in pairs]
    show("Newswatch, through its store", truth, said, f"{found.keeping:.2f} ms an article, fingerprint and keeping")
    wire = [joined for pair, joined in zip(pairs, said, strict=True) if is_wire(pair)]
    print(f"  {'of natural wire pairs':30} R {sum(wire) / max(1, len(wire)):.3f}  ({len(wire)} pairs)")
    orders(list(articles.values()))
    used = {pair[side] for pair in pairs for side in "ab"}
    for name, likeness in peers({name: articles[name]["body"] for name in sorted(used)}):
        show(name, truth, best([likeness(pair["a"], pair["b"]) for pair in pairs], truth), "at its best threshold")


def is_wire(pair: Row) -> bool:
    """Whether two outlets printed one wire report."""
    return str(pair.get("kind", "")).endswith(":wire") and not str(pair["kind"]).startswith("syn")


def stories(name: str, told: Sequence[Row], truth: dict[str, str]) -> None:
    """B³ of the stories of articles that arrive in this order, what one costs, and how many change theirs."""
    found = through_store(told)
    precision, recall = b_cubed(truth, found.stories)
    f1 = 2 * precision * recall / ((precision + recall) or 1.0)
    print(f"stories, {name}: {len(told)} texts, {len(set(truth.values()))} events")
    cost = f"{found.telling:.2f} ms an article, {found.moved / len(told):.2f} of the articles change their story"
    print(f"  {'Newswatch, through its store':30} P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  {cost}")


def halves(told: Sequence[Row], truth: dict[str, str]) -> None:
    """How much F1 depends on which events there are: a half of them, drawn several times."""
    found = []
    for seed in range(DRAWS):
        events = sorted(set(truth.values()))
        drawn = set(random.Random(seed).sample(events, len(events) // 2))
        some = {name: event for name, event in truth.items() if event in drawn}
        precision, recall = b_cubed(some, through_store([row for row in told if row["id"] in some]).stories)
        found.append(2 * precision * recall / ((precision + recall) or 1.0))
    spread = f"{min(found):.3f} to {max(found):.3f}, mean {mean(found):.3f}"
    print(f"  {'of a half of the events':30} F1 {spread} ({DRAWS} draws)")


@dataclass(frozen=True)
class Stored:
    """What a store made of articles, by their names; ms of CPU time for one, kept and told to the stories."""

    groups: dict[str, int]
    stories: dict[str, int | None]
    keeping: float
    telling: float
    #: articles that were moved from one story to another
    moved: int


def through_store(told: Sequence[Row]) -> Stored:
    """Keep articles in a temporary store and let the stories follow, as `newswatch identify` does."""
    with tempfile.TemporaryDirectory(dir=SHARED_MEMORY if SHARED_MEMORY.is_dir() else None) as folder:
        database = open_database(f"sqlite:///{folder}/identify.db")
        start = time.process_time()
        named = list(keep_lines(database, map(json.dumps, told), datetime.now(UTC)))
        kept = time.process_time() - start
        moved, followed = follow_all(database)
        known = identities(database)
        database.dispose()
    ids = {line.name: line.article_id for line in named if line.article_id is not None}
    return Stored(
        {name: known[number].group for name, number in ids.items()},
        {name: known[number].story for name, number in ids.items()},
        kept / len(told) * 1e3,
        followed / len(told) * 1e3,
        moved,
    )


def follow_all(database: Database) -> tuple[int, float]:
    """Let the stories follow to the end of the changes; return how many articles changed theirs, and s of CPU time."""
    follower, before, moved, start = StoryFollower(), dict[int, int | None](), 0, time.process_time()
    looking = 0.0
    while follow(database, follower, STORIES_AT_ONCE):
        began = time.process_time()
        before, moved = moves(database, before, moved)
        looking += time.process_time() - began
    with database.write() as connection:
        follower.settle(connection)
    spent = time.process_time() - start - looking
    return moves(database, before, moved)[1], spent


def moves(database: Database, before: dict[int, int | None], moved: int) -> tuple[dict[int, int | None], int]:
    """Where each article is now, and how many are not where they were."""
    now = {number: known.story for number, known in identities(database).items()}
    return now, moved + sum(now[number] != story for number, story in before.items() if story is not None)


def b_cubed(truth: dict[str, str], said: dict[str, int | None]) -> tuple[float, float]:
    """Precision and recall of groups: means over the articles; one without a group is alone."""
    wanted, got = defaultdict(set), defaultdict(set)
    for name, group in truth.items():
        wanted[group].add(name)
        got[said.get(name) or name].add(name)
    shared = [(name, len(wanted[group] & got[said.get(name) or name])) for name, group in truth.items()]
    precision = sum(count / len(got[said.get(name) or name]) for name, count in shared) / len(truth)
    return precision, sum(count / len(wanted[truth[name]]) for name, count in shared) / len(truth)


def orders(told: Sequence[Row]) -> None:
    """In how many of 20 orders of arrival the groups are the same, in memory by the rules of the store; and costs."""
    start = time.process_time()
    prints = {
        row["id"]: print_of(Article(f"https://a.example/{row['id']}", row.get("title") or "", row["body"]))
        for row in told
    }
    made = (time.process_time() - start) / len(told) * 1e3
    length = sum(len(tokens(row["body"])) for row in told) / len(told)
    names = [row["id"] for row in told]
    (first, looked_at), same = grouped(names, prints), 0
    for seed in range(ORDERS):
        random.Random(seed).shuffle(names)
        same += grouped(names, prints)[0] == first
    print(f"  {'groups in other orders':30} {same} of {ORDERS} orders give the same {len(first)} groups")
    print(f"  {'a fingerprint':30} {made:.2f} ms, {length:.0f} words on average")
    print(f"  {'a comparison':30} {comparing(prints):.3f} ms, {looked_at / len(told):.1f} candidates an article")


def comparing(prints: dict[str, Fingerprint | None]) -> float:
    """CPU time of one comparison in ms: each text with the one behind it."""
    known = [each for each in prints.values() if each]
    start = time.process_time()
    for one, other in pairwise(known):
        compare(one, other)
    return (time.process_time() - start) / len(known) * 1e3


def grouped(names: Sequence[str], prints: dict[str, Fingerprint | None]) -> tuple[set[frozenset[str]], int]:
    """The groups of articles that arrive in this order, and how many candidates had a key in common with one."""
    parents = {name: name for name in names}
    posted: defaultdict[int, list[str]] = defaultdict(list)
    looked_at = 0

    def root(name: str) -> str:
        while parents[name] != name:
            parents[name] = name = parents[parents[name]]
        return name

    numbers = {name: number for number, name in enumerate(names)}
    for name in names:
        if (mine := prints[name]) is None:
            continue
        having = {key: [numbers[root(other)] for other in posted[key]] for key in mine.keys if posted[key]}
        common = common_keys(having)
        candidates = {other for key in having if key not in common for other in posted[key]}
        looked_at += len(candidates)
        for group in joined(mine, ((numbers[root(other)], known) for other in candidates if (known := prints[other]))):
            parents[root(names[group])] = root(name)
        for key in mine.keys:
            if key not in common:
                posted[key].append(name)
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for name in names:
        groups[root(name)].add(name)
    return set(map(frozenset, groups.values())), looked_at


def peers(bodies: dict[str, str]) -> Iterator[tuple[str, Callable[[str, str], float]]]:
    """Names and likenesses (0 to 1) of other methods."""
    yield "same words", lambda one, other: float(tokens(bodies[one]) == tokens(bodies[other]))
    vectors = tfidf(bodies)
    yield (
        "tf-idf cosine",
        lambda one, other: sum(weight * vectors[other].get(word, 0) for word, weight in vectors[one].items()),
    )
    try:
        minhash = importlib.import_module("datasketch").MinHash
    except ImportError:
        return
    sketches: dict[str, Any] = {}
    for name, body in bodies.items():
        words, sketches[name] = tokens(body), minhash(num_perm=128)
        sketches[name].update_batch([" ".join(words[place : place + 3]).encode() for place in range(len(words) - 2)])
    yield "MinHash (datasketch, 3 words)", lambda one, other: float(sketches[one].jaccard(sketches[other]))


def tfidf(bodies: dict[str, str]) -> dict[str, dict[str, float]]:
    """Unit vectors of words."""
    counts = {name: Counter(tokens(body)) for name, body in bodies.items()}
    seen = Counter(word for words in counts.values() for word in words)
    vectors = {}
    for name, words in counts.items():
        weights = {word: (1 + math.log(count)) * math.log(len(counts) / seen[word]) for word, count in words.items()}
        length = math.sqrt(sum(weight**2 for weight in weights.values())) or 1.0
        vectors[name] = {word: weight / length for word, weight in weights.items()}
    return vectors


def best(likenesses: Sequence[float], truth: Sequence[bool]) -> list[bool]:
    """The answers at the threshold of the highest F1."""
    steps = [step / 50 for step in range(1, 51)]
    return max(
        ([likeness >= step for likeness in likenesses] for step in steps), key=lambda said: scores(truth, said)[2]
    )


def scores(truth: Sequence[bool], said: Sequence[bool]) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    hits = sum(one and other for one, other in zip(truth, said, strict=True))
    return hits / max(1, sum(said)), hits / max(1, sum(truth)), 2 * hits / max(1, sum(said) + sum(truth))


def show(name: str, truth: Sequence[bool], said: Sequence[bool], cost: str) -> None:
    """One line of the table."""
    precision, recall, f1 = scores(truth, said)
    print(f"  {name:30} P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  {cost}")


def micros(key: Callable[[str], str], urls: Sequence[str]) -> float:
    """CPU time of one warm call in µs."""
    start = 0.0
    for turn in range(51):
        start = start if turn != 1 else time.process_time()
        for url in urls:
            key(url)
    return (time.process_time() - start) / 50 / len(urls) * 1e6


if __name__ == "__main__":
    main()
