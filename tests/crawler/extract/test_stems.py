"""Many strings looked for at once."""

from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.stems import Stems

LETTERS = st.text(st.sampled_from("abn us订阅é \U0001f6d2\ud800"), max_size=60)


def test_all_places_of_all_strings_are_found() -> None:
    stems = Stems(("newsletter", "news", " us on", "订阅"))
    assert sorted(stems.places("newsletter: find us on 订阅 news")) == [
        (0, "news"),
        (0, "newsletter"),
        (16, " us on"),
        (23, "订阅"),
        (26, "news"),
    ]


def test_a_string_at_the_very_end_is_found_and_one_that_is_cut_off_is_not() -> None:
    assert list(Stems(("inbox",)).places("your inbox")) == [(5, "inbox")]
    assert not list(Stems(("inbox",)).places("your inbo"))


@given(LETTERS, st.lists(st.text(st.sampled_from("abn us订阅é"), min_size=1, max_size=6), unique=True, max_size=8))
def test_it_finds_what_a_plain_search_finds(text: str, stems: list[str]) -> None:
    found = set(Stems(stems).places(text))
    assert found == {(at, stem) for stem in stems for at in range(len(text)) if text.startswith(stem, at)}
