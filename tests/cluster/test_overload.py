"""After an outage everything is due at once: the worker goes on as if there were little to do."""

import pytest

from tests.cluster.overload import AT_ONCE, Overload

DUE = 5_000


async def test_five_thousand_due_sources_cost_one_worker_no_visit(postgres_url: str) -> None:
    load = await Overload(postgres_url, DUE, waiting=2 * AT_ONCE).run(40)
    assert load.void <= 2  # a machine that stands still for three seconds makes some, the queue makes none
    assert load.done >= 38
    assert load.queued <= 3 * AT_ONCE  # those that wait, and those that are under way


@pytest.mark.slow
async def test_without_the_limit_the_worker_finds_little_but_void_leases(postgres_url: str) -> None:
    """What the limit is for: else the test above would prove nothing."""
    load = await Overload(postgres_url, 1_000, waiting=1_000).run(90)
    assert load.void > load.done
    assert load.queued > 500
