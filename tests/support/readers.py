"""What reader processes are asked to do in tests: read, hog, die. They import this module by its name."""

import os
import re
import signal
import time

from crawler.discover.errors import WrongAnswer
from crawler.discover.listing import read_listing
from crawler.tree import tree_of
from storage.records import Reading


def process() -> int:
    """The id of the reader's process."""
    return os.getpid()


def double(number: int) -> int:
    """A page that is read at once."""
    return 2 * number


def refuse(why: str) -> None:
    """An answer that is no list."""
    raise WrongAnswer(why)


def stumble() -> None:
    """A fault of ours that a page brings out."""
    raise IndexError("list index out of range")


def grow_in_c(size: int) -> int:
    """A tree of more memory than a reader may have, built in C."""
    return len(tree_of("<b>" * size).css("b"))


def list_much(size: int) -> int:
    """The same as a list of links."""
    headlines = (f"<h2><a href='/news/harbour-story-{n}'>Harbour board hears story {n}</a></h2>" for n in range(size))
    return len(read_listing("".join(headlines), "https://x.example/").links)


def burn() -> None:
    """CPU without end, in Python."""
    while True:
        pass


def burn_page(*_: object) -> Reading:
    """The same for a page: the dearest that there can be."""
    while True:
        pass


def burn_and_note(path: str) -> None:
    """The same, with a line for each twentieth of a second: how much CPU the process has used."""
    with open(path, "w", encoding="ascii", buffering=1) as file:  # noqa: PTH123 - plain is enough
        noted = 0.0
        while True:
            if (used := time.process_time()) - noted > 0.05:
                file.write(f"{used}\n")
                noted = used


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
