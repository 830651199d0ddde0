"""Fixtures of the fault tests: real commands on both databases."""

from collections.abc import Callable
from pathlib import Path

import pytest

from demo.web import Web
from tests.integration.newsroom import Newsroom


@pytest.fixture
def newsroom(tmp_path: Path, database_url: str) -> Callable[[Web], Newsroom]:
    """Makes a newsroom for a web, on SQLite and on PostgreSQL."""
    return lambda web: Newsroom(web, tmp_path, database_url)


@pytest.fixture
def sqlite_newsroom(tmp_path: Path) -> Callable[[Web], Newsroom]:
    """Makes a newsroom for a web, on SQLite only: for what the database has no part in."""
    return lambda web: Newsroom(web, tmp_path, f"sqlite:///{tmp_path / 'news.db'}")
