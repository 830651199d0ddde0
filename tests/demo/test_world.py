"""The truth behind the demo web: deterministic, varied, encodable."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from demo.outlets import OUTLETS, Outlet, outlet
from demo.world import Article, World, slug

NOW = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
ALL = pytest.mark.parametrize("house", OUTLETS, ids=lambda house: house.key)


def shingles(article: Article) -> set[tuple[str, ...]]:
    words = article.versions[0].body.split()
    return {tuple(words[start : start + 5]) for start in range(len(words) - 4)}


def test_the_same_seed_makes_the_same_world_to_the_letter() -> None:
    assert World.make(seed=7, now=NOW) == World.make(seed=7, now=NOW)


def test_another_seed_makes_another_world() -> None:
    first, second = World.make(seed=7, now=NOW), World.make(seed=8, now=NOW)
    assert not {article.headline for article in first.articles} & {article.headline for article in second.articles}


def test_an_outlet_tells_the_same_whether_others_are_there_or_not() -> None:
    alone, among = World.make(now=NOW, outlets=["courier"]), World.make(now=NOW)
    assert alone.of("courier") == among.of("courier")


@pytest.mark.parametrize(
    ("count", "chosen", "expected"),
    [
        pytest.param(6, None, 6 * len(OUTLETS), id="six articles for each outlet"),
        pytest.param(300, ["meridian"], 300, id="three hundred of one outlet"),
        pytest.param(0, ["meridian"], 0, id="none at all"),
    ],
)
def test_there_are_as_many_articles_as_asked_for(count: int, chosen: list[str] | None, expected: int) -> None:
    assert len(World.make(articles=count, outlets=chosen, now=NOW).articles) == expected


def test_an_outlet_of_ones_own_can_be_part_of_the_world() -> None:
    own = Outlet("own", "Own", "plain", path="/{number}", lists={"/": "front"}, looks_like="plain")
    assert {article.outlet for article in World.make(outlets=[own, "metro"], now=NOW).articles} == {"own", "metro"}


def test_an_unknown_outlet_is_refused() -> None:
    with pytest.raises(KeyError):
        World.make(outlets=["nowhere"])


def test_addresses_and_headlines_are_unique_within_an_outlet() -> None:
    articles = World.make(articles=300, outlets=["meridian"], now=NOW).articles
    assert len({article.path for article in articles}) == len({article.headline for article in articles}) == 300


def test_addresses_of_an_article_belong_to_no_other() -> None:
    world = World.make(articles=40, outlets=["metro"], now=NOW)
    addresses = [each for article in world.articles for each in (article.path, *article.variants, *article.redirects)]
    assert len(addresses) == len(set(addresses)) == 40 * 6


def test_no_two_articles_look_like_copies() -> None:
    articles = [shingles(article) for article in World.make(articles=60, outlets=["signal"], now=NOW).articles]
    shares = [len(one & two) / min(len(one), len(two)) for one, two in itertools.combinations(articles, 2)]
    assert max(shares) < 0.3


@ALL
def test_paragraphs_are_those_of_a_newspaper(house: Outlet) -> None:
    for article in World.make(outlets=[house], now=NOW).articles:
        paragraphs = article.versions[0].paragraphs
        assert 4 <= len(paragraphs) <= 8
        assert len(set(paragraphs)) == len(paragraphs)
        if house.language != "ja":
            assert all(40 <= len(paragraph.split()) <= 80 for paragraph in paragraphs)


@ALL
def test_everything_can_be_written_in_the_outlets_charset(house: Outlet) -> None:
    for article in World.make(articles=40, outlets=[house], now=NOW).articles:
        for version in article.versions:
            told = (version.headline, version.description, version.body, article.caption, *article.authors)
            assert "".join(told).encode(house.charset)


@ALL
def test_publication_is_recent_ordered_and_in_the_outlets_own_offset(house: Outlet) -> None:
    moments = [article.published for article in World.make(outlets=[house], now=NOW).articles]
    assert moments == sorted(moments)
    assert all(timedelta() < NOW - moment < timedelta(hours=61) for moment in moments)
    assert {moment.utcoffset() for moment in moments} == {timedelta(hours=house.utc_offset)}


def test_a_correction_changes_one_paragraph_and_sometimes_the_headline() -> None:
    articles = World.make(articles=20, outlets=["courier"], now=NOW).articles
    for article in articles:
        first, second = article.versions
        changed = [old != new for old, new in zip(first.paragraphs, second.paragraphs, strict=True)]
        assert changed == [False, True, *([False] * (len(changed) - 2))]
    assert {article.versions[0].headline == article.versions[1].headline for article in articles} == {True, False}


def test_articles_are_signed_by_persons_or_by_the_agency_never_by_both() -> None:
    articles = World.make(articles=30, outlets=["correo"], now=NOW).articles
    assert all(bool(article.authors) != bool(article.agency) for article in articles)
    assert {article.agency for article in articles} == {None, "Agencia Faro"}


def test_archived_decoys_are_older_than_any_horizon_and_the_others_are_not() -> None:
    ages = {decoy.why: NOW - decoy.article.published for decoy in World.make(now=NOW).decoys}
    assert ages.pop("horizon") > timedelta(days=30)
    assert all(age < timedelta(days=2) for age in ages.values())


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        pytest.param("Why Karvos Funds It", "why-karvos-funds-it", id="words become a slug"),
        pytest.param("Würde für 40 Bäume", "wurde-fur-40-baume", id="accents are dropped"),
        pytest.param("雪", "96ea", id="another script is written in hex"),
    ],
)
def test_slug(headline: str, expected: str) -> None:
    assert slug(headline) == expected


def test_an_outlet_is_found_by_its_key() -> None:
    assert outlet("hokuto").charset == "shift_jis"
