"""Writes the generated parts of docs/reference anew: `.venv/bin/python -m docs.generate`.

A generated part stands between `<!-- generated: NAME -->` and `<!-- end -->`; a test compares it with the program.
"""  # noqa: INP001 - run as a module of the project's folder

import inspect
import re
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

from storage.views import VIEWS

REFERENCE = Path(__file__).parent / "reference"
#: modules whose exceptions stand in errors.md
ERROR_MODULES = (
    "config",
    "config_secrets",
    "delivery.query",
    "delivery.export_file",
    "delivery.export_formats",
    "delivery.opml",
    "guard.addresses",
    "guard.proxy",
    "guard.proxy_heads",
    "storage.errors",
    "engine.tables",
    "crawler.errors",
    "crawler.fetch.chunks",
    "crawler.fetch.headers",
    "crawler.render.browser",
    "crawler.discover.errors",
    "crawler.urls",
    "delivery.alerts.apprise_child",
    "delivery.alerts.ways",
    "delivery.api.answers",
    "delivery.api.server",
)
_PART = re.compile(r"(?s)(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->)")


def commands() -> str:
    """Each command of the command line: what it does, an example, its arguments and options."""
    root = typer.main.get_group(import_module("cli").app)
    return "\n".join(["## Before any command\n", *_options(root), "", *_sections(root, "newswatch")])


def _sections(group: Any, path: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if not hasattr(command, "commands") or command.invoke_without_command:
            yield f"## `{path} {name}`\n"
            yield from _command(command, f"{path} {name}")
        if hasattr(command, "commands"):
            yield from _sections(command, f"{path} {name}")


def _command(command: Any, path: str) -> Iterator[str]:
    words = [_usage(parameter) for parameter in command.params if parameter.param_type_name == "argument"]
    yield _plain(inspect.cleandoc(command.help or ""))
    yield ""
    yield "```\n" + " ".join([path, *(["[OPTIONS]"] if len(words) < len(command.params) else []), *words]) + "\n```\n"
    yield from _options(command)
    yield ""


def _usage(argument: Any) -> str:
    name = (argument.metavar or argument.name or "").strip("[].").upper() + ("..." if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def _plain(text: str) -> str:
    """Help text without the marks that are meant for a terminal."""
    return text.replace("\b\n", "").replace("\b", "").strip()


def _options(command: Any) -> Iterator[str]:
    rows = [_option(parameter) for parameter in command.params if getattr(parameter, "help", None) is not None]
    if rows:
        yield from ("| option | meaning |", "|---|---|", *rows)


def _option(parameter: Any) -> str:
    names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
    if parameter.param_type_name == "argument":
        names = f"`{_usage(parameter)}`"
    meaning = " ".join(str(getattr(parameter, "help", "")).split()).replace("|", "\\|")
    return f"| {names} | {meaning} |"


def errors() -> str:
    """Each error that a part of Newswatch raises, with what it says."""
    return "\n".join(line for module in ERROR_MODULES for line in _errors_of(module))


def _errors_of(module: str) -> Iterator[str]:
    found = [
        value
        for value in vars(import_module(module)).values()
        if inspect.isclass(value) and issubclass(value, Exception) and value.__module__ == module
    ]
    yield from (f"### `{module}`\n", "| error | meaning |", "|---|---|")
    for error in found:
        meaning = " ".join((inspect.getdoc(error) or "").split("\n\n")[0].split())
        yield f"| `{error.__name__}` | {meaning} |"
    yield ""


def api() -> str:
    """Each address of the API with its parameters, out of its own specification."""
    app = import_module("delivery.api.app").create_app(None, import_module("delivery.api.entry").Entry(None))
    return "\n".join(line for path, asked in app.openapi()["paths"].items() for line in _address(path, asked["get"]))


def _address(path: str, asked: dict[str, Any]) -> Iterator[str]:
    yield f"### `{path}`\n"
    yield f"{asked.get('description', asked['summary'])}\n"
    rows = [_parameter(found) for found in asked.get("parameters", ())]
    if rows:
        yield from ("| parameter | default | allowed |", "|---|---|---|", *rows, "")


def _parameter(found: dict[str, Any]) -> str:
    shape = found["schema"]
    inner = next((part for part in shape.get("anyOf", ()) if part.get("type") != "null"), shape)
    default = "all" if found["name"] == "fields" else shape.get("default", "required" if found["required"] else "")
    default = str(default).lower() if isinstance(default, bool) else default
    meaning = " ".join(filter(None, (_allowed(inner), found.get("description"))))
    shown = default or "" if default in ("", [], "required", "all") else f"`{default}`"
    return f"| `{found['name']}` | {shown} | {meaning} |"


def _allowed(shape: dict[str, Any]) -> str:
    """What a parameter takes: "a number from 1 to 200", "a moment"."""
    if shape.get("type") == "integer":
        ends = f" from {shape['minimum']} to {shape['maximum']}" if shape.get("maximum", 2**63) < 2**62 else ""
        return f"A number{ends}."
    if shape.get("type") == "array":
        return f"May stand up to {shape['maxItems']} times."
    if "enum" in shape:
        return " or ".join(f"`{value}`" for value in shape["enum"]) + "."
    return {"boolean": "`true` or `false`."}.get(shape.get("type", ""), "A moment." if "format" in shape else "")


def view(name: str) -> str:
    """The columns of one view of the contract."""
    return "\n".join(import_module("storage.contract").table_lines(name))


PARTS: dict[str, Callable[[], str]] = {
    "api": api,
    "commands": commands,
    "errors": errors,
    **{name: partial(view, name) for name in VIEWS},
}


def renewed(text: str) -> str:
    """The text of a page with its generated parts made anew."""
    return _PART.sub(lambda found: f"{found[1]}{PARTS[found[2]]().strip()}\n{found[3]}", text)


def main() -> None:
    """Write all pages anew."""
    for page in sorted(REFERENCE.glob("*.md")):
        page.write_text(renewed(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
