"""What was learned of a source's pages outlives the visit that learned it."""

from sqlalchemy import Connection, select

from storage import memory
from storage.schema import site_memory
from tests.storage.facts import DAILY, HOUR, NOW, WEEKLY, count


def test_of_a_source_that_was_never_read_nothing_is_remembered(writing: Connection) -> None:
    assert memory.load(writing, DAILY) is None


def test_a_memory_comes_back_as_it_was_saved(writing: Connection) -> None:
    memory.save(writing, DAILY, '{"lines":{"Über uns":3}}', 3, NOW)
    assert memory.load(writing, DAILY) == '{"lines":{"Über uns":3}}'


def test_a_later_memory_takes_the_place_of_the_earlier(writing: Connection) -> None:
    memory.save(writing, DAILY, "{}", 3, NOW)
    memory.save(writing, DAILY, '{"articles":4}', 4, NOW + HOUR)
    assert count(writing, site_memory) == 1
    columns = (site_memory.c.learned, site_memory.c.articles, site_memory.c.learned_at)
    assert tuple(writing.execute(select(*columns)).one()) == ('{"articles":4}', 4, NOW + HOUR)


def test_what_one_source_taught_says_nothing_of_another(writing: Connection) -> None:
    memory.save(writing, DAILY, "{}", 1, NOW)
    assert memory.load(writing, WEEKLY) is None
