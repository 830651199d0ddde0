"""Learns which links of a page lead to articles, and writes ``crawler/discover/link_weights.json``.

    python benchmarks/train_links.py listing_links.json.gz            # figures only, whole sites held out
    python benchmarks/train_links.py listing_links.json.gz --write    # and the weights, learned from all sites

The data are links of front pages that people have labelled as story or not (palewire/storysniffer, MIT licence), in one
JSON file: {"labels": [{"h": site, "url", "text", "story"}], "pages": {site: [{"url", "text"}]}}.

The model is a sum of step functions, one a trait: boosting with trees of depth one (300 small steps, each on 70 % of
the links), folded into one table a trait. Trees of depth two and three were no better on held-out sites, and cannot be
read. numpy is needed here only; the crawler adds numbers from a table.
"""

import argparse
import gzip
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from crawler.discover.addresses import absolute
from crawler.discover.anchors import Anchor, is_teaser_word
from crawler.discover.links import THRESHOLD, Weights, scores_of
from crawler.discover.traits import Traits, traits_of

WEIGHTS = Path(__file__).parents[1] / "crawler" / "discover" / "link_weights.json"
ONE_LINE = re.compile(r"/[^/]*-[^/]*-[^/]*-[^/]*|/(?:19|20)\d\d/\d\d?/|\d{5}")
FOREIGN = re.compile(r"facebook|twitter|instagram|youtube|google")
ROUNDS, RATE, SAMPLE, SHRINK, FEWEST, CUTS = 300, 0.1, 0.7, 3.0, 12, 24

Floats = NDArray[np.float64]
Table = dict[str, dict[str, list[float]]]


@dataclass(frozen=True, slots=True)
class Site:
    """The links of one front page as the crawler sees them, and which of them people have judged."""

    name: str
    found: list[Anchor]
    traits: list[Traits]
    #: position among the links (None: the crawler reads no address there), and whether it is a story
    labels: list[tuple[int | None, bool]]


def main() -> None:
    """Reads the data, prints the figures, writes the weights when asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("data", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--seeds", type=int, default=4)
    arguments = parser.parse_args()
    sites = list(load(arguments.data))
    print(f"{sum(len(site.labels) for site in sites)} links of {len(sites)} sites, ten folds of whole sites")
    for threshold, figures in cross_validated(sites, arguments.seeds).items():
        print(f"threshold {threshold:.2f}  F1 {figures[0]:.4f}  precision {figures[1]:.4f}  recall {figures[2]:.4f}")
    if arguments.write:
        bias, tables = learn(sites)
        WEIGHTS.write_text(as_json(bias, tables), encoding="utf-8")


def load(path: Path) -> Iterator[Site]:
    """The sites with their links, each judged among all links of its page."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        data = json.load(file)
    labelled: dict[str, list[dict[str, object]]] = {}
    for label in data["labels"]:
        labelled.setdefault(label["h"], []).append(label)
    for name, labels in labelled.items():
        page = data["pages"].get(name, [])
        base = front_page(name, [str(link["url"]) for link in page or labels])
        found = merged([*page, *labels], base)
        place = {address: at for at, address in enumerate(found)}
        judged = [(place.get(absolute(str(label["url"]), base) or ""), bool(label["story"])) for label in labels]
        yield Site(name, list(found.values()), traits_of(list(found.values()), base), judged)


def front_page(site: str, addresses: list[str]) -> str:
    """The page the links stood on is not in the data: the commonest host of its links."""
    hosts = Counter(urlsplit(address).netloc for address in addresses if address.startswith("http"))
    own = [host for host, _ in hosts.most_common(3) if not FOREIGN.search(host)]
    return f"https://{own[0]}/" if own else f"https://www.{site.replace('_', '')}.com/"


def merged(links: list[dict[str, object]], base: str) -> dict[str, Anchor]:
    """Each address once, with its longest text, as the reader of listings merges them."""
    found: dict[str, Anchor] = {}
    for link in links:
        address = absolute(str(link["url"]), base)
        if address is None:
            continue
        text = " ".join(str(link["text"]).split())[:500]
        text = "" if is_teaser_word(text) else text
        anchor = found.setdefault(address, Anchor(address, text, 2))
        if len(text) > len(anchor.title):
            anchor.title = text
    return found


def cross_validated(sites: list[Site], seeds: int) -> dict[float, tuple[float, float, float]]:
    """F1, precision and recall at several thresholds, ten folds of whole sites, averaged over seeds."""
    story = np.array([story for site in sites for _, story in site.labels])
    rows: dict[float, list[tuple[float, float, float]]] = {at: [] for at in (0.3, 0.35, 0.4, 0.45, 0.5, 0.55)}
    for seed in range(seeds):
        scores = held_out_scores(sites, seed)
        for threshold, figures in rows.items():
            figures.append(figures_of(story, scores >= threshold))
    return {threshold: tuple(np.mean(figures, axis=0)) for threshold, figures in rows.items()}


def held_out_scores(sites: list[Site], seed: int, folds: int = 10) -> Floats:
    """The score of each labelled link by weights that were learned from other sites."""
    fold = [int(hashlib.sha256(f"{seed}{site.name}".encode()).hexdigest()[:8], 16) % folds for site in sites]
    learned = {
        number: learn([site for site, at in zip(sites, fold, strict=True) if at != number]) for number in set(fold)
    }
    weights = {number: Weights.of({"bias": bias, "traits": tables}) for number, (bias, tables) in learned.items()}
    scores = []
    for site, at in zip(sites, fold, strict=True):
        of_page = scores_of(site.found, site.traits, weights[at])
        scores += [0.0 if place is None else of_page[place] for place, _ in site.labels]
    return np.array(scores)


def figures_of(story: NDArray[np.bool_], said: NDArray[np.bool_]) -> tuple[float, float, float]:
    """F1, precision, recall."""
    right = float((story & said).sum())
    return 2 * right / (story.sum() + said.sum()), right / said.sum(), right / story.sum()


def one_line(sites: list[Site]) -> tuple[float, float, float]:
    """F1, precision and recall of a rule that fits in one line: a slug of three hyphens, a date or a long number."""
    labels = [(site.found[at].url if at is not None else "", story) for site in sites for at, story in site.labels]
    said = np.array([ONE_LINE.search(url) is not None for url, _ in labels])
    return figures_of(np.array([story for _, story in labels]), said)


def learn(sites: list[Site]) -> tuple[float, Table]:
    """Boosted step functions: the bias, and cuts and weights for each trait."""
    judged = [(site.traits[at].own, story) for site in sites for at, story in site.labels if at is not None]
    links = [(own, story) for own, story in judged if own is not None]
    names = sorted(links[0][0])
    values = np.array([[own[name] for name in names] for own, _ in links])
    story = np.array([story for _, story in links], dtype=np.float64)
    cuts = [cuts_of(values[:, at]) for at in range(len(names))]
    bins = np.stack([np.searchsorted(cut, values[:, at], side="right") for at, cut in enumerate(cuts)], axis=1)
    weights = [np.zeros(len(cut) + 1) for cut in cuts]
    bias = float(np.log(story.mean() / (1 - story.mean())))
    total = np.full(len(story), bias)
    chance = np.random.default_rng(7)
    for _ in range(ROUNDS):
        guess = 1 / (1 + np.exp(-total))
        used = chance.random(len(story)) < SAMPLE
        tried = chance.permutation(len(names))[: len(names) // 2]
        at, cut, low, high = best_step(bins, cuts, (story - guess) * used, guess * (1 - guess) * used, tried)
        weights[at][: cut + 1] += low
        weights[at][cut + 1 :] += high
        total += np.where(bins[:, at] <= cut, low, high)
    tables = {name: table_of(cuts[at], weights[at]) for at, name in enumerate(names)}
    return bias, {name: table for name, table in tables.items() if any(table["weights"])}


def cuts_of(column: Floats) -> Floats:
    """At most ``CUTS`` places between neighbouring values where a step may stand."""
    distinct = np.unique(column)
    middles = (distinct[1:] + distinct[:-1]) / 2
    if len(middles) <= CUTS:
        return middles
    return np.unique(np.quantile(column, np.linspace(0, 1, CUTS + 2)[1:-1]))


def best_step(
    bins: NDArray[np.int64], cuts: list[Floats], gradient: Floats, curvature: Floats, tried: NDArray[np.int64]
) -> tuple[int, int, float, float]:
    """The trait, the cut and the two values of the step that helps most."""
    best = (-1.0, 0, 0, 0.0, 0.0)
    for at in tried:
        size = len(cuts[at]) + 1
        slope = np.cumsum(np.bincount(bins[:, at], gradient, size))
        bend = np.cumsum(np.bincount(bins[:, at], curvature, size))
        left, right = slope[:-1], slope[-1] - slope[:-1]
        under, over = bend[:-1] + SHRINK, bend[-1] - bend[:-1] + SHRINK
        enough = np.minimum(bend[:-1], bend[-1] - bend[:-1]) > FEWEST * 0.05
        gain = np.where(enough, left**2 / under + right**2 / over, -1.0)
        if len(gain) and gain.max() > best[0]:
            cut = int(gain.argmax())
            best = (float(gain[cut]), int(at), cut, RATE * left[cut] / under[cut], RATE * right[cut] / over[cut])
    return best[1], best[2], float(best[3]), float(best[4])


def table_of(cuts: Floats, weights: Floats) -> dict[str, list[float]]:
    """Neighbouring steps of the same height become one."""
    kept = [at for at in range(len(cuts)) if weights[at] != weights[at + 1]]
    return {
        "cuts": [round(float(cuts[at]), 4) for at in kept],
        "weights": [round(float(weights[at]), 4) for at in [*kept, len(cuts)]],
    }


def as_json(bias: float, tables: Table) -> str:
    """One line a trait, so that a change can be read."""
    lines = [f'    "{name}": {json.dumps(table)}' for name, table in sorted(tables.items())]
    made = "benchmarks/train_links.py from the labels of palewire/storysniffer (MIT)"
    head = f'{{\n  "made_by": "{made}",\n  "threshold": {THRESHOLD},\n  "bias": {bias:.4f},\n  "traits": {{\n'
    return head + ",\n".join(lines) + "\n  }\n}\n"


if __name__ == "__main__":
    main()
