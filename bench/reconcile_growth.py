"""How the time of one reconciliation grows: with vertices, boundaries and people."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
import orjson
import shapely

from bench.drawn import SEED, Drawn, drawn, outline, places
from bench.growth import Grown, growth_picture
from bench.http_client import Connection, post
from bench.report import Table
from bench.spread import ms, shown_ms, timed

EACH = 12
DENSER = (1, 4, 16, 64)
KM2 = (0.25, 1, 4, 16, 64, 256)
VERTICES = 25
PICTURE = "benchmarks-reconciliation.svg"

ABOUT = f"""\
Medians of {EACH} polygons over HTTP, each asked once after one to warm up. Vertices:
polygons of 1 km² whose every edge is cut into 1, 4, 16 and 64. Ground: {VERTICES}
vertices around as much more ground, with the boundaries and the people that it has.
Sets: polygons of 1 km² against more and more of the sets. In the picture the
second and third panel are of the ground: what it meets and whom it holds."""


@dataclass(frozen=True)
class Asked:
    """The median of the seconds of some requests, and their answers."""

    seconds: float
    answers: Sequence[bytes]


@dataclass(frozen=True)
class Ground:
    """So much ground, what it meets and holds, and the seconds it takes."""

    km2: float
    pairs: int
    people: int
    measure: str
    seconds: float

    def text(self) -> str:
        """What there is of it."""
        people = f"{self.people:,} {self.measure}"
        return f"{self.km2:g} km²: {self.pairs:,} boundaries, {people}"


def table(connection: Connection, address: str, sets: Sequence[str]) -> Table:
    """Milliseconds by vertices, by ground with what is in it, and by sets."""
    random = np.random.default_rng(SEED + 2)
    spots = places(address, random, EACH)

    def around(km2: float) -> list[Drawn]:
        return [outline(random, each, VERTICES, km2) for each in spots]

    one = around(1)
    vertices = _steps(connection, sets, DENSER, lambda n: _denser(one, int(n)))
    ground = _steps(connection, sets, KM2, around)
    by_sets = []
    for count in range(1, len(sets) + 1):
        asked = _asked(connection, one, sets[:count])
        by_sets.append((f"{count} sets: to `{sets[count - 1]}`", asked.seconds))
    return told(
        [(VERTICES * int(step), each.seconds) for step, each in vertices],
        [_amounts(step, each) for step, each in ground],
        by_sets,
    )


def told(
    vertices: Sequence[tuple[int, float]],
    ground: Sequence[Ground],
    by_sets: Sequence[tuple[str, float]],
) -> Table:
    """The table and the picture of what was measured."""
    rows = [[f"{count:,} vertices", ms(each)] for count, each in vertices]
    rows += [[each.text(), ms(each.seconds)] for each in ground]
    rows += [[name, ms(each)] for name, each in by_sets]
    drawn = [
        Grown("vertices", [(n, shown_ms(each)) for n, each in vertices]),
        Grown("boundaries it meets", [(e.pairs, shown_ms(e.seconds)) for e in ground]),
        Grown(
            f"{ground[0].measure} in it",
            [(each.people, shown_ms(each.seconds)) for each in ground],
        ),
    ]
    picture = growth_picture("One reconciliation over HTTP, as it grows", drawn)
    heads = ("how much", "ms")
    return Table("How it grows", heads, rows, ABOUT, picture=(PICTURE, picture))


def _steps(
    connection: Connection,
    sets: Sequence[str],
    amounts: Iterable[float],
    make: Callable[[float], list[Drawn]],
) -> list[tuple[float, Asked]]:
    return [(each, _asked(connection, make(each), sets)) for each in amounts]


def _asked(
    connection: Connection, shapes: Sequence[Drawn], sets: Sequence[str]
) -> Asked:
    bodies = [
        orjson.dumps({"footprint": {"geometry": each.geometry}, "against": list(sets)})
        for each in shapes
    ]
    kind = "application/json"
    post(connection, "/reconciliation", bodies[0], kind)
    answers: list[bytes] = []

    def ask(body: bytes) -> None:
        answers.append(post(connection, "/reconciliation", body, kind))

    return Asked(median(timed(ask, body) for body in bodies), answers)


def _denser(shapes: Sequence[Drawn], times: int) -> list[Drawn]:
    """The same polygons with every edge cut into so many."""
    return [drawn(_cut(each.grid, times)) for each in shapes]


def _cut(polygon: shapely.Polygon, times: int) -> shapely.Polygon:
    corners = shapely.get_coordinates(polygon)
    steps = np.linspace(0, 1, times, endpoint=False)[None, :, None]
    one, other = corners[:-1, None, :], corners[1:, None, :]
    return shapely.Polygon((one + steps * (other - one)).reshape(-1, 2))


def _amounts(km2: float, asked: Asked) -> Ground:
    """Ground, and the medians of the boundaries and the people in it."""
    told = [orjson.loads(each) for each in asked.answers]
    pairs = median(sum(len(one["rows"]) for one in each["against"]) for each in told)
    measure = told[0]["measures"][1]
    people = median(each["footprint"].get(measure, 0) for each in told)
    return Ground(km2, round(pairs), round(people), measure, asked.seconds)
