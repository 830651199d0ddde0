"""A disk that is full: visits pause, the log says so, and they go on when there is room; nothing is lost."""

import resource
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from demo.web import Web
from demo.world import World
from storage.disk import DiskRoom, DiskWatch, disk_room
from tests.integration.newsroom import Newsroom, running, wait_until

ARTICLES = 40
#: size of the disk, and what the filler leaves of it: less than the reserve of 2 %
DISK_MB, LEFT_BYTES = 8, 100_000


@dataclass(slots=True)
class SmallDisk:
    """A disk of a few megabytes that a file fills."""

    folder: Path
    says_full = "disk full"
    says_room = "there is room on the disk again"

    def fill(self, _pid: int) -> None:
        """A file that leaves almost nothing."""
        room = disk_room(f"sqlite:///{self.folder}/news.db")
        assert room is not None
        (self.folder / "filler").write_bytes(bytes(max(room.free - LEFT_BYTES, 0)))

    def empty(self, _pid: int) -> None:
        """Take the file away."""
        (self.folder / "filler").unlink()


@dataclass(slots=True)
class NoLargerFiles:
    """The kernel refuses the daemon every byte by which a file would grow."""

    folder: Path
    says_full = "database not ready"
    says_room = "watching"
    _before: tuple[int, int] = field(default=(resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def fill(self, pid: int) -> None:
        """No file of the daemon may be larger than its largest one is now."""
        largest = max(file.stat().st_size for file in self.folder.iterdir())
        self._before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (largest, self._before[1]))

    def empty(self, pid: int) -> None:
        """They may grow again."""
        resource.prlimit(pid, resource.RLIMIT_FSIZE, self._before)


def _mounted(place: Path) -> bool:
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "none", str(place)]
    return subprocess.run(mount, capture_output=True, check=False).returncode == 0


@pytest.fixture(params=["a small disk", "a limit of file sizes"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SmallDisk | NoLargerFiles]:
    """A disk that can be filled. Where nothing may be mounted (in a container), the limit stands in for it."""
    place = tmp_path / "disk"
    place.mkdir()
    if request.param == "a small disk" and _mounted(place):
        yield SmallDisk(place)
        subprocess.run(["umount", str(place)], check=True)
    else:
        yield NoLargerFiles(place)


@pytest.mark.timeout(400)
def test_a_daemon_outlives_a_full_disk_and_loses_nothing(tmp_path: Path, disk: SmallDisk | NoLargerFiles) -> None:
    with Web(World.make(outlets=["meridian"], articles=ARTICLES), initial=5) as web:
        room = Newsroom(web, tmp_path, f"sqlite:///{disk.folder / 'news.db'}")
        room.configure(every="1s", last_source='max_age = "365d"\n[pages]\nkeep = 0\n')
        with running(room, "run") as daemon:
            wait_until(lambda: room.count("SELECT count(*) FROM article") == 5, 100)
            disk.fill(daemon.pid)
            web.publish("meridian", ARTICLES - 5)
            wait_until(lambda: disk.says_full in room.log(), 100)
            assert room.count("SELECT count(*) FROM article") < ARTICLES
            disk.empty(daemon.pid)
            wait_until(lambda: disk.says_room in room.log(), 100)
            wait_until(lambda: room.count("SELECT count(*) FROM article") == ARTICLES, 200)
        urls = [url for (url,) in room.rows("SELECT url FROM v1_article")]
        assert sorted(urls) == sorted(web.url_of(article) for article in web.published())
        assert "Traceback" not in room.log()


def test_a_watch_says_once_that_the_disk_is_full_and_once_that_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"sqlite:///{tmp_path}/news.db"
    room = disk_room(url)
    assert room is not None
    watch, seen = DiskWatch(url), []
    for reserve in (0, room.total, room.total, 0, 0):
        monkeypatch.setattr("storage.disk.RESERVE", reserve)
        monkeypatch.setattr("storage.disk.RESERVE_SHARE", 1)
        with caplog.at_level("INFO"):
            seen.append(watch.is_enough())
    assert seen == [True, False, False, True, True]
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "disk full",
        "there is room on the disk again",
    ]


@pytest.mark.parametrize(
    ("free", "total", "enough"),
    [
        pytest.param(50_000_000, 10**12, True, id="the reserve on a large disk"),
        pytest.param(49_999_999, 10**12, False, id="less than it"),
        pytest.param(200_000, 8_000_000, True, id="two per cent of a small disk"),
        pytest.param(100_000, 8_000_000, False, id="less than two per cent"),
        pytest.param(0, 0, True, id="a file system that tells nothing"),
    ],
)
def test_how_much_room_is_enough(free: int, total: int, enough: bool) -> None:
    assert DiskRoom(Path(), free, total).is_enough is enough


@pytest.mark.parametrize("url", ["postgresql+psycopg://x/y", "sqlite://", "sqlite:///:memory:"])
def test_a_database_elsewhere_has_no_disk_of_ours(url: str) -> None:
    assert disk_room(url) is None
    assert DiskWatch(url).is_enough()


def test_the_room_of_a_database_that_is_not_made_yet_is_that_of_the_folder_above(tmp_path: Path) -> None:
    room = disk_room(f"sqlite:///{tmp_path}/not/yet/news.db")
    assert room is not None
    assert room.folder == tmp_path
