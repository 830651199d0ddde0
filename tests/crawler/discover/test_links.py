"""Scores of links: what an address tells, what the neighbours tell, what the place tells."""

import json
from pathlib import Path

import pytest

from crawler.discover import links
from crawler.discover.anchors import Anchor
from crawler.discover.links import THRESHOLD, Weights, article_scores, shipped_weights
from crawler.discover.newness import NEW
from crawler.discover.traits import never_article, traits_of

SITE = "https://harbour.example"
LONG = "Council approves a new bridge over the river"


def score(path: str, title: str = LONG, **more: object) -> float:
    anchor = Anchor(path if "://" in path else SITE + path, title, 2)
    for name, value in more.items():
        setattr(anchor, name, value)
    return article_scores([anchor], f"{SITE}/")[0]


@pytest.mark.parametrize(
    "path",
    [
        "/2024/10/24/council-approves-new-bridge",
        "/news/council-approves-new-bridge-12345.html",
        "/story/8675309",
        "/?p=12345",
        "/world/article/76595",
    ],
)
def test_headlines_on_addresses_of_articles_are_articles(path: str) -> None:
    assert score(path) >= THRESHOLD


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/politics", "Politics"),
        ("/world/europe", "Europe"),
        ("/sport/football/premier-league", "Premier League"),
        ("/opinion", "Opinion"),
        ("https://facebook.com/harbour", "Facebook"),
    ],
)
def test_names_of_menus_are_no_articles(path: str, title: str) -> None:
    assert score(path, title) < THRESHOLD


@pytest.mark.parametrize(
    "url",
    [
        "/", "/tag/x", "/author/ana-ruiz", "/2024", "/2024/10", "/archive/2024/10/29", "/world/page/3", "/a.jpg", "/feed", "/contact",
        "/news/x-y-z?print=1", "/news/x-y-z?replytocom=7", "/?s=bridge", "https://shop.harbour.example/a-b-c-d", "/category/economy-and-trade",
    ],
)  # fmt: skip
def test_what_is_never_an_article(url: str) -> None:
    address = url if "://" in url else SITE + url
    assert never_article(address, f"{SITE}/sitemap.xml")
    assert article_scores([Anchor(address, LONG, 3)], f"{SITE}/") == [0.0]


@pytest.mark.parametrize(
    "url",
    [
        "/news/a-b-c",
        "/?p=123",
        "/article.php?id=7",
        "/2024/10/29/a",
        "/2024-10-29-a.html",
        "/video/storm-hits-the-coast",
    ],
)
def test_what_may_be_an_article(url: str) -> None:
    assert not never_article(SITE + url, f"{SITE}/sitemap.xml")


def test_places_and_headings_count() -> None:
    path = "/news/bridge-approved"
    plain = score(path)
    assert score(path, rank=3) > plain > score(path, region="nav") > score(path, region="footer")


def test_a_short_headline_is_judged_by_the_teasers_around_it() -> None:
    teasers = [Anchor(f"{SITE}/news/a-long-slug-of-a-story-{n}", LONG, 2, markup="li.t/h3/a") for n in range(6)]
    alone = article_scores([Anchor(f"{SITE}/news/resigned", "Minister resigns", 2, markup="li.t/h3/a")], SITE)[0]
    among = article_scores(
        [*teasers, Anchor(f"{SITE}/news/resigned", "Minister resigns", 2, markup="li.t/h3/a")], SITE
    )[-1]
    beside = article_scores([*teasers, Anchor(f"{SITE}/news/resigned", "Minister resigns", 2, markup="p/a")], SITE)[-1]
    assert alone < THRESHOLD <= among
    assert beside < among


def test_films_do_not_profit_from_the_articles_around_them() -> None:
    teasers = [Anchor(f"{SITE}/news/a-long-slug-of-a-story-{n}", LONG, 2, markup="li.t/h3/a") for n in range(6)]
    film = Anchor(f"{SITE}/video/storm", "Storm", 2, markup="li.t/h3/a")
    assert article_scores([*teasers, film], SITE)[-1] < THRESHOLD


def test_traits_are_numbers_that_the_table_knows() -> None:
    traits = traits_of([Anchor(f"{SITE}/2024/10/29/new-bridge-9876543", LONG, 2)], SITE)[0].own
    assert traits is not None
    assert traits["date"] == 2.0
    assert traits["id_digits"] == 7
    assert traits["text_words"] == 8
    assert {name for name, _, _ in shipped_weights().tables} <= set(traits)


def test_the_shipped_table_is_whole() -> None:
    learned = json.loads((Path(links.__file__).parent / "link_weights.json").read_text(encoding="utf-8"))
    assert learned["threshold"] == THRESHOLD
    for table in learned["traits"].values():
        assert len(table["weights"]) == len(table["cuts"]) + 1
        assert table["cuts"] == sorted(table["cuts"])


def test_a_table_is_a_sum_of_steps() -> None:
    weights = Weights.of({"bias": 0.5, "traits": {"depth": {"cuts": [1.5, 2.5], "weights": [-1.0, 0.25, 2.0]}}})
    assert [weights.log_odds({"depth": depth}) for depth in (1.0, 2.0, 3.0)] == [-0.5, 0.75, 2.5]


def test_what_came_while_the_page_was_watched_is_likelier_an_article() -> None:
    found = [Anchor(f"{SITE}/a/{number}", "Ferry late", 2) for number in (701, 702)]
    old, new = article_scores(found, SITE, news=[0.0, NEW])
    assert old < new
    assert article_scores(found, SITE, news=[0.0, 0.0]) == article_scores(found, SITE)


def test_a_list_to_which_something_came_is_no_menu() -> None:
    stories = [Anchor(f"{SITE}/a/{number}", "Late", 2, markup="ul/li/a") for number in range(701, 706)]
    menu = [Anchor(f"{SITE}/{name}", name, 2, markup="nav/a") for name in ("world", "sport", "money")]
    cold = article_scores([*stories, *menu], SITE)
    said = article_scores([*stories, *menu], SITE, news=[NEW] + [0.0] * 7)
    assert max(cold) < THRESHOLD <= min(said[:5])
    assert said[5:] == cold[5:]


def test_a_tag_page_is_no_article_however_new_it_is() -> None:
    assert article_scores([Anchor(f"{SITE}/tag/ferries", LONG, 3)], SITE, news=[NEW]) == [0.0]


def test_no_links_no_scores() -> None:
    assert article_scores([], SITE) == []
