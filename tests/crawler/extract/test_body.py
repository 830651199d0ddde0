"""Which blocks are kept when the probability of each is given: the rules that stand beside the model."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from crawler.extract.blocks import Layout, walk
from crawler.extract.body import Body, body_of, context_of, kept_of, without_note
from crawler.extract.features import Context
from crawler.extract.signals import signals_of
from tests.crawler.extract.pages import HEADLINE, PARAGRAPHS, URL

A = "The orchard behind the mill was sold on Friday to a family from the next valley, the notary said."
B = "Its two hundred trees will stay where they are, and the path to the river remains open to walkers."
C = "A price was not named, but neighbours speak of less than a flat in the city would have cost them."


def layout(body: str) -> Layout:
    return walk(LexborHTMLParser(f"<html><body>{body}</body></html>"))


def kept(body: str, judged: list[float], headline: str = "", captions: frozenset[int] = frozenset()) -> list[int]:
    seen = layout(body)
    assert len(seen.blocks) == len(judged), [block.text for block in seen.blocks]
    return kept_of(seen, np.array(judged, dtype=np.float32), Context(headline=headline, captions=captions))


THREE = f"<p>{A}</p><p>{B}</p><p>{C}</p>"
CHOSEN = [
    pytest.param(THREE, [0.95, 0.95, 0.95], [0, 1, 2], id="all likely blocks are kept"),
    pytest.param(f"<div>{A}</div><p>{B}</p><p>{C}</p>", [0.1, 0.95, 0.95], [1, 2], id="an unlikely block is not"),
    pytest.param(THREE, [0.5, 0.32, 0.02], [0, 1], id="on an unsure page a share of the surest is enough"),
    pytest.param(f"<div>{A}</div><p>{B}</p>", [0.32, 0.95], [1], id="on a sure page the same share is too little"),
    pytest.param(THREE, [0.1, 0.1, 0.1], [], id="what is fainter than faint is never kept"),
    pytest.param(f"<p>{A}</p><p>___</p><p>{B}</p>", [0.95, 0.95, 0.95], [0, 2], id="a rule between parts is no text"),
    pytest.param(
        f"<p>{A}</p><p><a href=x>A second orchard is for sale too</a></p><p>{B}</p>",
        [0.95, 0.7, 0.95],
        [0, 2],
        id="another article's headline between paragraphs",
    ),
    pytest.param(
        f"<p>{A}</p><p><a href=x>The notary has put all of it on his page.</a></p><p>{B}</p>",
        [0.95, 0.7, 0.95],
        [0, 1, 2],
        id="a linked sentence is text",
    ),
    pytest.param(
        f"<p>{A}</p><p><a href=x>https://orchard.example/trees-of-the-valley</a></p><p>{B}</p>",
        [0.95, 0.7, 0.95],
        [0, 1, 2],
        id="an address that is written out is text",
    ),
    pytest.param(
        f"<p>{A}</p><p>{B}</p><p>When you visit our website, we store cookies on your browser.</p>",
        [0.95, 0.95, 0.95],
        [0, 1],
        id="what the law makes sites say below their text",
    ),
    pytest.param(
        f"<p>The site stores cookies on every browser.</p><p>{B}</p>",
        [0.95, 0.95],
        [0, 1],
        id="an article about it may begin so",
    ),
    pytest.param(THREE, [0.95, 0.2, 0.95], [0, 1, 2], id="a gap in the same container is filled"),
    pytest.param(THREE, [0.95, 0.05, 0.95], [0, 2], id="a gap of something quite unlikely is not"),
    pytest.param(f"<p>{A}</p><div><p>{B}</p></div><p>{C}</p>", [0.95, 0.2, 0.95], [0, 2], id="nor one of another container"),
    pytest.param(
        f"<p>{A}</p>" + f"<p>{B}</p>" * 5 + f"<p>{C}</p>", [0.95, *[0.2] * 5, 0.95], [0, 6], id="a wide gap is not filled"
    ),
    pytest.param(
        "<p>The family wants to keep:</p><ul><li>the bees</li><li>the old press</li></ul><p>No more.</p>",
        [0.95, 0.2, 0.2, 0.1],
        [0, 1, 2],
        id="items of an announced list are kept",
    ),
    pytest.param(
        "<p>The family wants much.</p><ul><li>the bees</li><li>the old press</li></ul>",
        [0.95, 0.2, 0.2],
        [0],
        id="items of a list that nothing announces are not",
    ),
    pytest.param(
        "<p>The family wants to keep:</p><ul><li>the bees</li></ul><p>Then.</p><ul><li>News of the day</li></ul>",
        [0.95, 0.2, 0.3, 0.2],
        [0, 1],
        id="the announcement ends with its list",
    ),
    pytest.param(f"<p>{A}</p><p>Read more: the mill</p>", [0.95, 0.7], [0], id="furniture by its wording needs more sureness"),
    pytest.param(
        f"<p>{A}</p><p>Read more, said the teacher, and you will understand.</p>", [0.95, 0.9], [0, 1], id="and is kept with it"
    ),
    pytest.param(f"<p>{A}</p><p>ida@post.example</p>", [0.95, 0.95], [0], id="a mail address that closes the text is cut"),
    pytest.param(f"<p>{A}</p><p>Ida Moe</p>", [0.95, 0.95], [0], id="a name that closes the text is cut"),
    pytest.param(f"<p>{A}</p><p>Ida Moe</p><p>ida@post.example</p>", [0.95] * 3, [0], id="both of them are cut"),
    pytest.param(f"<p>{A}</p><p>It rains.</p>", [0.95, 0.95], [0, 1], id="a short sentence at the end is none of these"),
    pytest.param(f"<p>24 October 2024, 14:35</p><p>{A}</p>", [0.95, 0.95], [1], id="a date above the text is cut"),
    pytest.param(f"<p>Ida Moe</p><p>{A}</p>", [0.95, 0.95], [1], id="a name above the text is cut"),
    pytest.param(f"<p>Dear readers,</p><p>{A}</p>", [0.85, 0.95], [0, 1], id="the salutation of a letter is kept"),
    pytest.param(f"<p>Querida Ana,</p><p>{A}</p>", [0.85, 0.95], [0, 1], id="in another language too"),
    pytest.param(f"<p>{A}</p><p>You can sign up for the trial.</p>", [0.95, 0.7], [0, 1], id="a sentence about calls is kept when it is likely"),
    pytest.param(f"<p>{A}</p><p>You can sign up for the trial.</p>", [0.95, 0.45], [0], id="and is a call when it is not"),
    pytest.param(f"<p>{A}</p><p>Ida Moe in Bergen contributed to this report.</p>", [0.95, 0.9], [0], id="who worked on the text besides is cut"),
    pytest.param("<p>Ida Moe in Bergen contributed to this report.</p>", [0.9], [0], id="but never all of a text"),
    pytest.param("", [], [], id="a page without blocks"),
]  # fmt: skip


LONG = [
    f"{A} It was the {number}th sale of the year, and each of them had been the talk of the valley for a week."
    for number in range(4, 10)
]
PIECES = "".join(f"<p>{line}</p>" for line in LONG)
COPIES = [
    pytest.param(f"{PIECES}<div>{' '.join(LONG)}</div>", [0, 1, 2, 3, 4, 5], id="below the text"),
    pytest.param(f"<div>{' '.join(LONG)}</div>{PIECES}", [1, 2, 3, 4, 5, 6], id="above the text"),
    pytest.param(
        f"{PIECES}<div>{' '.join(LONG)} {B * 3}</div>", [0, 1, 2, 3, 4, 5, 6], id="not with something new in it"
    ),
    pytest.param(
        f"{PIECES}<div>{' '.join(LONG[:4])}</div>", [0, 1, 2, 3, 4, 5, 6], id="not a few lines that are said again"
    ),
    pytest.param(f"<div>{' '.join(LONG)}</div>", [0], id="not the only text"),
]


REMARKS = f"<p>{B.replace('trees', 'pears')}</p><p>{C.replace('A price', 'The sum')}</p>"
COMMENTED = [
    pytest.param(
        f"{THREE}<p>{LONG[0]}</p><h3>Comments (2)</h3><div>{REMARKS}</div>", [0, 1, 2, 3], id="below their heading"
    ),
    pytest.param(
        f"{THREE}<p>{LONG[0]}</p><div><b>2 Kommentare</b><p>{B}</p></div>", [0, 1, 2, 3], id="in one box with it"
    ),
    pytest.param(f"<p>{A}</p><p>Comments</p><div>{REMARKS}</div>", [0, 1, 2, 3], id="not below a line or two"),
    pytest.param(
        f"{THREE}<p>{LONG[0]}</p><i>Comment</i>{REMARKS}", [0, 1, 2, 3, 4, 5, 6], id="not a button in the text"
    ),
    pytest.param(
        f"{THREE}<p>{LONG[0]}</p><h3>No comments were made</h3><div>{REMARKS}</div>",
        [0, 1, 2, 3, 4, 5, 6],
        id="not a subhead",
    ),
]


@pytest.mark.parametrize(("body", "expected"), COMMENTED)
def test_readers_comments_are_cut(body: str, expected: list[int]) -> None:
    assert kept(body, [0.95] * len(layout(body).blocks)) == expected


@pytest.mark.parametrize(("body", "expected"), COPIES)
def test_the_whole_text_in_one_piece_is_left_out_beside_its_parts(body: str, expected: list[int]) -> None:
    assert kept(body, [0.95] * len(layout(body).blocks)) == expected


@pytest.mark.parametrize(("body", "judged", "expected"), CHOSEN)
def test_blocks_are_chosen(body: str, judged: list[float], expected: list[int]) -> None:
    assert kept(body, judged) == expected


PULLED = [
    pytest.param(f"<p>{A}</p><blockquote>{B[:60]}</blockquote><p>{B}</p>", [0, 2], id="a quotation that the text says again is out"),
    pytest.param(f"<p>{A}</p><p>{B}</p><blockquote><p>“{' '.join(B.split()[:7]).upper()}”</p></blockquote>", [0, 1], id="in capitals and quotes too, and below it"),
    pytest.param(f"<p>{A}</p><blockquote>{C}</blockquote><p>{B}</p>", [0, 1, 2], id="one that it does not say stays"),
    pytest.param(f"<p>{A}</p><p>{B[:60]}</p><p>{B}</p>", [0, 1, 2], id="a paragraph that is not set apart stays"),
    pytest.param(f"<blockquote><p>{B[:60]}</p><p>{B}</p></blockquote>", [0, 1], id="one that only other quotations say stays"),
    pytest.param(f"<p>{A}</p><blockquote>{' '.join(B.split()[:2])}</blockquote><p>{B}</p>", [0, 1, 2], id="a word or two stay"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), PULLED)
def test_what_is_said_twice_is_kept_once(body: str, expected: list[int]) -> None:
    assert (
        kept(body, [0.95] * (body.count("<p>") + body.count("<blockquote>") - body.count("<blockquote><p>")))
        == expected
    )


NOTES = [
    pytest.param(("Ida Moe",), (0,), id="a line that begins with the author's name"),
    pytest.param(("Jon Lie", "Ida Moe"), (0,), id="one of several authors"),
    pytest.param(("Ida",), (0, 1), id="a first name is none"),
    pytest.param(("Jon Lie",), (0, 1), id="another person's name"),
    pytest.param((), (0, 1), id="nobody is known"),
]


@pytest.mark.parametrize(("authors", "expected"), NOTES)
def test_a_note_about_the_author_closes_no_text(authors: tuple[str, ...], expected: tuple[int, ...]) -> None:
    seen = layout(f"<p>{A}</p><p>Ida Moe is the keeper of a lighthouse and writes about birds.</p>")
    assert without_note(Body((0, 1)), seen, authors).kept == expected


def test_a_text_is_never_a_note_alone_and_a_long_paragraph_is_none() -> None:
    seen = layout(f"<p>Ida Moe sings.</p><p>Ida Moe sings. {A * 8}</p>")
    assert without_note(Body((0,)), seen, ("Ida Moe",)).kept == (0,)
    assert without_note(Body((0, 1)), seen, ("Ida Moe",)).kept == (0, 1)


NAME = "Orchard behind the mill is sold"
NAMED = [
    pytest.param(f"<p>{NAME}</p><p>{A}</p>", [1], id="the headline again"),
    pytest.param(f"<p>“{NAME.upper()}”!</p><p>{A}</p>", [1], id="the headline in capitals and quotes"),
    pytest.param(f"<p>{NAME} 24 October 2024</p><p>{A}</p>", [1], id="the headline with a date behind it"),
    pytest.param(f"<p>{NAME} to a family.</p><p>{A}</p>", [0, 1], id="a sentence that begins like the headline"),
]


@pytest.mark.parametrize(("body", "expected"), NAMED)
def test_the_headline_is_not_part_of_the_text(body: str, expected: list[int]) -> None:
    assert kept(body, [0.95, 0.95], NAME) == expected


def test_captions_are_left_out_however_likely() -> None:
    assert kept(THREE, [0.99, 0.99, 0.99], captions=frozenset({1})) == [0, 2]


OTHER = "Mayor opens the new library"
SECOND = [
    pytest.param(f"<h1 class=t>{OTHER}</h1>", [1, 2, 3, 4], id="a headline of the same make begins another article"),
    pytest.param(f"<h1 class=u>{OTHER}</h1>", [1, 2, 3, 4, 6], id="a headline of another make does not"),
    pytest.param(f"<h2 class=t>{OTHER}</h2>", [1, 2, 3, 4, 6], id="a subhead does not"),
    pytest.param(f"<h1 class=t>{NAME}</h1>", [1, 2, 3, 4, 6], id="the headline again does not"),
]


@pytest.mark.parametrize(("between", "expected"), SECOND)
def test_text_ends_where_another_article_begins(between: str, expected: list[int]) -> None:
    body = f"<h1 class=t>{NAME}</h1><p>{A}</p><p>{B}</p><p>{C}</p><p>{A} {B}</p>{between}<p>{C} {A}</p>"
    assert kept(body, [0.01, 0.95, 0.95, 0.95, 0.95, 0.01, 0.95], NAME) == expected


def test_a_second_headline_after_few_words_cuts_nothing() -> None:
    body = f"<h1 class=t>{NAME}</h1><p>Short.</p><h1 class=t>{OTHER}</h1><p>{A}</p>"
    assert kept(body, [0.01, 0.95, 0.01, 0.95], NAME) == [1, 3]


@settings(deadline=None)
@given(st.lists(st.floats(0, 1, width=32), min_size=6, max_size=6))
def test_kept_places_are_ascending_and_of_the_page(judged: list[float]) -> None:
    body = f"{THREE}<p>Four things:</p><ul><li>one</li><li>two</li></ul>"
    got = kept(body, judged, NAME)
    assert got == sorted(set(got))
    assert set(got) <= set(range(6))


def test_the_text_of_a_body_is_its_paragraphs_with_empty_lines_between() -> None:
    assert Body((0, 2)).text(layout(THREE)) == f"{A}\n\n{C}"
    assert Body().text(layout(THREE)) == ""


def context(head: str, body: str = THREE) -> Context:
    tree = LexborHTMLParser(f"<html><head>{head}</head><body>{body}</body></html>")
    signals = signals_of(tree, URL)
    return context_of(walk(tree), signals, NAME)


LD = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"x","description":"in data","articleBody":"told"}</script>'
DESCRIBED = [
    pytest.param(
        '<meta property="og:description" content="for friends"><meta name=description content="plain">',
        "for friends",
        id="Open Graph first",
    ),
    pytest.param(f'<meta name=description content="plain">{LD}', "plain", id="then the plain description"),
    pytest.param(LD, "in data", id="then JSON-LD"),
    pytest.param("", "", id="else nothing"),
]


@pytest.mark.parametrize(("head", "description"), DESCRIBED)
def test_the_description_that_helps_to_tell_the_text(head: str, description: str) -> None:
    assert (context(head).description, context(head).headline) == (description, NAME)


def test_captions_and_told_text_of_the_page_are_known_before_it_is_judged() -> None:
    figure = f"<p>{A}</p><figure><img src=/a.jpg><figcaption>The mill in May.</figcaption></figure><p>{B}</p>"
    got = context(LD, figure)
    assert (got.captions, got.article_body) == (frozenset({1}), "told")


def test_the_model_keeps_the_paragraphs_of_a_plain_article() -> None:
    body = f"<h1>{HEADLINE}</h1>" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    assert body_of(layout(body), Context(headline=HEADLINE)).kept == (1, 2, 3)


SPOKEN = [
    ("The filing, opens new tab, names no price.", "The filing, names no price."),
    ("Das Werk (öffnet im neuen Fenster) baut aus.", "Das Werk baut aus."),
    ("The filing (opens in a new tab) names no price.", "The filing names no price."),
    ("Le dossier (s’ouvre dans une nouvelle fenêtre) est là.", "Le dossier est là."),
    ("The editor opens in a new window of the desktop.", "The editor opens in a new window of the desktop."),
]


@pytest.mark.parametrize(("shown", "told"), SPOKEN)
def test_what_links_say_to_listeners_is_left_out(shown: str, told: str) -> None:
    assert Body((0,)).text(layout(f"<p>{shown}</p>")) == told
