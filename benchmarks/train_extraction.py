"""Train the model of crawler/extract that tells the text of an article from the rest of its page.

    python benchmarks/train_extraction.py FOLDER [--write]

FOLDER holds ``truth.jsonl`` and ``ID.html.gz``. Prints how well sites are read that were held out (whole sites, in
four folds) and, with --write, trains on everything and writes crawler/extract/data/body.npz: numbers only, no text.
Needs catboost and scikit-learn, which Newswatch itself does not.
"""

# ruff: noqa: E501 - the settings of the learner stand together

import argparse
import gzip
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from catboost import CatBoostClassifier
from scipy.sparse import csr_matrix, vstack
from selectolax.lexbor import LexborHTMLParser
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.plain_pages import plain_pages  # noqa: E402
from benchmarks.shingles import mean_scores, page_scores, tokens  # noqa: E402
from crawler.extract.blocks import Layout, walk  # noqa: E402
from crawler.extract.body import context_of, kept_of  # noqa: E402
from crawler.extract.features import Context, matrix_of  # noqa: E402
from crawler.extract.forest import Forest  # noqa: E402
from crawler.extract.headline import headline_of  # noqa: E402
from crawler.extract.judge import MODEL, with_words  # noqa: E402
from crawler.extract.lexicon import BUCKETS, Lexicon, keys_of  # noqa: E402
from crawler.extract.limits import bounded  # noqa: E402
from crawler.extract.signals import signals_of  # noqa: E402
from crawler.extract.view import Matrix, View, view_of  # noqa: E402
from crawler.text import utf8  # noqa: E402

FOLDS = 4
#: invented pages that are learned from besides
PLAIN = 240
TREES = 300
DEPTH = 5
#: pages whose truth the blocks cannot make up to this F1 teach the wrong thing
WORTH_LEARNING = 0.85


@dataclass(slots=True)
class Lesson:
    """One page with its truth: blocks, features, labels."""

    name: str
    site: str
    truth: str
    layout: Layout
    context: Context
    view: View
    rows: Matrix
    labels: np.ndarray
    words: csr_matrix
    weights: np.ndarray
    good: bool

    @property
    def is_plain(self) -> bool:
        """Whether it is one of the invented pages."""
        return self.name.startswith("plain-")


def lesson_of(folder: Path, truth: dict[str, Any]) -> Lesson:
    """Read one page as the crawler does and label its blocks."""
    raw = (
        truth["html"].encode() if "html" in truth else gzip.decompress((folder / f"{truth['id']}.html.gz").read_bytes())
    )
    tree = LexborHTMLParser(bounded(utf8(raw, "text/html; charset=utf-8")))
    signals = signals_of(tree, truth["url"])
    layout = walk(tree)
    headline = headline_of(signals)
    context = context_of(layout, signals, headline[0] if headline else "")
    view = view_of(layout)
    texts = [block.text for block in view.blocks]
    labels = np.array(align(texts, truth["body"]))
    sizes = np.array([len(tokens(text)) for text in texts], dtype=float)
    weights = 1 + np.sqrt(sizes) / 2
    reach = page_scores(truth["body"], "\n".join(t for t, y in zip(texts, labels, strict=True) if y)).f1
    return Lesson(
        truth["id"], truth["site"], truth["body"], layout, context, view, matrix_of(view, context), labels, words_of(view),
        weights / weights.sum() ** 0.5, reach >= WORTH_LEARNING,
    )  # fmt: skip


def align(texts: Sequence[str], truth: str) -> list[int]:
    """1 for the blocks that make up the truth: the heaviest chain of blocks that stand in it in the same order."""
    spans = sorted(
        candidate for place, text in enumerate(texts) for candidate in _places_in(place, tokens(text), truth)
    )
    best, before = [0] * len(spans), [-1] * len(spans)
    for there, (block, start, _end, size) in enumerate(spans):
        for here in range(there):
            if spans[here][0] < block and spans[here][2] <= start and best[here] > best[there]:
                best[there], before[there] = best[here], here
        best[there] += size
    labels = [0] * len(texts)
    at = max(range(len(spans)), key=best.__getitem__, default=-1)
    while at >= 0:
        labels[spans[at][0]] = 1
        at = before[at]
    return labels


_INDEX: dict[str, tuple[list[str], str, dict[int, int], dict[tuple[str, ...], int]]] = {}


def _index(truth: str) -> tuple[list[str], str, dict[int, int], dict[tuple[str, ...], int]]:
    if truth not in _INDEX:
        _INDEX.clear()
        spoken = tokens(truth)
        starts, at = {}, 1
        for number, word in enumerate(spoken):
            starts[at] = number
            at += len(word) + 1
        shingles = {tuple(spoken[n : n + 4]): n for n in reversed(range(len(spoken) - 3))}
        _INDEX[truth] = spoken, f" {' '.join(spoken)} ", starts, shingles
    return _INDEX[truth]


def _places_in(block: int, spoken: list[str], truth: str) -> Iterable[tuple[int, int, int, int]]:
    """Where a block's words stand in the truth: (block, start, end, words), exact first, else by its shingles."""
    whole, line, starts, shingles = _index(truth)
    if not spoken:
        return
    wanted = f" {' '.join(spoken)} "
    at, found = line.find(wanted), 0
    while at >= 0 and found < 6:
        yield block, starts[at + 1], starts[at + 1] + len(spoken), len(spoken)
        at, found = line.find(wanted, at + 1), found + 1
    hits = [(n, shingles[key]) for n in range(len(spoken) - 3) if (key := tuple(spoken[n : n + 4])) in shingles]
    if not found and len(spoken) >= 8 and len(hits) >= 0.5 * (len(spoken) - 3):
        shift = Counter(there - here for here, there in hits).most_common(1)[0][0]
        start, end = max(0, shift + hits[0][0]), min(len(whole), shift + hits[-1][0] + 4)
        if end > start:
            yield block, start, end, len(hits)


def words_of(view: View) -> csr_matrix:
    """The lexicon's buckets of each block, counted."""
    columns: list[int] = []
    ends = [0]
    for block in view.blocks:
        for keys in keys_of(view.elements, block):
            columns += keys
        ends.append(len(columns))
    return csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=(len(view.blocks), BUCKETS))


def fold_of(lesson: Lesson) -> int:
    """The fold of a page: by its site, so that no site is on both sides."""
    return int(hashlib.md5(lesson.site.encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS


def fit_lexicon(lessons: Sequence[Lesson]) -> Lexicon:
    """The linear model over words and names."""
    lessons = [x for x in lessons if not x.is_plain]
    weights = np.concatenate([x.weights for x in lessons])
    model = LogisticRegression(C=0.3, solver="liblinear", max_iter=60)
    model.fit(
        vstack([x.words for x in lessons]),
        np.concatenate([x.labels for x in lessons]),
        sample_weight=weights / weights.mean(),
    )
    return Lexicon(model.coef_[0].astype(np.float16).astype(np.float32))


def fit_forest(lessons: Sequence[Lesson], rows: dict[str, Matrix]) -> Forest:
    """Symmetric trees over the rows of the lessons."""
    model = CatBoostClassifier(
        iterations=TREES, depth=DEPTH, learning_rate=0.1, l2_leaf_reg=5, rsm=0.4, border_count=64, thread_count=2, random_seed=1,
        verbose=0, allow_writing_files=False,
    )  # fmt: skip
    model.fit(
        np.vstack([rows[x.name] for x in lessons]), np.concatenate([x.labels for x in lessons]),
        sample_weight=np.concatenate([x.weights for x in lessons]),
    )  # fmt: skip
    return exported(model)


def exported(model: CatBoostClassifier) -> Forest:
    """The trained trees as plain arrays."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "forest.json"
        model.save_model(str(path), format="json")
        held = json.loads(path.read_text())
    features = [f["flat_feature_index"] for f in held["features_info"]["float_features"]]
    trees = held["oblivious_trees"]
    columns, borders = np.zeros((len(trees), DEPTH), np.int16), np.full((len(trees), DEPTH), np.inf, np.float32)
    leaves = np.zeros((len(trees), 2**DEPTH), np.float32)
    for number, tree in enumerate(trees):
        for level, split in enumerate(tree["splits"] or []):
            columns[number, level], borders[number, level] = features[split["float_feature_index"]], split["border"]
        leaves[number, : len(tree["leaf_values"])] = tree["leaf_values"]
    scale, bias = held["scale_and_bias"]
    return Forest(columns, borders, leaves * scale, float(bias[0]))


def expanded(lesson: Lesson, judged: Matrix) -> Matrix:
    """Probabilities of the view's blocks as probabilities of all blocks."""
    full = np.zeros(len(lesson.layout.blocks), np.float32)
    full[lesson.view.places] = judged
    return full


@dataclass(frozen=True, slots=True)
class Model:
    """What is trained and written."""

    lexicon: Lexicon
    forest: Forest


def rows_of(lessons: Sequence[Lesson]) -> dict[str, Matrix]:
    """The rows of all lessons, with word weights by lexicons that have not seen the site."""
    rows: dict[str, Matrix] = {}
    for fold in range(FOLDS):
        lexicon = fit_lexicon(without(lessons, fold))
        rows.update({x.name: with_words(x.rows, lexicon.scores(x.view)) for x in lessons if fold_of(x) == fold})
    return rows


def without(lessons: Sequence[Lesson], fold: int) -> list[Lesson]:
    """The lessons to learn from when a fold is held out."""
    return [x for x in lessons if x.good and fold_of(x) != fold]


def held_out(lessons: Sequence[Lesson], rows: dict[str, Matrix]) -> dict[str, Matrix]:
    """What is said of the blocks of sites that are held out.

    The word weights of the sites that a forest learns from come from lexicons that have seen the held-out fold: that
    is all that passes from it.
    """
    judged: dict[str, Matrix] = {}
    for fold in range(FOLDS):
        forest = fit_forest(without(lessons, fold), rows)
        for x in lessons:
            if fold_of(x) == fold:
                judged[x.name] = expanded(x, forest.probabilities(rows[x.name]))
        print(f"fold {fold} judged", flush=True)
    return judged


def trained(lessons: Sequence[Lesson], rows: dict[str, Matrix]) -> Model:
    """The model of all sites."""
    good = [x for x in lessons if x.good]
    return Model(fit_lexicon(good), fit_forest(good, rows))


def written(model: Model, path: Path) -> None:
    """Write the model as one small file of numbers."""
    path.parent.mkdir(exist_ok=True)
    np.savez_compressed(
        path, lexicon=np.array(model.lexicon.weights, np.float16), columns=model.forest.columns, borders=model.forest.borders,
        leaves=model.forest.leaves.astype(np.float16), bias=np.float32(model.forest.bias),
    )  # fmt: skip


def report(lessons: Sequence[Lesson], judged: dict[str, Matrix], name: str) -> None:
    """Print how well held-out pages were read, as text of the kept blocks."""
    scores = []
    for lesson in lessons:
        kept = kept_of(lesson.layout, judged[lesson.name], lesson.context)
        scores.append(page_scores(lesson.truth, "\n".join(lesson.layout.blocks[place].text for place in kept)))
    print(f"{name:28} {mean_scores(scores)}", flush=True)


def lessons_of(folder: Path) -> list[Lesson]:
    """All pages of a folder whose body truth is there and not suspect."""
    with (folder / "truth.jsonl").open(encoding="utf-8") as file:
        truths = [json.loads(line) for line in file]
    wanted = [t for t in truths if t.get("body") and "body" not in (t.get("suspect") or ())]
    wanted += plain_pages(PLAIN)
    return [lesson for truth in wanted if (lesson := lesson_of(folder, truth)).view.blocks]


def main() -> None:
    """Cross-validate, and write the model when asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--judged", type=Path, help="write the held-out probabilities here")
    given = parser.parse_args()
    lessons = lessons_of(given.folder)
    print(f"{len(lessons)} pages of {len({x.site for x in lessons})} sites, {lessons[0].rows.shape[1]} columns")
    report(
        [x for x in lessons if not x.is_plain],
        {x.name: expanded(x, x.labels) for x in lessons},
        "ceiling of the labels",
    )
    rows = rows_of(lessons)
    judged = held_out(lessons, rows)
    if given.judged:
        np.savez_compressed(given.judged, allow_pickle=False, **judged)
    report([x for x in lessons if not x.is_plain], judged, "sites held out")
    report([x for x in lessons if x.is_plain], judged, "invented pages held out")
    if given.write:
        written(trained(lessons, rows), ROOT / "crawler" / "extract" / MODEL)


if __name__ == "__main__":
    main()
