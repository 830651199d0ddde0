"""What a site's pages teach."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.extract.memory import SiteMemory, memory_of, remember
from crawler.extract.reader import read_page
from storage.records import Article, Link, Reading
from tests.crawler.extract.pages import html, paragraphs

CALL = "Every weekday at seven: the town in five minutes, free of charge."


def reading(number: int, *lines: str, repeated: tuple[str, ...] = ()) -> Reading:
    body = "\n\n".join((f"The council met for the {number}th time this year.", *lines))
    return Reading(Article(f"https://paper.example/{number}", f"Story number {number}", body), repeated=repeated)


def taught(*readings: Reading) -> SiteMemory:
    memory = SiteMemory()
    for each in readings:
        memory = remember(memory, each)
    return memory


def test_a_line_of_three_articles_is_furniture() -> None:
    memory = taught(*(reading(n, CALL) for n in range(3)))
    assert memory.is_furniture(CALL)
    assert memory.is_furniture(CALL.upper() + "!"), "case and punctuation do not matter"


def test_a_line_of_two_articles_is_not() -> None:
    assert not taught(reading(1, CALL), reading(2, CALL)).is_furniture(CALL)


def test_the_same_article_read_three_times_teaches_once() -> None:
    assert not taught(*(reading(1, CALL) for _ in range(3))).is_furniture(CALL)


def test_a_line_of_a_few_articles_in_many_is_none() -> None:
    memory = taught(*(reading(n, CALL) for n in range(3)), *(reading(n) for n in range(3, 9)))
    assert not memory.is_furniture(CALL)


def test_a_line_of_every_second_article_stays_furniture_however_many_come() -> None:
    memory = taught(*(reading(n, *([CALL] if n % 2 else [])) for n in range(200)))
    assert memory.is_furniture(CALL)


def test_long_sentences_are_never_furniture() -> None:
    background = (
        "The war began in the spring of the year before last, when " + "the border was crossed, and " * 12 + "so on."
    )
    assert not taught(*(reading(n, background) for n in range(5))).is_furniture(background)


def test_what_is_left_out_of_the_body_is_not_forgotten() -> None:
    memory = taught(*(reading(n, CALL) for n in range(3)))
    for number in range(10, 200):
        memory = remember(memory, reading(number, repeated=(CALL,)))
    assert memory.is_furniture(CALL)


def test_a_line_that_is_gone_is_forgotten() -> None:
    memory = taught(*(reading(n, CALL) for n in range(4)))
    for number in range(10, 400):
        memory = remember(memory, reading(number))
    assert not memory.is_furniture(CALL)


def test_a_page_that_is_no_article_teaches_nothing() -> None:
    assert remember(SiteMemory(), Reading(reason="gallery")) == SiteMemory()


def test_it_stays_small() -> None:
    memory = taught(*(reading(n, *(f"Line {n} {m} of the day." for m in range(60))) for n in range(80)))
    assert len(memory.lines) <= 1_500


def test_it_survives_the_store() -> None:
    memory = taught(*(reading(n, CALL) for n in range(3)))
    assert SiteMemory.from_json(memory.to_json()) == memory


def test_what_is_no_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON object"):
        SiteMemory.from_json("[]")


def test_the_reader_leaves_out_what_the_site_repeats() -> None:
    note = "Petra Lind has walked every street of the quarter and lives near the old gate with two cats."
    memory = taught(*(reading(n, note) for n in range(3)))
    text = (
        "The market hall reopens on Monday after two years of work on its roof, the council said.",
        "Stalls on the ground floor will sell fish, cheese and bread, as they did before the fire.",
        "The upper floor stays closed until spring, when the last of the old windows come back from the glazier.",
        "Rents for the stalls have not been settled, and the traders meet the council again in ten days.",
    )
    page = html(
        f"<h1>Market hall reopens on Monday</h1>{paragraphs(*text, note)}",
        "<title>Market hall reopens on Monday</title>",
    )

    taught_reading = read_page(page, memory=memory)

    assert taught_reading.article is not None
    assert taught_reading.article.article_body == "\n\n".join(text)
    assert note in taught_reading.dropped
    assert taught_reading.repeated == (note,)


def shown(number: int, **likely: float) -> Reading:
    return replace(reading(number), shapes=likely)


def test_the_likelihood_of_a_shape_is_the_mean_over_articles() -> None:
    memory = taught(shown(1, p=0.9, aside=0.1), shown(2, p=0.7), shown(3, p=0.8))
    assert memory.shapes == {"p": (0.8, 3), "aside": (0.1, 1)}


def test_three_articles_in_unknown_shapes_are_another_template() -> None:
    old = taught(*(shown(n, p=0.9, aside=0.1) for n in range(5)))
    twice = remember(remember(old, shown(10, div=0.9)), shown(11, div=0.9))
    assert (twice.templates, twice.strange, twice.shapes["p"]) == (1, 2, (0.9, 5))
    thrice = remember(twice, shown(12, div=0.9))
    assert (thrice.templates, thrice.strange, dict(thrice.shapes)) == (2, 0, {"div": (0.9, 1)})


def test_one_strange_article_among_others_changes_no_template() -> None:
    memory = taught(*(shown(n, p=0.9) for n in range(5)))
    for number in range(10, 30):
        memory = remember(memory, shown(number, **({"div": 0.9} if number % 3 else {"p": 0.9})))
    assert memory.templates == 1


def test_a_mean_follows_the_site() -> None:
    memory = taught(*(shown(n, p=0.9) for n in range(60)), *(shown(n, p=0.1) for n in range(100, 160)))
    assert memory.shapes["p"][0] < 0.3


def test_shapes_that_few_articles_had_make_room() -> None:
    memory = taught(*(shown(n, p=0.9, **{f"ad{n}-{m}": 0.0 for m in range(50)}) for n in range(30)))
    assert memory.shapes["p"][1] == 30
    assert len(memory.shapes) <= 400


def test_a_memory_with_shapes_survives_the_store() -> None:
    memory = taught(*(shown(n, p=0.9) for n in range(4)), shown(9, div=0.8))
    assert SiteMemory.from_json(memory.to_json()) == memory


def test_a_memory_from_before_shapes_is_read() -> None:
    assert SiteMemory.from_json('{"lines":{"a":3},"recent":["x"],"articles":9}') == SiteMemory({"a": 3}, ("x",), 9)


def timed(number: int, clock: int | None) -> Reading:
    return replace(reading(number), clock=clock)


@pytest.mark.parametrize(
    ("clocks", "expected"),
    [
        pytest.param([120, 120], None, id="two articles prove nothing"),
        pytest.param([120, 120, 120], 120, id="three do"),
        pytest.param([120, None, 120, None, 120], 120, id="articles that tell nothing count for nothing"),
        pytest.param([120, 120, 120, 60], 60, id="winter came: the clock moves at once"),
        pytest.param([120, 120, 120, -240], None, id="another zone has to be proved again"),
        pytest.param([120, -240, 120, -240], None, id="now this, now that"),
        pytest.param([0, 0, 0], 0, id="UTC, and known to be"),
        pytest.param([], None, id="nothing was read"),
    ],
)
def test_the_clock_of_a_site_is_known_when_three_articles_agree(clocks: list[int | None], expected: int | None) -> None:
    found = taught(*(timed(number, clock) for number, clock in enumerate(clocks)))
    assert found.clock == expected
    assert memory_of(found.to_json()) == found


def test_a_memory_knows_where_fields_stand_and_survives_the_store() -> None:
    told = {"headline": "text", "date_published": "json-ld", "agency": "text"}
    articles = [replace(reading(n).article or Article("", "", ""), provenance=told) for n in range(2)]
    found = taught(*(Reading(article) for article in articles))
    assert found.origins == {
        "headline": ("text", 2, 0),
        "authors": ("", 2, 0),
        "date_published": ("json-ld", 2, 0),
        "article_body": ("", 2, 0),
    }
    assert memory_of(found.to_json()) == found


def test_a_reader_reads_times_by_the_clock_of_the_site() -> None:
    body = paragraphs(
        "The market hall reopens on Monday after two years of work on its roof, the council said.",
        "Stalls on the ground floor will sell fish, cheese and bread, as they did before the fire.",
        "The upper floor stays closed until spring, when the last of the old windows come back.",
    )
    stamp = '<meta property="article:published_time" content="2024-10-24T14:35:00">'
    page, published = html(f"<h1>Market hall reopens</h1>{body}", stamp), datetime(2024, 10, 24, 18, 35, tzinfo=UTC)
    fed = read_page(page, Link(page.url, published=published))
    assert (fed.clock, fed.article and fed.article.date_published) == (-240, published)
    known = read_page(page, memory=SiteMemory(clocks=(-240, 3)))
    assert (known.clock, known.article and known.article.date_published) == (None, published)


def test_a_reader_tells_the_shapes_of_its_page_and_uses_the_learned_ones() -> None:
    lines = [f"The ferry to the northern islands was late again on day number {n}, for the ice." for n in range(4)]
    page = html(f"<h1>Ferry</h1>{paragraphs(*lines)}", "<title>Ferry</title>")
    read = read_page(page)
    assert read.article is not None
    assert max(read.shapes.values()) > 0.5
    again = read_page(
        page, memory=taught(*(replace(read, article=replace(read.article, headline=f"Ferry {n}")) for n in range(3)))
    )
    assert again.article is not None
    assert again.article.article_body == read.article.article_body


def signed(number: int, **held: float) -> Reading:
    return replace(reading(number), bylines=held)


def test_where_bylines_stand_is_learned_and_survives_the_store() -> None:
    memory = taught(signed(1, span=1.0), signed(2, span=1.0), signed(3, span=1.0, b=0.0), signed(4, span=0.0))
    assert memory.bylines == {"span": (0.75, 4), "b": (0.0, 1)}
    assert SiteMemory.from_json(memory.to_json()) == memory


def test_a_memory_of_an_older_version_knows_no_place_of_bylines() -> None:
    assert SiteMemory.from_json('{"articles": 4}').bylines == {}


def test_few_places_of_bylines_are_kept_and_those_that_many_articles_had_stay() -> None:
    steady = (signed(n, span=1.0) for n in range(5))
    memory = taught(*steady, *(signed(n, **{f"shape{n}": 1.0}) for n in range(10, 90)))
    assert len(memory.bylines) <= 24
    assert memory.bylines["span"] == (1.0, 5)
