"""Which page an article goes on, and what that page adds."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.extract.parts import joined, next_part, part_of
from crawler.extract.reader import read_page
from storage.records import Article
from tests.crawler.extract.pages import HEADLINE, PARAGRAPHS, URL, article, html, paragraphs

STORY = "https://paper.example/a/long-story"


@pytest.mark.parametrize(
    ("url", "stem", "number"),
    [
        pytest.param(STORY, "paper.example/a/long-story?", 1, id="without a number it is the first"),
        pytest.param(f"{STORY}/", "paper.example/a/long-story?", 1, id="a slash at the end says nothing"),
        pytest.param(f"{STORY}/2", "paper.example/a/long-story?", 2, id="a step of the path"),
        pytest.param(f"{STORY}/page/3/", "paper.example/a/long-story?", 3, id="page and its number as steps"),
        pytest.param(f"{STORY}/seite-2", "paper.example/a/long-story?", 2, id="in another language"),
        pytest.param(f"{STORY}?page=12", "paper.example/a/long-story?", 12, id="a parameter"),
        pytest.param(f"{STORY}?a=1&Page=2", "paper.example/a/long-story?a=1", 2, id="beside another parameter"),
        pytest.param(f"{STORY}-2.html", "paper.example/a/long-story.html?", 2, id="before the ending"),
        pytest.param(f"{STORY},2.html", "paper.example/a/long-story.html?", 2, id="after a comma"),
        pytest.param(f"{STORY}?p=2", "paper.example/a/long-story?p=2", 1, id="p is an id as often as a page"),
        pytest.param(f"{STORY}-2024", "paper.example/a/long-story-2024?", 1, id="a year is no part"),
        pytest.param(f"{STORY}?page=2&page=", "paper.example/a/long-story?", 2, id="a parameter that says nothing"),
        pytest.param("https://paper.example:8080/2", "paper.example:8080?", 2, id="a port stays"),
    ],
)
def test_an_address_and_the_number_of_its_part(url: str, stem: str, number: int) -> None:
    assert part_of(url) == (stem, number)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param('<link rel="next" href="?page=2">', f"{STORY}?page=2", id="named in the head"),
        pytest.param('<a rel="next" href="/a/long-story/2">Weiter</a>', f"{STORY}/2", id="named at the link"),
        pytest.param('<a rel="next" href="long-story/page/2/">»</a>', f"{STORY}/page/2/", id="beside the page"),
        pytest.param('<a href="?page=3">3</a> <a href="?page=2">2</a>', f"{STORY}?page=2", id="numbered"),
        pytest.param('<a rel="nofollow next" href="?page=2#top">2</a>', f"{STORY}?page=2", id="to a place in the page"),
        pytest.param('<link rel="next" href="/a/other-story">', None, id="the next article of a blog"),
        pytest.param('<link rel="next" href="/a/other-story/2">', None, id="a part of another article"),
        pytest.param('<link rel="next" href="?page=3">', None, id="not the part that follows"),
        pytest.param('<link rel="next" href="https://other.example/a/long-story/2">', None, id="on another host"),
        pytest.param('<div id="comments"><a href="?page=2">2</a></div>', None, id="pages of comments"),
        pytest.param('<div class="KommentarListe"><p><a href="?page=2">2</a></p></div>', None, id="also in German"),
        pytest.param('<a rel="next" href="/comments/long-story/2">next</a>', None, id="an address of comments"),
        pytest.param('<a href="?page=2">Two things to know</a>', None, id="a link that is neither named nor numbered"),
        pytest.param('<link rel="next"><a rel="next" href="">x</a>', None, id="links without an address"),
        pytest.param('<link rel="next" href="http://[">', None, id="what is no address"),
        pytest.param("", None, id="an article on one page"),
    ],
)  # fmt: skip
def test_the_page_on_which_an_article_goes_on(markup: str, expected: str | None) -> None:
    assert next_part(LexborHTMLParser(f"<html><body>{markup}</body></html>"), STORY) == expected


def test_the_second_page_leads_to_the_third() -> None:
    tree = LexborHTMLParser('<a href="?page=1">1</a><b>2</b><a href="?page=3">3</a>')
    assert next_part(tree, f"{STORY}?page=2") == f"{STORY}?page=3"


def test_a_reading_names_the_next_page_of_an_article() -> None:
    read = read_page(article(head='<link rel="next" href="?page=2">'))
    assert (read.is_article, read.next_url) == (True, f"{URL}?page=2")


def test_what_is_no_article_goes_on_nowhere() -> None:
    assert read_page(html('<a rel="next" href="?page=2">2</a>')).next_url is None


def _read(page: str, *texts: str, headline: str = HEADLINE) -> Article:
    return Article(page, headline, "\n\n".join(texts))


def test_the_paragraphs_of_a_further_page_follow() -> None:
    whole = joined(_read(URL, "One.", "Two."), _read(f"{URL}?page=2", "Three.", "Four."))
    assert whole is not None
    assert whole.article_body == "One.\n\nTwo.\n\nThree.\n\nFour."
    assert (whole.url, whole.also) == (URL, (f"{URL}?page=2",))


@pytest.mark.parametrize(
    "headline",
    [
        pytest.param(HEADLINE, id="the same"),
        pytest.param(f"{HEADLINE} – Page 2", id="with its number"),
        pytest.param(HEADLINE.upper(), id="in capitals"),
    ],
)
def test_a_further_page_has_the_headline_of_the_first(headline: str) -> None:
    assert joined(_read(URL, "One."), _read(URL, "Two.", headline=headline)) is not None


def test_a_page_of_another_article_is_not_joined() -> None:
    assert joined(_read(URL, "One."), _read(URL, "Two.", headline="Rain until Friday")) is None


def test_what_every_page_repeats_stands_once() -> None:
    whole = joined(_read(URL, "Intro.", "One."), _read(URL, "Intro.", "Two."))
    assert whole is not None
    assert whole.article_body == "Intro.\n\nOne.\n\nTwo."


def test_a_page_that_says_nothing_new_is_the_same_page() -> None:
    assert joined(_read(URL, *PARAGRAPHS), _read(URL, *PARAGRAPHS)) is None
    assert joined(_read(URL, "One."), _read(URL, "")) is None


def test_three_pages_read_one_by_one_make_one_article() -> None:
    pages = [
        read_page(html(f"<h1>{HEADLINE}</h1>{paragraphs(text, PARAGRAPHS[0])}", f"<title>{HEADLINE}</title>")).article
        for text in ("The first of three pages tells how the bridge was planned and by whom it was paid.",
                     "The second of three pages tells how the bridge was built, pile by pile, through two floods.",
                     "The third of three pages tells what the bridge has changed for those who live at its ends.")
    ]  # fmt: skip
    whole = pages[0]
    for page in pages[1:]:
        assert whole is not None
        assert page is not None
        whole = joined(whole, page)
    assert whole is not None
    assert [line.split()[1] for line in whole.article_body.split("\n\n")] == ["first", "new", "second", "third"]
