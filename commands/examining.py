"""The command `newswatch doctor`: what must be well for Newswatch to work, each with its cure."""

import typer
from rich.text import Text

from commands import base

app = typer.Typer()
_MARKS = {"well": ("ok  ", "green"), "look": ("look", "yellow"), "ill": ("ill ", "red")}


@app.command()
def doctor() -> None:
    """Examine settings, database, disk, clock, browser, permissions and whether sources can be reached.

    Each finding comes with its cure. 0: all is well or merely worth a look, 1: something is ill.

    Example: newswatch doctor
    """
    from commands import diagnosis as examination

    findings = examination.examine(base.given["config"])
    for finding in findings:
        mark, style = _MARKS[finding.state]
        base.out.print(Text(mark, style), Text(f"{finding.subject}: {finding.sentence}"))
        if finding.cure:
            base.out.print(Text(f"       {finding.cure}", "dim"))
    raise typer.Exit(base.EXIT_SOME_FAILED if any(finding.state == "ill" for finding in findings) else 0)
