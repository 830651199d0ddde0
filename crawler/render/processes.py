"""How much memory our child processes use, as /proc tells it; 0 where there is no /proc.

`estimated` is cheap enough to be asked twice a second: pages that a process has for itself, and once the largest of
what several share. `proportional` (PSS) is exact and some milliseconds for each process: for measuring.
"""

import os
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
PAGE = os.sysconf("SC_PAGE_SIZE")


def descendants(process: int) -> Iterator[int]:
    """All processes below a process, children before grandchildren."""
    waiting = [process]
    while waiting:
        for child in _children(waiting.pop(0)):
            waiting.append(child)
            yield child


def below_driver(process: int | None = None) -> list[int]:
    """The driver of the browser below our process (or another one), and all below it."""
    own = [
        child for child in _children(process or os.getpid()) if b"playwright" in _read(PROC / str(child) / "cmdline")
    ]
    return [found for driver in own for found in (driver, *descendants(driver))]


def estimated(processes: list[int]) -> int:
    """Bytes that processes use together, roughly."""
    sizes = [size for size in map(_resident, processes) if size is not None]
    return sum(own for own, _ in sizes) + max((shared for _, shared in sizes), default=0)


def proportional(processes: list[int]) -> int:
    """Bytes that processes use together: what is shared is counted once."""
    return sum(map(_pss, processes))


def fattest_page(processes: list[int]) -> int | None:
    """The process that draws pages and has the most memory for itself; None when there is none."""
    drawing = [process for process in processes if b"--type=renderer" in _read(PROC / str(process) / "cmdline")]
    return max(drawing, key=lambda process: (_resident(process) or (0, 0))[0], default=None)


def _children(process: int) -> list[int]:
    try:
        threads = list((PROC / str(process) / "task").iterdir())
    except OSError:
        return []
    return [int(child) for thread in threads for child in _read(thread / "children").split()]


def _resident(process: int) -> tuple[int, int] | None:
    """Bytes of its own, and bytes that it may share."""
    numbers = _read(PROC / str(process) / "statm").split()
    if len(numbers) < 3:
        return None
    return (int(numbers[1]) - int(numbers[2])) * PAGE, int(numbers[2]) * PAGE


def _pss(process: int) -> int:
    for line in _read(PROC / str(process) / "smaps_rollup").splitlines():
        if line.startswith(b"Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has ended
        return b""
