"""What a process and its children take, as the kernel counts it."""

import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self


def family(pid: int) -> list[int]:
    """A process and all that it started, directly or not."""
    found = [pid]
    for each in found:
        for children in Path(f"/proc/{each}/task").glob("*/children"):
            try:
                found += map(int, children.read_text(encoding="ascii").split())
            except OSError:
                continue  # it has ended meanwhile
    return found


def memory(pid: int) -> int:
    """Proportional set size of a process and its children, in bytes: shared pages count once."""
    total = 0
    for each in family(pid):
        try:
            lines = Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii").splitlines()
        except OSError:
            continue  # it has ended meanwhile
        total += sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total


class Peak:
    """The most memory that a process and its children take while the ``with`` block lasts."""

    def __init__(self, pid: int, every: float = 0.1) -> None:
        self.bytes = 0
        self._pid, self._every = pid, every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.is_set():
            self.bytes = max(self.bytes, memory(self._pid))
            time.sleep(self._every)
