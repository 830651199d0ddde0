"""What a demo shows: one table while it runs, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from demo.ledger import Ledger, Row, Verdict
from demo.outlets import Outlet


@dataclass(frozen=True, slots=True)
class Seen:
    """What the web itself says of one outlet."""

    published: int = 0
    corrected: int = 0
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything the board shows at one moment; ``left`` seconds remain."""

    outlets: Sequence[Outlet]
    seen: Mapping[str, Seen]
    ledger: Ledger
    now: datetime
    left: float = 0.0

    @property
    def total(self) -> Seen:
        """The sum over all outlets."""
        seen = self.seen.values()
        return Seen(*(sum(getattr(each, name) for each in seen) for name in ("published", "corrected", "requests")))


def board(moment: Moment) -> RenderableType:
    """The table of outlets, with one line on the whole above it."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("outlet", no_wrap=True, style="bold")
    # what is too long for the terminal is cut here, not in the figures: it is the only column that may shrink
    table.add_column("build", style="dim")
    for name in ("shown", "stored", "corrected", "revised", "requests", "last visit"):
        table.add_column(name, justify="right", no_wrap=True)
    for outlet in moment.outlets:
        table.add_row(*_cells(outlet, moment))
    return Group(Text(headline(moment), style="bold"), table)


def headline(moment: Moment) -> str:
    """The whole in one line: "41 of 44 articles stored, 2 of 6 corrections seen, 213 requests; 63 s left"."""
    total, ledger = moment.total, moment.ledger
    left = f"; {moment.left:.0f} s left" if moment.left > 0 else ""
    return (
        f"{len(ledger.rows)} of {total.published} articles stored, "
        f"{ledger.revisions()} of {total.corrected} corrections seen, {total.requests} requests{left}"
    )


def latest(rows: Sequence[Row], many: int = 10) -> Table:
    """The articles that came or changed last."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title="latest articles in the database", title_justify="left")
    table.add_column("source", style="bold", no_wrap=True)
    table.add_column("version", justify="right", no_wrap=True)
    table.add_column("headline")
    for row in rows[:many]:
        table.add_row(row.source_key, str(row.version), Text(row.headline, no_wrap=True, overflow="ellipsis"))
    return table


def verdict_line(verdict: Verdict) -> Text:
    """The verdict in a sentence."""
    if verdict.is_well:
        return Text(
            "Every article of the demo web is stored once, and each correction became a revision.", "bold green"
        )
    return Text("Not as it should be:\n" + "\n".join(f"  {line}" for line in verdict.lines()), "bold red")


def _cells(outlet: Outlet, moment: Moment) -> list[Text]:
    seen = moment.seen.get(outlet.key, Seen())
    stored, revised = moment.ledger.stored(outlet.key), moment.ledger.revisions(outlet.key)
    return [
        Text(outlet.key),
        Text(outlet.build, no_wrap=True, overflow="ellipsis"),
        Text(str(seen.published)),
        _beside(stored, seen.published),
        Text(str(seen.corrected or "")),
        _beside(revised, seen.corrected),
        Text(str(seen.requests)),
        Text(_last_visit(outlet.key, moment)),
    ]


def _beside(have: int, want: int) -> Text:
    """A number, green where it has reached what the web shows, yellow where it is behind, red where it is beyond."""
    if have == want:
        return Text(str(have or ""), "green")
    return Text(str(have), "yellow" if have < want else "red")


def _last_visit(key: str, moment: Moment) -> str:
    health = moment.ledger.health.get(key)
    if health is None or health.last_visit_at is None:
        return "-"
    return f"{max(0, round((moment.now - health.last_visit_at).total_seconds()))} s ago"
