"""How well addresses and copies are told apart, beside what else there is, on the same labelled pairs in the same run.

    python benchmarks/identity.py FOLDER

FOLDER holds ``urls.jsonl`` ({"a", "b", "label": "same" or "different"}), ``articles.jsonl.gz`` ({"id", "body"}) and
``pairs.jsonl`` ({"a", "b", "label": "exact", "near", "related", "different" or "partial"}). MinHash is measured where
datasketch is installed. The peers get the threshold that is best on these very pairs, Newswatch its constants.
"""

import argparse
import gzip
import importlib
import json
import math
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from w3lib.url import canonicalize_url

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from crawler.identity.shingles import compare, fingerprint  # noqa: E402
from crawler.identity.words import tokens  # noqa: E402
from crawler.urls import article_key, fetch_key  # noqa: E402

Row = dict[str, Any]
#: A key that this many groups have says nothing (site furniture) and proposes nothing.
COMMON = 10


def main() -> None:
    """Print the figures of one folder."""
    parser = argparse.ArgumentParser(description="Measure identity on labelled pairs.")
    parser.add_argument("folder", type=Path, nargs="?", help="labelled pairs; without it nothing is measured")
    folder = parser.parse_args().folder
    if folder is None:
        parser.print_help()
        return
    addresses(rows(folder / "urls.jsonl"))
    copies(rows(folder / "pairs.jsonl"), {row["id"]: row["body"] for row in rows(folder / "articles.jsonl.gz")})


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


def copies(pairs: Sequence[Row], bodies: dict[str, str]) -> None:
    """Precision, recall and time of each way to find copies."""
    pairs = [pair for pair in pairs if pair["label"] != "partial"]
    truth = [pair["label"] in ("exact", "near") for pair in pairs]
    print(f"copies: {len(pairs)} pairs, {len(bodies)} articles")
    start = time.process_time()
    groups = grouped(bodies)
    spent = f"{(time.process_time() - start) / len(bodies) * 1e3:.2f} ms an article"
    show("Newswatch, in one pass", truth, [groups[pair["a"]] == groups[pair["b"]] for pair in pairs], spent)
    used = {pair[side] for pair in pairs for side in "ab"}
    for name, likeness in peers({name: bodies[name] for name in sorted(used)}):
        show(name, truth, best([likeness(pair["a"], pair["b"]) for pair in pairs], truth), "at its best threshold")


def grouped(bodies: dict[str, str]) -> dict[str, str]:
    """Each article's group, as they arrive: candidates by shared keys, joined when one is a copy of the other."""
    parents = {name: name for name in bodies}
    posted: defaultdict[int, list[str]] = defaultdict(list)
    prints = {name: fingerprint(body) for name, body in bodies.items()}

    def root(name: str) -> str:
        while parents[name] != name:
            parents[name] = name = parents[parents[name]]
        return name

    for name, mine in prints.items():
        for other in {other for key in mine.keys for other in posted[key] if len({*map(root, posted[key])}) < COMMON}:
            if root(other) != name and compare(mine, prints[other]).is_copy:
                parents[root(other)] = name
        for key in mine.keys:
            posted[key].append(name)
    return {name: root(name) for name in bodies}


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
