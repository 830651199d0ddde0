"""docs/reference/cli.md: every command with an example, as the program itself explains it."""

import re
from collections.abc import Iterator

import pytest
import typer

import cli
from crawler import batch
from docs import generate
from tests.docs.pages import REFERENCE, section

PAGE = REFERENCE / "cli.md"
#: the commands that the program promises; new ones are added here
PROMISED = {
    "add",
    "alerts",
    "articles",
    "backup",
    "canonical",
    "changes",
    "check",
    "crawl",
    "db new-epoch",
    "engine status",
    "db status",
    "db upgrade",
    "diff",
    "doctor",
    "explain",
    "export",
    "extract",
    "failed list",
    "failed retry",
    "identify",
    "import",
    "reprocess",
    "run",
    "search",
    "serve",
    "sources",
    "sources export",
    "sources import",
    "try",
    "verify",
    "watch add",
    "watch list",
    "watch remove",
    "watch story",
    "watch test",
}


def _commands() -> Iterator[tuple[str, str]]:
    """Name and help of each command, those of groups included."""
    for name, command in typer.main.get_group(cli.app).commands.items():
        if hasattr(command, "commands") and getattr(command, "invoke_without_command", False):
            yield name, command.help or ""
        for inner, below in getattr(command, "commands", {"": command}).items():
            yield f"{name} {inner}".strip(), below.help or ""


def test_the_page_is_what_the_program_says() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert generate.renewed(text) == text, "run: .venv/bin/python -m docs.generate"


def test_no_promised_command_is_missing() -> None:
    assert {name for name, _ in _commands()} >= PROMISED


@pytest.mark.parametrize(("name", "text"), [pytest.param(*pair, id=pair[0]) for pair in _commands()])
def test_each_command_has_an_example_that_calls_it(name: str, text: str) -> None:
    assert re.search(rf"Example: .*newswatch .*\b{name}\b", text), (
        f"add `Example: newswatch {name} ...` to its docstring"
    )


def test_each_field_that_extract_writes_is_named() -> None:
    described = section(PAGE, "Lines of JSON")
    assert all(f"`{field}`" in described for field in (*batch._FIELDS, "id", "is_article", "reason"))
