"""How well and how fast articles are read, beside other extractors on the same pages in the same run.

    python benchmarks/extraction.py FOLDER [--every N]

FOLDER holds ``truth.jsonl`` and ``ID.html.gz``. trafilatura (both modes), newspaper4k and resiliparse are measured when
they are installed; a table of all pages is followed by one of live tickers, one without them, and one for each data
set and each language. Fields that the data
set calls suspect are left out. Times are CPU milliseconds of one process.
"""

# ruff: noqa: E501 - an answer's fields stand in one line

import argparse
import gzip
import json
import re
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta, timezone
from importlib import import_module
from pathlib import Path
from statistics import fmean, quantiles
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.shingles import PageScore, mean_scores, page_scores  # noqa: E402
from crawler.extract.reader import read_page  # noqa: E402
from storage.records import Page  # noqa: E402

#: groups of fewer pages are not shown
LEAST_PAGES = 5
#: the schema.org type of a page that grows while readers look, of which each data set holds another moment
LIVE = '"LiveBlogPosting"'
HEAD = f"{'':22}{'body':67}{'title':>9}{'authors':>9}{'date':>9}{'language':>9}{'far off':>9}{'ms CPU':>8}{'p99':>6}{'max':>6}"
Answer = dict[str, Any]
Reader = Callable[[str, str], Answer]


@dataclass(slots=True)
class Result:
    """What one extractor made of all pages."""

    bodies: list[PageScore] = field(default_factory=list)
    hits: dict[str, list[bool]] = field(default_factory=dict)
    far_dates: list[bool] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def add(self, truth: Answer, answer: Answer) -> None:
        """Score one page."""
        if truth.get("body"):
            self.bodies.append(page_scores(truth["body"], answer.get("body") or ""))
        for name, agree in _AGREE.items():
            if truth.get(name):
                self.hits.setdefault(name, []).append(agree(truth[name], answer.get(name)))
        if truth.get("date_published"):
            self.far_dates.append(_is_far(truth["date_published"], answer.get("date_published")))

    def row(self) -> str:
        """One line of the table."""
        shares = "".join(f"{_share(self.hits.get(name)):>9}" for name in _AGREE)
        body = mean_scores(self.bodies) if self.bodies else f"{'no true text':59}"
        spread = quantiles(self.times, n=100)
        return f"{body}{shares}{_share(self.far_dates):>9}{fmean(self.times):>8.1f}{spread[98]:>6.0f}{max(self.times):>6.0f}"


def _share(hits: list[bool] | None) -> str:
    return f"{fmean(hits):.3f}" if hits else "-"


def newswatch(url: str, html: str) -> Answer:
    """Newswatch's own reader; the day is the publisher's."""
    article = read_page(Page(url, html.encode(), "text/html; charset=utf-8")).article
    if article is None:
        return {}
    zone = timezone(timedelta(minutes=article.date_published_offset or 0))
    day = article.date_published.astimezone(zone).date().isoformat() if article.date_published else None
    return {
        "body": article.article_body,
        "title": article.headline,
        "authors": list(article.authors),
        "date_published": day,
        "language": article.in_language,
    }


def trafilatura_reader(**settings: bool) -> Reader:
    """One of the modes of trafilatura."""
    extractor = import_module("trafilatura")

    def read(url: str, html: str) -> Answer:
        found = extractor.bare_extraction(html, url=url, with_metadata=True, include_comments=False, **settings)
        if found is None:
            return {}
        names = [name.strip() for name in (found.author or "").split(";") if name.strip()]
        return {"body": found.text, "title": found.title, "authors": names, "date_published": found.date}

    return read


def newspaper_reader() -> Reader:
    """The extractor newspaper4k, without the pictures: it fetches them to measure them."""
    newspaper = import_module("newspaper")
    settings = newspaper.Config()
    settings.fetch_images = False

    def read(url: str, html: str) -> Answer:
        found = newspaper.article(url, input_html=html, language="en", config=settings)
        day = found.publish_date.date().isoformat() if found.publish_date else None
        return {
            "body": found.text,
            "title": found.title,
            "authors": list(found.authors),
            "date_published": day,
            "language": found.meta_lang,
        }

    return read


def resiliparse_reader() -> Reader:
    """The extractor resiliparse, which reads the body only."""
    extract = import_module("resiliparse.extract.html2text").extract_plain_text
    return lambda _url, html: {"body": extract(html, main_content=True)}


def readers() -> Iterator[tuple[str, Reader]]:
    """All extractors that are installed."""
    yield "newswatch", newswatch
    peers: tuple[tuple[str, Callable[[], Reader]], ...] = (
        ("trafilatura precision", lambda: trafilatura_reader(favor_precision=True)),
        ("trafilatura fast", lambda: trafilatura_reader(fast=True)),
        ("newspaper4k", newspaper_reader),
        ("resiliparse", resiliparse_reader),
    )
    for name, make in peers:
        try:
            yield name, make()
        except ImportError:
            print(f"{name}: not installed (pip install -r benchmarks/requirements.txt)")


def _fold(text: str | None) -> str:
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text or "").casefold()))


def _names(names: list[str] | None) -> set[str]:
    return {_fold(name) for name in names or []} - {""}


def _is_far(truth: str, answer: str | None) -> bool:
    if not answer:
        return False
    return abs(date.fromisoformat(truth[:10]) - date.fromisoformat(answer[:10])) > timedelta(days=1)


_AGREE: dict[str, Callable[[Any, Any], bool]] = {
    "title": lambda truth, answer: _fold(truth) == _fold(answer),
    "authors": lambda truth, answer: _names(truth) == _names(answer),
    "date_published": lambda truth, answer: bool(answer) and truth[:10] == answer[:10],
    "language": lambda truth, answer: truth[:2].lower() == (answer or "")[:2].lower(),
}


def truths_of(folder: Path, every: int) -> list[Answer]:
    """The truth of every so many pages, without the fields that are suspect."""
    with (folder / "truth.jsonl").open(encoding="utf-8") as file:
        pages = [json.loads(line) for line in file][::every]
    return [
        {name: None if name in (page.get("suspect") or ()) else value for name, value in page.items()} for page in pages
    ]


def measure(read: Reader, truths: list[Answer], folder: Path) -> dict[str, Result]:
    """Read all pages with one extractor; results of all, by data set and by language."""
    results: dict[str, Result] = {}
    for truth in truths:
        html = gzip.decompress((folder / f"{truth['id']}.html.gz").read_bytes()).decode("utf-8", "replace")
        began = time.process_time()
        answer = read(truth["url"], html)
        spent = (time.process_time() - began) * 1000
        for group in _groups(truth, html):
            result = results.setdefault(group, Result())
            result.times.append(spent)
            result.add(truth, answer)
    return results


def _groups(truth: Answer, html: str) -> Iterator[str]:
    yield "all"
    yield "live tickers" if LIVE in html else "all but live tickers"
    yield from (f"{by} {truth[by]}" for by in ("source_dataset", "language") if truth.get(by))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1)
    given = parser.parse_args()
    truths = truths_of(given.folder, given.every)
    measured = {name: measure(read, truths, given.folder) for name, read in readers()}
    groups = {group: len(result.times) for results in measured.values() for group, result in results.items()}
    for group in sorted(groups, key=lambda name: (name != "all", -groups[name])):
        if groups[group] >= LEAST_PAGES:
            print(f"\n{group} ({groups[group]} pages)\n{HEAD}")
            for name, results in measured.items():
                print(f"{name:22}{results[group].row()}", flush=True)


if __name__ == "__main__":
    main()
