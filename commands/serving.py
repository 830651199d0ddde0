"""Commands that serve over the network: the API and the dashboard."""

from typing import Annotated

import typer
from pydantic import ValidationError

from commands import base
from config_blocks import Serve

app = typer.Typer()


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; that of [serve] when not given.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.")] = None,
    log_format: base.LogFormat = None,
) -> None:
    """Serve the API and the dashboard until SIGTERM or ^C, beside a daemon or without one; nothing is visited.

    Example: newswatch serve --port 8040
    """
    base.need_extra("fastapi", "serve")
    from config_secrets import SecretError
    from delivery.api import server

    if log_format:
        base.set_up_log(log_format)
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    loaded = base.loaded()
    try:
        settings = Serve.model_validate({**loaded.serve.model_dump(), **given})
        front = server.open_front(settings)
    except ValidationError as error:
        base.stop(f"--port: {error.errors()[0]['msg']}")
    except (server.CannotServe, SecretError) as error:
        base.stop(str(error))
    with base.store() as database:
        server.run(database, front, lambda: loaded.watches)
