"""Where the time of one reconciliation goes: the same work in a process of its own."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import psycopg
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from assetmap.db.copying import raw_connection
from assetmap.publish.deps import dumped, parsed
from assetmap.publish.export.reconciliation.answers import reconciliation_json
from assetmap.publish.questions import RECONCILIATION
from assetmap.publish.questions.schemas import ReconciliationIn
from assetmap.reconciliation.run import reconcile
from bench.drawn import Drawn
from bench.report import Table
from bench.spread import Spread, ms, ratio, spread_of

READ, ASKED, MEASURED, WRITTEN, ENDED = range(5)
NAMES = (
    "read the body, check the drawing",
    "statements: sent, worked out, received",
    "geometry and arithmetic",
    "write the answer",
    "begin and end with the database",
)

ABOUT = """\
The same polygons in one process with no server, by what it is busy with. *HTTP* is what
is left of `POST /reconciliation`: the request, a thread to work in, the answer, and the
client. `GET /health/live` asks nothing of the database."""


@dataclass
class _Clock:
    """Seconds of one request by what they went into, and statements sent."""

    seconds: list[float] = field(default_factory=lambda: [0.0] * len(NAMES))
    statements: int = 0
    asking: float = 0.0

    def run(self, stage: int, work: Callable[..., Any], *given: Any) -> Any:
        """What some work gives; its time is the stage's, but for that of statements."""
        asked, started = self.asking, time.perf_counter()
        found = work(*given)
        asked = self.asking - asked
        self.seconds[stage] += time.perf_counter() - started - asked
        self.seconds[ASKED] += asked
        return found


def table(
    engine: Engine,
    shapes: tuple[Sequence[Drawn], Sequence[Drawn]],
    sets: Sequence[str],
    ours: Spread,
    live: Spread,
) -> Table:
    """The stages of polygons to warm up and of those that count.

    Over HTTP are ``ours``, of the same polygons, and ``live``, of ``GET /health/live``.
    """
    _, counted = (_clocks(engine, each, sets) for each in shapes)
    whole = spread_of(sum(each.seconds) for each in counted)
    stages = [
        (name, spread_of(each.seconds[at] for each in counted))
        for at, name in enumerate(NAMES)
    ]
    stages.append(("all of it, with no HTTP", whole))
    left = ["HTTP", ms(ours.median_s - whole.median_s), "", _part(ours, whole)]
    rows = [*(_row(name, each, ours) for name, each in stages), left]
    rows.append(_row("POST /reconciliation", ours, ours))
    rows.append(_row("GET /health/live", live, ours))
    heads = ("what", "median ms", "95th ms", "of the whole")
    said = _verdict(counted, ours, live)
    return Table("Where the time goes", heads, rows, ABOUT, said)


def _verdict(counted: Sequence[_Clock], ours: Spread, live: Spread) -> str:
    asked = sum(each.statements for each in counted) / len(counted)
    return (
        f"A polygon takes {asked:.1f} statements, and "
        f"{ratio(ours.median_s, live.median_s)} times as long as `GET /health/live`."
    )


def _row(name: str, each: Spread, ours: Spread) -> list[str]:
    part = each.median_s / ours.median_s
    return [name, ms(each.median_s), ms(each.p95_s), f"{part:.0%}"]


def _part(ours: Spread, whole: Spread) -> str:
    return f"{1 - whole.median_s / ours.median_s:.0%}"


def _clocks(
    engine: Engine, shapes: Sequence[Drawn], sets: Sequence[str]
) -> list[_Clock]:
    bodies = [
        orjson.dumps({"footprint": {"geometry": each.geometry}, "against": list(sets)})
        for each in shapes
    ]
    return [_clock(engine, body) for body in bodies]


def _clock(engine: Engine, body: bytes) -> _Clock:
    """One request, as the service works on it."""
    clock = _Clock()
    with Session(engine) as session:
        clock.run(ENDED, _watch, session, clock)
        sent = clock.run(READ, parsed, ReconciliationIn, body)
        subject = clock.run(READ, RECONCILIATION.begin, session, sent)
        clock.run(READ, RECONCILIATION.is_long, session, subject, sent)
        found = clock.run(MEASURED, reconcile, session, subject.footprint, sent.against)
        answer = clock.run(WRITTEN, reconciliation_json, found, None, subject)
        clock.run(WRITTEN, dumped, answer)
        clock.run(ENDED, session.commit)
    return clock


def _watch(session: Session, clock: _Clock) -> None:
    """Have the connection of a session tell the clock of its statements."""

    class Watched(psycopg.Cursor[Any]):
        def execute(self, *given: Any, **more: Any) -> "Watched":
            clock.statements += 1
            started = time.perf_counter()
            super().execute(*given, **more)
            clock.asking += time.perf_counter() - started
            return self

        def fetchall(self) -> list[Any]:
            started = time.perf_counter()
            found = super().fetchall()
            clock.asking += time.perf_counter() - started
            return found

    raw_connection(session).cursor_factory = Watched
