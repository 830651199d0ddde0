"""Real crawls over days of a made-up clock, with restarts: what a publisher sees of them."""

import json
import socket
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.support.fortnight import CONDITIONS, DATED, HOUR, MAX_AGE, MOVED, OLD, RHYTHM, TAGGED

ROOT = Path(__file__).parents[2]
FEEDS = (TAGGED, DATED, MOVED)
#: seven processes one after another take minutes on a busy machine
FOR_MINUTES = (pytest.mark.slow, pytest.mark.timeout(900))
Request = dict[str, Any]


def lived(database_url: str, days: int, restarts: int) -> list[Request]:
    """What the outlet saw of so many days, in so many processes one after another."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    seen: list[Request] = []
    hours = days * 24
    for begin in range(0, hours, hours // restarts):
        command = [sys.executable, "-m", "tests.support.fortnight", database_url, port, str(begin)]
        done = subprocess.run(
            [*command, str(begin + hours // restarts)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        seen += [json.loads(line) for line in done.stdout.splitlines()]
    return seen


def of(requests: list[Request], path: str) -> list[Request]:
    """The requests of one address."""
    return [request for request in requests if request["path"] == path]


def is_conditional(request: Request) -> bool:
    """Whether a request asked "has it changed?"."""
    return any(request[name] for name in CONDITIONS)


def is_audit(before: Request, request: Request) -> bool:
    """Whether a request without conditions follows at once on a "not modified"."""
    return before["status"] == 304 and before["hour"] == request["hour"] and not is_conditional(request)


def check_conditions(requests: list[Request]) -> None:
    """One request without conditions beyond the audits, and each validator is the last one given, byte for byte."""
    assert not is_conditional(requests[0])
    given = requests[0]["given"]
    for before, request in pairwise(requests):
        if is_conditional(request):
            assert [request[name] for name in CONDITIONS if request[name]] == [given]
        else:
            assert is_audit(before, request), request
        given = request["given"] or given


def check_manners(requests: list[Request]) -> None:
    """No cookies, no referer, nothing added to an address, one name, and nothing before its time."""
    feeds = [request for request in requests if request["path"].split("?")[0] in (*FEEDS, OLD)]
    assert {request["Cookie"] for request in requests} == {None}
    assert {request["Referer"] for request in feeds} == {None}
    assert not [request for request in feeds if "?" in request["path"]]
    (agent,) = {request["User-Agent"] for request in requests}
    assert "desk@newswatch.example" in agent
    apart = [(two["hour"] - one["hour"]) * HOUR for one, two in pairwise(of(requests, DATED)) if not is_audit(one, two)]
    assert min(apart) >= MAX_AGE


def check_audits(requests: list[Request], days: int) -> None:
    """At most one audit of a feed in a day; none where each answer brought something."""
    audits = {path: sum(is_audit(*two) for two in pairwise(of(requests, path))) for path in FEEDS}
    assert max(audits.values()) <= days
    assert audits[TAGGED] >= 1


def check_stored(database_url: str, requests: list[Request]) -> None:
    """Every article that a feed had listed at its last visit is a row."""
    engine = create_engine(database_url)
    with engine.connect() as connection:
        stored = {url for (url,) in connection.execute(text("SELECT url FROM v1_article"))}
    engine.dispose()
    for path in FEEDS:
        last = of(requests, path)[-1]["hour"] * HOUR
        listed = [f"{path}-ship-{number:03}-arrives" for number in range(int((last + 3 * RHYTHM) / RHYTHM) + 1)]
        assert [name for name in listed if not any(url.endswith(name) for url in stored)] == []


@pytest.mark.parametrize(
    ("days", "restarts"),
    [
        pytest.param(2, 2, id="two days with a restart"),
        pytest.param(14, 7, id="a fortnight with a restart every other day", marks=FOR_MINUTES),
    ],
)
def test_days_of_real_visits_are_cheap_polite_and_lose_nothing(sqlite_url: str, days: int, restarts: int) -> None:
    requests = lived(sqlite_url, days, restarts)
    for path in FEEDS:
        check_conditions(of(requests, path))
    check_audits(requests, days)
    check_manners(requests)
    assert len(of(requests, OLD)) == 2, "what has moved for good is asked where it is from the third time on"
    check_stored(sqlite_url, requests)
