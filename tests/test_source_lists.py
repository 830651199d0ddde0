"""Moving sources in from a feed reader and out to one, as the commands do it and as they decide."""

import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import cli
import config
from config_blocks import Source
from delivery import opml
from delivery.opml import Outlet
from delivery.source_lists import ALREADY, known_feeds, listed, proposals
from storage import endpoints, sources
from storage.endpoints import EndpointEntry
from storage.records import EndpointKind
from storage.sources import SourceEntry
from storage.store import open_database

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LIST = """<opml version="2.0"><body>
  <outline text="World">
    <outline type="rss" text="The Daily" xmlUrl="https://daily.example/rss?a=1&b=2" htmlUrl="https://daily.example/"/>
    <outline type="rss" text="Local" xmlUrl="ftp://local.example/rss"/>
  </outline>
  <outline type="rss" text="The Weekly" xmlUrl="https://weekly.example/feed" language="English"/>
</body></opml>"""

Call = Callable[..., Result]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "newswatch.toml"
    path.write_text('database = "sqlite:///news.db"\n' + config.source_block("weekly", "https://weekly.example/feed"))
    return path


@pytest.fixture
def call(file: Path) -> Call:
    """Runs a command on that file; text is what stands on its standard input."""

    def run(*words: str, text: str | None = None) -> Result:
        return CliRunner().invoke(cli.app, ["--config", str(file), *words], env={"COLUMNS": "160"}, input=text)

    return run


def test_a_list_is_shown_and_nothing_is_written_without_write(call: Call, file: Path, tmp_path: Path) -> None:
    before = file.read_text()
    (tmp_path / "feeds.opml").write_text(LIST)
    done = call("sources", "import", str(tmp_path / "feeds.opml"))
    assert (done.exit_code, file.read_text()) == (1, before)
    (block,) = tomllib.loads(done.stdout)["source"]
    assert block == {
        "key": "daily-example",
        "name": "The Daily",
        "url": "https://daily.example/rss?a=1&b=2",
        "topics": ["World"],
    }
    assert f"The Weekly: https://weekly.example/feed {ALREADY}" in done.stderr
    assert "Local: ftp://local.example/rss must be an address like" in done.stderr
    assert "1 sources found; --write adds them, 2 left out" in done.stderr


def test_write_keeps_them_and_a_second_time_adds_nothing(call: Call, file: Path) -> None:
    assert call("sources", "import", "-", "--write", text=LIST).exit_code == 1
    assert [source.key for source in config.load(file).sources] == ["weekly", "daily-example"]
    again = call("sources", "import", "-", "--write", text=LIST)
    assert "0 sources added, 3 left out" in again.stderr
    assert len(config.load(file).sources) == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param("<html>Sign in</html>", "this is no OPML", id="a page"),
        pytest.param(None, "No such file", id="no file"),
    ],
)
def test_what_cannot_be_read_ends_with_2(call: Call, tmp_path: Path, content: str | None, sentence: str) -> None:
    if content is not None:
        (tmp_path / "feeds.opml").write_text(content)
    done = call("sources", "import", str(tmp_path / "feeds.opml"))
    assert done.exit_code == 2
    assert sentence in done.stderr


def test_the_sources_go_out_with_the_feeds_that_visits_found(call: Call, file: Path, tmp_path: Path) -> None:
    config.append_block(file, config.source_block("front", "https://front.example/", language="de"))
    database = open_database(f"sqlite:///{tmp_path / 'news.db'}")
    feed = EndpointEntry("https://front.example/rss", "x", EndpointKind.FEED, "link rel")
    with database.write() as connection:
        sources.sync(connection, [SourceEntry("front", "Front", "front.example", enabled=True)], NOW)
        endpoints.add(connection, 1, [feed], NOW)
    assert known_feeds(database) == {"front": ["https://front.example/rss"]}
    done = call("sources", "export", "-o", str(tmp_path / "out.opml"))
    assert (done.exit_code, "2 sources" in done.stderr) == (0, True), done.stderr
    out = opml.read((tmp_path / "out.opml").read_bytes())
    assert out == [
        Outlet("weekly.example", ("https://weekly.example/feed",)),
        Outlet(
            "front.example", ("https://front.example/", "https://front.example/rss"), "https://front.example/", "de"
        ),
    ]
    assert call("sources", "export").stdout.startswith("<?xml")
    assert "2 sources" not in call("sources").stderr


def test_what_goes_out_comes_in_as_it_was() -> None:
    kept = (
        Source(key="a-example", name="A", url=("https://a.example/", "https://a.example/rss"), topics=("world",)),
        Source(key="b-example-feed", name="B", url=("https://b.example/feed",), language="pt-BR"),
    )
    outlets, feeds = listed(kept, {})
    back = [found.settings for found in proposals(opml.read(opml.written(outlets, feeds)), ())]
    assert [Source.model_validate(settings) for settings in back] == list(kept)


def test_a_source_that_names_a_feed_gets_no_other() -> None:
    source = Source(key="a", url=("https://a.example/", "https://a.example/news"))
    outlets, feeds = listed([source], {"a": ["https://a.example/news", "https://a.example/sports"]})
    assert (outlets[0].urls, feeds) == (source.url, {"https://a.example/news"})


@pytest.mark.parametrize(
    ("outlet", "problem"),
    [
        pytest.param(Outlet("A", ("https://me:pw@a.example/rss",)), "password", id="a password in the address"),
        pytest.param(Outlet("A", ("feed",)), "https://feed", id="half an address"),
        pytest.param(Outlet("A", ("javascript:alert(1)",)), "must", id="no address at all"),
    ],
)
def test_what_is_no_address_is_refused_with_the_reason(outlet: Outlet, problem: str) -> None:
    (made,) = proposals([outlet], ())
    assert made.settings is None
    assert problem in (made.problem or "")


def test_two_outlets_of_one_address_get_two_keys_or_are_one() -> None:
    made = list(proposals([Outlet("A", ("https://a.example/1",), "https://a.example/"),
                           Outlet("B", ("https://a.example/2",), "https://www.a.example/"),
                           Outlet("C", ("https://a.example/2",))], ()))  # fmt: skip
    assert [found.settings["key"] if found.settings else found.problem for found in made] == [
        "a-example",
        "a-example-2",
        ALREADY,
    ]
