"""A page that is read again and again, with everything around its text moving, makes no revision."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crawler.clean import clean_article
from crawler.errands import FetchedArticle
from crawler.extract.reader import read_page
from crawler.keep import identified, record
from storage import changes
from storage.database import Database
from storage.records import Article, Page
from storage.schema import revision
from storage.store import open_database
from tests.support.pages import SITE, page

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = f"{SITE}/news/harbour-opens-again-1"
PLACES = "Lunde Aville Brekke Corno Dorst Elmira Fjeld Garda Hamar Ilmen Jarne Kotka".split()


def teasers(chance: random.Random) -> str:
    """Other stories, which change with every hour."""
    links = "".join(
        f"<li><a href='/news/{place.lower()}-{chance.randrange(999)}'>{place}: {chance.choice(('storm', 'strike', 'vote'))} "
        f"{chance.choice(('ends', 'begins', 'goes on'))} after {chance.randrange(2, 40)} days</a></li>"
        for place in chance.sample(PLACES, 5)
    )
    return f"<aside class='sidebar'><h3>Most read</h3><ul>{links}</ul></aside>"


def counters(chance: random.Random) -> str:
    """How many read, liked and shared it, and how long ago it was printed."""
    return (
        f"<div class='meta'><span class='ago'>{chance.randrange(2, 59)} minutes ago</span> "
        f"<span class='views'>{chance.randrange(10, 99_999)} views</span> "
        f"<span class='shares'>{chance.randrange(900)} shares</span></div>"
    )


def layout(html: str, chance: random.Random) -> str:
    """The same page in one of the layouts that a site tries on its readers."""
    variants: tuple[Callable[[str], str], ...] = (
        lambda text: text.replace("<article>", "<div class='grid'><article class='variant-b'>").replace(
            "</article>", "</article></div>"
        ),
        lambda text: text.replace("<p>", "<p class='paragraph'>"),
        lambda text: text.replace("</p>\n<p>", "</p>\n\n  <p>"),
        lambda text: text.replace("<main>", "<main><div class='advert'>Advertisement</div>"),
        lambda text: text,
    )
    return chance.choice(variants)(html)


def versions(count: int) -> Iterator[bytes]:
    """One article, as its page is at so many moments."""
    for moment in range(count):
        chance = random.Random(moment)
        html = layout(page("Harbour opens again", "Lunde"), chance)
        html = html.replace("<h1>", f"{counters(chance)}<h1>", chance.randrange(2))
        html = html.replace("</h1>", f"</h1>{counters(chance)}", chance.randrange(2))
        html = html.replace("<nav>", f"{teasers(chance)}<nav>", chance.randrange(2))
        html = html.replace("</main>", f"{teasers(chance)}</main>").replace("</body>", f"<!-- {moment} --></body>")
        yield html.encode()


def read(body: bytes) -> Article:
    reading = read_page(Page(URL, body, "text/html; charset=utf-8"))
    assert reading.article is not None, reading.reason
    return clean_article(reading.article, NOW)


def revisions_of(database: Database, count: int) -> tuple[set[str], int]:
    """What became of an article that was read so often, and how many versions it has."""
    outcomes: list[str] = []
    for body in versions(count):
        with database.write() as connection:
            item = identified(FetchedArticle(read(body)))
            outcomes.append(record(connection, item, NOW, changes.lock_counter(connection)).outcome)
    with database.read() as connection:
        return set(outcomes[1:]), connection.execute(select(func.count()).select_from(revision)).scalar_one()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path}/news.db")
    yield opened
    opened.dispose()


@pytest.mark.parametrize("count", [40, pytest.param(1_000, marks=pytest.mark.slow)])
def test_what_moves_around_a_text_makes_no_revision(database: Database, count: int) -> None:
    assert len(set(versions(count))) == count
    assert revisions_of(database, count) == ({"duplicate"}, 1)
