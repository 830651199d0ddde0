"""The commands of watches and alerts, as a person calls them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import cli
import config
from storage import alerts, sources
from storage.alerts import AlertEntry
from storage.sources import SourceEntry
from storage.store import open_database
from tests.delivery.conftest import Desk

NOW = datetime.now(UTC)
FILE = """
database = "sqlite:///news.db"
[[channel]]
key = "desk"
webhook = "https://hooks.example/x"
[[watch]]
key = "floods"
words = "flood -insurance"
languages = ["en"]
channels = "desk"
"""

Call = Callable[..., Result]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "newswatch.toml"
    path.write_text(FILE)
    return path


@pytest.fixture
def call(file: Path) -> Call:
    """Runs a command on that file."""

    def run(*words: str) -> Result:
        return CliRunner().invoke(cli.app, ["--config", str(file), *words], env={"COLUMNS": "160"})

    return run


@pytest.fixture
def desk(file: Path) -> Desk:
    """A store beside the file."""
    database = open_database(f"sqlite:///{file.parent / 'news.db'}")
    with database.write() as connection:
        sources.sync(connection, [SourceEntry("daily", "The Daily", "daily.example", enabled=True)], NOW)
    return Desk(database)


def test_watches_are_listed_with_what_they_look_for(call: Call) -> None:
    result = call("watch", "list")
    assert result.exit_code == 0
    for word in ("1 watches", "floods", "flood -insurance", "en", "desk"):
        assert word in result.output


def test_a_watch_is_added_and_taken_out(call: Call, file: Path) -> None:
    added = call("watch", "add", "fires", "fire OR smoke", "--language", "de", "--source", "dw", "--channel", "desk")
    assert added.exit_code == 0, added.output
    watch = config.load(file, {}).watches[-1]
    assert (watch.key, watch.words, watch.languages) == ("fires", "fire OR smoke", ("de",))
    assert (watch.sources, watch.channels) == (("dw",), ("desk",))
    removed = call("watch", "remove", "fires")
    assert removed.exit_code == 0, removed.output
    assert [watch.key for watch in config.load(file, {}).watches] == ["floods"]


def test_a_watch_for_a_region_and_one_for_a_story_are_added(call: Call, file: Path) -> None:
    assert call("watch", "add", "far", "flood", "--region", "oceania", "--region", "africa").exit_code == 0
    assert call("watch", "story", "17", "--channel", "desk").exit_code == 0
    far, followed = config.load(file, {}).watches[-2:]
    assert far.regions == ("oceania", "africa")
    assert (followed.key, followed.stories, followed.channels) == ("story-17", (17,), ("desk",))
    assert call("watch", "story", "0").exit_code == 2
    assert "has this key already" in call("watch", "story", "17").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("add", "floods", "x"), "has this key already", id="a key that is taken"),
        pytest.param(("add", "b ad", "x"), "key:", id="a key that is none"),
        pytest.param(("add", "w", "nonsense:x"), "there is no field nonsense", id="words that cannot be searched"),
        pytest.param(("add", "w", "x", "--channel", "dsk"), "did you mean 'desk'?", id="a channel that is not there"),
        pytest.param(("remove", "fires"), "there is no watch fires", id="a watch that is not there"),
        pytest.param(("test", "fires"), "there is no watch fires", id="a watch that is not there, tested"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    call: Call, file: Path, words: tuple[str, ...], said: str
) -> None:
    result = call("watch", *words)
    assert result.exit_code == 2
    assert said in result.output
    assert file.read_text() == FILE


def test_a_rehearsal_shows_what_a_watch_would_have_told(call: Call, desk: Desk) -> None:
    desk.keep("https://daily.example/a", NOW, headline="Flood in Vallorin", in_language="en")
    desk.keep("https://daily.example/b", NOW, headline="Flood insurance", in_language="en")
    desk.keep("https://daily.example/c", NOW, headline="Flood anderswo", in_language="de")
    desk.database.dispose()
    result = call("watch", "test", "floods")
    assert result.exit_code == 0, result.output
    assert "1 alerts" in result.output
    assert "Flood in Vallorin" in result.output


def test_alerts_are_shown_with_their_messages_and_dead_ones_are_revived(call: Call, desk: Desk) -> None:
    told = {"headline": "Flood [bold]in\x1b[2J Vallorin"}
    with desk.database.write() as connection:
        alerts.put(connection, [AlertEntry("k", "floods", "new", told, {"desk": NOW})], NOW)
        alerts.seal(connection, NOW, ())
        (message,) = alerts.due(connection, NOW, 1)
        alerts.mark_failed(connection, message.message_id, "HTTP 410", None)
    desk.database.dispose()
    shown = call("alerts")
    assert shown.exit_code == 0, shown.output
    assert "Flood [bold]in[2J Vallorin" in shown.output
    assert "dead" in shown.output
    assert "HTTP 410" in shown.output
    revived = call("alerts", "--retry")
    assert "1 messages are tried again" in revived.output
    assert "pending" in revived.output
