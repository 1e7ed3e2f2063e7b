"""The consensus of many drawings: exact, by squares, kept, and of every name.

Drawings are made up around one outline; of every name those of the publishers' file
are counted where ``ASSETMAP_TEST_DATA`` names its folder, else made-up ones.
"""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
import psycopg
import pyproj
import shapely
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from assetmap.crs import NATIONAL_GRID
from assetmap.db import migrate
from assetmap.db.engine import session_scope
from assetmap.footprints import releasing  # noqa: F401 - keeps counts as it commits
from assetmap.footprints.areas import kernel as area_kernel
from assetmap.footprints.consensus import sweep_kernel
from assetmap.footprints.consensus.by_area import statistics_by_area
from assetmap.footprints.consensus.grid import published_levels
from assetmap.footprints.consensus.many import consensus_of_names
from assetmap.footprints.consensus.named import LEVELS, Asked, Named
from assetmap.footprints.model import as_shapes
from assetmap.neighbourhoods.ingest import load_sketches
from assetmap.neighbourhoods.model import Neighbourhood
from assetmap.neighbourhoods.simulate import simulated_sketches
from assetmap.neighbourhoods.sketched import sketch_of
from assetmap.neighbourhoods.sketches import store as sketches
from assetmap.neighbourhoods.store import add_neighbourhood, get_neighbourhood
from assetmap.publish.cli.drawings import Question, answer_of
from assetmap.settings import settings
from assetmap.sources.spatial.vector import Layer
from bench.consensus_http import over_http
from bench.home import Home
from bench.report import Section, Table, target, tell
from bench.spread import ms, ratio, timed

EXACT_S, GRID_S, ADDED_S, NAMES_S = 1.0, 2.0, 0.05, 45.0
FASTER_THAN_POSTGIS = 12
REPEATS = 5
PROCESSES = 2
GRID_M = 5.0
PLACE = "bench-consensus"

OUTLINE = shapely.Polygon(
    [
        (383_000, 398_000),
        (384_100, 398_050),
        (384_300, 398_700),
        (383_700, 399_200),
        (382_950, 398_900),
    ]
)
IN_SQL = """
WITH line AS MATERIALIZED (
    SELECT st_union(st_boundary(geom)) AS geom FROM bench_drawing
),
face AS MATERIALIZED (
    SELECT (st_dump(st_polygonize(geom))).geom AS geom FROM line
),
counted AS (
    SELECT st_area(face.geom) AS area_m2, count(*) AS drawings
    FROM face
    INNER JOIN bench_drawing
        ON st_intersects(bench_drawing.geom, st_pointonsurface(face.geom))
    GROUP BY face.geom
)
SELECT drawings, sum(area_m2) FROM counted GROUP BY drawings ORDER BY drawings
"""
ABOUT = f"""\
Made-up drawings of one place, 14 to 33 corners each. *Exact* is all that is said of
them by area: the ground at each share of drawings, and the agreement of all pairs.
*PostGIS* is the usual recipe (union the lines, polygonize, count drawings by a point on
each piece), which gives the ground at each share alone; *noding* is the union of all
lines in GEOS, the first step of any way by pieces. Medians of {REPEATS} runs after one
to warm up, PostGIS once; *CPU* is the time of all processors together."""


def measure(home: Home) -> Section:
    """The consensus of 50 to 1,000 drawings, and of every name in a file."""
    sweep_kernel.compiled()
    area_kernel.compiled()
    exact, large = _exact(home), _large()
    return Section("Consensus", ABOUT, [exact, large, *_kept(home), _names()])


def drawings(count: int) -> Any:
    """Made-up drawings of one place."""
    return as_shapes(simulated_sketches(OUTLINE, count, seed=1))


def _median(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of processors, after one run to warm up."""
    work()
    took = []
    for _ in range(REPEATS):
        started = time.process_time()
        took.append((timed(work), time.process_time() - started))
    return median(each for each, _ in took), median(each for _, each in took)


def _exact(home: Home) -> Table:
    rows, at_200 = [], (0.0, 0.0)
    for count in (50, 100, 200):
        tell(f"consensus of {count} drawings")
        shapes = drawings(count)
        wall, cpu = _median(partial(statistics_by_area, shapes))
        noding, _ = _median(partial(shapely.union_all, shapely.boundary(shapes)))
        found, theirs = _postgis(home, shapes)
        _check(shapes, found)
        at_200 = wall, theirs
        rows.append(
            [
                str(count),
                ms(wall),
                ms(cpu),
                ms(noding),
                ms(theirs),
                ratio(theirs, wall),
            ]
        )
    times = at_200[1] / at_200[0]
    said = "met" if times >= FASTER_THAN_POSTGIS else "**missed**"
    verdict = "\n".join(
        [
            target("200 drawings", at_200[0], EXACT_S, "s"),
            f"- Target: at least {FASTER_THAN_POSTGIS} times as fast as PostGIS. "
            f"Measured: {times:,.0f} times; {said}.",
        ]
    )
    heads = ("drawings", "exact ms", "CPU ms", "noding ms", "PostGIS ms", "times")
    return Table("Exact consensus", heads, rows, verdict=verdict)


def _postgis(home: Home, shapes: Any) -> tuple[list[tuple[int, float]], float]:
    """The ground by how many drawings hold it as PostGIS finds it, and the seconds."""
    with psycopg.connect(home.address, options="-c jit=off") as connection:
        connection.execute(
            "CREATE TEMPORARY TABLE bench_drawing (geom geometry(geometry, 27700))"
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO bench_drawing VALUES (st_geomfromwkb(%s, 27700))",
                [(each,) for each in shapely.to_wkb(shapes).tolist()],
            )
        connection.execute("CREATE INDEX ON bench_drawing USING gist (geom)")
        connection.execute("ANALYZE bench_drawing")
        started = time.perf_counter()
        found = connection.execute(IN_SQL).fetchall()
        took = time.perf_counter() - started
        connection.rollback()
    return [(int(each), float(area)) for each, area in found], took


def _check(shapes: Any, found: list[tuple[int, float]]) -> None:
    """Both must have found the same ground.

    Raises:
        ValueError: they have not.
    """
    ours = statistics_by_area(shapes)
    mean = sum(count * area for count, area in found) / len(shapes)
    union = sum(area for _, area in found)
    if not np.allclose([ours.mean, ours.union], [mean, union], rtol=1e-6):
        raise ValueError("PostGIS has found other ground")


def _large() -> Table:
    tell("consensus of 1,000 drawings")
    many = drawings(1_000)
    exact = _median(lambda: statistics_by_area(many))
    squares = _median(lambda: statistics_by_area(many, grid_m=GRID_M))
    levels = _median(lambda: published_levels(many, None, LEVELS))
    rows = [
        ["exact", *map(ms, exact)],
        [f"by squares of {GRID_M:g} m", *map(ms, squares)],
        ["levels on squares of 25 m", *map(ms, levels)],
    ]
    verdict = target("1,000 drawings by squares", squares[0], GRID_S, "s")
    return Table("1,000 drawings", ("what", "ms", "CPU ms"), rows, verdict=verdict)


def _kept(home: Home) -> list[Table]:
    """One drawing that comes, changes or goes, among 1,000 that are stored."""
    tell("one drawing among 1,000, stored")
    engine = create_engine(home.url)
    migrate.upgrade(engine)
    with session_scope(engine) as session:
        row = add_neighbourhood(session, Neighbourhood(PLACE, "Bench"))
        _load(session, row, drawings(1_000))
    rows, worst = [], 0.0
    for name, work in (("added", _added), ("drawn again", _redrawn), ("gone", _gone)):
        took = []
        for at in range(2 * REPEATS):
            started = time.process_time()
            took.append(
                (timed(partial(work, engine, at)), time.process_time() - started)
            )
        wall, cpu = (median(each) for each in zip(*took, strict=True))
        worst = max(worst, wall)
        rows.append([name, ms(wall), ms(cpu)])
    by_http = over_http(home, engine, PLACE, _drawing, ADDED_S)
    with session_scope(engine) as session:
        session.execute(text("DELETE FROM neighbourhood WHERE slug = :s"), {"s": PLACE})
    engine.dispose()
    about = (
        "Through the service's own code, from the shape to the end of the transaction: "
        "the drawing itself, counts by square and by point, and what it shares with "
        "the other 1,000. *CPU* is without the database's."
    )
    verdict = target("one drawing among 1,000", worst, ADDED_S, "s")
    heads = ("one drawing", "ms", "CPU ms")
    mine = Table("One among 1,000", heads, rows, about=about, verdict=verdict)
    return [mine, by_http]


def _load(session: Session, row: Any, shapes: Any) -> None:
    told = pd.DataFrame({"id": range(len(shapes))})
    layer = Layer("bench", "bench", told, shapes, pyproj.CRS(NATIONAL_GRID))
    load_sketches(session, row, layer, "bench")


def _drawing(at: int, turn: int) -> Any:
    (shape,) = simulated_sketches(OUTLINE, 1, seed=10_000 + 100 * turn + at)
    return shape


def _sketch(at: int, turn: int) -> Any:
    shape = _drawing(at, turn)
    told = {"resident": f"newcomer {at}"}
    sketch, _ = sketch_of(shape, pyproj.CRS(NATIONAL_GRID), told, "bench", "")
    return replace(sketch, source_ref=None)


def _added(engine: Engine, at: int) -> None:
    with session_scope(engine) as session:
        row = get_neighbourhood(session, PLACE)
        sketches.add_sketch(session, row.id, _sketch(at, 0))


def _redrawn(engine: Engine, at: int) -> None:
    with session_scope(engine) as session:
        which = _newcomer(session, at)
        sketches.redraw(session, which, _sketch(at, 1), lambda version: None)


def _gone(engine: Engine, at: int) -> None:
    with session_scope(engine) as session:
        sketches.withdraw(session, _newcomer(session, at), lambda version: None)


def _newcomer(session: Session, at: int) -> Any:
    resident = _sketch(at, 0).resident
    query = text("SELECT public_id FROM sketch WHERE resident = :resident")
    return session.scalar(query, {"resident": resident})


def _names() -> Table:
    """Every name with 20 drawings or more: from the file to the last number."""
    tell("consensus of every name")
    file = _file()
    work = _made_up() if file is None else _of_file(file)
    before = os.times()
    wall = timed(work, PROCESSES)
    cpu = sum(os.times()[:4]) - sum(before[:4])
    rows = [[str(PROCESSES), f"{wall:.1f}", f"{cpu:.1f}"]]
    about = (
        "Reading, checking, repairing, agreement, rival definitions and levels of "
        + (
            "the names with at least 20 of 17,059 real drawings."
            if file
            else "40 made-up names of 200 drawings each."
        )
    )
    verdict = target("every name on two processors", wall, NAMES_S, "s")
    heads = ("processes", "s", "CPU s")
    return Table("Every name", heads, rows, about=about, verdict=verdict)


def _file() -> Path | None:
    folder = settings().test_data
    path = None if folder is None else folder / "drawings" / "chicago.parquet"
    return path if path is not None and path.is_file() else None


def _of_file(path: Path) -> Callable[[int], object]:
    def work(processes: int) -> object:
        question = Question(path, "neighborhoodLive", "EPSG:32616", processes=processes)
        return answer_of(question, Asked(), lambda doing, done, total: None)

    return work


def _made_up() -> Callable[[int], object]:
    names = [
        Named(f"place {place}", as_shapes(simulated_sketches(OUTLINE, 200, place)), [])
        for place in range(40)
    ]
    return lambda processes: consensus_of_names(names, Asked(), processes)
