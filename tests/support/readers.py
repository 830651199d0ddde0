"""What reader processes are asked to do in tests: read, hog, die. They import this module by its name."""

import os
import re
import signal
import time


def process() -> int:
    """The id of the reader's process."""
    return os.getpid()


def double(number: int) -> int:
    """A page that is read at once."""
    return 2 * number


def refuse(why: str) -> None:
    """A page that cannot be read."""
    raise ValueError(why)


def burn() -> None:
    """CPU without end, in Python."""
    while True:
        pass


def burn_in_c() -> None:
    """CPU without end inside one call, which no exception can interrupt."""
    re.match(r"(a+)+b", "a" * 64)


def die() -> None:
    """Killed from outside, as by the system when memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)


def leave() -> None:
    """A crash of the process."""
    os._exit(7)


def swell() -> int:
    """More memory than a reader may have."""
    return len(bytearray(4 * 1024**3))


def sleep(path: str) -> None:
    """Write down the reader's process id, and hang."""
    with open(path, "w", encoding="ascii") as file:  # noqa: PTH123 - plain is enough
        file.write(str(os.getpid()))
    time.sleep(600)
