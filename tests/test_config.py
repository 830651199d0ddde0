"""The configuration as a whole: defaults, the environment, every mistake at once with its place, showing and adding."""

import subprocess
import sys
from dataclasses import FrozenInstanceError
from dataclasses import fields as dataclass_fields
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from pydantic import ValidationError

import config
import config_blocks
import config_values
from storage.records import Article

FILE = Path("/srv/news/newswatch.toml")
ROOT = Path(__file__).parent.parent


def read(text: str, **environ: str) -> config.Config:
    return config.parse(text, FILE, environ)


def problems(text: str, **environ: str) -> tuple[str, ...]:
    with pytest.raises(config.ConfigError) as caught:
        read(text, **environ)
    return caught.value.problems


# ---------------------------------------------------------------- what is read


def test_an_empty_file_gives_the_defaults() -> None:
    empty = read("")
    assert empty == config.Config(database="sqlite:////srv/news/news.db", path=FILE)
    assert (empty.schedule.every, empty.schedule.visits, empty.crawl.visit_requests) == (900.0, 64, 500)


def test_each_setting_is_read_into_its_type() -> None:
    found = read("""
        database = "postgres://me:secret@db.example.org/news"
        [crawl]
        contact = "mail@example.org"
        timeout = "30s"
        max_body = "5MB"
        delay = 0
        delay_factor = 0.5
        readers = 3
        [schedule]
        every = "1h"
        visits = 8
        [safety]
        allow_networks = ["127.0.0.0/8", "::1"]
        [[source]]
        key = "demo"
        name = "The Demo"
        url = ["http://127.0.0.1:8001/", "http://127.0.0.1:8001/feed.xml"]
        every = 5
        max_age = "36h"
        also = "media.example.org"
        render = "never"
        spider = "demo_spider"
        language = "en-GB"
        timezone = "Europe/London"
        region = "gb"
        topics = ["world"]
        enabled = false
        keep = "30d"
        keep_most = 500
        reread = ["30m", "2d"]
        select = { headline = "h1.title", authors = ".by a" }
        drop = [".newsletter", "aside"]
    """)
    assert found.database == "postgresql+psycopg://me:secret@db.example.org/news"
    assert (found.crawl.timeout, found.crawl.max_body, found.crawl.delay) == (30.0, 5_000_000, 0.0)
    assert (found.schedule.every, found.schedule.visits) == (3600.0, 8)
    assert found.safety.allow_networks == (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    (source,) = found.sources
    assert source.model_dump(exclude={"max_age", "every", "keep"}) == {
        "url": ("http://127.0.0.1:8001/", "http://127.0.0.1:8001/feed.xml"),
        "key": "demo",
        "name": "The Demo",
        "cron": None,
        "also": ("media.example.org",),
        "render": "never",
        "spider": "demo_spider",
        "language": "en-GB",
        "timezone": "Europe/London",
        "region": "gb",
        "topics": ("world",),
        "enabled": False,
        "keep_most": 500,
        "reread": ("30m", "2d"),
        "select": {"headline": "h1.title", "authors": ".by a"},
        "drop": (".newsletter", "aside"),
        "floors": {},
        "keep_bodies": None,
    }
    assert (source.every, source.max_age, source.keep) == (5.0, timedelta(hours=36), timedelta(days=30))


def test_an_address_alone_makes_a_source() -> None:
    (source,) = read('[[source]]\nurl = "https://www.example.org/world"').sources
    assert (source.key, source.name, source.url) == (
        "example-org-world",
        "example.org",
        ("https://www.example.org/world",),
    )
    assert (source.every, source.cron, source.max_age, source.enabled) == (None, None, timedelta(days=7), True)


def test_keys_that_nobody_gave_are_numbered_around_those_that_were_given() -> None:
    found = read("""
        [[source]]
        url = "https://example.org/"
        [[source]]
        url = "https://www.example.org/"
        [[source]]
        key = "example-org"
        url = "https://example.org/sport"
    """)
    assert [source.key for source in found.sources] == ["example-org-2", "example-org-3", "example-org"]


@pytest.mark.parametrize("every", [1, 5, "5s", "1s", 0.2])
def test_a_short_interval_is_not_raised(every: object) -> None:
    (source,) = read(f"[[source]]\nurl = 'https://a.example/'\nevery = {config_values.toml_text(every)}").sources
    assert source.every == config_values.seconds(every)


def test_the_values_cannot_be_changed() -> None:
    found = read('[[source]]\nurl = "https://example.org/"')
    with pytest.raises(FrozenInstanceError):
        found.database = "sqlite:///other.db"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="frozen"):
        found.sources[0].key = "other"  # type: ignore[misc]


def test_the_crawler_says_who_it_is_and_who_runs_it() -> None:
    name = f"Newswatch/{config_blocks.version()}"
    assert config_blocks.Crawl().user_agent == name
    assert config_blocks.Crawl(contact="mail@example.org").user_agent == f"{name} (+mail@example.org)"


def test_there_is_a_reader_for_each_core_but_at_most_four() -> None:
    assert 1 <= config_blocks.Crawl().readers <= 4


def test_every_field_that_can_be_selected_is_a_field_of_an_article() -> None:
    assert set(config_values.SELECTABLE) <= {field.name for field in dataclass_fields(Article)}


# ---------------------------------------------------------------- where it is read from


def test_the_environment_stands_above_the_file() -> None:
    found = read(
        'database = "sqlite:///file.db"\n[crawl]\ncontact = "file@example.org"\ntimeout = 3',
        NEWSWATCH_DATABASE="sqlite:////run/env.db",
        NEWSWATCH_CONTACT="env@example.org",
    )
    assert (found.database, found.crawl.contact, found.crawl.timeout) == (
        "sqlite:////run/env.db",
        "env@example.org",
        3.0,
    )


def test_an_empty_variable_counts_as_not_set() -> None:
    assert read('database = "sqlite:////f.db"', NEWSWATCH_DATABASE="").database == "sqlite:////f.db"


def test_a_wrong_variable_is_named() -> None:
    found = problems("", NEWSWATCH_DATABASE="news.db", NEWSWATCH_CONTACT="me\n")
    assert [problem.split(":")[0] for problem in found] == ["NEWSWATCH_DATABASE", "NEWSWATCH_CONTACT"]


def test_the_file_here_is_taken_before_that_of_the_user(tmp_path: Path) -> None:
    here, home = config.places({"XDG_CONFIG_HOME": str(tmp_path), "HOME": "/home/me"})
    assert here == Path("newswatch.toml")
    assert home == tmp_path / "newswatch" / "newswatch.toml"
    assert config.places({"HOME": "/home/me"})[1] == Path("/home/me/.config/newswatch/newswatch.toml")


def test_the_file_of_the_user_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = tmp_path / "conf" / "newswatch" / "newswatch.toml"
    mine.parent.mkdir(parents=True)
    mine.write_text('[[source]]\nurl = "https://example.org/"')
    monkeypatch.chdir(tmp_path)
    found = config.load(environ={"XDG_CONFIG_HOME": str(tmp_path / "conf")})
    assert found.path == mine
    assert found.database == f"sqlite:///{mine.parent}/news.db"


def test_a_file_that_the_environment_names_is_taken_before_the_usual_places(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("[schedule]\nvisits = 3")
    named = {"NEWSWATCH_CONFIG": str(tmp_path / "other.toml")}
    assert config.load(environ=named).schedule.visits == 3
    with pytest.raises(config.ConfigError, match=r"none\.toml: cannot be read"):
        config.load(tmp_path / "none.toml", named)


def test_no_file_anywhere_says_where_it_was_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(config.ConfigError, match=r"looked at newswatch.toml and .*newswatch add URL --write"):
        config.load(environ={"XDG_CONFIG_HOME": str(tmp_path)})


def test_a_relative_path_gives_an_absolute_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    assert config.load(Path("mine.toml"), {}).database == f"sqlite:///{tmp_path}/news.db"


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        pytest.param(None, "cannot be read: .*No such file", id="a file that is not there"),
        pytest.param(b'database = "sqlite:///\xff.db"', "cannot be read: .*utf-8", id="bytes that are not UTF-8"),
        pytest.param(b"[crawl\ntimeout = 3", "line 1", id="a syntax error with its line"),
        pytest.param(b"x = 1\nx = 2\ny = 3", "line 2", id="a key written twice"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_problem_with_its_name(
    tmp_path: Path, content: bytes | None, answer: str
) -> None:
    file = tmp_path / "newswatch.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(config.ConfigError, match=f"{file}: .*{answer}"):
        config.load(file, {})


# ---------------------------------------------------------------- what is wrong


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(
            "[[source]]\nurl = 'https://a.example/'\n[[source]]\nkey = 'bbc'\nurl = 'https://b.example/'\nevry = 5",
            "[[source]] 2 (key 'bbc'): unknown key 'evry', did you mean 'every'?",
            id="an unknown key of a source",
        ),
        pytest.param(
            "[crawl]\ntimout = 5",
            "[crawl]: unknown key 'timout', did you mean 'timeout'?",
            id="an unknown key of a block",
        ),
        pytest.param(
            "datbase = 'x'",
            "top of the file: unknown key 'datbase', did you mean 'database'?",
            id="an unknown key on top",
        ),
        pytest.param("[crwl]", "top of the file: unknown key 'crwl', did you mean 'crawl'?", id="an unknown block"),
        pytest.param("xyzzy = 1", "top of the file: unknown key 'xyzzy'", id="nothing is near"),
        pytest.param(
            "[[source]]\nurl = 'https://a.example/'\ndatabase = 'sqlite:///n.db'",
            "[[source]] 1 ('https://a.example/'): unknown key 'database' here, it belongs to the top of the file",
            id="a key of the top after a source",
        ),
        pytest.param(
            "[schedule]\nmax_body = 5",
            "[schedule]: unknown key 'max_body' here, it belongs under [crawl]",
            id="a key in the wrong block",
        ),
        pytest.param(
            "[crawl]\nmax_age = '7d'",
            "[crawl]: unknown key 'max_age' here, it belongs under [[source]]",
            id="a key of a source in another block",
        ),
        pytest.param(
            "[source]\nurl = 'https://a.example/'",
            "[source]: must be written [[source]], with two brackets, once for each source",
            id="single brackets",
        ),
        pytest.param("source = [5]", "[[source]] 1 (None): must be a block of settings", id="a number for a source"),
        pytest.param("crawl = 5", "[crawl]: must be a block of settings", id="a number for a block"),
        pytest.param("[[source]]\nkey = 'a'", "[[source]] 1 (key 'a'): needs url", id="a source without address"),
        pytest.param(
            "[[source]]\nurl = []",
            "[[source]] 1 ([]) url: must have at least 1 item after validation, not 0",
            id="a source with no address in its list",
        ),
        pytest.param(
            "[[source]]\nkey = 'a'\nurl = ['https://a.example/', 'b.example']",
            "[[source]] 1 (key 'a') url 2: must begin with http:// or https://, did you mean 'https://b.example'? "
            "(is 'b.example')",
            id="the second address of a source",
        ),
        pytest.param(
            "[[source]]\nkey = 'a'\nurl = 'https://a.example/'\nevery = 5\ncron = '* * * * *'",
            "[[source]] 1 (key 'a') cron: and every exclude each other, keep one of them (is '* * * * *')",
            id="two timings",
        ),
        pytest.param(
            "[engine]\nkind = 'procrastinate'",
            '[engine]: kind = "procrastinate" needs PostgreSQL: name one in `database`, or take kind = "local"',
            id="several machines on a file",
        ),
        pytest.param(
            "[[source]]\nkey = 'a'\nurl = 'https://a.example/'\nevery = 0",
            "[[source]] 1 (key 'a') every: must be greater than 0 (is 0)",
            id="an interval of nothing",
        ),
        pytest.param(
            "[[source]]\nkey = 'a'\nurl = 'https://a.example/'\nrender = 'maybe'",
            "[[source]] 1 (key 'a') render: must be 'auto', 'always' or 'never' (is 'maybe')",
            id="what is allowed is named",
        ),
        pytest.param(
            "[[source]]\nkey = 'a'\nurl = 'https://a.example/'\nenabled = 'yes'",
            "[[source]] 1 (key 'a') enabled: must be a valid boolean (is 'yes')",
            id="a word for true",
        ),
        pytest.param(
            "[[source]]\nkey = 'a'\nurl = 'https://a.example/'\ntopics = 3",
            "[[source]] 1 (key 'a') topics: must be a valid list (is 3)",
            id="a number for a list",
        ),
        pytest.param(
            "[schedule]\nvisits = true", "[schedule] visits: must be a valid integer (is True)", id="true is no count"
        ),
        pytest.param(
            "[safety]\nallow_networks = ['127.0.0.0/8', 'lan']",
            "[safety] allow_networks 2: must be a network like '127.0.0.0/8' or an address like '::1' (is 'lan')",
            id="the second network",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place_and_cure(text: str, problem: str) -> None:
    assert problems(text) == (problem,)


def test_all_mistakes_are_named_at_once() -> None:
    found = problems("""
        database = "mysql://me:geheim@host/n"
        [crawl]
        timeout = "soon"
        [schedule]
        evry = 5
        [[source]]
        key = "a"
        url = "a.example"
        select = { headlin = "h1", authors = "h1 >" }
        timezone = "Mars"
        [[source]]
        key = "a"
        url = "https://a.example/"
        enabled = 1
    """)
    assert [problem.split(": ")[0] for problem in found] == [
        "[[source]] 2 (key 'a')",
        "database",
        "[crawl] timeout",
        "[schedule]",
        "[[source]] 1 (key 'a') url 1",
        "[[source]] 1 (key 'a') timezone",
        "[[source]] 1 (key 'a') select headlin",
        "[[source]] 1 (key 'a') select authors",
        "[[source]] 2 (key 'a') enabled",
    ]
    assert "[[source]] 1 has this key already" in found[0]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('database = "mysql://me:geheim@host/n"', id="of the database"),
        pytest.param('[crawl]\nproxy = "socks://me:geheim@host"', id="of the proxy"),
        pytest.param('[[source]]\nurl = "https://me:geheim@a.example/"', id="of a source"),
    ],
)
def test_no_message_tells_a_password(text: str) -> None:
    assert all("geheim" not in problem for problem in problems(text))


# ---------------------------------------------------------------- showing and adding


def test_what_is_in_force_is_shown_as_toml_that_reads_back() -> None:
    found = read("""
        [crawl]
        contact = "mail@example.org"
        visit_time = 90
        [safety]
        allow_networks = "127.0.0.0/8"
        [[source]]
        url = "https://example.org/"
        name = 'The "Example"'
        max_age = "36h"
        select = { headline = "h1" }
        [[source]]
        url = "https://example.org/sport"
        cron = "0 6 * * mon"
    """)
    assert read(config.effective(found)) == found


def test_defaults_are_shown_too_and_what_is_not_set_is_said() -> None:
    shown = config.effective(read(""))
    for line in ('timeout = "20s"', 'max_body = "10MB"', "visits = 64", "# contact is not set", f"# {FILE}"):
        assert line in shown.splitlines()


def test_passwords_are_masked_where_settings_are_shown() -> None:
    shown = config.effective(read('database = "postgres://me:geheim@h/n"'))
    assert "geheim" not in shown
    assert 'database = "postgresql+psycopg://me:***@h/n"' in shown


def test_a_proxy_is_refused_rather_than_passed_by() -> None:
    (problem,) = problems('[crawl]\nproxy = "http://me:geheim@proxy.example:3128"')
    assert problem.startswith("[crawl] proxy: is not supported by this version")
    assert "geheim" not in problem


GOOD = '[crawl]\ncontact = "mail@example.org"\n[[source]]\nurl = "https://example.org/"\n'


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        pytest.param(GOOD, [], id="nothing to warn of"),
        pytest.param(GOOD.replace("contact", "#"), ["contact is not set"], id="publishers cannot reach us"),
        pytest.param(GOOD.replace("mail@example.org", "us"), ["neither an e-mail address nor a page"], id="no address"),
        pytest.param(GOOD + "enabled = false", ["no enabled [[source]]"], id="every source is off"),
        pytest.param("[safety]\nallow_networks='10.0.0.0/8'\n" + GOOD, ["allow_networks is set"], id="a way inside"),
        pytest.param(
            GOOD + "region = 'eu'\n[[watch]]\nkey = 'w'\nregions = ['eu', 'Asia']\n",
            ['[[watch]] w: no [[source]] has region = "Asia"'],
            id="a watch of a region that no source is of",
        ),
        pytest.param("[schedule]\nlease = 2\n" + GOOD, ["lease is shorter"], id="a lease that beats cannot renew"),
    ],
)
def test_what_should_not_stay_so_is_warned_of(text: str, warned: list[str]) -> None:
    said = config.warnings(read(text))
    assert len(said) == len(warned)
    assert all(part in sentence for part, sentence in zip(warned, said, strict=True))


def test_a_source_is_three_lines() -> None:
    assert config.source_block("example", "https://example.org/") == (
        '[[source]]\nkey = "example"\nurl = "https://example.org/"\n'
    )


@pytest.mark.parametrize(
    "before",
    [
        pytest.param(None, id="to a file that is not there yet"),
        pytest.param("", id="to an empty file"),
        pytest.param('# mine\n[[source]]\nurl = "https://first.example/"\n', id="after a source"),
        pytest.param("# mine\n[crawl]\ntimeout = 5", id="after a line without its end"),
    ],
)
def test_a_source_is_added(tmp_path: Path, before: str | None) -> None:
    file = tmp_path / "newswatch.toml"
    if before is not None:
        file.write_text(before)
    config.append_block(file, config.source_block("new", ["https://new.example/"], language="de"))
    added = config.load(file, {}).sources[-1]
    assert (added.key, added.url, added.language) == ("new", ("https://new.example/",), "de")
    assert file.read_text().startswith(before or "")


def test_what_would_break_the_file_is_not_added(tmp_path: Path) -> None:
    file = tmp_path / "newswatch.toml"
    file.write_text(config.source_block("example", "https://example.org/"))
    with pytest.raises(config.ConfigError, match="has this key already"):
        config.append_block(file, config.source_block("example", "https://other.example/"))
    assert file.read_text() == config.source_block("example", "https://example.org/")


# ---------------------------------------------------------------- what it may cost


def test_reading_the_settings_brings_in_no_other_part() -> None:
    script = "import config, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    heavy = {"scrapy", "twisted", "sqlalchemy", "lxml", "asyncio", "crawler", "storage", "guard", "delivery"}
    assert not heavy & set(done.stdout.split())


# the pages that are kept ----------------------------------------------------------------------------------------------


def test_pages_are_kept_for_some_days_unless_told_otherwise() -> None:
    pages = read("").pages
    assert (pages.keep, pages.budget, pages.folder) == (14 * 86400, 5_000_000_000, None)


def test_a_relative_folder_of_pages_lies_beside_the_file() -> None:
    found = read("[pages]\nkeep = '3d'\nbudget = '1GiB'\nfolder = 'kept'\n" + GOOD).pages
    assert (found.keep, found.budget) == (3 * 86400, 2**30)
    assert found.folder is not None
    assert Path(found.folder).is_absolute()
    assert Path(found.folder).name == "kept"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("keep = '-1d'", "[pages] keep", id="less than nothing"),
        pytest.param("budget = 0", "[pages] budget", id="no room"),
        pytest.param("folder = ''", "[pages] folder", id="an empty name"),
        pytest.param("kep = '1d'", "[pages]: unknown key 'kep', did you mean 'keep'?", id="misspelt"),
    ],
)
def test_a_bad_setting_of_pages_is_named_with_its_block(line: str, said: str) -> None:
    (problem,) = problems(f"[pages]\n{line}\n" + GOOD)
    assert problem.startswith(said)
