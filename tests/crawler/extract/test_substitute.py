"""Texts that stand in for a page's own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract.substitute import text_of_article, text_of_html
from crawler.extract.text import weight

SHOWN = "The bridge over the Lind was opened on Thursday. Read on with a subscription."
SENTENCE = "The mayor of Oberlind walked across the bridge with a class of pupils and a brass band. "
LONG = SENTENCE * 12
FED = f"<p>{SENTENCE}</p><p>{SENTENCE * 5}</p>"

CHOICES = [
    pytest.param(SHOWN, {}, None, "text", id="nothing stands in"),
    pytest.param(SHOWN, {}, FED, "feed", id="the feed brought far more"),
    pytest.param(SHOWN, {}, f"<p>{SHOWN}</p>", "text", id="the feed brought the same"),
    pytest.param("", {}, "<p>Too short.</p>", "text", id="the feed brought hardly anything"),
    pytest.param(LONG, {}, FED * 10, "text", id="the page is long enough, whatever the feed brought"),
    pytest.param(
        SHOWN, {"articleBody": LONG}, None, "json-ld", id="the page shows the beginning of what JSON-LD holds"
    ),
    pytest.param(LONG[:800], {"articleBody": LONG}, None, "text", id="the page shows most of what JSON-LD holds"),
    pytest.param(SHOWN, {"articleBody": SENTENCE}, None, "text", id="JSON-LD holds a teaser"),
    pytest.param(SHOWN, {"articleBody": [LONG]}, None, "text", id="the body in JSON-LD is no text"),
    pytest.param(SHOWN, {"articleBody": LONG}, FED, "feed", id="the feed goes before JSON-LD"),
    pytest.param("", {"articleBody": ""}, "", "text", id="nothing anywhere"),
]


@pytest.mark.parametrize(("shown", "node", "body_html", "origin"), CHOICES)
def test_which_text_is_the_articles(shown: str, node: dict[str, object], body_html: str | None, origin: str) -> None:
    text, came_from = text_of_article(shown, node, body_html)
    assert came_from == origin
    assert weight(text) >= weight(shown)


FORMS = [
    pytest.param("{0}\n{1}", id="line breaks"),
    pytest.param("{0}\r\n\r\n\r\n{1}", id="blank lines as on Windows"),
    pytest.param("<p>{0}</p><p>{1}</p>", id="tags"),
    pytest.param("&lt;p&gt;{0}&lt;/p&gt;&lt;p&gt;{1}&lt;/p&gt;", id="escaped tags"),
    pytest.param("{0}<br/><BR />{1}", id="breaks"),
    pytest.param("{0}&#10;{1}&#" + "9" * 5_000 + "\n", id="a reference of five thousand digits at the end"),
]


@pytest.mark.parametrize("form", FORMS)
def test_paragraphs_of_a_text_in_json_ld(form: str) -> None:
    text, origin = text_of_article("", {"articleBody": form.format(LONG.strip(), "The end & more.")}, None)
    assert origin == "json-ld"
    assert text.removesuffix("\ufffd").split("\n\n") == [LONG.strip(), "The end & more."]


def test_chinese_letters_count_for_more() -> None:
    told = "大桥于周四上午通车，市长与学生一同走过。" * 12
    assert text_of_article("大桥通车。", {"articleBody": told}, None) == (told, "json-ld")


HTML = [
    pytest.param("<p>One.</p><p>Two.</p>", "One.\n\nTwo.", id="paragraphs"),
    pytest.param("One.<br><br>Two.", "One.\n\nTwo.", id="breaks"),
    pytest.param("<p>One &amp; a half.</p><script>x()</script>", "One & a half.", id="scripts are no text"),
    pytest.param(
        "<figure><img src=a><figcaption>The bridge.</figcaption></figure><p>One.</p>", "One.", id="no captions"
    ),
    pytest.param("<p>One.</p><p>Sign up for our newsletter and get the news every morning.</p>", "One.", id="no calls"),
    pytest.param("plain words", "plain words", id="no markup"),
    pytest.param("", "", id="nothing"),
    pytest.param("<div>" * 100_000, "", id="a hundred thousand open elements"),
]


@pytest.mark.parametrize(("body_html", "expected"), HTML)
def test_text_of_a_piece_of_html(body_html: str, expected: str) -> None:
    assert text_of_html(body_html) == expected


@settings(deadline=None)
@given(st.text(st.one_of(st.sampled_from("<>/pdivbr&;\"' =\n"), st.characters())))
def test_any_text_can_be_a_piece_of_html(text: str) -> None:
    assert all(line.strip() for line in text_of_html(text).split("\n\n") if text_of_html(text))


@settings(deadline=None)
@given(st.text(), st.text(), st.one_of(st.none(), st.text()))
def test_any_texts_can_be_weighed(shown: str, told: str, body_html: str | None) -> None:
    assert text_of_article(shown, {"articleBody": told}, body_html)[1] in ("text", "feed", "json-ld")
