"""A configuration with one watch and one channel, and receivers on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import config
from config import Config
from tests.delivery.alerts.receiver import Hook, Post, listening


def configured(text: str, database: str = "sqlite:///unused.db") -> Config:
    """A configuration that allows loopback."""
    top = f"database = '{database}'\n[safety]\nallow_networks = ['127.0.0.0/8']\n"
    return config.parse(top + text, Path("/srv/news/newswatch.toml"), {})


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A webhook that takes everything."""
    receiver = Hook()
    with listening(receiver):
        yield receiver


@pytest.fixture
def post() -> Iterator[Post]:
    """A mail server that takes everything."""
    receiver = Post()
    with listening(receiver):
        yield receiver
