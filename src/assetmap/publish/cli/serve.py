"""``assetmap serve``: the web service."""

import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import FrameType

import typer
import uvicorn

from assetmap.db import migrate
from assetmap.publish.cli.console import NOTHING, engine, err, telling
from assetmap.publish.cli.supervising import worker_beside
from assetmap.settings import settings

SERVICE = "assetmap.publish.app:app"


def serve(
    host: str = typer.Option("127.0.0.1", help="Address to listen on."),
    port: int = typer.Option(8000, min=1, max=65535, help="Port to listen on."),
    workers: int = typer.Option(0, min=0, help="Processes; 0: as the settings say."),
    no_worker: bool = typer.Option(
        False, "--no-worker", help="Keep no worker for jobs beside it."
    ),
) -> None:
    """Serve the pages, the REST interface and its documentation."""
    with telling():
        migrate.require_current(engine())
    engine().dispose()
    err.print(f"Serving on http://{host}:{port} (stop with Ctrl-C)")
    chosen = settings()
    keeps = chosen.worker and not no_worker
    # The server stops well on SIGTERM, and then raises it again: the worker's turn.
    with _leaving_on_term(), _beside(chosen.worker_grace_s if keeps else None):
        _run(host, port, workers or chosen.workers)


def _run(host: str, port: int, workers: int) -> None:
    """Serve until told to stop; leave as any command does where that cannot begin."""
    try:
        uvicorn.run(
            SERVICE,
            host=host,
            port=port,
            workers=workers,
            log_level="warning",
            access_log=False,
            server_header=False,
        )
    except SystemExit as left:
        raise typer.Exit(NOTHING if left.code else 0) from left


@contextmanager
def _leaving_on_term() -> Iterator[None]:
    """Unwind on SIGTERM, and not end where one stands."""
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def _beside(grace_s: float | None) -> AbstractContextManager[None]:
    return nullcontext() if grace_s is None else worker_beside(grace_s)
