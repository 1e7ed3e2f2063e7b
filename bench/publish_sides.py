"""Servers that run at one time and are asked by turns, and the CPU that each takes."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from bench.home import Home
from bench.pressure import Pressed
from bench.processes import database_cpu_s, group_cpu_s
from bench.publish_peers import Peer
from bench.service import Served

DATABASE = "assetmap"
NONE = Pressed(0, 1.0, 0.0, 0.0, 0.0, 0)


@dataclass
class Used:
    """What a server did, and the CPU seconds of its own and of PostgreSQL for it."""

    pressed: Pressed = field(default=NONE)
    all_cpu_s: float = 0.0

    @property
    def cpu_s(self) -> float:
        """Of one answer."""
        return self.all_cpu_s / max(self.pressed.requests, 1)


Measured = Mapping[str, Mapping[str, Used]]
"""By server, then by what was asked."""


@dataclass(frozen=True)
class Side:
    """A server that runs."""

    peer: Peer
    home: Home
    served: Served

    @contextmanager
    def using(self) -> Iterator[Used]:
        """Notes the CPU that a block takes; nothing else asks PostgreSQL meanwhile."""
        found, before = Used(), self._cpu_s()
        yield found
        found.all_cpu_s = self._cpu_s() - before

    def _cpu_s(self) -> float:
        server = database_cpu_s(self.home.data, DATABASE)
        return group_cpu_s(self.served.process) + server


@contextmanager
def sides(home: Home, peers: Sequence[Peer]) -> Iterator[list[Side]]:
    """All of them at one time."""
    with ExitStack() as kept:
        yield [Side(each, home, kept.enter_context(each.served())) for each in peers]
