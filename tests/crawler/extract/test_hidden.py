"""Text that no reader of the page sees: stray lines are left out, text that is unfolded is kept."""

import pytest

from crawler.extract.reader import read_page
from storage.records import Page

PARAGRAPHS = [
    "The harbour council of Tarrow voted on Monday to reopen the old ferry line, after eleven months of repairs.",
    "Engineers had replaced forty metres of the eastern pier, and divers checked each of the new steel anchors.",
    "The first boat will leave at dawn, the mayor said, and pupils of the island school will ride without a fare.",
    "A second vote, on the price of a season ticket, was put off until the accounts of the shipyard are known.",
    "Fishermen asked for a separate berth in winter, and the council promised an answer before the end of May.",
    "The last ferry had run in June of last year, when a storm tore the landing stage from its foundations.",
]
STRAY = "Subscribers of the morning bulletin find the timetable of the ferry line in their letter box every Friday."


def body_of(parts: list[str]) -> list[str]:
    html = f"<html lang=en><head><title>Ferry line reopens</title></head><body><article><h1>Ferry line reopens</h1>{''.join(parts)}</article></body></html>"
    article = read_page(Page("https://tarrow.example/news/ferry-line-reopens-2231", html.encode(), "text/html")).article
    assert article is not None
    return article.article_body.split("\n\n")


def shown() -> list[str]:
    return [f"<p>{text}</p>" for text in PARAGRAPHS]


@pytest.mark.parametrize(
    "how",
    [
        pytest.param("hidden", id="the attribute hidden"),
        pytest.param('style="display: none"', id="display none"),
        pytest.param('style="visibility:hidden"', id="visibility hidden"),
        pytest.param('aria-hidden="true"', id="hidden from screen readers"),
    ],
)
@pytest.mark.parametrize("place", [1, 3, 5])
def test_a_stray_hidden_line_between_paragraphs_is_left_out(how: str, place: int) -> None:
    parts = shown()
    parts.insert(place, f"<p {how}>{STRAY}</p>")
    assert body_of(parts) == PARAGRAPHS


@pytest.mark.parametrize("first", [1, 2, 3])
def test_a_hidden_remainder_that_a_button_unfolds_is_kept(first: int) -> None:
    parts = [*shown()[:first], *(f'<p style="display:none">{text}</p>' for text in PARAGRAPHS[first:])]
    assert body_of(parts) == PARAGRAPHS
