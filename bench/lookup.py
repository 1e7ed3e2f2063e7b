"""``GET /lookup`` by point and by postcode, asked by eight clients at once."""

from dataclasses import dataclass
from urllib.parse import quote

import numpy as np
import psycopg

from assetmap import crs
from bench.drawn import SEED
from bench.home import Home
from bench.national import sets_of
from bench.pressure import CLIENTS, Pressed, generator, press
from bench.report import Section, Table, tell
from bench.service import WORKERS, bare_service, service
from bench.spread import ms

PLACES = 10_000
SECONDS, WARM_UP_S = 8, 3
LEAST_PER_S = 1_500

ABOUT = f"""\
{CLIENTS} clients, each asking again as soon as it has its answer, for {SECONDS} s after
{WARM_UP_S} s to warm up; {WORKERS} service processes. Clients, service and PostgreSQL
share the machine's cores. {PLACES:,} random postcodes of England and Wales, and as many
points within 200 m of them, are asked for in turn.

The floor, in the same run: one prepared statement, planned once, that finds the
boundaries of every set which hold the point, through psycopg, behind uvicorn with no
framework, with as many processes, passing on the text that PostgreSQL makes. It takes
points on the National Grid, so nothing is converted; it checks nothing, looks for no
neighbourhoods and attributes nothing. "Of the floor" is the
service's rate over the floor's."""


@dataclass(frozen=True)
class Paths:
    """What is asked for, of the service and of its floor."""

    degrees: list[str]
    grid: list[str]
    postcode: list[str]


def measure(home: Home) -> Section:
    """Look-ups in a loaded home."""
    paths = paths_of(home.address)
    tell(f"look-ups: {CLIENTS} clients ({generator()})")
    with service(home.folder) as port:
        point, postcode = _pressed(port, paths.degrees), _pressed(port, paths.postcode)
    tell("the floor: one statement with no framework")
    with bare_service(home.address) as port:
        floor_point = _pressed(port, paths.grid)
        floor_postcode = _pressed(port, paths.postcode)
    rows = [
        _row("by point", point, floor_point),
        _row("by postcode", postcode, floor_postcode),
        _row("floor, by point", floor_point, floor_point),
        _row("floor, by postcode", floor_postcode, floor_postcode),
    ]
    about = f"{sets_of(home.address)}\n\n{ABOUT}"
    return Section("Look-ups", about, [_table(rows, min(_rates(point, postcode)))])


def _rates(*pressed: Pressed) -> list[float]:
    return [each.per_second for each in pressed]


def _pressed(port: int, paths: list[str]) -> Pressed:
    press(port, paths, WARM_UP_S)
    return press(port, paths, SECONDS)


def paths_of(address: str) -> Paths:
    """Paths of random postcodes, and of points near them; the same each run."""
    random = np.random.default_rng(SEED)
    with psycopg.connect(address) as connection:
        rows = connection.execute(
            "SELECT postcode, st_x(geom), st_y(geom) FROM postcode"
            " WHERE geom IS NOT NULL AND council_code ~ '^[EW]'"
            ' AND hashtext(postcode) % 100 = 0 ORDER BY postcode COLLATE "C"'
        ).fetchall()
    some = [rows[each] for each in random.integers(len(rows), size=PLACES).tolist()]
    points = np.array([row[1:] for row in some]) + random.uniform(
        -200, 200, (PLACES, 2)
    )
    east, north = np.round(points, 1).T.copy()
    lon, lat = crs.to_lon_lat(east, north)
    degrees = np.column_stack([lon, lat])[np.isfinite(lon)].tolist()
    return Paths(
        [f"/lookup?lon={x:.6f}&lat={y:.6f}" for x, y in degrees],
        [f"/lookup?easting={x}&northing={y}" for x, y in zip(east, north, strict=True)],
        [f"/lookup?postcode={quote(row[0])}" for row in some],
    )


def _table(rows: list[list[str]], least: float) -> Table:
    heads = ("what", "requests", "failed", "a second", "median ms", "95th ms")
    met = "met" if least >= LEAST_PER_S else "**missed**"
    return Table(
        "Single look-ups",
        (*heads, "longest ms", "of the floor"),
        rows,
        f"Asked by {generator()}.",
        f"- Target: at least {LEAST_PER_S:,} a second. Measured: {least:,.0f}; {met}.",
    )


def _row(name: str, found: Pressed, floor: Pressed) -> list[str]:
    times = (found.median_s, found.p95_s, found.longest_s)
    return [
        name,
        f"{found.requests:,}",
        str(found.failed),
        f"{found.per_second:,.0f}",
        *(ms(each) for each in times),
        f"{found.per_second / floor.per_second:.2f}",
    ]
