"""Servers under test: started on a free port of loopback, and always stopped."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
WORKERS = 2
PATIENCE_S = 120.0
TOLD_BYTES = 4_000


@dataclass(frozen=True)
class Served:
    """Where a server listens, and its process, whose number its workers have too."""

    port: int
    process: int


@contextmanager
def service(home: Path) -> Iterator[int]:
    """The port of assetmap's own service on a home's database."""
    with _assetmap({"ASSETMAP_HOME": str(home)}) as served:
        yield served.port


@contextmanager
def served_as(home: Path) -> Iterator[Served]:
    """The same with its process, whose memory is watched."""
    with _assetmap({"ASSETMAP_HOME": str(home)}) as served:
        yield served


@contextmanager
def service_on(home: Path, address: str) -> Iterator[Served]:
    """Assetmap's own service on another database than the home's."""
    url = address.replace("postgresql://", "postgresql+psycopg://")
    given = {"ASSETMAP_HOME": str(home), "ASSETMAP_DATABASE_URL": url}
    with _assetmap(given) as served:
        yield served


@contextmanager
def _assetmap(settings: Mapping[str, str]) -> Iterator[Served]:
    port = free_port()
    program = str(Path(sys.executable).with_name("assetmap"))
    command = [program, "serve", "--port", str(port), "--workers", str(WORKERS)]
    with _served(command, port, settings, "/health/live") as process:
        yield Served(port, process)


@contextmanager
def bare_service(address: str) -> Iterator[int]:
    """The port of the floor: one statement behind a server with no framework."""
    given = {"BENCH_DATABASE": address}
    with served_by_uvicorn("bench.floor_app:app", given, "/") as served:
        yield served.port


@contextmanager
def served_by_uvicorn(
    app: str, settings: Mapping[str, str], path: str
) -> Iterator[Served]:
    """An application with as many processes as the service has."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", app]
    command += ["--host", HOST, "--port", str(port), "--workers", str(WORKERS)]
    command += ["--log-level", "warning", "--no-access-log"]
    with _served(command, port, settings, path) as process:
        yield Served(port, process)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as door:
        door.bind((HOST, 0))
        port: int = door.getsockname()[1]
    return port


@contextmanager
def _served(
    command: Sequence[str], port: int, settings: Mapping[str, str], path: str
) -> Iterator[int]:
    """The process of a server that answers; what it logs is told if it does not."""
    plain = {
        name: value for name, value in os.environ.items() if "ASSETMAP" not in name
    }
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(  # noqa: S603 - our own choice of programs
            command, env={**plain, **settings}, start_new_session=True, stderr=log
        )
        try:
            _wait(process, port, path)
            yield process.pid
        except Exception:
            log.seek(max(0, log.tell() - TOLD_BYTES))
            sys.stderr.write(log.read().decode(errors="replace"))
            raise
        finally:
            _stop(process)


def _wait(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    """Return once the server answers.

    Raises:
        RuntimeError: it ended, or does not answer in time.
    """
    limit = time.monotonic() + PATIENCE_S
    while time.monotonic() < limit:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", path)
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError(f"{process.args!r} did not answer in {PATIENCE_S:.0f} s")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a server and its workers: they are a process group of their own."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=10)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
