"""How values are written: each way that is allowed, and each mistake with the sentence that answers it."""

import contextlib
import ipaddress
import tomllib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import config_values as values

FOLDER = Path("/srv/news")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("90s", 90.0, id="seconds with their unit"),
        pytest.param("10m", 600.0, id="minutes"),
        pytest.param("2h", 7200.0, id="hours"),
        pytest.param("7d", 604800.0, id="days"),
        pytest.param("1w", 604800.0, id="a week"),
        pytest.param("250ms", 0.25, id="milliseconds are not minutes"),
        pytest.param("1h30m", 5400.0, id="two units in a row"),
        pytest.param("1h 30m", 5400.0, id="two units with a space"),
        pytest.param("1.5 h", 5400.0, id="a fraction, and a space before the unit"),
        pytest.param(5, 5.0, id="a plain number is seconds"),
        pytest.param(0.5, 0.5, id="a plain fraction is seconds"),
    ],
)
def test_a_duration_is_read_as_seconds(written: object, expected: float) -> None:
    assert values.seconds(written) == pytest.approx(expected)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("10", id="a number in quotes has no unit"),
        pytest.param("ten minutes", id="words"),
        pytest.param("10 y", id="a year is no unit"),
        pytest.param("-5m", id="a negative duration"),
        pytest.param("", id="nothing at all"),
        pytest.param(True, id="true is not one second"),
        pytest.param(float("inf"), id="TOML's inf is no duration"),
        pytest.param(float("nan"), id="TOML's nan is no duration"),
        pytest.param(["10m"], id="a list"),
    ],
)
def test_what_is_no_duration_is_answered_with_examples(written: object) -> None:
    with pytest.raises(ValueError, match='"90s", "10m", "2h", "7d"'):
        values.seconds(written)


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        pytest.param(900.0, "15m", id="whole minutes"),
        pytest.param(5400.0, "90m", id="an hour and a half stays in minutes"),
        pytest.param(86400.0, "1d", id="a whole day"),
        pytest.param(5.0, "5s", id="below a minute"),
        pytest.param(0.25, "0.25s", id="below a second"),
        pytest.param(0.0, "0s", id="nothing"),
        pytest.param(timedelta(days=7), "7d", id="a timedelta"),
        pytest.param(1234567.5, "1234567.5s", id="no digit is lost in a large number"),
    ],
)
def test_a_duration_is_shown_in_its_largest_whole_unit(span: float | timedelta, expected: str) -> None:
    assert values.duration_text(span) == expected


@given(st.integers(min_value=0, max_value=10**9))
def test_a_shown_duration_reads_back_as_itself(span: int) -> None:
    assert values.seconds(values.duration_text(float(span))) == span


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("10MB", 10_000_000, id="decimal megabytes"),
        pytest.param("10 mb", 10_000_000, id="in lower case with a space"),
        pytest.param("1MiB", 1_048_576, id="binary megabytes"),
        pytest.param("1.5KB", 1500, id="a fraction"),
        pytest.param("512B", 512, id="bytes with their unit"),
        pytest.param("512", 512, id="bytes in quotes"),
        pytest.param(512, 512, id="bytes"),
    ],
)
def test_a_size_is_read_as_bytes(written: object, expected: int) -> None:
    assert values.size(written) == expected


@pytest.mark.parametrize("written", ["10 apples", "", "-1MB", True, 1.5, None])
def test_what_is_no_size_is_answered_with_examples(written: object) -> None:
    with pytest.raises(ValueError, match='"10MB", "500KB"'):
        values.size(written)


@given(st.integers(min_value=0, max_value=10**13))
def test_a_shown_size_reads_back_as_itself(count: int) -> None:
    assert values.size(values.size_text(count)) == count


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("7d", timedelta(days=7), id="a week in days"),
        pytest.param(3600, timedelta(hours=1), id="plain seconds"),
        pytest.param(timedelta(days=2), timedelta(days=2), id="a timedelta from code"),
    ],
)
def test_an_age_is_read_as_a_timedelta(written: object, expected: timedelta) -> None:
    assert values.age(written) == expected


@pytest.mark.parametrize("written", ["0s", -1, "40000d", 1e300])
def test_an_age_has_limits(written: object) -> None:
    with pytest.raises(ValueError, match="less than 100 years"):
        values.age(written)


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("https://example.com/world", id="a page of a site"),
        pytest.param("http://127.0.0.1:8001/", id="an IP address with a port"),
        pytest.param("http://[::1]:8001/feed.xml", id="an IPv6 address with a port"),
        pytest.param("https://пример.рф/новости", id="a host and path in another script"),
    ],
)
def test_an_address_is_taken_as_it_stands(address: str) -> None:
    assert values.source_address(address) == address


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        pytest.param("bbc.com/news", "did you mean 'https://bbc.com/news'", id="the scheme was left out"),
        pytest.param("//bbc.com/news", "did you mean 'https://bbc.com/news'", id="a scheme-relative address"),
        pytest.param("ftp://example.com/", "http or https only", id="another protocol"),
        pytest.param("file:///etc/passwd", "http or https only", id="a local file"),
        pytest.param("https:///world", "must be an address", id="no host"),
        pytest.param("https://exa mple.com/", "must be an address", id="a space inside"),
        pytest.param("https://example.com/\n", "must be an address", id="a line break at the end"),
        pytest.param("https://example.com:news/", "is not an address", id="a port that is no number"),
        pytest.param("https://[::1/", "is not an address", id="an open bracket"),
        pytest.param("https://me:pw@example.com/", "must not carry a user name", id="a password inside"),
    ],
)
def test_what_is_no_address_is_answered_with_the_cure(address: str, answer: str) -> None:
    with pytest.raises(ValueError, match=answer):
        values.source_address(address)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("Media.Example.com", "media.example.com", id="lower case"),
        pytest.param("example.com.", "example.com", id="without the dot of the root"),
        pytest.param("127.0.0.1:8001", "127.0.0.1:8001", id="an IP address with a port"),
        pytest.param("[::1]:80", "[::1]:80", id="an IPv6 address with a port"),
    ],
)
def test_a_host_is_taken(written: str, expected: str) -> None:
    assert values.host(written) == expected


@pytest.mark.parametrize("written", ["https://example.com", "example.com/a", "", "a b", "example.com:port", "u@h"])
def test_what_is_no_host_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="without http:// and path"):
        values.host(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("127.0.0.0/8", "127.0.0.0/8", id="a network"),
        pytest.param("127.0.0.1/8", "127.0.0.0/8", id="a network named by one of its hosts"),
        pytest.param("10.0.0.7", "10.0.0.7/32", id="a single address"),
        pytest.param("fd00::/8", "fd00::/8", id="an IPv6 network"),
    ],
)
def test_a_network_is_taken(written: str, expected: str) -> None:
    assert values.network(written) == ipaddress.ip_network(expected)


@pytest.mark.parametrize("written", ["300.1.1.1", "localhost", "10.0.0.0/99", "", 2130706433, None])
def test_what_is_no_network_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="must be a network"):
        values.network(written)


@pytest.mark.parametrize(
    ("written", "reachable"),
    [
        pytest.param("mail@example.com", True, id="an e-mail address"),
        pytest.param("mailto:mail@example.com", True, id="a link to one"),
        pytest.param("https://example.com/bot", True, id="a page"),
        pytest.param("The Desk, mail@example.com", True, id="a name beside the address"),
        pytest.param("me", False, id="a word is taken, but nobody is reached by it"),
    ],
)
def test_a_contact_is_what_can_stand_in_a_header(written: str, *, reachable: bool) -> None:
    assert values.contact(written) == written
    assert values.is_reachable(written) == reachable


@pytest.mark.parametrize("written", ["", " ", "mail@example.com\r\nX-Evil: 1", "mail@example.com ", "почта@пример.рф"])
def test_a_contact_that_cannot_stand_in_a_header_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="must be an e-mail address or a page"):
        values.contact(written)


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        pytest.param("BBC News", "did you mean 'bbc-news'", id="a space"),
        pytest.param("-bbc", "did you mean 'bbc'", id="a dash at the start looks like an option"),
        pytest.param("новости", "must be letters", id="letters that a shell cannot type everywhere"),
        pytest.param("a" * 65, "must be letters", id="longer than 64"),
        pytest.param("a/b", "did you mean 'a-b'", id="a path"),
    ],
)
def test_a_key_is_short_and_plain(written: str, answer: str) -> None:
    with pytest.raises(ValueError, match=answer):
        values.key(written)


@pytest.mark.parametrize(
    ("url", "taken", "expected"),
    [
        pytest.param("https://www.bbc.com/", (), "bbc-com", id="the host without www"),
        pytest.param("https://www.bbc.com/news", (), "bbc-com-news", id="host and path"),
        pytest.param("http://127.0.0.1:8001/", (), "127-0-0-1-8001", id="an IP address keeps its port"),
        pytest.param("https://bbc.com/", ("bbc-com",), "bbc-com-2", id="numbered when taken"),
        pytest.param("https://bbc.com/", ("bbc-com", "bbc-com-2"), "bbc-com-3", id="the first free number"),
        pytest.param("https://пример.рф/", (), "source", id="nothing that a key may hold"),
    ],
)
def test_a_key_is_made_of_the_address(url: str, taken: tuple[str, ...], expected: str) -> None:
    assert values.key_for(url, taken) == expected


@given(st.text(max_size=200))
def test_every_address_gives_a_good_key(path: str) -> None:
    made = values.key_for(f"https://example.com/{path}")
    assert values.key(made) == made


@pytest.mark.parametrize("written", ["en", "pt-BR", "zh-Hant", "ckb"])
def test_a_language_tag_is_taken(written: str) -> None:
    assert values.language(written) == written


@pytest.mark.parametrize("written", ["english", "e", "en_GB", ""])
def test_what_is_no_language_tag_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="language tag like 'en'"):
        values.language(written)


def test_a_zone_is_known_by_its_name() -> None:
    assert values.zone("Europe/Berlin") == "Europe/Berlin"


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        pytest.param("Europe/Berln", "did you mean 'Europe/Berlin'", id="a slip of the pen"),
        pytest.param("+02:00", "must be a time zone like", id="an offset is no zone"),
        pytest.param("../../etc/passwd", "must be a time zone like", id="a path"),
        pytest.param("", "must be a time zone like", id="nothing"),
    ],
)
def test_an_unknown_zone_is_answered_with_the_nearest(written: str, answer: str) -> None:
    with pytest.raises(ValueError, match=answer):
        values.zone(written)


@pytest.mark.parametrize("written", ["h1", "div.story > p:not(.ad)", "time[datetime]::attr(datetime)", "h1, h2"])
def test_a_selector_is_taken(written: str) -> None:
    assert values.selector(written) == written


@pytest.mark.parametrize("written", ["h1 >", "div[", "", "//h1"])
def test_what_is_no_selector_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="is not a CSS selector"):
        values.selector(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("* * * * *", "* * * * *", id="every minute"),
        pytest.param("*/30 6-22 * * mon-fri", "*/30 6-22 * * 1-5", id="days of the week become numbers"),
        pytest.param("0,15,30,45  *  * * *", "0,15,30,45 * * * *", id="a list, and spaces"),
        pytest.param("0 6 1-15/2 jan,JUL 0", "0 6 1-15/2 jan,JUL 0", id="months by name, Sunday as 0"),
        pytest.param("0 6 * * 7", "0 6 * * 7", id="Sunday as 7"),
        pytest.param("0 6 * * Sun-Tue", "0 6 * * 0-2", id="the week begins on Sunday"),
        pytest.param("0 6 * * */2", "0 6 * * 0-6/2", id="every second day of the week, from Sunday"),
    ],
)
def test_a_crontab_line_is_taken(written: str, expected: str) -> None:
    assert values.cron(written) == values.cron(expected) == expected


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        pytest.param("* * * *", "five fields .* has 4", id="four fields"),
        pytest.param("@daily", "five fields", id="a word of cron's"),
        pytest.param("60 * * * *", "minute '60' must be", id="a minute too high"),
        pytest.param("0 6 0 * *", "day of the month '0'", id="a day too low"),
        pytest.param("0 6 * * monday", "day of the week 'monday'", id="a name in full"),
        pytest.param("0 22-6 * * *", "hour '22-6'", id="a span that runs backwards"),
        pytest.param("*/0 * * * *", "minute '\\*/0'", id="a step of nothing"),
        pytest.param("1-2-3 * * * *", "minute '1-2-3'", id="a span of three"),
        pytest.param(", * * * *", "minute ','", id="an empty list"),
    ],
)
def test_a_broken_crontab_line_is_answered_with_its_field(written: str, answer: str) -> None:
    with pytest.raises(ValueError, match=answer):
        values.cron(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("sqlite:///news.db", "sqlite:////srv/news/news.db", id="a relative file lies beside the settings"),
        pytest.param("sqlite:////var/news.db", "sqlite:////var/news.db", id="an absolute file stays"),
        pytest.param("sqlite:///~/n.db", f"sqlite:///{Path.home()}/n.db", id="a file at home"),
        pytest.param("sqlite:///n.db?timeout=5", "sqlite:////srv/news/n.db?timeout=5", id="options stay"),
        pytest.param("postgresql://u:p@h/n", "postgresql+psycopg://u:p@h/n", id="PostgreSQL gets its driver"),
        pytest.param("postgres://h/n", "postgresql+psycopg://h/n", id="the short name of PostgreSQL"),
        pytest.param(
            "postgresql+psycopg:///n?host=/run", "postgresql+psycopg:///n?host=/run", id="the long name stays"
        ),
    ],
)
def test_a_database_gets_one_spelling(written: str, expected: str) -> None:
    assert values.database(written, FOLDER) == expected


@pytest.mark.parametrize("written", ["mysql://h/n", "news.db", "sqlite://", "sqlite:///", "sqlite:///:memory:", ""])
def test_a_database_that_cannot_be_used_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///FILE"):
        values.database(written, FOLDER)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("postgresql://me:geheim@host/news", id="before the host"),
        pytest.param("postgresql:///news?user=me&password=geheim&sslmode=require", id="among the options"),
        pytest.param("http://me:a:geheim@proxy:3128", id="a password with a colon"),
    ],
)
def test_a_password_is_masked(url: str) -> None:
    hidden = values.masked(url)
    assert "geheim" not in hidden
    assert "***" in hidden


def test_an_address_without_password_is_shown_as_it_is() -> None:
    assert values.masked("https://example.com:8080/a?b=c@d") == "https://example.com:8080/a?b=c@d"


@pytest.mark.parametrize(
    "value",
    ['a "quoted" text', "back\\slash", "ligne\nsuivante", "日本", "\x7f", True, 5, 1.5, ["a", "b"], {"headline": "h1"}],
)
def test_what_is_written_as_toml_reads_back_as_itself(value: object) -> None:
    assert tomllib.loads(f"x = {values.toml_text(value)}") == {"x": value}


@pytest.mark.parametrize("read", [values.seconds, values.size, values.network], ids=["seconds", "size", "network"])
@given(anything=st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.lists(st.text())))
def test_whatever_is_written_is_a_value_or_a_value_error(read: Callable[[object], object], anything: object) -> None:
    with contextlib.suppress(ValueError):
        assert read(anything) is not None
