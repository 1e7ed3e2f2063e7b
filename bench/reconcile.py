"""``POST /reconciliation`` of drawn polygons, and the six places by their sketches."""

from collections.abc import Sequence

import orjson
import psycopg
import shapely

from bench.drawn import SEED, Drawn, drawings
from bench.home import Home
from bench.http_client import Connection, client, get, post
from bench.report import Section, Table, target, tell
from bench.service import service
from bench.spread import HEADS, Spread, ms, ratio, spread_of, timed

COUNT = 200
WARM_UP = 20
REPEATS = 10
MEDIAN_MS, P95_MS = 15, 40

# Materialised: else a prepared statement reads the polygon again for every row.
BY_POINTS = """
WITH drawn AS MATERIALIZED (SELECT st_setsrid(st_geomfromwkb(%s), 27700) AS geom)

SELECT postcode.council_code, count(*)
FROM drawn
INNER JOIN postcode ON st_covers(drawn.geom, postcode.geom)
GROUP BY postcode.council_code
"""
BY_AREAS = """
WITH drawn AS MATERIALIZED (SELECT st_setsrid(st_geomfromwkb(%s), 27700) AS geom)

SELECT
    boundary_part.boundary_set_id,
    boundary_part.ordinal,
    sum(st_area(st_intersection(boundary_part.geom, drawn.geom)))
FROM drawn
INNER JOIN boundary_part ON st_intersects(boundary_part.geom, drawn.geom)
GROUP BY boundary_part.boundary_set_id, boundary_part.ordinal
"""

ABOUT = f"""\
{COUNT} polygons of 10 to 40 vertices, drawn with a fixed seed around random postcodes
of England and Wales, each holding about 450 postcodes (about 10,000 residents), against
every loaded set by area, people (or postcodes) and assets: one client that keeps its
connection, after {WARM_UP} other polygons to warm up.

The floors, in the same run and for the same polygons, are prepared statements over a
Unix socket, with no HTTP and no answer to write. *Bare SQL over the points* counts the
postcodes in the polygon by council (`ST_Covers`); *bare SQL over the areas* gives the
area shared with every boundary of every set (`ST_Intersection`). The service does the
work of both for every set, and of assets, and says where each number comes from; the
ratio is of the medians."""

ABOUT_PLACES = f"""\
`GET /neighbourhoods/{{slug}}/reconciliation`, each place graded by the consensus of its
sketches, {REPEATS} times each after one to warm up."""


def measure(home: Home) -> Section:
    """Reconciliation against every set of a loaded home."""
    tell(f"drawing {COUNT + WARM_UP} polygons")
    warm = drawings(home.address, WARM_UP, SEED + 1)
    drawn = drawings(home.address, COUNT)
    tell("reconciling them over HTTP")
    with service(home.folder) as port, client(port) as connection:
        _sent(connection, warm)
        ours = spread_of(_sent(connection, drawn))
        places = _places(connection)
    tell("the floors: bare SQL")
    points = spread_of(_asked(home.address, BY_POINTS, warm, drawn))
    areas = spread_of(_asked(home.address, BY_AREAS, warm, drawn))
    return Section("Reconciliation", ABOUT, [_table(ours, points, areas), places])


def _sent(connection: Connection, drawn: Sequence[Drawn]) -> list[float]:
    """Seconds for each polygon, from sending it to having the whole answer."""
    bodies = [orjson.dumps({"footprint": {"geometry": d.geometry}}) for d in drawn]
    kind = "application/json"
    return [timed(post, connection, "/reconciliation", body, kind) for body in bodies]


def _asked(
    address: str, query: str, warm: Sequence[Drawn], drawn: Sequence[Drawn]
) -> list[float]:
    """Seconds for each polygon in SQL, after some to warm up."""
    options = "-c jit=off"
    with psycopg.connect(address, autocommit=True, options=options) as connection:

        def ask(shape: bytes) -> None:
            found = connection.execute(query, (shape,), prepare=True, binary=True)
            found.fetchall()

        shapes = [shapely.to_wkb(each.grid) for each in (*warm, *drawn)]
        return [timed(ask, shape) for shape in shapes][len(warm) :]


def _places(connection: Connection) -> Table:
    """The six places of the demonstration."""
    listed = orjson.loads(get(connection, "/neighbourhoods"))["neighbourhoods"]
    rows = []
    for slug in [each["slug"] for each in listed]:
        path = f"/neighbourhoods/{slug}/reconciliation"
        get(connection, path)
        times = [timed(get, connection, path) for _ in range(REPEATS)]
        rows.append([slug, *spread_of(times).cells()])
    return Table("Graded neighbourhoods", ("place", *HEADS), rows, ABOUT_PLACES)


def _table(ours: Spread, points: Spread, areas: Spread) -> Table:
    both = points.median_s + areas.median_s
    rows = [
        ["POST /reconciliation", *ours.cells(), "1.0"],
        _floor("bare SQL over the points", points, ours),
        _floor("bare SQL over the areas", areas, ours),
        ["both floors", "", ms(both), "", "", ratio(ours.median_s, both)],
    ]
    verdict = "\n".join(
        [
            target("median", 1000 * ours.median_s, MEDIAN_MS, "ms"),
            target("95th percentile", 1000 * ours.p95_s, P95_MS, "ms"),
        ]
    )
    heads = ("what", *HEADS, "ours ÷ it")
    return Table("Drawn polygons", heads, rows, verdict=verdict)


def _floor(name: str, floor: Spread, ours: Spread) -> list[str]:
    return [name, *floor.cells(), ratio(ours.median_s, floor.median_s)]
