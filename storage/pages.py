"""Kept pages: the answers that articles were read from, so that a better reader can read them again.

    Page -> name (SHA-256) -> FOLDER/3f/3fa4….page, compressed -> Page

Files, not rows: ten thousand pages are a gigabyte, and no query ever looks into one. Each carries its own name in its
content, so that a file that a power cut left half written is told from a whole one; it is as if it were gone, which any
page may be: they are kept for some days, within a budget.
"""

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import make_url

from config_blocks import KeptPages
from storage.records import Page

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

#: effort of zstd: 3 takes 1.1 ms for a page of 276 kB and leaves 18 %, 6 takes 3.9 ms for 17 %; zlib takes 3.6 for 24 %
_EFFORT = 3
_SUFFIX, _UNFINISHED = ".page", ".unfinished"
#: seconds after which a file that nobody finished is litter of a killed process
_ABANDONED = 3600.0
#: letters of a name that name its folder: 256 folders, so that none holds more than some hundred files
_FOLDER_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Pruned:
    """What a round of pruning took away."""

    files: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class PageFolder:
    """The folder of kept pages: ``seconds`` long, ``budget`` bytes large."""

    path: Path
    seconds: float
    budget: int

    def keep(self, page: Page) -> str:
        """Write a page, whole or not at all, and return its name. Raises OSError."""
        content, name = _content(page), page_name(page)
        file = self._file(name)
        if file.exists():
            os.utime(file)  # its days begin anew
            return name
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, suffix=_UNFINISHED, delete=False) as unfinished:
            unfinished.write(zstd.compress(content, level=_EFFORT))
        Path(unfinished.name).replace(file)
        return name

    def page(self, name: str) -> Page | None:
        """The page of that name; None when it is not kept any more, or damaged."""
        try:
            content = zstd.decompress(self._file(name).read_bytes())
        except (OSError, zstd.ZstdError):
            return None
        return _page(content) if sha256(content).hexdigest() == name else None

    def prune(self, now: datetime) -> Pruned:
        """Delete the pages that are too old, then the oldest ones until the rest fits the budget."""
        moment, room = now.timestamp(), self.budget
        gone: list[tuple[Path, int]] = []
        for file, age, size in sorted(self._files(moment), key=lambda entry: entry[1]):
            limit = min(self.seconds, _ABANDONED) if file.suffix == _UNFINISHED else self.seconds
            if age > limit or size > room:
                gone.append((file, size))
                room = 0 if age <= limit else room  # what is older than a page without room has none either
            else:
                room -= size
        for file, _ in gone:
            file.unlink(missing_ok=True)
        return Pruned(len(gone), sum(size for _, size in gone))

    def _files(self, moment: float) -> Iterator[tuple[Path, float, int]]:
        """Files of ours with their age in seconds and their size; another process may delete one meanwhile."""
        for file in self.path.glob(f"{'?' * _FOLDER_LETTERS}/*"):
            if file.suffix in (_SUFFIX, _UNFINISHED):
                with contextlib.suppress(FileNotFoundError):
                    seen = file.stat()
                    yield file, moment - seen.st_mtime, seen.st_size

    def _file(self, name: str) -> Path:
        return self.path / name[:_FOLDER_LETTERS] / f"{name}{_SUFFIX}"


def page_folder(settings: KeptPages, database: str) -> PageFolder | None:
    """Where pages are kept: the folder that is named, else ``pages`` beside a SQLite file; None: they are not kept."""
    if settings.keep <= 0:
        return None
    url = make_url(database)
    beside = Path(url.database).parent / "pages" if url.get_backend_name() == "sqlite" and url.database else None
    path = Path(settings.folder).expanduser() if settings.folder else beside
    return PageFolder(path, settings.keep, settings.budget) if path else None


def page_name(page: Page) -> str:
    """The name of a page: SHA-256 of its bytes and of what was said about them."""
    return sha256(_content(page)).hexdigest()


def _content(page: Page) -> bytes:
    """A line of JSON about the page, then its bytes as they came."""
    about = {"url": page.url, "content_type": page.content_type, "status": page.status}
    return json.dumps(about).encode("ascii") + b"\n" + page.body


def _page(content: bytes) -> Page:
    line, _, body = content.partition(b"\n")
    about = json.loads(line)
    return Page(about["url"], body, about["content_type"], about["status"])
