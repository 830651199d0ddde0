"""The command `newswatch`: puts the commands together.

Scrapy is imported inside the commands that fetch: reader processes import this module, too, and stay small without it.
"""

from pathlib import Path
from typing import Annotated

import typer

from commands import (
    alerting,
    base,
    batch,
    consuming,
    database,
    engine,
    examining,
    exporting,
    failing,
    identity,
    keeping,
    moving,
    searching,
    serving,
    source_lists,
    visiting,
)

app = typer.Typer(help="Newswatch watches the world's news.", no_args_is_help=True, add_completion=False)


@app.callback()
def main(
    config_file: Annotated[Path | None, typer.Option("--config", help="Configuration file (TOML).")] = None,
    log_format: Annotated[str, typer.Option(help="text or json")] = "text",
    *,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more.")] = False,
) -> None:
    """Watch news sources and keep one clean record of each article."""
    base.given["config"] = config_file
    base.set_up_log(log_format, verbose=verbose)


groups = (visiting, consuming, exporting, moving, alerting, searching, serving, keeping, examining, batch, identity)
for group in groups:
    app.add_typer(group.app)
app.add_typer(database.app, name="db")
app.add_typer(failing.app, name="failed")
app.add_typer(engine.app, name="engine")
app.add_typer(source_lists.app, name="sources")

if __name__ == "__main__":
    app()
