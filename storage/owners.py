"""Names of processes that hold leases, and whether such a process is dead.

    machine ─ process namespace ─ process id ─ its start: "news1/4026531836:4711:88123"

A process that was killed cannot give its leases back. On its own machine the next one need not wait for their end: a
process id with that start either exists or it does not. For other machines nothing can be said, and the lease counts.
"""

import os
import socket
from pathlib import Path

#: field of /proc/PID/stat, counted behind the name of the program, that holds the start in clock ticks since boot
_START_FIELD = 19


def own_name() -> str:
    """The name of this process."""
    return f"{_here()}:{os.getpid()}:{_start_of(os.getpid()) or 0}"


def is_dead(owner: str) -> bool:
    """Whether a process of this machine is gone for certain; False for other machines and names that say nothing."""
    place, _, rest = owner.partition(":")
    process, _, start = rest.partition(":")
    if place != _here() or not process.isdigit():
        return False
    return _start_of(int(process)) != start


def _here() -> str:
    # Containers may share a host name, not the namespace of process ids.
    namespace = Path("/proc/self/ns/pid").stat().st_ino
    return f"{socket.gethostname()}/{namespace}"


def _start_of(process: int) -> str | None:
    try:
        line = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # "4711 (name with ) and spaces) S 1 ...": what follows the last bracket is regular
    return line.rpartition(")")[2].split()[_START_FIELD]
