"""Fixtures for all tests, and the rule that nothing is skipped on CI."""

import os
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from crawler.render.browser import NoBrowser
from crawler.render.browser import find as find_browser
from tests.support.postgres import PostgresServer, PostgresUnavailableError, running_postgres

# what runs tests side by side hands a terminal's size on; a console that finds both keeps it, whatever a test asks for
for size in ("COLUMNS", "LINES"):
    os.environ.pop(size, None)

ON_CI = os.environ.get("CI", "").lower() not in ("", "0", "false")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One PostgreSQL server for this process of tests."""
    try:
        with running_postgres() as server:
            yield server
    except PostgresUnavailableError as error:
        pytest.skip(str(error))


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The SQLAlchemy URL of an empty PostgreSQL database, dropped after the test."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture
def sqlite_url() -> Iterator[str]:
    """The SQLAlchemy URL of a SQLite file that does not exist yet, in memory where the machine has /dev/shm."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="newswatch-", dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield f"sqlite:///{folder}/news.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The SQLAlchemy URL of an empty database; a test that asks for it runs once on each kind."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser for tests of rendering; they share one where they can."""
    try:
        return find_browser()
    except NoBrowser as error:
        pytest.skip(str(error))


def _refused(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure that repeats what the skip said (xfail is reported as a skip, and stays)."""
    if ON_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"nothing is skipped on CI; install what is missing. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Hold the rule for tests."""
    report = yield
    _refused(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Hold the rule for modules that skip themselves as they are collected."""
    report = yield
    _refused(report)
    return report
