"""What Prometheus reads: requests, the database's connections, jobs, limits."""

import os
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from assetmap import __version__

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Where processes leave their numbers for each other; the library reads it."""

BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
MOST_WAITING = 5_000
METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})

_own = CollectorRegistry()

REQUESTS = Counter(
    "assetmap_requests",
    "Requests answered, by the template of their address",
    ("method", "route", "status"),
    registry=_own,
)
SECONDS = Histogram(
    "assetmap_request_seconds",
    "Seconds from a request's head to the end of its answer",
    ("method", "route"),
    buckets=BUCKETS_S,
    registry=_own,
)
LIMITED = Counter(
    "assetmap_rate_limited",
    "Requests refused because their address or key asked too often",
    ("kind", "by"),
    registry=_own,
)
UNDER_WAY = Gauge(
    "assetmap_requests_under_way",
    "Requests that are being answered",
    multiprocess_mode="livesum",
    registry=_own,
)
CONNECTIONS = Gauge(
    "assetmap_database_connections",
    "Connections to the database that the service holds",
    ("pool", "state"),
    multiprocess_mode="livesum",
    registry=_own,
)
BUILD = Gauge(
    "assetmap_build",
    "Always 1; the label says which version answers",
    ("version",),
    multiprocess_mode="livemax",
    registry=_own,
)
BUILD.labels(__version__).set(1)


_known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
_waiting: deque[tuple[tuple[str, str, int], float]] = deque()


def note(method: str, route: str, status: int, seconds: float) -> None:
    """Note a request that was answered, to be counted with others soon."""
    _waiting.append(((method, route, status), seconds))
    if len(_waiting) > MOST_WAITING:
        settle()


def settle() -> None:
    """Count what was noted: many at once take a quarter of the time that each would."""
    while _waiting:
        try:
            name, seconds = _waiting.popleft()
        except IndexError:  # pragma: no cover - another thread took the last
            return
        found = _known.get(name)
        if found is None:
            method, route, status = name
            shown = method if method in METHODS else "other"
            found = _known[name] = (
                REQUESTS.labels(shown, route, str(status)),
                SECONDS.labels(shown, route),
            )
        found[0].inc()
        found[1].observe(seconds)


def registry() -> CollectorRegistry:
    """What all processes of this service counted so far."""
    settle()
    folder = os.environ.get(FOLDER)
    if folder is not None and not Path(folder).is_dir():
        folder = None  # whoever made it is gone: these are this process's own numbers
    if not folder:
        return _own
    for process in _gone(Path(folder)):
        mark_process_dead(process, folder)  # type: ignore[no-untyped-call]
    found = CollectorRegistry()
    MultiProcessCollector(found, path=folder)  # type: ignore[no-untyped-call]
    return found


def _gone(folder: Path) -> Iterator[int]:
    """Processes that left numbers of the moment, and are no more."""
    for each in folder.glob("gauge_live*_*.db"):
        process = int(each.stem.rpartition("_")[2])
        with suppress(PermissionError):
            try:
                os.kill(process, 0)
            except ProcessLookupError:
                yield process
