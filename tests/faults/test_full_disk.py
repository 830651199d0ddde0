"""A disk that is full: visits pause, the log says so, and they go on when there is room; nothing is lost."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.web import Web
from demo.world import World
from storage.disk import DiskRoom, DiskWatch, disk_room
from tests.integration.newsroom import Newsroom, running, wait_until

ARTICLES = 40
#: size of the disk, and what the filler leaves of it: less than the reserve of 2 %
DISK_MB, LEFT_BYTES = 8, 100_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes; whoever may not mount one skips this."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "none", str(place)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def fill(disk: Path) -> Path:
    """A file that leaves almost nothing."""
    filler = disk / "filler"
    with filler.open("wb") as file:
        room = disk_room(f"sqlite:///{disk}/news.db")
        assert room is not None
        file.write(bytes(max(room.free - LEFT_BYTES, 0)))
    return filler


@pytest.mark.timeout(400)
def test_a_daemon_outlives_a_full_disk_and_loses_nothing(tmp_path: Path, small_disk: Path) -> None:
    with Web(World.make(outlets=["meridian"], articles=ARTICLES), initial=5) as web:
        room = Newsroom(web, tmp_path, f"sqlite:///{small_disk / 'news.db'}")
        room.configure(every="1s", last_source='max_age = "365d"\n[pages]\nkeep = 0\n')
        with running(room, "run"):
            wait_until(lambda: room.count("SELECT count(*) FROM article") == 5, 100)
            filler = fill(small_disk)
            web.publish("meridian", ARTICLES - 5)
            wait_until(lambda: "disk full" in room.log(), 100)
            assert room.count("SELECT count(*) FROM article") < ARTICLES
            filler.unlink()
            wait_until(lambda: "there is room on the disk again" in room.log(), 100)
            wait_until(lambda: room.count("SELECT count(*) FROM article") == ARTICLES, 200)
        urls = [url for (url,) in room.rows("SELECT url FROM v1_article")]
        assert sorted(urls) == sorted(web.url_of(article) for article in web.published())
        assert "Traceback" not in room.log()


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
