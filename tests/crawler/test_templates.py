"""A site that is built anew: the operator is told when its text stands in other elements, a field in another place."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.extract.memory import SiteMemory
from crawler.extract.origins import STEADY, Place
from crawler.link_answers import MOVED, REBUILT
from storage import memory
from tests.support.pages import FEED_TYPE, SITE, answer, page, rss
from tests.support.visits import Said, newsdesk, source

FEED = f"{SITE}/feed"
NAMES = ("Harbour", "Orchard", "Railway", "Library", "Glacier", "Theatre", "Brewery", "Station")


def _said(rebuilt_from: int) -> dict[str, Said]:
    """A feed of eight stories, the newer ones in another template, and the answer of each."""
    paths = [f"/{name.lower()}-opens-again-{number}" for number, name in enumerate(NAMES)]
    now = datetime.now(UTC)
    published = {path: now - timedelta(minutes=10 * (9 - number)) for number, path in enumerate(paths)}
    said: dict[str, Said] = {FEED: answer(rss(*paths, published=published), FEED, content_type=FEED_TYPE)}
    for number, (name, path) in enumerate(zip(NAMES, paths, strict=True)):
        shown = page(f"{name} opens again after nine years", f"{name}ville")
        if number >= rebuilt_from:
            shown = shown.replace("<p>", "<div class='story-text'>").replace("</p>\n", "</div>\n")
        said[f"{SITE}{path}"] = answer(shown, f"{SITE}{path}")
    return said


@pytest.mark.parametrize(
    ("rebuilt_from", "told"),
    [
        pytest.param(8, 0, id="one template"),
        pytest.param(7, 0, id="a single page that is built otherwise"),
        pytest.param(4, 1, id="half of them in another template"),
    ],
)
async def test_the_operator_is_told_once_of_another_template(
    sqlite_url: str, caplog: pytest.LogCaptureFixture, rebuilt_from: int, told: int
) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        await desk.visit(_said(rebuilt_from))
        assert desk.rows("SELECT count(*) FROM article") == [(8,)]
    lines = [record for record in caplog.records if record.msg == REBUILT]
    assert len(lines) == told
    assert all("its pages have another template" in record.getMessage() for record in lines)


@pytest.mark.parametrize(
    ("usual", "held", "told"),
    [
        pytest.param("json-ld", STEADY, 1, id="the date stood in JSON-LD in each of the last ten articles"),
        pytest.param("opengraph", STEADY, 0, id="it stands where it stood"),
        pytest.param("json-ld", STEADY - 1, 0, id="it stood there nine times only"),
    ],
)
async def test_the_operator_is_told_when_a_field_is_kept_elsewhere(
    sqlite_url: str, caplog: pytest.LogCaptureFixture, usual: str, held: int, told: int
) -> None:
    before = SiteMemory(articles=held, origins={"date_published": Place(usual, held)})
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        await desk.station.sync_sources()
        with desk.station.database.write() as connection:
            memory.save(connection, 1, before.to_json(), before.articles, datetime.now(UTC))
        await desk.visit(_said(len(NAMES)))
    lines = [record.getMessage() for record in caplog.records if record.msg == MOVED]
    assert len(lines) == told
    assert all("date_published of its articles comes from opengraph now, not from json-ld" in line for line in lines)
