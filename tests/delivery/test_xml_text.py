"""Text of strangers in files that are XML."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.xml_text import as_html, sayable


@pytest.mark.parametrize(
    ("text", "left"),
    [
        pytest.param("Über 中文 🌊\t\r\n", "Über 中文 🌊\t\r\n", id="letters of any script, and blanks"),
        pytest.param("a\x00b\x08c\x0bd\x1fe", "abcde", id="control characters"),
        pytest.param("a\ud83cb\udf0ac", "abc", id="halves of pairs"),
        pytest.param("a\ufffeb\uffffc\ufffd", "abc\ufffd", id="what is no character"),
        pytest.param("<b> & ]]>", "<b> & ]]>", id="marks, which the writer escapes"),
    ],
)
def test_what_xml_cannot_hold_is_left_out(text: str, left: str) -> None:
    assert sayable(text) == left


@given(st.text(st.characters(codec=None)))
def test_what_is_left_can_be_written_and_read(text: str) -> None:
    element = ET.Element("name")
    element.text = sayable(text)
    read = ET.fromstring(ET.tostring(element, "utf-8")).text or ""  # noqa: S314 - our own
    assert read.replace("\r\n", "\n").replace("\r", "\n") == sayable(text).replace("\r\n", "\n").replace("\r", "\n")


def test_a_reader_that_takes_text_for_html_shows_it_as_it_stands() -> None:
    assert as_html("2 < 3 & <b>\x01") == "2 &lt; 3 &amp; &lt;b&gt;"
