"""Addresses that never end, told by themselves or by what became of others like them."""

import pytest

from crawler.traps import CIRCLE, DEEPEST, SAME, TRIES, Shapes, Tries, address_trap, shape_of, told, trap_of

BASE = "https://daily.example"


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/", id="front page"),
        pytest.param("/2026/11/11/harbour-opens", id="a date with its numbers twice"),
        pytest.param("/11/11/11/11", id="numbers that repeat"),
        pytest.param("/en/news/en/harbour-opens-again", id="a language twice"),
        pytest.param("/a/b/c/d/e/f/g/h/i/j/k", id="as deep as news gets"),
        pytest.param("/news/harbour?page=2&page=3&page=4", id="a query that repeats"),
        pytest.param("//news//harbour", id="slashes without anything between them"),
    ],
)
def test_an_address_of_news_is_no_trap(path: str) -> None:
    assert address_trap(BASE + path) is None


@pytest.mark.parametrize(
    ("path", "words"),
    [
        pytest.param("/news/more/more/more", "'more' 3 times", id="one part again and again"),
        pytest.param("/a/b/a/b/a/b/c.html", "'a' 3 times", id="two parts in turn"),
        pytest.param("/../x/x/x/../x", "'x' 4 times", id="with dots between"),
        pytest.param("/" + "/".join(f"d{n}" for n in range(DEEPEST + 1)), "parts deep", id="deeper than anything"),
    ],
)
def test_a_growing_path_is_a_trap(path: str, words: str) -> None:
    reason = address_trap(BASE + path)
    assert reason is not None
    assert reason.startswith("trap: the address")
    assert words in reason


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        pytest.param("/calendar/2031/07", "/calendar/#/#", id="numbers"),
        pytest.param("/s12-3.xml", "/s#-#.xml", id="numbers within a part"),
        pytest.param("/news/harbour-opens-again-today", "/news/~", id="a slug"),
        pytest.param("/news/" + "x" * 40, "/news/~", id="a long part"),
        pytest.param("/session/8f3a1b2c3d4e/home", "/session/*/home", id="letters and digits"),
        pytest.param("/news/harbour", "/news/harbour", id="a word stays"),
        pytest.param("/a?b=1&a=2", "/a?a&b", id="names of a query, sorted"),
        pytest.param("/a?sid=8f3a&x", "/a?sid&x", id="a name without a value"),
        pytest.param("/a?p1=x&p2=y", "/a?p#", id="numbered names"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_the_shape_of_an_address(path: str, shape: str) -> None:
    assert shape_of(BASE + path) == shape


def test_a_shape_has_a_bounded_length() -> None:
    assert len(shape_of(BASE + "/ab" * 500)) == 200


@pytest.mark.parametrize(
    ("tried", "kept", "is_trap"),
    [
        pytest.param(TRIES - 1, 0, False, id="too few tries"),
        pytest.param(TRIES, 0, True, id="enough tries, nothing"),
        pytest.param(TRIES, 1, False, id="one is much among so few"),
        pytest.param(100, 1, False, id="one in a hundred"),
        pytest.param(101, 1, True, id="fewer than one in a hundred"),
        pytest.param(100_000, 5_000, False, id="one in twenty"),
    ],
)
def test_a_shape_is_a_trap_when_its_tries_bring_nothing(tried: int, kept: int, is_trap: bool) -> None:
    assert Tries(tried, kept).is_trap is is_trap


def calendar(day: int) -> str:
    return f"{BASE}/calendar/2031/{day}?view=month"


def test_a_shape_becomes_a_trap_within_a_visit() -> None:
    shapes = Shapes()
    for day in range(TRIES):
        assert shapes.trap(calendar(day)) is None
        shapes.note(calendar(day), kept=False)
    assert shapes.trap(calendar(TRIES)) == f"trap: of {TRIES} addresses like /calendar/#/#?view none brought anything"
    assert shapes.trap(f"{BASE}/news/harbour-opens-again-today") is None


def test_what_earlier_visits_met_counts() -> None:
    shapes = Shapes({"/calendar/#/#?view": Tries(TRIES - 1, 0)})
    assert shapes.trap(calendar(1)) is None
    shapes.note(calendar(1), kept=False)
    assert shapes.trap(calendar(2)) is not None
    assert shapes.fresh == {"/calendar/#/#?view": Tries(1, 0)}


def test_a_shape_of_articles_is_never_a_trap() -> None:
    shapes = Shapes()
    for number in range(3 * TRIES):
        shapes.note(f"{BASE}/news/harbour-board-hears-{number}", kept=number % 20 == 0)
    assert shapes.trap(f"{BASE}/news/harbour-board-hears-residents") is None
    assert shapes.trapped() == []


def test_the_operator_sees_the_traps_of_this_visit_and_a_source_that_is_full() -> None:
    shapes = Shapes({"/other/#": Tries(TRIES, 0)})
    assert shapes.trapped() == []
    shapes.met = "trap: 2000 further pages, no more are followed"
    for day in range(TRIES):
        shapes.note(calendar(day), kept=False)
    assert shapes.trapped()[0] == shapes.met
    assert shapes.trapped()[1].startswith("trap: of 50 addresses like /calendar")


DEEP, GROWN = "trap: the address is 17 parts deep", "trap: the address repeats 'more' 3 times"


@pytest.mark.parametrize(
    ("fresh", "pages", "reason"),
    [
        pytest.param([], [], None, id="nothing new"),
        pytest.param([None, "off-site"], [None], None, id="no trap"),
        pytest.param([DEEP, None, None], [], None, id="one odd link among others"),
        pytest.param([DEEP, None], [], DEEP, id="half of what is new"),
        pytest.param([None, None, None], [GROWN], GROWN, id="a further page that only grows"),
        pytest.param([DEEP], [GROWN], GROWN, id="both"),
    ],
)
def test_what_of_an_answer_is_told_as_a_trap(
    fresh: list[str | None], pages: list[str | None], reason: str | None
) -> None:
    assert told(fresh, pages) == reason


def test_the_first_page_that_only_leads_on_is_the_one_that_is_told() -> None:
    shapes = Shapes()
    for words in (None, CIRCLE, "no article, and links into a calendar: /calendar/2031/07"):
        shapes.lead_on(words)
    assert shapes.nowhere == trap_of(CIRCLE) == "trap: its sitemaps list only each other"
    assert shapes.trapped() == [], "what that says of the source, its articles decide"


def met_again(addresses: int, *, tried: int, shape: str = "/story/harbour?session={}") -> Shapes:
    """A visit that read so many pages, half of them an article that is known under so many addresses."""
    shapes = Shapes(fresh={"/story/#": Tries(tried, tried // 2)})
    shapes.same[7] += tried - tried // 2
    shapes.meet_again([(7, BASE + shape.format(number)) for number in range(addresses)])
    return shapes


def test_an_article_under_addresses_without_end_is_told() -> None:
    reason = "trap: 20 addresses like /story/harbour?session lead to one article"
    assert met_again(SAME, tried=10).trapped() == [reason]
    in_the_path = met_again(SAME, tried=10, shape="/s/8f3a1b2c3d4e{}/story/harbour").trapped()
    assert in_the_path == ["trap: 20 addresses like /s/*/story/harbour lead to one article"]


def test_nothing_is_skipped_because_others_lead_to_one_article() -> None:
    assert met_again(SAME, tried=10).trap(f"{BASE}/story/harbour?session=9999") is None


@pytest.mark.parametrize(
    ("addresses", "others"),
    [
        pytest.param(SAME - 1, 0, id="an article of some pages"),
        pytest.param(SAME, 50, id="a live page among many new articles"),
        pytest.param(0, 0, id="its addresses were pruned"),
    ],
)
def test_an_article_under_some_addresses_is_no_trap(addresses: int, others: int) -> None:
    shapes = Shapes(fresh={"/news/~": Tries(others, others)})
    shapes.note(f"{BASE}/live/harbour?post=1", kept=False)
    shapes.same[7] += 1
    shapes.meet_again([(7, f"{BASE}/live/harbour?post={number}") for number in range(addresses)])
    assert shapes.trapped() == []


def test_several_articles_with_some_addresses_each_are_no_trap() -> None:
    shapes = Shapes(fresh={"/news/~": Tries(40, 0)})
    shapes.same.update(dict.fromkeys(range(20), 2))
    shapes.meet_again([(number % 20, f"{BASE}/news/harbour?from={number}") for number in range(40)])
    assert shapes.trapped() == []
