"""An export as a file with a manifest beside it, and the next one that goes on where it ended.

    week.jsonl, week.jsonl.manifest.json   {"epoch": ..., "after": 4711, ...}
    export --after week.jsonl.manifest.json -o more.jsonl    only what is new or revised since

The place in the change feed is taken before the first article is read: what is stored meanwhile may come twice, in its
later state, and is never left out. File and manifest are written under another name and appear when they are whole.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from delivery import changes
from delivery.terminal import appearing
from storage.database import Database

#: follows the name of the file
SUFFIX = ".manifest.json"


class ManifestError(ValueError):
    """A manifest that cannot be gone on with; the message says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far an export has come in the change feed."""

    epoch: str
    #: number of the last change that it covers
    after: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a file holds, and where the next one begins."""

    epoch: str
    after: int
    format: str
    columns: tuple[str, ...]
    articles: int
    bytes: int
    sha256: str


def place(database: Database) -> Place:
    """Where the change feed stands now."""
    return Place(*changes.position(database))


def resumed(database: Database, manifest: Path) -> Place:
    """Where the export that a manifest describes ended. Raises ManifestError."""
    try:
        told = json.loads(manifest.read_text(encoding="utf-8"))
        begun = Place(str(told["epoch"]), int(told["after"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ManifestError(f"{manifest} is no manifest of an export: {error}") from error
    now = place(database)
    if begun.epoch != now.epoch or begun.after > now.after:
        raise ManifestError(
            f"{manifest} belongs to another history (a backup was restored, or it is of another database): "
            f"export everything anew, without --after"
        )
    return begun


def write_manifest(path: Path, at: Place, form: str, columns: list[str], articles: int) -> Manifest:
    """Describe a file that was written, beside it."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    made = Manifest(at.epoch, at.after, form, tuple(columns), articles, path.stat().st_size, digest)
    with appearing(path.with_name(path.name + SUFFIX)) as file:
        file.write((json.dumps(asdict(made), indent=2) + "\n").encode())
    return made
