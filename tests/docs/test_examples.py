"""Every command that a document or a file of deploy/ shows: the command is there, and so is each of its options."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

import cli
from tests.docs.pages import ROOT, pages, words_in_code

FILES = [*pages(), *sorted((ROOT / "deploy").iterdir())]
#: `newswatch` as the first word of a command; elsewhere it may be the name of a user, a container or a folder
_CALL = re.compile(r"(?:^|/bin/|&& )newswatch((?: +[^\s`|>;)]+)+)")
_INNER_CALL = re.compile(r"\snewswatch((?: +(?:--config +\S+|--?[a-z-]+))* +([a-z]+)(?: +[^\s`|>;)]+)*)")
ROOT_COMMAND = typer.main.get_group(cli.app)


def _lines(file: Path) -> Iterator[str]:
    text = file.read_text(encoding="utf-8").replace("\\\n", " ")
    yield from (
        words_in_code(text) if file.suffix == ".md" else text.replace('", "', " ").replace('["', "\n").splitlines()
    )


def _calls(file: Path) -> Iterator[list[str]]:
    for line in _lines(file):
        for found in _CALL.finditer(line):
            yield shlex.split(found[1].replace('"]', ""), comments=True)
        for found in _INNER_CALL.finditer(line):
            if found[2] in ROOT_COMMAND.commands:
                yield shlex.split(found[1], comments=True)


def _known_options(command: object) -> set[str]:
    return {"--help", *(name for parameter in command.params for name in parameter.opts + parameter.secondary_opts)}  # type: ignore[attr-defined]


def _mistake(words: list[str]) -> str | None:
    """What the command line would not understand in a call, as far as names go."""
    group, rest = ROOT_COMMAND, words
    while rest and rest[0].startswith("-"):
        if rest[0] not in _known_options(group):
            return f"newswatch {rest[0]}"
        rest = rest[1:] if rest[0] in ("--help", "--verbose", "-v") else rest[2:]
    command: object = group
    while rest and hasattr(command, "commands"):
        if rest[0] == "COMMAND":
            return None
        if rest[0] not in command.commands:
            return f"newswatch {rest[0]}"
        command, rest = command.commands[rest[0]], rest[1:]
    unknown = [word for word in rest if re.match(r"--?[a-z]", word) and word not in _known_options(command)]
    return f"newswatch ... {unknown[0]}" if unknown else None


@pytest.mark.parametrize("file", [pytest.param(file, id=str(file.relative_to(ROOT))) for file in FILES])
def test_each_call_of_newswatch_is_one_that_it_understands(file: Path) -> None:
    assert [mistake for words in _calls(file) if (mistake := _mistake(words))] == []


def test_the_readme_shows_the_commands_of_the_daemon_and_of_cron() -> None:
    shown = {" ".join(words) for words in _calls(ROOT / "README.md")}
    assert {"run", "crawl --due"} <= shown


def test_a_wrong_call_would_be_noticed() -> None:
    assert _mistake(["--config", "x.toml", "crawl", "--du"]) == "newswatch ... --du"
    assert _mistake(["crwl"]) == "newswatch crwl"
    assert _mistake(["db", "status"]) is None
