"""The command `newswatch` after one real crawl: what each command prints, and its exit code."""

import gzip
import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from typer.testing import CliRunner, Result

import cli
from crawler.urls import site_of
from demo.server import Answer, Asked
from demo.web import Web
from demo.world import World
from storage import sources
from storage.leases import Leases
from storage.sources import SourceEntry
from storage.store import open_database
from tests.integration.newsroom import Newsroom
from tests.support.pages import page, paragraphs, rss
from tests.support.tree import ROOT

PATHS = ("/harbour-opens-again-1", "/council-argues-about-lamps-2", "/ferries-leave-early-3")


def outlet(base: Callable[[], str]) -> Callable[[Asked], Answer]:
    """A site with a feed of three articles; its front page names the feed."""

    def answer(asked: Asked) -> Answer:
        if asked.path == "/":
            head = '<link rel="alternate" type="application/rss+xml" href="/feed">'
            links = "".join(f"<a href='{path}'>{path[1:-2].replace('-', ' ')}</a>" for path in PATHS)
            return Answer(f"<!DOCTYPE html><html><head>{head}</head><body>{links}</body></html>".encode())
        if asked.path == "/feed":
            return Answer(rss(*PATHS, site=base()).encode(), content_type="application/rss+xml")
        if asked.path in PATHS:
            headline = asked.path[1:-2].replace("-", " ").capitalize()
            return Answer(page(headline, headline.split()[0]).encode())
        return Answer(b"not here", 404)

    return answer


@dataclass(frozen=True)
class Desk:
    """A crawled outlet, a second one that does not answer, and the command."""

    web: Web
    room: Newsroom
    folder: Path

    def __call__(self, *arguments: str, expect: int = 0, typed: str = "", config: Path | None = None) -> Result:
        given = ["--config", str(config or self.room.file), *arguments]
        result = CliRunner().invoke(cli.app, given, input=typed, env={"COLUMNS": "300"})
        assert result.exit_code == expect, result.output
        return result

    def url(self, path: str = "") -> str:
        return self.web.url("daily", path)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("cli")
    with Web(World.make(outlets=[])) as web:
        web.serve("daily", outlet(lambda: web.url("daily", "")))
        web.serve("weekly", lambda _asked: Answer(b"oops", 500))
        room = Newsroom(web, folder, f"sqlite:///{folder / 'news.db'}")
        room.configure(every="1h", sources={"daily": web.url("daily", "/feed"), "weekly": web.url("weekly", "/feed")})
        assert "weekly: " in room.run("crawl", expect=1)
        yield Desk(web, room, folder)


@pytest.fixture
def newswatch(crawled: Desk) -> Iterator[Desk]:
    """The desk; the log of the tests is as it was before, afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield crawled
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_sources_shows_state_and_why(newswatch: Desk) -> None:
    shown = newswatch("sources").stdout
    assert "2 sources" in shown
    assert "daily" in shown
    assert "HTTP 500" in shown


def test_articles_are_shown_and_narrowed(newswatch: Desk) -> None:
    assert "3 articles" in newswatch("articles").stdout
    assert "Harbour opens again" in newswatch("articles", "--source", "daily", "--since", "1h").stdout
    assert "0 articles" in newswatch("articles", "--source", "weekly").stdout
    assert "1 articles" in newswatch("articles", "--limit", "1").stdout


def test_changes_are_json_lines_after_a_number(newswatch: Desk) -> None:
    told = lines(newswatch("changes"))
    assert [line["change_seq"] for line in told] == [1, 2, 3]
    assert {line["kind"] for line in told} == {"new"}
    assert lines(newswatch("changes", "--after", "2")) == told[2:]
    assert "another database" in newswatch("changes", "--after", "99", expect=2).stderr


def test_changes_are_followed_as_they_come(newswatch: Desk) -> None:
    command = [*newswatch.room.command("changes", "--follow")]
    following = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert following.stdout is not None
        assert [json.loads(following.stdout.readline())["change_seq"] for _ in range(3)] == [1, 2, 3]
        assert following.poll() is None
    finally:
        following.kill()
        following.communicate()


def test_export_to_standard_output_and_into_a_file(newswatch: Desk, tmp_path: Path) -> None:
    result = newswatch("export", "--format", "jsonl")
    exported = lines(result)
    assert len(exported) == 3
    assert {line["source_key"] for line in exported} == {"daily"}
    assert {line["discovered_via"] for line in exported} == {newswatch.url("/feed")}
    assert "3 articles" in result.stderr
    assert newswatch("export", "-o", str(tmp_path / "week.jsonl"), "--source", "weekly").stdout == ""
    assert (tmp_path / "week.jsonl").read_text() == ""


def test_explain_tells_what_happened_to_an_address(newswatch: Desk) -> None:
    told = newswatch("explain", newswatch.url(PATHS[0]) + "?utm_source=x").stdout
    assert "article of source daily" in told
    assert "stored" in told
    assert "not known" in newswatch("explain", newswatch.url("/nothing-of-that-kind-9")).stdout
    assert "feed" in newswatch("explain", newswatch.url("/feed")).stdout
    assert newswatch("explain", "mailto:a@daily.example", expect=2).stderr


def test_check_prints_what_is_in_force_and_hides_secrets(newswatch: Desk, tmp_path: Path) -> None:
    shown = newswatch("check")
    assert 'key = "daily"' in shown.stdout
    assert "allow_networks is set" in shown.stderr
    secret = tmp_path / "secret.toml"
    secret.write_text('database = "postgresql://me:hush@host/news"\n[[source]]\nurl = "https://daily.example/"\n')
    told = newswatch("check", config=secret)
    assert "hush" not in told.output
    assert "contact is not set" in told.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["crawl", "dayly"], "no source has the key dayly", id="an unknown key"),
        pytest.param(["articles", "--since", "yesterday"], "write a date", id="a span that is none"),
        pytest.param(["articles", "--since", "9999999999d"], "write a date", id="a span beyond the calendar"),
        pytest.param(["export", "--format", "xml"], "--format is one of jsonl", id="an unknown format"),
        pytest.param(["add", "ftp://daily.example/"], "http", id="an address of another kind"),
        pytest.param(["add", "https://other.example/", "--key", "daily"], "the key daily is taken", id="a taken key"),
        pytest.param(["add", "https://other.example/", "--key", "a b"], "letters", id="a key with a space"),
        pytest.param(["crawl", "--log-format", "xml"], "text or json", id="an unknown form of log"),
        pytest.param(["nonsense"], "No such command", id="an unknown command"),
    ],
)
def test_wrong_usage_ends_with_2_and_a_sentence(newswatch: Desk, arguments: list[str], said: str) -> None:
    assert said in " ".join(newswatch(*arguments, expect=2).stderr.split())


@pytest.mark.parametrize("command", ["crawl", "run", "sources", "check", "export"])
def test_a_wrong_configuration_ends_with_2_and_all_problems(newswatch: Desk, tmp_path: Path, command: str) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('[crawl]\ntimeuot = "20s"\n[[source]]\nurl = "daily"\nevery = "soon"\n')
    told = newswatch(command, expect=2, config=wrong).stderr
    assert len(told.splitlines()) == 3
    assert "timeout" in told


def test_canonical_writes_both_keys_in_order(newswatch: Desk, tmp_path: Path) -> None:
    typed = "https://m.daily.example/a-b-c?utm_source=x\nno address\nhttps://daily.example/b\n"
    result = newswatch("canonical", typed=typed)
    rows = [line.split("\t") for line in result.stdout.split("\n")[:-1]]
    assert [len(row) for row in rows] == [2, 2, 2]
    assert rows[1] == ["", ""]
    assert "no address" in result.stderr
    (tmp_path / "urls.gz").write_bytes(gzip.compress(typed.encode()))
    assert newswatch("canonical", "--input", str(tmp_path / "urls.gz")).stdout == result.stdout


def test_extract_reads_pages_in_order(newswatch: Desk, tmp_path: Path) -> None:
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(page("Lamps again", "Bville").encode()))
    asked = [
        {"id": 1, "url": newswatch.url("/a"), "html": page("Harbour again", "Aville")},
        {"id": 2, "url": newswatch.url("/b"), "html_path": "a.html.gz"},
        {"id": 3, "url": newswatch.url("/c"), "html": ""},
    ]
    (tmp_path / "pages.jsonl").write_text("".join(json.dumps(line) + "\n" for line in asked) + "{\n")
    newswatch("extract", "--input", str(tmp_path / "pages.jsonl"), "--output", str(tmp_path / "out.jsonl"))
    read = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [line["id"] for line in read] == [1, 2, 3, None]
    assert [line["headline"] for line in read] == ["Harbour again", "Lamps again", None, None]
    assert read[1]["article_body"] == "\n\n".join(paragraphs("Bville"))
    assert [bool(line["reason"]) for line in read] == [False, False, True, True]


def test_what_a_crawl_leaves_breaks_no_promise(newswatch: Desk) -> None:
    assert "all promises hold" in newswatch("verify").stdout


def test_db_status_and_upgrade(newswatch: Desk, tmp_path: Path) -> None:
    assert "articles   3" in newswatch("db", "status").stdout
    fresh = tmp_path / "fresh.toml"
    fresh.write_text(f'database = "sqlite:///{tmp_path}/fresh.db"\n')
    assert "none" in newswatch("db", "status", config=fresh).stdout
    assert not (tmp_path / "fresh.db").exists()
    assert "at version" in newswatch("db", "upgrade", config=fresh).stdout
    assert "articles   0" in newswatch("db", "status", config=fresh).stdout


def test_a_database_of_a_newer_program_is_refused(newswatch: Desk, tmp_path: Path) -> None:
    config = tmp_path / "newer.toml"
    config.write_text(f'database = "sqlite:///{tmp_path}/newer.db"\n')
    newswatch("db", "upgrade", config=config)
    engine = create_engine(f"sqlite:///{tmp_path}/newer.db")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    command = [sys.executable, "-m", "cli", "--config", str(config), "sources"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "newer version of Newswatch" in done.stderr


def test_try_shows_one_article_and_stores_nothing(newswatch: Desk) -> None:
    before = newswatch.room.rows("SELECT count(*), max(outcome_at) FROM link")
    told = newswatch.room.run("try", newswatch.url(PATHS[0]))
    assert "Harbour opens again" in told
    assert paragraphs("Harbour")[2] in told
    assert newswatch.room.run("try", newswatch.url("/none"), expect=1)
    assert newswatch.room.rows("SELECT count(*), max(outcome_at) FROM link") == before


def test_add_finds_the_feed_shows_it_and_writes_three_lines(newswatch: Desk, tmp_path: Path) -> None:
    config = tmp_path / "newswatch.toml"
    begin = f'database = "sqlite:///{tmp_path}/news.db"\n[safety]\nallow_networks = ["127.0.0.0/8"]\n'
    config.write_text(begin)
    room = Newsroom(newswatch.web, tmp_path, f"sqlite:///{tmp_path}/news.db")
    assert "/feed" in room.run("add", newswatch.url("/"))
    assert config.read_text() == begin
    told = room.run("add", newswatch.url("/"), "--key", "mine", "--write")
    assert f"added to {config}" in told
    assert config.read_text() == f'{begin}\n[[source]]\nkey = "mine"\nurl = "{newswatch.url("/")}"\n'
    assert not (tmp_path / "news.db").exists()


def test_a_source_that_another_process_visits_is_left_with_75_or_named(newswatch: Desk, tmp_path: Path) -> None:
    room = Newsroom(newswatch.web, tmp_path, f"sqlite:///{tmp_path}/news.db")
    held, free = newswatch.url("/feed"), newswatch.web.url("weekly", "/feed")
    room.configure(every="1h", sources={"held": held, "free": free})
    database = open_database(room.database_url)
    elsewhere = Leases(database, 600.0, "another:1:2")
    with database.write() as connection:
        entry = SourceEntry("held", "held", site_of(held), enabled=True)
        sources.sync(connection, [entry], datetime.now(UTC))
        assert elsewhere.claim_named(connection, ["held"])
    assert "held: left, another:1:2 visits it" in room.run("crawl", "held", expect=75)
    both = room.run("crawl", expect=1)
    assert "held: left" in both
    assert "free: " in both
    assert room.rows("SELECT key, visits FROM source ORDER BY key") == [("free", 1), ("held", 0)]
    database.dispose()


@pytest.mark.parametrize(
    "command",
    [
        "run",
        "crawl",
        "add",
        "try",
        "sources",
        "explain",
        "changes",
        "export",
        "articles",
        "check",
        "canonical",
        "extract",
        "db upgrade",
        "db status",
    ],
)
def test_help_has_an_example(newswatch: Desk, command: str) -> None:
    assert "Example: " in newswatch(*command.split(), "--help").stdout
