"""Memory that is freed goes back to the system.

glibc learns from the first freed body of 10 MB to take such blocks from its heap, where small ones behind them keep
them from being given back, and makes heaps of their own for 32 threads: with both left as they are the daemon kept
100 MB more than it used, after answers of 10 MB (measured).
"""

import ctypes
import gc

#: names of malloc.h for `mallopt`
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
#: bytes of a block that is mapped by itself, and of free memory at the heap's end that is given back
_BLOCK = 256 * 1024
_HEAPS = 2


def give_back_early() -> None:
    """Set up the allocator of this process (what is glibc's only where it is), after its modules are loaded."""
    gc.freeze()  # what is loaded now stays: a full collection then costs milliseconds
    if (mallopt := _found("mallopt")) is not None:
        mallopt(_MMAP_THRESHOLD, _BLOCK)
        mallopt(_TRIM_THRESHOLD, _BLOCK)
        mallopt(_ARENA_MAX, _HEAPS)


def give_back_now() -> None:
    """Give back what is free at the moment, and what only errors that point at each other still hold."""
    gc.collect()
    if (trim := _found("malloc_trim")) is not None:
        trim(0)


def _found(name: str) -> "ctypes._NamedFuncPointer | None":
    return getattr(ctypes.CDLL(None), name, None)
