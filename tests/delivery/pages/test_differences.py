"""Two versions side by side: nothing is lost on either side, and what differs is marked."""

from hypothesis import given
from hypothesis import strategies as st

from delivery.pages import differences
from delivery.pages.differences import Pair, Piece, side_by_side

PARAGRAPHS = st.lists(st.text("ab c.大学", min_size=1).filter(str.strip), max_size=5).map("\n\n".join)


def told(pair: Pair) -> tuple[str, str]:
    """Both sides, what differs in brackets."""

    def side(pieces: tuple[Piece, ...]) -> str:
        return "".join(f"[{piece.text}]" if piece.differs else piece.text for piece in pieces)

    return side(pair.old), side(pair.new)


def test_equal_paragraphs_stand_beside_each_other() -> None:
    assert [told(pair) for pair in side_by_side("One.\n\nTwo.", "One.\n\nTwo.")] == [("One.", "One."), ("Two.", "Two.")]
    assert all(pair.is_same for pair in side_by_side("One.", "One."))


def test_changed_words_are_marked_on_their_side() -> None:
    (pair,) = side_by_side("Three people were hurt.", "Four people were badly hurt.")
    assert told(pair) == ("[Three] people were hurt.", "[Four] people were [badly ]hurt.")
    assert not pair.is_same


def test_a_paragraph_that_came_or_went_stands_alone() -> None:
    assert [told(pair) for pair in side_by_side("One.", "One.\n\nNew one.")] == [("One.", "One."), ("", "[New one.]")]
    assert [told(pair) for pair in side_by_side("Old one.\n\nOne.", "One.")] == [("[Old one.]", ""), ("One.", "One.")]


def test_a_paragraph_that_went_does_not_shift_those_that_changed() -> None:
    old = "Divers came today.\n\nThree people were hurt.\n\nFerries leave from Sund."
    new = "Four people were hurt.\n\nFerries left from Sund.\n\nMore will follow."
    assert [told(pair) for pair in side_by_side(old, new)] == [
        ("[Divers came today.]", ""),
        ("[Three] people were hurt.", "[Four] people were hurt."),
        ("Ferries [leave] from Sund.", "Ferries [left] from Sund."),
        ("", "[More will follow.]"),
    ]


def test_text_without_spaces_is_compared_by_character() -> None:
    (pair,) = side_by_side("北京大学", "北京小学")
    assert told(pair) == ("北京[大]学", "北京[小]学")


def test_paragraphs_too_long_to_compare_are_marked_whole() -> None:
    long = "word " * (differences.MOST_WORDS + 1)
    (pair,) = side_by_side(long, long + "more")
    assert [piece.differs for piece in (*pair.old, *pair.new)] == [True, True]


@given(old=PARAGRAPHS, new=PARAGRAPHS)
def test_nothing_is_lost_on_either_side(old: str, new: str) -> None:
    pairs = side_by_side(old, new)
    sides = [["".join(piece.text for piece in side) for side in column] for column in
             ([pair.old for pair in pairs], [pair.new for pair in pairs])]  # fmt: skip
    for text, side in zip((old, new), sides, strict=True):
        assert [part for part in side if part] == [part for part in text.split("\n\n") if part]
