"""Tables of those who share the work, and of their queues."""

from collections.abc import Mapping, Sequence

from rich import box
from rich.table import Table

from engine.status import QueueState
from storage.members import Member


def member_table(members: Sequence[Member]) -> Table:
    """Each process: its part, its visits by queue ("visits 3/64"), and its last sign of life."""
    table = _table(f"{sum(not member.is_gone for member in members)} processes", "process", "role", "version", "visits")
    for name in ("since", "seen"):
        table.add_column(name, justify="right", no_wrap=True)
    for member in members:
        seen = "gone" if member.is_gone else f"{max(member.silence, 0.0):.0f} s ago"
        work = _visits(member.capacity, member.busy)
        style = "dim" if member.is_gone else None
        table.add_row(member.name, member.role, member.version, work, _span(member.age), seen, style=style)
    return table


def queue_table(queues: Sequence[QueueState]) -> Table:
    """Each queue: how many visits run, wait for a worker, or are due, and for how long the oldest one is."""
    table = _table("queues", "queue")
    for name in ("at most", "running", "waiting", "due", "oldest"):
        table.add_column(name, justify="right", no_wrap=True)
    for queue in queues:
        state = queue.waiting
        late = _span(state.oldest) if state.due else ""
        counts = (queue.capacity, state.running, state.queued, state.due)
        table.add_row(queue.name, *map(str, counts), late)
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for name in columns:
        table.add_column(name, overflow="fold")
    return table


def _visits(capacity: Mapping[str, int], busy: Mapping[str, int]) -> str:
    return ", ".join(f"{queue} {busy.get(queue, 0)}/{count}" for queue, count in sorted(capacity.items())) or "-"


def _span(seconds: float) -> str:
    for size, letter in ((86_400, "d"), (3600, "h"), (60, "m")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {letter}"
    return f"{max(seconds, 0.0):.0f} s"
