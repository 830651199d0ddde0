"""The values that one reading passes along."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.extract.blocks import walk
from crawler.extract.body import Body
from crawler.extract.claims import Claims, Given
from crawler.extract.dates import Dates
from crawler.extract.people import Byline
from crawler.extract.signals import Signals


@pytest.mark.parametrize(("text", "letters"), [("", 0), ("bridge", 6), ("新桥开通", 10)])
def test_letters_of_a_reading_are_the_weight_of_its_text(text: str, letters: int) -> None:
    layout = walk(LexborHTMLParser("<p>another text</p>"))
    nowhere: frozenset[int] = frozenset()
    unsigned = (Byline(), "")
    claims = Claims(Signals("u"), layout, ("h", "text"), Body(), (text, "feed"), (), nowhere, unsigned, Dates(), {})
    assert claims.letters == letters


def test_nothing_is_given_unless_somebody_gives_it() -> None:
    assert Given() == Given(link=None, timezone=None, language=None, memory=None)
