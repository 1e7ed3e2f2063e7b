"""Keeping a worker beside the service: started, started again when it dies, stopped."""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

log = logging.getLogger(__name__)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
SPARE_S = 5.0
"""How much longer than its job's grace a worker is waited for."""


@contextmanager
def worker_beside(grace_s: float) -> Iterator[None]:
    """A worker in a process of its own, for as long as the block lasts.

    It stops by itself when this process is no more, however that ended.
    """
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(over, grace_s), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _keep(over: threading.Event, grace_s: float) -> None:
    pause = FIRST_PAUSE_S
    while not over.is_set():
        with subprocess.Popen(_words()) as process:  # noqa: S603 - our own command
            while process.poll() is None and not over.wait(0.2):
                pass
            _stop(process, grace_s)
        if not over.is_set():
            log.warning(
                "The worker ended (%s); it is started again", process.returncode
            )
        over.wait(pause)
        pause = min(pause * 2, LONGEST_PAUSE_S)


def _words() -> list[str]:
    module = "assetmap.publish.cli"
    return [sys.executable, "-m", module, "worker", "--beside", str(os.getpid())]


def _stop(process: "subprocess.Popen[bytes]", grace_s: float) -> None:
    """Ask the worker to leave; it gives back a job that does not end in time."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(grace_s + SPARE_S)
    except subprocess.TimeoutExpired:
        process.kill()
