"""How the time of one reconciliation grows: with vertices, boundaries and people."""

from collections.abc import Callable, Iterable, Sequence
from statistics import median

import numpy as np
import orjson
import shapely

from bench.drawn import SEED, Drawn, drawn, outline, places
from bench.http_client import Connection, post
from bench.report import Table, bar
from bench.spread import ms, timed

EACH = 12
DENSER = (1, 4, 16, 64)
KM2 = (0.25, 1, 4, 16, 64, 256)
VERTICES = 25

ABOUT = f"""\
Medians of {EACH} polygons over HTTP, each asked once after one to warm up. Vertices:
polygons of 1 km² whose every edge is cut into 1, 4, 16 and 64. Ground: {VERTICES}
vertices around as much more ground, with the boundaries and the people that it has.
Sets: polygons of 1 km² against more and more of the sets."""


def table(connection: Connection, address: str, sets: Sequence[str]) -> Table:
    """Milliseconds by vertices, by ground with what is in it, and by sets."""
    random = np.random.default_rng(SEED + 2)
    spots = places(address, random, EACH)

    def around(km2: float) -> list[Drawn]:
        return [outline(random, each, VERTICES, km2) for each in spots]

    one = around(1)
    steps = [
        *_steps(connection, sets, DENSER, lambda n: _denser(one, int(n)), _vertices),
        *_steps(connection, sets, KM2, around, _amounts),
    ]
    for count in range(1, len(sets) + 1):
        seconds, _ = _asked(connection, one, sets[:count])
        steps.append((f"{count} sets: to `{sets[count - 1]}`", seconds))
    longest = max(seconds for _, seconds in steps)
    rows = [[name, ms(each), bar(each, longest)] for name, each in steps]
    return Table("How it grows", ("how much", "ms", "plot"), rows, ABOUT)


Told = Callable[[float, Sequence[Drawn], Sequence[bytes]], str]


def _steps(
    connection: Connection,
    sets: Sequence[str],
    amounts: Iterable[float],
    make: Callable[[float], list[Drawn]],
    told: Told,
) -> list[tuple[str, float]]:
    found = []
    for amount in amounts:
        shapes = make(amount)
        seconds, answers = _asked(connection, shapes, sets)
        found.append((told(amount, shapes, answers), seconds))
    return found


def _asked(
    connection: Connection, shapes: Sequence[Drawn], sets: Sequence[str]
) -> tuple[float, list[bytes]]:
    """The median of the seconds, and the answers."""
    bodies = [
        orjson.dumps({"footprint": {"geometry": each.geometry}, "against": list(sets)})
        for each in shapes
    ]
    kind = "application/json"
    post(connection, "/reconciliation", bodies[0], kind)
    answers: list[bytes] = []

    def ask(body: bytes) -> None:
        answers.append(post(connection, "/reconciliation", body, kind))

    return median(timed(ask, body) for body in bodies), answers


def _denser(shapes: Sequence[Drawn], times: int) -> list[Drawn]:
    """The same polygons with every edge cut into so many."""
    return [drawn(_cut(each.grid, times)) for each in shapes]


def _cut(polygon: shapely.Polygon, times: int) -> shapely.Polygon:
    corners = shapely.get_coordinates(polygon)
    steps = np.linspace(0, 1, times, endpoint=False)[None, :, None]
    one, other = corners[:-1, None, :], corners[1:, None, :]
    return shapely.Polygon((one + steps * (other - one)).reshape(-1, 2))


def _vertices(amount: float, shapes: Sequence[Drawn], answers: Sequence[bytes]) -> str:
    return f"{VERTICES * int(amount):,} vertices"


def _amounts(amount: float, shapes: Sequence[Drawn], answers: Sequence[bytes]) -> str:
    """Ground, and the medians of the boundaries and the people in it."""
    told = [orjson.loads(each) for each in answers]
    pairs = median(sum(len(one["rows"]) for one in each["against"]) for each in told)
    measure = told[0]["measures"][1]
    people = median(each["footprint"].get(measure, 0) for each in told)
    return f"{amount:g} km²: {pairs:,.0f} boundaries, {people:,.0f} {measure}"
