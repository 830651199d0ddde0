"""Simulated sites for the links of listings: addresses as publishers form them, with the truth known.

    python -m benchmarks.simulated_sites

Each has a front page of articles and of others that look much like them. F1 is printed cold, after some pages of an
earlier front page were fetched, whose outcome is known, and of what came to a page between two looks at it: articles,
and now and then one of the others.
"""

import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from crawler.discover.anchors import Anchor
from crawler.discover.links import THRESHOLD, article_scores
from crawler.discover.newness import newness, standing
from crawler.discover.shapes import counts_of

SITE = "https://simulated.example"
WORDS = (
    "harbour council bridge minister storm river market school strike vote garden railway museum budget winter train "
    "island court doctor tunnel festival forest union library airport"
).split()
#: articles on a front page, and other links of a kind that is built alike
ARTICLES, OTHERS = 60, 24
#: of these come between two looks
CAME, OTHERS_CAME = 12, 2

Form = Callable[[random.Random, int], tuple[str, str]]


def _slug(chance: random.Random, words: int) -> str:
    return "-".join(chance.choices(WORDS, k=words))


def _title(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, k=words)).capitalize()


#: name -> how articles are formed, how others are: (path, text of the link)
SITES: dict[str, tuple[Form, Form]] = {
    "numbers under letters": (
        lambda chance, at: (f"/a/{700 + at}", _title(chance, chance.randint(2, 4))),
        lambda chance, at: (f"/topic/{_slug(chance, 4)}-{at}", _title(chance, 5)),
    ),
    "short words": (
        lambda chance, at: (f"/read/{_slug(chance, 1)}{at}", _title(chance, 3)),
        lambda chance, at: (f"/dossier/{_slug(chance, 3)}-{at}", _title(chance, 6)),
    ),
    "galleries like articles": (
        lambda chance, at: (f"/news/{_slug(chance, 5)}-{at}", _title(chance, 8)),
        lambda chance, at: (f"/special/{_slug(chance, 5)}-{at}", _title(chance, 8)),
    ),
    "queries": (
        lambda chance, at: (f"/index.php?id={5000 + at}", _title(chance, 3)),
        lambda chance, at: (f"/people/{_slug(chance, 3)}-{at}", _title(chance, 5)),
    ),
}


def front_page(name: str, seed: int) -> list[tuple[Anchor, bool]]:
    """The links of one front page with the truth of each."""
    article, other = SITES[name]
    chance = random.Random(seed)
    links = [(article(chance, seed * 1000 + at), True) for at in range(ARTICLES)]
    links += [(other(chance, seed * 1000 + at), False) for at in range(OTHERS)]
    chance.shuffle(links)
    return [(Anchor(SITE + path, title), truth) for (path, title), truth in links]


def f1(name: str, fetched: list[tuple[str, bool]], seed: int) -> float:
    """F1 on a front page, with the outcome of what was fetched before."""
    page = front_page(name, seed)
    scores = article_scores([anchor for anchor, _ in page], f"{SITE}/", shapes=counts_of(fetched))
    said = [score >= THRESHOLD for score in scores]
    right = sum(one and truth for one, (_, truth) in zip(said, page, strict=True))
    return 2 * right / (sum(said) + ARTICLES)


def after(name: str, pages: int) -> float:
    """Mean F1 on front pages that were not fetched from, after so many pages of another one."""
    known = [(anchor.url, truth) for anchor, truth in front_page(name, 99)][:pages]
    return sum(f1(name, known, seed) for seed in range(5)) / 5


def of_news(name: str, seed: int) -> float:
    """F1 on what came between two looks at a page, of which nothing was fetched yet."""
    links = sorted(front_page(name, seed), key=lambda link: not link[1])
    came = links[:CAME] + links[ARTICLES : ARTICLES + OTHERS_CAME]
    before = standing([anchor.url for anchor, _ in links if (anchor, _) not in came], ())
    found = [anchor for anchor, _ in links]
    scores = article_scores(found, f"{SITE}/", news=newness([anchor.url for anchor in found], before))
    said = [score >= THRESHOLD for score, link in zip(scores, links, strict=True) if link in came]
    right = sum(said[:CAME])
    return 2 * right / (sum(said) + CAME)


def measured(pages: int) -> Iterator[tuple[str, float, float, float]]:
    """Name, F1 cold, F1 after so many pages, F1 of what came between two looks, for each site."""
    for name in SITES:
        yield name, after(name, 0), after(name, pages), sum(of_news(name, seed) for seed in range(5)) / 5


def main() -> None:
    """Print the figures."""
    for name, cold, learned, news in measured(20):
        print(
            f"simulated site, {name:24}: F1 {cold:.3f} cold, {learned:.3f} after 20 pages, {news:.3f} of what came anew"
        )


if __name__ == "__main__":
    main()
