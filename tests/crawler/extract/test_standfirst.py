"""The line below the headline that says what the article is about."""

import numpy as np
import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.extract.blocks import walk
from crawler.extract.body import context_of, kept_of
from crawler.extract.features import Context
from crawler.extract.reader import read_page
from crawler.extract.signals import signals_of
from crawler.extract.standfirst import standfirst_of
from tests.crawler.extract.pages import HEADLINE, PARAGRAPHS, URL, html, paragraphs

LINE = "The crossing costs twice what was planned."
HEAD = f"<h1>{HEADLINE}</h1>"


def standfirst(body: str, headline: str = HEADLINE) -> str | None:
    tree = LexborHTMLParser(f"<html><body>{body}{paragraphs(*PARAGRAPHS)}</body></html>")
    signals = signals_of(tree, URL)
    layout = walk(tree)
    place = standfirst_of(layout, context_of(layout, signals, headline))
    return None if place is None else layout.blocks[place].text


FOUND = [
    pytest.param(f'{HEAD}<p class="article-subtitle">{LINE}</p>', id="a subtitle"),
    pytest.param(f'{HEAD}<div class="m-detail-header--dek">{LINE}</div>', id="a dek"),
    pytest.param(f'{HEAD}<div class="article__subdeck theme">{LINE}</div>', id="a subdeck"),
    pytest.param(f'{HEAD}<p class="strapline">{LINE}</p>', id="a strapline"),
    pytest.param(f'{HEAD}<h2 class="sub-headline">{LINE}</h2>', id="a heading of the second rank"),
    pytest.param(f'{HEAD}<div class="standfirst"><p>{LINE}</p></div>', id="its container is marked"),
    pytest.param(f'<h1>Traffic: {HEADLINE}</h1><p class="dek">{LINE}</p>', id="a label stands before the headline"),
    pytest.param(f'<p>Home</p>{HEAD}<img src="a.jpg"><p class="dek">{LINE}</p>', id="behind a picture"),
]
NOT_FOUND = [
    pytest.param(f"{HEAD}<p>{LINE}</p>", id="nothing marks it: the model decides"),
    pytest.param(f'{HEAD}<p>Oberlind</p><p class="dek">{LINE}</p>', id="something else stands between"),
    pytest.param(f'<p class="dek">{LINE}</p>{HEAD}', id="it stands before the headline"),
    pytest.param(f'{HEAD}<p class="dek">Oberlind</p>', id="a label is too short"),
    pytest.param(f'{HEAD}<p class="dek">{LINE * 14}</p>', id="a whole paragraph is too long"),
    pytest.param(f'{HEAD}<p class="dek"><a href="/x">{LINE}</a></p>', id="a link"),
    pytest.param(f'{HEAD}<p class="dek" hidden>{LINE}</p>', id="nobody sees it"),
    pytest.param(f'{HEAD}<ul class="summary"><li>{LINE}</li><li>{LINE}</li></ul>', id="points of a list"),
    pytest.param(f'{HEAD}<p class="dek author-line">{LINE}</p>', id="marked as a byline too"),
    pytest.param(f'{HEAD}<p class="dek">By Hanna Brodt and Jonas Lind in Oberlind</p>', id="worded as a byline"),
    pytest.param(f'{HEAD}<figure><figcaption class="dek">{LINE}</figcaption></figure>', id="a caption"),
    pytest.param(f'<p>{HEADLINE}</p><p class="dek">{LINE}</p>', id="no heading says the headline"),
    pytest.param(HEAD.replace("h1", "h3"), id="a heading of low rank"),
]


@pytest.mark.parametrize("body", FOUND)
def test_the_marked_line_right_below_the_headline_is_the_standfirst(body: str) -> None:
    assert standfirst(body) == LINE


@pytest.mark.parametrize("body", NOT_FOUND)
def test_other_lines_are_none(body: str) -> None:
    assert standfirst(body) is None


def test_without_a_headline_there_is_none() -> None:
    assert standfirst(f'{HEAD}<p class="dek">{LINE}</p>', headline="") is None


def test_a_page_that_ends_with_its_headline_has_none() -> None:
    layout = walk(LexborHTMLParser(f"<html><body>{HEAD}</body></html>"))
    assert standfirst_of(layout, Context(headline=HEADLINE)) is None


def _kept(dek: str, judged: list[float]) -> list[int]:
    layout = walk(LexborHTMLParser(f"<html><body>{HEAD}<p class=dek>{dek}</p>{paragraphs(*PARAGRAPHS)}</body></html>"))
    return kept_of(layout, np.array(judged, dtype=np.float32), Context(headline=HEADLINE))


def test_it_is_kept_however_unlikely_the_model_finds_it() -> None:
    assert _kept(LINE, [0.0, 0.01, 0.95, 0.95, 0.95]) == [1, 2, 3, 4]


def test_it_makes_no_text_where_there_is_none() -> None:
    assert _kept(LINE, [0.0, 0.01, 0.02, 0.02, 0.02]) == []


def test_what_the_text_begins_with_anyway_is_not_said_twice() -> None:
    assert _kept(PARAGRAPHS[0], [0.0, 0.01, 0.95, 0.95, 0.95]) == [2, 3, 4]


@pytest.mark.parametrize("line", ["Sign up for our daily newsletter here", "24 October 2024, 14:35 in Oberlind"])
def test_what_is_worded_as_furniture_or_a_date_is_not_kept_for_its_mark(line: str) -> None:
    assert _kept(line, [0.0, 0.01, 0.95, 0.95, 0.95]) == [2, 3, 4]


def test_a_page_is_read_with_its_standfirst() -> None:
    page = html(
        f'<header>{HEAD}<div class="article__subdeck">{LINE}</div></header><main>{paragraphs(*PARAGRAPHS)}</main>'
    )
    article = read_page(page).article
    assert article is not None
    assert article.article_body == "\n\n".join((LINE, *PARAGRAPHS))
