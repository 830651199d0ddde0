"""Room on the disk, before it is needed: a full disk refuses even a DELETE, and half of what was fetched is lost."""

import logging
import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

#: bytes that are left free for what is under way: 64 visits with six articles each, their search entries, the WAL
RESERVE = 50_000_000
#: of a small disk the reserve is this share
RESERVE_SHARE = 50

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DiskRoom:
    """Room where the database lies."""

    folder: Path
    free: int
    total: int

    @property
    def is_enough(self) -> bool:
        """Whether visits may begin."""
        return self.free >= min(RESERVE, self.total // RESERVE_SHARE)


def disk_room(database: str) -> DiskRoom | None:
    """The room for a SQLite file; None for a database elsewhere, which looks after itself."""
    url = make_url(database)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    folder = Path(url.database).absolute().parent
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    return DiskRoom(folder, usage.free, usage.total)


@dataclass(slots=True)
class DiskWatch:
    """Says once that the disk is full, and once that there is room again."""

    database: str
    _was_full: bool = False

    def is_enough(self) -> bool:
        """Whether visits may begin."""
        room = disk_room(self.database)
        is_full = room is not None and not room.is_enough
        if is_full and room is not None and not self._was_full:
            log.error(
                "disk full: %d KB free at %s; no visit begins until there is room", room.free // 1000, room.folder
            )
        elif self._was_full and not is_full:
            log.info("there is room on the disk again: visits go on")
        self._was_full = is_full
        return not is_full
