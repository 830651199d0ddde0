"""Whether a source needs the browser, as a table of what was seen."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.render.need import ASK_AGAIN, Mark, Mode, Seen, next_mark, wants_browser
from storage.records import USELESS

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
LATELY, LONG_AGO = NOW - timedelta(hours=1), NOW - ASK_AGAIN
SHELL = "an empty <div id=root> and 3 scripts"


@pytest.mark.parametrize(
    ("mode", "mark", "has_content", "shell", "wanted"),
    [
        pytest.param("auto", Mark(), True, None, False, id="a page with links is taken as it came"),
        pytest.param("auto", Mark(), False, SHELL, True, id="a shell is drawn"),
        pytest.param(
            "auto", Mark(), False, None, False, id="a page without links that is no shell is taken as it came"
        ),
        pytest.param("auto", Mark("lists", "", LATELY), True, SHELL, False, id="a marked source that has links now"),
        pytest.param(
            "auto", Mark(USELESS, "", LATELY), False, SHELL, False, id="where it was useless lately it is spared"
        ),
        pytest.param("auto", Mark(USELESS, "", LONG_AGO), False, SHELL, True, id="after a while it is tried again"),
        pytest.param("always", Mark(USELESS, "", LATELY), True, None, True, id="always means always"),
        pytest.param("never", Mark("lists", "", LATELY), False, SHELL, False, id="never means never"),
    ],
)
def test_a_page_is_drawn_when(mode: Mode, mark: Mark, has_content: bool, shell: str | None, wanted: bool) -> None:
    assert wants_browser(mode, mark, NOW, has_content=has_content, shell=shell) is wanted


def test_more_in_the_browser_marks_the_source_with_the_reason() -> None:
    mark = next_mark(Mark(), Seen(more={"lists": "12 links in the browser, none without"}), NOW)
    assert mark == Mark("lists", "12 links in the browser, none without", NOW)


def test_a_second_kind_of_page_is_added_to_the_mark() -> None:
    mark = next_mark(Mark("lists", "old", LATELY), Seen(more={"articles": "an article"}), NOW)
    assert mark is not None
    assert mark.need == "lists and articles"
    assert mark.needs == {"lists", "articles"}


def test_no_more_in_the_browser_marks_it_as_useless() -> None:
    assert next_mark(Mark(), Seen(no_more="none in the browser either"), NOW) == Mark(
        USELESS, "none in the browser either", NOW
    )


def test_one_page_that_shows_no_more_does_not_undo_what_others_need() -> None:
    assert next_mark(Mark("lists", "why", LATELY), Seen(no_more="none"), NOW) is None


def test_a_mark_is_put_to_the_question_from_time_to_time() -> None:
    seen = Seen(plain={"lists"})
    assert next_mark(Mark("lists", "why", LATELY), seen, NOW) is None
    assert next_mark(Mark("lists", "why", LONG_AGO), seen, NOW) == Mark(None, "lists come without a browser again", NOW)


def test_of_two_kinds_the_other_one_stays() -> None:
    mark = next_mark(Mark("lists and articles", "why", LONG_AGO), Seen(plain={"articles"}), NOW)
    assert mark is not None
    assert mark.need == "lists"


@pytest.mark.parametrize("seen", [Seen(), Seen(plain={"articles"})])
def test_a_visit_that_asked_no_list_says_nothing_about_lists(seen: Seen) -> None:
    assert next_mark(Mark("lists", "why", LONG_AGO), seen, NOW) is None


def test_a_source_without_a_mark_stays_without_one() -> None:
    assert next_mark(Mark(), Seen(plain={"lists", "articles"}), NOW) is None
    assert not Mark().is_fresh(NOW)
