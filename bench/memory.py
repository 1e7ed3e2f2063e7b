"""Memory that the loading process and PostgreSQL hold, sampled while they work.

It is the proportional set size: memory that processes share is counted once.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

EVERY_S = 0.1


@dataclass(frozen=True)
class Sample:
    """Bytes held at a moment, on the clock that all processes share."""

    at_s: float
    ours: int
    server: int


@dataclass
class Watch:
    """Samples of one process and of one PostgreSQL server."""

    data: Path
    """The server's data folder."""
    samples: list[Sample] = field(default_factory=list)
    ours: int = 0
    """The process to watch; 0 until it has started."""

    def peak(self, start_s: float, end_s: float) -> tuple[int, int, int]:
        """The most that the process, the server and both at once held in a time."""
        within = [each for each in self.samples if start_s <= each.at_s <= end_s]
        if not within:
            return 0, 0, 0
        return (
            max(each.ours for each in within),
            max(each.server for each in within),
            max(each.ours + each.server for each in within),
        )


@contextmanager
def watching(data: Path) -> Iterator[Watch]:
    """Watch memory during a block; ``data`` is the server's data folder."""
    watch, stop = Watch(data), threading.Event()

    def keep_watch() -> None:
        while not stop.wait(EVERY_S):
            server = sum(map(held_bytes, server_processes(watch.data)))
            ours = held_bytes(watch.ours) if watch.ours else 0
            watch.samples.append(Sample(time.monotonic(), ours, server))

    thread = threading.Thread(target=keep_watch, daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        stop.set()
        thread.join()


def server_processes(data: Path) -> Sequence[int]:
    """The numbers of a server's processes: the one its data folder names, and its own.

    Empty while there is no server.
    """
    try:
        first = int((data / "postmaster.pid").read_text().split()[0])
        text = Path(f"/proc/{first}/task/{first}/children").read_text()
    except (OSError, ValueError, IndexError):
        return []
    return [first, *map(int, text.split())]


def held_bytes(process: int) -> int:
    """The proportional set size of a process; 0 when it has gone."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    for line in text.splitlines():
        if line.startswith("Pss:"):
            return 1024 * int(line.split()[1])
    return 0
