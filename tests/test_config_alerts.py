"""Watches, channels and the mail server in newswatch.toml: what is read, what is refused, what is written."""

from datetime import timedelta
from pathlib import Path

import pytest

import config
from config import Config, ConfigError

FILE = Path("/srv/news/newswatch.toml")
HOOK = "[[channel]]\nkey = 'desk'\nwebhook = 'https://hooks.example/x'\n"


def read(text: str) -> Config:
    return config.parse(text, FILE, {})


def problem(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read(text)
    return caught.value.problems[0]


def test_a_watch_is_read_with_its_defaults() -> None:
    (watch,) = read("[[watch]]\nkey = 'all'\n").watches
    assert (watch.words, watch.sources, watch.channels, watch.max_age) == ("", (), (), timedelta(days=2))


def test_a_watch_is_read_with_all_that_it_can_have() -> None:
    (watch,) = read(
        HOOK
        + """
        [[watch]]
        key = "floods"
        words = 'flood OR "state of emergency" -insurance'
        sources = "dw"
        languages = ["en", "pt-BR"]
        regions = ["eu"]
        stories = [7]
        channels = "desk"
        max_age = "12h"
        """
    ).watches
    assert watch.words == 'flood OR "state of emergency" -insurance'
    assert (watch.sources, watch.languages, watch.regions) == (("dw",), ("en", "pt-BR"), ("eu",))
    assert (watch.stories, watch.channels, watch.max_age) == ((7,), ("desk",), timedelta(hours=12))
    assert watch.only == ("dw", "en", "pt-BR", "eu", "story 7")


def test_channels_name_where_their_secrets_lie() -> None:
    first, second, third = read(
        """
        [[channel]]
        key = "hook"
        webhook = "file:hook-address"
        secret = "env:HOOK_SECRET"
        [[channel]]
        key = "mail"
        email = ["a@paper.example", "b@paper.example"]
        digest = "0 7 * * mon-fri"
        timezone = "Europe/Berlin"
        [[channel]]
        key = "chat"
        apprise = "env:CHAT"
        """
    ).channels
    assert (first.webhook, first.secret) == ("file:/srv/news/hook-address", "env:HOOK_SECRET")
    assert (second.email, second.digest) == (("a@paper.example", "b@paper.example"), "0 7 * * 1-5")
    assert third.apprise == "env:CHAT"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "[[channel]]\nkey = 'x'\n",
            "[[channel]] 1 (key 'x'): needs one of webhook, email, apprise",
            id="a channel that leads nowhere",
        ),
        pytest.param(
            HOOK + "email = 'a@b.example'\n",
            "[[channel]] 1 (key 'desk'): needs one of webhook, email, apprise",
            id="a channel that leads two ways",
        ),
        pytest.param(
            "[[channel]]\nkey = 'x'\nwebhook = 'ftp://a.example'\n",
            "[[channel]] 1 (key 'x') webhook: must be an address",
            id="a webhook that is no web address",
        ),
        pytest.param(
            "[[channel]]\nkey = 'x'\nwebhook = 'https://user:word@a.example'\n",
            "must not carry a user name or password",
            id="a webhook with a password",
        ),
        pytest.param(
            HOOK + "secret = 's3cret'\n",
            "[[channel]] 1 (key 'desk') secret: must say where the secret lies",
            id="a secret in the file",
        ),
        pytest.param(
            "[[channel]]\nkey = 'x'\napprise = 'slack://token'\n",
            "[[channel]] 1 (key 'x') apprise: must say where the secret lies",
            id="a token in the file",
        ),
        pytest.param(
            "[[channel]]\nkey = 'x'\nemail = 'nobody'\n",
            "[[channel]] 1 (key 'x') email 1:",
            id="an e-mail address without a host",
        ),
        pytest.param(
            HOOK + "digest = 'daily'\n",
            "[[channel]] 1 (key 'desk') digest: must have five fields",
            id="a digest at no time",
        ),
        pytest.param(
            "[[watch]]\nkey = 'w'\nchannels = 'dsk'\n" + HOOK,
            "[[watch]] (key 'w') channels: there is no [[channel]] 'dsk', did you mean 'desk'?",
            id="a channel that is not there",
        ),
        pytest.param(
            "[[watch]]\nkey = 'w'\n[[watch]]\nkey = 'w'\n",
            "[[watch]] 2 (key 'w'): [[watch]] 1 has this key already, keys must differ",
            id="two watches of one name",
        ),
        pytest.param(
            "[[watch]]\nkey = 'w'\nword = 'x'\n",
            "[[watch]] 1 (key 'w'): unknown key 'word', did you mean 'words'?",
            id="a typo in a watch",
        ),
        pytest.param(
            "[watch]\nkey = 'w'\n",
            "must be written [[watch]], with two brackets, once for each watch",
            id="one bracket too few",
        ),
        pytest.param(
            "[serve]\nwords = 'x'\n",
            "it belongs under [[watch]]",
            id="a setting of a watch elsewhere",
        ),
        pytest.param(
            "[mail]\npassword = 's3cret'\n",
            "[mail] password: must say where the secret lies",
            id="a password in the file",
        ),
        pytest.param(
            "[mail]\nsecurity = 'ssl'\n",
            "[mail] security: must be 'starttls', 'tls' or 'none'",
            id="an unknown encryption",
        ),
        pytest.param(
            "[serve]\nport = 70000\n",
            "[serve] port: must be less than or equal to 65535",
            id="a port that there is not",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, said: str) -> None:
    assert said in problem(text)


def test_the_settings_in_force_show_watches_and_channels() -> None:
    shown = config.effective(read(HOOK + "[[watch]]\nkey = 'w'\nwords = 'x'\nchannels = 'desk'\n"))
    assert '[[watch]]\nkey = "w"\nwords = "x"\nchannels = ["desk"]\n' in shown
    assert '[[channel]]\nkey = "desk"\nwebhook = "https://hooks.example/x"\n' in shown


# writing --------------------------------------------------------------------------------------------------------------

BEFORE = """# my news
database = "sqlite:///news.db"

[[watch]]
key = "one"
words = "a"

# about the second
[[watch]]
words = "b"
key = "two"

[[source]]
key = "s"
url = "https://s.example"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "newswatch.toml"
    path.write_text(BEFORE)
    return path


@pytest.mark.parametrize("key", ["one", "two"])
def test_a_block_is_taken_out_and_the_rest_stays(file: Path, key: str) -> None:
    assert config.remove_block(file, "watch", key)
    after = config.load(file, {})
    assert [watch.key for watch in after.watches] == [{"one": "two", "two": "one"}[key]]
    assert [source.key for source in after.sources] == ["s"]
    assert file.read_text().startswith("# my news\n")


def test_a_block_that_is_not_there_changes_nothing(file: Path) -> None:
    assert not config.remove_block(file, "watch", "three")
    assert file.read_text() == BEFORE


def test_a_block_in_another_notation_is_left_to_a_hand(file: Path) -> None:
    file.write_text('watch = [{ key = "one" }]\n')
    assert not config.remove_block(file, "watch", "one")
    assert file.read_text() == 'watch = [{ key = "one" }]\n'


def test_comments_above_the_next_block_stay_with_it(file: Path) -> None:
    assert config.remove_block(file, "watch", "one")
    assert "# about the second\n[[watch]]\n" in file.read_text()
    file.write_text(BEFORE + "\n[[watch]]\nkey = 'last'\nwords = 'c'  # said\n\n# the end\n")
    assert config.remove_block(file, "watch", "last")
    assert file.read_text() == BEFORE + "\n# the end\n"


def test_comments_within_a_block_go_with_it(file: Path) -> None:
    file.write_text(BEFORE.replace('words = "b"\n', 'words = "b"\n\n# its name\n'))
    assert config.remove_block(file, "watch", "two")
    assert "its name" not in file.read_text()


@pytest.mark.parametrize("key", ["one", "four"])
def test_a_value_of_several_lines_that_looks_like_a_head_is_left_to_a_hand(file: Path, key: str) -> None:
    block = '[[watch]]\nkey = "four"\nwords = """\n[[watch]]\n"""\n\n'
    file.write_text(BEFORE.replace("[[watch]]", block + "[[watch]]", 1))
    before = file.read_text()
    with pytest.raises(ConfigError, match="only you can take out"):
        config.remove_block(file, "watch", key)
    assert file.read_text() == before


def test_a_block_that_is_added_can_be_taken_out_again(file: Path) -> None:
    config.append_block(file, config.block_text("watch", {"key": "three", "words": 'say "no"', "sources": ["s"]}))
    assert config.load(file, {}).watches[-1].words == 'say "no"'
    assert config.remove_block(file, "watch", "three")
    assert file.read_text() == BEFORE


def test_a_block_that_would_spoil_the_file_is_not_added(file: Path) -> None:
    with pytest.raises(ConfigError, match="there is no"):
        config.append_block(file, config.block_text("watch", {"key": "three", "channels": ["nowhere"]}))
    assert file.read_text() == BEFORE
