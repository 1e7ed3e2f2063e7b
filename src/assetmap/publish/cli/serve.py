"""``assetmap serve``: the web service."""

import typer
import uvicorn

from assetmap.db import migrate
from assetmap.publish.cli.console import engine, err, telling
from assetmap.settings import settings

SERVICE = "assetmap.publish.app:app"


def serve(
    host: str = typer.Option("127.0.0.1", help="Address to listen on."),
    port: int = typer.Option(8000, min=1, max=65535, help="Port to listen on."),
    workers: int = typer.Option(0, min=0, help="Processes; 0: as the settings say."),
) -> None:
    """Serve the pages, the REST interface and its documentation."""
    with telling():
        migrate.require_current(engine())
    engine().dispose()
    err.print(f"Serving on http://{host}:{port} (stop with Ctrl-C)")
    uvicorn.run(
        SERVICE,
        host=host,
        port=port,
        workers=workers or settings().workers,
        log_level="warning",
        access_log=False,
        server_header=False,
    )
