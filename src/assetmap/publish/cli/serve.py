"""``assetmap serve``: the web service."""

import os
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from shutil import rmtree
from types import FrameType

import typer
import uvicorn

from assetmap.db import migrate
from assetmap.db.engine import session_scope
from assetmap.db.service_role import signs_in_above
from assetmap.disclosure import disclosure
from assetmap.footprints.releasing import renew_all
from assetmap.publish.cli.console import NOTHING, engine, err, telling
from assetmap.publish.cli.supervising import worker_beside
from assetmap.publish.connections import write_engine
from assetmap.publish.edge.log import configuration
from assetmap.publish.edge.protocol import GuardedProtocol
from assetmap.settings import networks, settings

# Not taken from the room that counts: its library reads this as it is imported.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"

SERVICE = "assetmap.publish.app:app"

ANSWERS_WITHIN_S = 60
"""A process that is slower to begin, or to say that it lives, is begun again: on a
machine at its limit one that was given five seconds never came up."""


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
        _warn_of(signs_in_above(write_engine()))
        with session_scope(engine()) as session:
            renew_all(session, disclosure())
    engine().dispose()
    write_engine().dispose()
    err.print(f"Serving on http://{host}:{port} (stop with Ctrl-C)")
    chosen = settings()
    keeps = chosen.worker and not no_worker
    # The server stops well on SIGTERM, and then raises it again: the worker's turn.
    with (
        _leaving_on_term(),
        _sharing_numbers(chosen.shared / "metrics"),
        _beside(chosen.worker_grace_s if keeps else None),
    ):
        _run(host, port, workers or chosen.workers)


def _warn_of(above: str | None) -> None:
    """Say loudly if whoever took over the service would come by all of the database."""
    if above is None:
        return
    err.print(
        f"[bold red]Warning:[/] the service signs in to the database as {above!r}, who "
        "may do more than the service: no policy holds whoever takes it over. Name a "
        "user of its own in ASSETMAP_SERVICE_DATABASE_URL and run 'assetmap db "
        "migrate', which makes it."
    )


def _run(host: str, port: int, workers: int) -> None:
    """Serve until told to stop; leave as any command does where that cannot begin."""
    chosen = settings()
    proxies = [str(each) for each in networks(chosen.trusted_proxies)]
    try:
        uvicorn.run(
            SERVICE,
            host=host,
            port=port,
            workers=workers,
            ws="none",
            http=GuardedProtocol,
            proxy_headers=bool(proxies),
            forwarded_allow_ips=proxies,
            log_config=configuration(chosen),
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=chosen.request_grace_s,
            timeout_worker_healthcheck=ANSWERS_WITHIN_S,
        )
    except SystemExit as left:
        raise typer.Exit(NOTHING if left.code else 0) from left


@contextmanager
def _sharing_numbers(folder: Path) -> Iterator[None]:
    """Have the processes add up what they count, for /metrics, beginning at nothing.

    Where the folder cannot be written to, each tells its own.
    """
    # Of this service alone: another may use the same home.
    own = folder / str(os.getpid())
    before = os.environ.get(FOLDER)
    with suppress(OSError):
        for each in folder.glob("[0-9]*"):
            if not _lives(int(each.name)):
                rmtree(each, ignore_errors=True)
        rmtree(own, ignore_errors=True)
        own.mkdir(parents=True)
        os.environ[FOLDER] = str(own)
    try:
        yield
    finally:
        # Whatever this process starts later must not look for a folder that is gone.
        if before is None:
            os.environ.pop(FOLDER, None)
        else:
            os.environ[FOLDER] = before
        rmtree(own, ignore_errors=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


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
