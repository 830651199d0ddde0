"""Pages of listings, and the traits that addresses and texts have."""

import pytest

from crawler.discover.anchors import Anchor
from crawler.discover.paging import is_page_of, next_pages, page_number
from crawler.discover.traits import Traits, traits_of

SITE = "https://harbour.example"
URL = f"{SITE}/world"


def paths(said: list[str], found: list[Anchor], url: str = URL) -> list[str]:
    return [page.url.removeprefix(SITE) for page in next_pages(said, found, url)]


NEXT_WORDS = [
    "Next", "next »", "Older posts", "Weiter", "Nächste Seite ›", "Suivant", "Page suivante", "Siguiente", "Próxima página", "Avanti",
    "Volgende", "Nästa", "Neste", "Następna", "Další", "Следующая", "Далі", "Επόμενη", "Sonraki sayfa", "التالي", "次へ", "下一页", "다음", "अगला",
    "ถัดไป", "Trang sau", "Selanjutnya", "Load more", "→ Next →",
]  # fmt: skip


@pytest.mark.parametrize("word", NEXT_WORDS)
def test_next_in_the_languages_of_the_web(word: str) -> None:
    assert paths([], [Anchor(f"{URL}?page=2", word, 2)]) == ["/world?page=2"]


@pytest.mark.parametrize(
    "word", ["Previous", "Zurück", "Newer posts", "Next month in politics", "Nexus", "", "Moreover", "»" * 50]
)
def test_what_is_not_next(word: str) -> None:
    assert paths([], [Anchor(f"{URL}?page=2", word, 2)]) == []


def test_the_surest_comes_first_and_two_are_enough() -> None:
    found = [Anchor(f"{URL}?page={n}", str(n), 2) for n in range(1, 9)] + [Anchor(f"{URL}/older?x", "Older", 2)]
    assert paths([f"{URL}/page/2"], found) == ["/world/page/2", "/world/older?x"]


@pytest.mark.parametrize(
    "url", [f"{SITE}/calendar", f"{SITE}/events/2026", f"{SITE}/archive?month=2026-12", f"{SITE}/termine"]
)
def test_no_page_of_a_calendar_is_followed(url: str) -> None:
    assert paths([f"{url}?page=2"], [Anchor(f"{url}?page=2", "Next", 2)], url) == []


@pytest.mark.parametrize(
    ("address", "title", "turns"),
    [
        ("/world?page=3", "3", True),
        ("/world?page=3", "Older posts", True),
        ("/world?page=3", "All the news of the third page", True),
        ("/politics?page=3", "What happened in politics today", False),
        ("/world?p=12345", "Ferry leaves too early in the day", False),
        ("/world/ferry-leaves", "Ferry leaves", False),
    ],
)
def test_links_that_only_turn_pages(address: str, title: str, turns: bool) -> None:
    assert is_page_of(Anchor(SITE + address, title, 2), URL) is turns


@pytest.mark.parametrize(
    "url", ["/a?page=123456", "/a?page=-1", "/a?page=٣", "/a?page=", "/2024/10/29/a", "/story-12345.html"]
)
def test_numbers_that_are_no_pages(url: str) -> None:
    assert page_number(SITE + url) is None


def traits(address: str, text: str = "") -> Traits:
    return traits_of([Anchor(SITE + address, text, 2)], SITE)[0]


def number(address: str, name: str, text: str = "") -> float:
    own = traits(address, text).own
    assert own is not None
    return own[name]


@pytest.mark.parametrize(
    ("address", "shape"),
    [
        ("/world/article/76595", "w/w/N"), ("/2024/10/man-bites-dog-again", "n/n/S"), ("/a/7", "w/N"), ("/?p=7123", "w/N"),
        ("/news/abc123", "w/M"), ("/2024/10/29/man-bites-dog/index.html", "n/n/n/S"), ("/#!/story/76595", "w/N"),
    ],
)  # fmt: skip
def test_shapes(address: str, shape: str) -> None:
    assert traits(address).shape == shape


@pytest.mark.parametrize(
    ("address", "name", "value"),
    [
        ("/news/man-bites-dog-2024.html", "last_words", 3),
        ("/man-bites-dog/x", "slug_words", 3),
        ("/x/%E5%B8%82%E8%AD%B0%E4%BC%9A%E3%81%8C", "last_words", 3),
        ("/2024/10/29/x-y", "date", 2),
        ("/2024/oct/29/x-y", "date", 2),
        ("/2024/10/x-y", "date", 1),
        ("/x-y-20241029", "date", 2),
        ("/x-y", "date", 0),
        ("/a/12", "id_digits", 8),
        ("/video/x-y", "media_steps", 1),
        ("/sponsored-by-us/x-y", "advertising", 1),
        ("/news/story/x-y", "article_steps", 2),
        ("/x/privacy-statement-policy", "service_words", 2 / 3),
    ],
)
def test_traits_of_addresses(address: str, name: str, value: float) -> None:
    assert number(address, name) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("Man bites dog", "text_words", 3),
        ("市議会が新しい橋", "text_words", 4),
        ("Man bites dog", "lower_share", 2 / 3),
        ("नगर परिषद ने पुल", "lower_share", 0.3),
        ("Man bites dog: how?", "punctuation", 1),
        ("Privacy Policy", "boilerplate", 1),
        ("", "boilerplate", 0),
    ],
)
def test_traits_of_texts(text: str, name: str, value: float) -> None:
    assert number("/x-y", name, text) == pytest.approx(value)


def test_what_was_remembered_of_an_address_is_judged_from_the_page_it_stands_on() -> None:
    link = Anchor("https://quay.example/world/man-bites-dog", "Man bites dog", 2)
    abroad, at_home = (traits_of([link], f"https://{host}.example/")[0] for host in ("harbour", "quay"))
    assert abroad.own is not None
    assert at_home.own is not None
    assert (abroad.off_site, abroad.own["off_site"]) == (True, 1.0)
    assert (at_home.off_site, at_home.own["off_site"]) == (False, 0.0)


def test_a_service_is_one_only_from_elsewhere() -> None:
    link = Anchor("https://shop.harbour.example/world/man-bites-dog", "Man bites dog", 2)
    assert traits_of([link], SITE)[0].own is None
    assert traits_of([link], "https://shop.harbour.example/")[0].own is not None


def test_the_neighbours_of_one_page_are_forgotten_on_the_next() -> None:
    link = Anchor(f"{SITE}/a/99", "Short", 2)
    alone = traits_of([link], SITE)[0].own
    traits_of([link, *(Anchor(f"{SITE}/a/{n}", "A headline of quite some words", 2) for n in range(8))], SITE)
    assert traits_of([link], SITE)[0].own == alone


def test_neighbours_of_the_same_shape_count() -> None:
    long = [Anchor(f"{SITE}/a/{n}", "A headline of quite some words", 2) for n in range(8)]
    among = traits_of([*long, Anchor(f"{SITE}/a/99", "Short", 2)], SITE)[-1].own
    alone = traits("/a/99", "Short").own
    assert among is not None
    assert alone is not None
    assert among["shape_text"] > alone["shape_text"] - 1
    assert among["shape_long"] > 0.8
    assert among["siblings"] > alone["siblings"]


def test_a_folder_of_articles_is_a_section() -> None:
    found = traits_of(
        [Anchor(f"{SITE}/world", "World", 2), *(Anchor(f"{SITE}/world/story-{n}", "x", 2) for n in range(5))], SITE
    )
    assert found[0].own is not None
    assert found[1].own is not None
    assert found[0].own["below"] > found[1].own["below"] == 0


def test_another_host_is_another_site_and_a_subdomain_is_not() -> None:
    hosts = ["https://other.example/x-y", "https://sport.harbour.example/x-y", "https://harbour.example:8443/x-y"]
    front = "https://www.harbour.example/"
    assert [each.off_site for each in traits_of([Anchor(host) for host in hosts], front)][:2] == [True, False]
    assert [each.off_site for each in traits_of([Anchor("http://127.0.0.1:8002/x-y")], "http://127.0.0.1:8001/")] == [
        True
    ]
