"""The consensus of many drawings: exact, by squares, kept, and of every name.

Drawings are made up around one outline; of every name those of the publishers' file
are counted where ``ASSETMAP_TEST_DATA`` names its folder, else made-up ones.
"""

import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import psycopg
import shapely

from assetmap.footprints.areas import kernel as area_kernel
from assetmap.footprints.consensus import sweep_kernel
from assetmap.footprints.consensus.by_area import statistics_by_area
from assetmap.footprints.consensus.grid import published_levels
from assetmap.footprints.consensus.many import consensus_of_names
from assetmap.footprints.consensus.named import LEVELS, Asked, Named
from assetmap.footprints.consensus.running import (
    running_of,
    statistics_of,
    with_sketch,
)
from assetmap.footprints.model import as_shapes
from assetmap.neighbourhoods.simulate import simulated_sketches
from assetmap.publish.cli.drawings import Question, answer_of
from assetmap.settings import settings
from bench.home import Home
from bench.report import Section, Table, target, tell
from bench.spread import ms, ratio, timed

EXACT_S, GRID_S, ADDED_S, NAMES_S = 1.0, 2.0, 0.05, 45.0
FASTER_THAN_POSTGIS = 12
REPEATS = 5
GRID_M = 5.0

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
    return Section("Consensus", ABOUT, [_exact(home), _large(), _names()])


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
    shapes = drawings(1_001)
    many, one = shapes[:-1], shapes[-1]
    exact = _median(lambda: statistics_by_area(many))
    squares = _median(lambda: statistics_by_area(many, grid_m=GRID_M))
    levels = _median(lambda: published_levels(many, None, LEVELS))
    kept = running_of(many, grid_m=GRID_M)
    added = _median(lambda: statistics_of(with_sketch(kept, one)))
    rows = [
        ["exact", *map(ms, exact)],
        [f"by squares of {GRID_M:g} m", *map(ms, squares)],
        ["levels on squares of 25 m", *map(ms, levels)],
        ["one drawing added, and all statistics", *map(ms, added)],
    ]
    verdict = "\n".join(
        [
            target("1,000 drawings by squares", squares[0], GRID_S, "s"),
            target("one drawing added", added[0], ADDED_S, "s"),
        ]
    )
    return Table("1,000 drawings", ("what", "ms", "CPU ms"), rows, verdict=verdict)


def _names() -> Table:
    """Every name with 20 drawings or more: from the file to the last number."""
    tell("consensus of every name")
    file = _file()
    work = _made_up() if file is None else _of_file(file)
    rows = []
    wall = 0.0
    for processes in (1, 2):
        before = os.times()
        wall = timed(work, processes)
        after = os.times()
        cpu = sum(after[:4]) - sum(before[:4])
        rows.append([str(processes), f"{wall:.1f}", f"{cpu:.1f}"])
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
