"""Secrets of the configuration: ``newswatch.toml`` names where one lies, "env:NAME" or "file:PATH", and never holds it.

A leaf: standard library only. A file that others can read is refused: a secret that everybody on the machine reads is
none.
"""

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

#: permissions of a file that let anybody but its owner read or write it
OTHERS = stat.S_IRWXG | stat.S_IRWXO


class SecretError(Exception):
    """A secret that the configuration names cannot be read; the message says what to do."""


def reference(value: str, folder: Path) -> str:
    """Where a secret lies, relative files seen from ``folder``; ValueError for anything that is no place."""
    if re.fullmatch(r"env:[A-Za-z_][A-Za-z0-9_]*", value):
        return value
    if value.startswith("file:") and len(value) > len("file:"):
        return f"file:{folder.absolute() / Path(value.removeprefix('file:')).expanduser()}"
    raise ValueError('must say where the secret lies, "env:NAME" or "file:PATH"; the file here is no place for it')


def secret(place: str, environ: Mapping[str, str] = os.environ) -> str | None:
    """The secret that lies at a place; None: there is none. Raises SecretError."""
    kind, _, name = place.partition(":")
    if kind == "env":
        return environ.get(name) or None
    return _from_file(Path(name))


def needed(place: str, environ: Mapping[str, str] = os.environ) -> str:
    """The same where there must be one."""
    if found := secret(place, environ):
        return found
    raise SecretError(f"{place} holds no secret")


def _from_file(path: Path) -> str | None:
    try:
        if path.stat().st_mode & OTHERS:
            raise SecretError(f"{path} can be read by others: chmod 600 {path}")
        return path.read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise SecretError(f"{path} cannot be read: {error}") from error
