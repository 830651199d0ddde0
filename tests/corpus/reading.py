"""Reads folders of bad input as the crawler reads what servers send, and counts what must not be.

files, members of tar archives -> reader process: as an endpoint, as an article, as robots.txt
                               -> what would be stored -> NUL or surrogate in it? over 2 s of CPU? a crash?
"""

import asyncio
import contextlib
import gzip
import tarfile
import time
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.clean import clean_article, clean_link
from crawler.discover.answer import read_endpoint
from crawler.discover.errors import EndpointError
from crawler.errors import ReaderFailed
from crawler.extract.reader import read_page
from crawler.fetch.robots_rules import parse_robots
from crawler.readers import Readers
from storage.records import EndpointKind, Page

#: seconds of CPU that one file may take, in all three readings together
CPU_LIMIT = 2.0
READERS = 2
#: bytes of one file; longer ones would not have been fetched
LONGEST = 10_000_000
_URL = "https://corpus.example/news/file-1"


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of one file."""

    seconds: float = 0.0
    rows: int = 0
    #: rows with a NUL or a lone surrogate
    unclean: int = 0


@dataclass(slots=True)
class Tally:
    """What came of all files. ``crashed`` and ``slow`` name them."""

    files: int = 0
    rows: int = 0
    unclean: list[str] = field(default_factory=list)
    crashed: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    longest: tuple[float, str] = (0.0, "")
    by_set: Counter[str] = field(default_factory=Counter)

    @property
    def is_well(self) -> bool:
        """Whether nothing happened that must not."""
        return self.files > 0 and not (self.unclean or self.crashed or self.slow)

    def lines(self) -> Iterator[str]:
        """The result, for people."""
        yield from (f"{count:6} {name}" for name, count in sorted(self.by_set.items()))
        yield f"{self.files} files, {self.rows} rows"
        yield f"{len(self.crashed)} crashes {self.crashed[:5]}"
        yield f"{len(self.slow)} files over {CPU_LIMIT:.0f} s of CPU {self.slow[:5]}"
        yield f"{len(self.unclean)} files whose rows have NUL or surrogates {self.unclean[:5]}"
        yield f"longest: {self.longest[0]:.2f} s of CPU, {self.longest[1]}"


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """All files below a folder, those in tar archives too: name and content."""
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            continue
        if path.name.endswith((".tar.gz", ".tgz", ".tar")):
            yield from _members(path)
        else:
            yield str(path.relative_to(folder)), path.read_bytes()[:LONGEST]


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isfile() else None
            if content is not None:
                yield f"{path.name}/{member.name}", content.read(LONGEST)


def examine(page: Page, now: datetime) -> Reading:
    """Runs in a reader: everything that is made of such bytes, and whether it could be stored."""
    begun = time.process_time()
    rows = [*_of_endpoint(page, now), *_of_article(page, now), *_of_robots(page)]
    unclean = sum(not _is_clean(row) for row in rows)
    return Reading(time.process_time() - begun, len(rows), unclean)


def _of_endpoint(page: Page, now: datetime) -> list[Any]:
    bodies = [page.body]
    if page.body.startswith(b"\x1f\x8b"):
        with contextlib.suppress(OSError, EOFError, zlib.error):  # the fetcher refuses what does not unpack
            bodies.append(gzip.decompress(page.body)[:LONGEST])
    rows: list[Any] = []
    for body in bodies:
        try:
            found = read_endpoint(Page(page.url, body, page.content_type), EndpointKind.UNKNOWN)
        except EndpointError as error:
            rows.append(str(error))
            continue
        links = (clean_link(link, now) for link in (*found.links, *found.pages))
        rows += [link._asdict() for link in links if link is not None]
    return rows


def _of_article(page: Page, now: datetime) -> list[Any]:
    read = read_page(page)
    return [read.reason] if read.article is None else [asdict(clean_article(read.article, now))]


def _of_robots(page: Page) -> list[Any]:
    rules = parse_robots(200, page.body, page.content_type, "Newswatch")
    return [rules.allows(_URL), rules.crawl_delay]


def _is_clean(value: object) -> bool:
    """Whether both databases store this value alike."""
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= char <= "\udfff" for char in value)
    if isinstance(value, dict):
        return all(_is_clean(key) and _is_clean(item) for key, item in value.items())
    return all(map(_is_clean, value)) if isinstance(value, list | tuple) else True


async def read_all(folder: Path) -> Tally:
    """Read all files of a folder."""
    tally, readers = Tally(), Readers(READERS, CPU_LIMIT)
    try:
        async for name, came in _readings(folder, readers):
            _count(tally, name, came)
    finally:
        readers.close()
    return tally


async def _readings(folder: Path, readers: Readers) -> AsyncIterator[tuple[str, Reading | Exception]]:
    now = datetime.now(UTC)
    under_way: set[asyncio.Task[tuple[str, Reading | Exception]]] = set()
    for name, body in files(folder):
        under_way.add(asyncio.ensure_future(_read(readers, name, body, now)))
        if len(under_way) >= 4 * READERS:
            done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                yield task.result()
    for result in await asyncio.gather(*under_way):
        yield result


async def _read(readers: Readers, name: str, body: bytes, now: datetime) -> tuple[str, Reading | Exception]:
    page = Page(_URL, body, _content_type(name))
    try:
        return name, await readers.read(examine, page, now)
    except (
        ReaderFailed,
        ValueError,
        TypeError,
        LookupError,
        ArithmeticError,
        RuntimeError,
        OSError,
        AttributeError,
    ) as e:
        return name, e


def _content_type(name: str) -> str:
    kinds = {".xml": "application/xml", ".json": "application/json", ".txt": "text/plain"}
    return kinds.get(Path(name).suffix, "text/html")


def _count(tally: Tally, name: str, came: Reading | Exception) -> None:
    tally.files += 1
    tally.by_set[name.split("/", maxsplit=1)[0]] += 1
    if isinstance(came, Exception):
        (tally.slow if "of CPU" in str(came) else tally.crashed).append(f"{name}: {came!r}"[:200])
        return
    tally.rows += came.rows
    tally.longest = max(tally.longest, (came.seconds, name))
    if came.unclean:
        tally.unclean.append(name)
    if came.seconds > CPU_LIMIT:
        tally.slow.append(name)
