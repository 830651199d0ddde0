"""Long work in steps, so that whoever does it can serve others between two of them.

steps = stories.merging()  ->  next(steps), next(steps), ...    or    finished(steps), all at once
"""

import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
#: work in steps, and what comes of it
Steps = Generator[None, None, T]


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """Work is at its end, and this came of it."""

    result: T


def finished(steps: Steps[T]) -> T:
    """What comes of work when all its steps are taken at once."""
    done = None
    while done is None:
        done = taken(steps, 1.0)
    return done.result


def taken(steps: Steps[T], seconds: float) -> Done[T] | None:
    """Take steps for so long, one at least; None: the work is not at its end."""
    end = time.monotonic() + seconds
    try:
        next(steps)
        while time.monotonic() < end:
            next(steps)
    except StopIteration as stopped:
        return Done(stopped.value)
    return None
