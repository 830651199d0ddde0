"""Pages that burden the machine: each ends in its budget, and costs its own visit alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawler.render.desk import MEMORY_MOST, PATIENCE, Desk, desk_of
from tests.crawler.render.hostile_pages import BURDENS, burdening

pytestmark = pytest.mark.timeout(2 * PATIENCE)
#: seconds that a page may take here: none of these comes to an end by itself
TIMEOUT = 6


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, chromium: Path) -> Iterator[Desk]:
    with desk_of(tmp_path_factory.mktemp("desk"), {name: burdening(name) for name in BURDENS}) as made:
        made.crawl("127.0.0.1/32", timeout=TIMEOUT)
        yield made


@pytest.mark.parametrize("name", BURDENS)
def test_a_burden_ends_in_its_budget_and_costs_its_own_visit_alone(desk: Desk, name: str) -> None:
    assert [line for line in desk.runs[0].log.splitlines() if f" {name}: " in line and " requests, " in line]
    assert desk.rows("SELECT visits, lease_owner FROM source WHERE key = :key", key=name) == [(1, None)]
    assert desk.stored(name) == 0


def test_endless_and_crashing_pages_say_so(desk: Desk) -> None:
    assert "did not come to an end with the page in 6 s" in str(desk.health("endless")[1])
    assert desk.health("crash")[0] == "failing"


def test_windows_that_a_page_opens_ask_for_nothing(desk: Desk) -> None:
    assert not [target for target, _ in desk.asked[0]["windows"] if target.startswith("/w")]


def test_memory_of_all_children_stays_below_the_limit(desk: Desk) -> None:
    assert 0 < desk.runs[0].peak < MEMORY_MOST
