"""What the rules of access and the audit cost: the same build with them on and off."""

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.access_asked import Kind, Sent, people, reads, writes
from bench.access_sides import Side, copied, sides
from bench.home import Home
from bench.http_client import Connection, client, get
from bench.lookup import paths_of
from bench.pressure import generator, press
from bench.report import Section, Table, tell

ROUNDS = 5
SECONDS, WARM_UP_S, WARM_UP = 2, 1, 5
MOST_READ, MOST_WRITE = 15.0, 30.0

ABOUT = f"""\
The same build in two service pairs on two copies of one database: one with row-level
security, the triggers of the rules and the audit, the other with all of them off. Each
request is asked of both, one after the other, in an order that changes; writes with a
key, and PostgreSQL has them on the disk before they are answered. {ROUNDS} rounds: of
each the ratio of the medians, and of the rounds the median, the least and the most.
Look-ups are asked as above, for {SECONDS} s of each side a round: their time is that
between answers. *CPU* is the ratio of all processor time, of service and PostgreSQL
together: it tells more than the clock where the machine has other work."""


@dataclass
class Compared:
    """The seconds of one kind of request, by rounds, and the processors'."""

    name: str
    is_write: bool
    on: list[float] = field(default_factory=list)
    off: list[float] = field(default_factory=list)
    cpu: tuple[float, float] = (0.0, 0.0)

    @property
    def costs(self) -> list[float]:
        """How much longer it takes with them on, in percent, by rounds."""
        both = zip(self.on, self.off, strict=True)
        return [(on / off - 1) * 100 for on, off in both]

    def row(self) -> list[str]:
        """A row of the table."""
        on, off = statistics.median(self.on), statistics.median(self.off)
        most = MOST_WRITE if self.is_write else MOST_READ
        cost = statistics.median(self.costs)
        return [
            self.name,
            f"{on * 1000:.2f}",
            f"{off * 1000:.2f}",
            f"{cost:+.1f}",
            f"{min(self.costs):+.1f} to {max(self.costs):+.1f}",
            f"{(self.cpu[0] / self.cpu[1] - 1) * 100:+.1f}" if self.cpu[1] else "-",
            f"{most:.0f}",
            "met" if cost < most else "**missed**",
        ]


def measure(home: Home) -> Section:
    """Cost of access rules and audit in a loaded home, which stays as it is."""
    tell("access rules and audit, on and off: two copies of the database")
    with copied(home) as address:
        keys = people(address)
        kinds = [*reads(address), *writes(keys)]
        paths = paths_of(address)
        with sides(home) as (on, off):
            looked = {"point": paths.degrees, "postcode": paths.postcode}
            compared = [
                *(_looked_up(f"look-up by {name}", on, off, some)
                  for name, some in looked.items()),
                *(_one_by_one(each, on, off) for each in kinds),
            ]  # fmt: skip
    return Section("Access and audit", ABOUT, [_table(compared)])


def _table(compared: Sequence[Compared]) -> Table:
    heads = ("what", "on, ms", "off, ms", "costs %", "by rounds", "CPU %")
    rows = [each.row() for each in compared]
    about = f"Look-ups asked by {generator()}."
    return Table("On and off", (*heads, "at most %", "target"), rows, about)


@contextmanager
def _weighed(found: Compared, on: Side, off: Side) -> Iterator[None]:
    """Note the processor time of both sides in a block."""
    before = on.cpu_s(), off.cpu_s()
    yield
    found.cpu = on.cpu_s() - before[0], off.cpu_s() - before[1]


def _looked_up(name: str, on: Side, off: Side, paths: list[str]) -> Compared:
    """Clients at once; processor time is of as many answers."""
    tell(f"  {name}")
    found, spent, answers = Compared(name, False), [0.0, 0.0], [0, 0]
    for side in (on, off):
        _warm(side, paths)
    for turn in range(ROUNDS):
        for place in (0, 1) if turn % 2 else (1, 0):
            side = (on, off)[place]
            before = side.cpu_s()
            pressed = press(side.port, paths, SECONDS)
            spent[place] += side.cpu_s() - before
            answers[place] += pressed.requests
            (found.on, found.off)[place].append(1 / pressed.per_second)
    found.cpu = spent[0] / answers[0], spent[1] / answers[1]
    return found


def _warm(side: Side, paths: list[str]) -> None:
    """Ask until there are answers: the first look-up of a process reads the country."""
    with client(side.port) as connection:
        for path in paths[:20]:
            get(connection, path)
    while not press(side.port, paths, WARM_UP_S).per_second:
        continue


def _one_by_one(kind: Kind, on: Side, off: Side) -> Compared:
    tell(f"  {kind.name}")
    found = Compared(kind.name, kind.is_write)
    with client(on.port) as one, client(off.port) as other:
        for _ in range(WARM_UP):
            _pair(kind.make(), one, other)
        with _weighed(found, on, off):
            for _ in range(ROUNDS):
                times = [
                    _pair(kind.make(), one, other, turn % 2 == 0)
                    for turn in range(kind.pairs)
                ]
                found.on.append(statistics.median(each for each, _ in times))
                found.off.append(statistics.median(each for _, each in times))
    return found


def _pair(
    sent: Sent, on: Connection, off: Connection, is_on_first: bool = True
) -> tuple[float, float]:
    """Seconds of a request with the rules and without."""
    if is_on_first:
        first = _seconds(on, sent)
        return first, _seconds(off, sent)
    last = _seconds(off, sent)
    return _seconds(on, sent), last


def _seconds(connection: Connection, sent: Sent) -> float:
    method, path, body, key = sent
    headers = {"Content-Type": "application/json"}
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    begun = time.perf_counter()
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    told = answer.read()
    took = time.perf_counter() - begun
    if answer.status not in {200, 201}:
        raise RuntimeError(f"{path} answered {answer.status}: {told[:500]!r}")
    return took
