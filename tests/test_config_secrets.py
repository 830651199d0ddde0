"""Secrets: where they may lie, and what is refused."""

from pathlib import Path

import pytest

import config
from config_secrets import SecretError, needed, reference, secret

HERE = Path("/srv/news")


@pytest.mark.parametrize(
    ("written", "place"),
    [
        pytest.param("env:NEWSWATCH_TOKEN", "env:NEWSWATCH_TOKEN", id="a variable"),
        pytest.param("file:/run/secrets/token", "file:/run/secrets/token", id="a file"),
        pytest.param("file:token", "file:/srv/news/token", id="a file beside the configuration"),
    ],
)
def test_a_place_is_named(written: str, place: str) -> None:
    assert reference(written, HERE) == place


@pytest.mark.parametrize("written", ["s3cret", "", "env:", "env:1A", "env:A B", "file:", "ENV:TOKEN"])
def test_a_secret_itself_is_refused_where_its_place_belongs(written: str) -> None:
    with pytest.raises(ValueError, match="where the secret lies"):
        reference(written, HERE)


def test_the_configuration_names_the_block_that_holds_a_secret() -> None:
    with pytest.raises(config.ConfigError) as caught:
        config.parse("[serve]\ntoken = 's3cret'\n", HERE / "newswatch.toml", {})
    assert caught.value.problems[0].startswith(
        '[serve] token: must say where the secret lies, "env:NAME" or "file:PATH"'
    )


def test_a_variable_is_read() -> None:
    assert secret("env:T", {"T": "s3cret"}) == "s3cret"
    assert secret("env:T", {"T": ""}) is None
    assert secret("env:T", {}) is None


def test_a_file_of_its_owner_is_read_without_its_line_end(tmp_path: Path) -> None:
    file = tmp_path / "token"
    assert secret(f"file:{file}") is None
    file.write_text("s3cret\n")
    file.chmod(0o600)
    assert secret(f"file:{file}") == needed(f"file:{file}") == "s3cret"
    file.write_text("\n")
    assert secret(f"file:{file}") is None


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_file_that_others_can_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "token"
    file.write_text("s3cret")
    file.chmod(mode)
    with pytest.raises(SecretError, match="chmod 600"):
        secret(f"file:{file}")


def test_what_is_no_file_and_what_is_no_text_are_said(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o700)
    with pytest.raises(SecretError, match="cannot be read"):
        secret(f"file:{folder}")
    (tmp_path / "noise").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "noise").chmod(0o600)
    with pytest.raises(SecretError, match="cannot be read"):
        secret(f"file:{tmp_path / 'noise'}")


def test_a_secret_that_must_be_there_is_missed_aloud() -> None:
    with pytest.raises(SecretError, match="env:T holds no secret"):
        needed("env:T", {})
