"""Asking 170,000 made-up assets: by words near a place, in a neighbourhood, by feed."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import psycopg
import pyproj
import shapely
from sqlalchemy.orm import Session

from assetmap import crs
from bench import load_parts
from bench.home import Home
from bench.http_client import client, get
from bench.report import Table, target, tell
from bench.service import service
from bench.spread import HEADS, Spread, shown_ms, spread_of

RUNS, WARM = 200, 20
SEED = 20261125
MOST_MS = 50
PLACES, DRAWINGS = 10, 20
"""Neighbourhoods, and how many drew each."""

WITHIN_M = 5_000
WORDS = (
    *("library", "food bank", "cricket club", "community centre", "warm hub"),
    *("pharmacy", "lunch club", "Oakford", "advice", "chemist", "llyfrgell"),
)
MISSPELT = ("libary", "comunity", "pharmcy", "criket", "recreaton", "warmht")
ABSENT, COMMON = "people.champion", "place.warm_hub"

ABOUT = f"""\
One client over HTTP, {RUNS} times each after {WARM}, at places and with words drawn at
random; the answer is read whole, with up to 100 assets. Neighbourhoods are of
{DRAWINGS} made-up drawings each, about 2 km across. Pages of the feed at `/oruk` are
of 50, anywhere in it: what was counted for the first is kept. The floor of words near
a place is bare SQL by one connection: the same words anywhere in the name or the
description (`ILIKE`), within {WITHIN_M / 1000:.0f} km, by the index of places."""

FLOOR = """
SELECT id FROM asset
WHERE
    st_dwithin(shown_geom, st_setsrid(st_makepoint(%s, %s), 27700), %s)
    AND (name ILIKE %s OR description ILIKE %s)
    AND status = 'open'
ORDER BY id LIMIT 100
"""

Asked = tuple[str, dict[str, str]]


@dataclass(frozen=True)
class Kind:
    """A kind of request, how one is made, and the milliseconds it may take."""

    name: str
    make: Callable[[random.Random], Asked]
    most_ms: float | None = MOST_MS


def measure(home: Home) -> Table:
    """How long answers take, on a home whose assets are loaded."""
    load_parts.in_session(home.url, _draw)
    with psycopg.connect(home.address, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        floor = spread_of(_floor(connection))
    kinds = _kinds()
    with service(home.folder) as port:
        found = [(each, _timed(port, each)) for each in kinds]
    rows = [[each.name, *spread.cells()] for each, spread in found]
    rows.append(["floor: words within 5 km in bare SQL", *floor.cells()])
    verdict = [
        target(f"{each.name}, 95th", shown_ms(spread.p95_s), each.most_ms, "ms")
        for each, spread in found
        if each.most_ms is not None
    ]  # fmt: skip
    return Table(
        "Finding assets", ("asked", *HEADS), rows, ABOUT, verdict="\n".join(verdict)
    )


def _kinds() -> list[Kind]:
    near = {"within_m": str(WITHIN_M)}
    by_distance = {**near, "sort": "distance", "counts": "true"}

    def assets(pick: random.Random, **more: str) -> Asked:
        return "/assets", more

    def inside(pick: random.Random) -> str:
        return f"neighbourhood:place-{pick.randrange(PLACES)}"

    return [
        Kind(
            "words within 5 km",
            lambda pick: assets(pick, q=pick.choice(WORDS), near=_near(pick), **near),
        ),
        Kind(
            "words within 5 km, by distance, with counts",
            lambda pick: assets(
                pick, q=pick.choice(WORDS), near=_near(pick), **by_distance
            ),
        ),
        Kind(
            "misspelt words within 5 km",
            lambda pick: assets(
                pick, q=pick.choice(MISSPELT), near=_near(pick), **near
            ),
        ),
        Kind(
            "open then, within 5 km",
            lambda pick: assets(
                pick, open_at="2026-07-01T10:30", near=_near(pick), **near
            ),
        ),
        Kind("in a neighbourhood", lambda pick: ("/assets", {"in": inside(pick)})),
        Kind(
            "words in a neighbourhood",
            lambda pick: ("/assets", {"in": inside(pick), "q": pick.choice(WORDS)}),
        ),
        Kind(
            "words in the whole country",
            lambda pick: assets(pick, q=pick.choice(WORDS)),
            None,
        ),
        Kind("nearby, of a common kind", lambda pick: _nearby(pick, COMMON)),
        Kind("nearby, of a kind that nobody has", lambda pick: _nearby(pick, ABSENT)),
        Kind("feed: services", lambda pick: _page(pick, "services")),
        Kind("feed: services, full", lambda pick: _page(pick, "services", full="true")),
        Kind("feed: places", lambda pick: _page(pick, "service_at_locations")),
        Kind(
            "feed: organizations",
            lambda pick: _page(pick, "organizations", pages=100),
        ),
    ]


def _near(pick: random.Random) -> str:
    return f"{pick.uniform(-2.9, 0.3):.5f},{pick.uniform(51.2, 54.4):.5f}"


def _nearby(pick: random.Random, category: str) -> Asked:
    lon, _, lat = _near(pick).partition(",")
    return "/nearby", {"lon": lon, "lat": lat, "category": category}


def _page(pick: random.Random, name: str, pages: int = 3_400, **more: str) -> Asked:
    return f"/oruk/{name}", {"page": str(pick.randint(1, pages)), **more}


def _timed(port: int, kind: Kind) -> Spread:
    tell(f"assets: {kind.name}")
    pick = random.Random(SEED)  # noqa: S311 - places that nobody is at
    times = []
    with client(port) as connection:
        for number in range(WARM + RUNS):
            path, parameters = kind.make(pick)
            started = time.perf_counter()
            get(connection, path, **parameters)
            if number >= WARM:
                times.append(time.perf_counter() - started)
    return spread_of(times)


def _floor(connection: psycopg.Connection) -> Iterator[float]:
    pick = random.Random(SEED)  # noqa: S311 - as above
    for _ in range(RUNS):
        like = f"%{pick.choice(WORDS)}%"
        lon, lat = map(float, _near(pick).split(","))
        east, north = crs.to_grid(np.array([lon]), np.array([lat]))
        place = (float(east[0]), float(north[0]), WITHIN_M)
        started = time.perf_counter()
        connection.execute(FLOOR, (*place, like, like)).fetchall()
        yield time.perf_counter() - started


def _draw(session: Session) -> None:
    """Neighbourhoods that people drew nearly alike."""
    from assetmap.neighbourhoods.ingest import load_sketches
    from assetmap.neighbourhoods.model import Neighbourhood
    from assetmap.neighbourhoods.store import add_neighbourhood
    from assetmap.sources.spatial.vector import Layer

    pick = np.random.default_rng(SEED)
    for number in range(PLACES):
        lon, lat = pick.uniform(-2.5, 0), pick.uniform(51.5, 54)
        east, north = (
            each[0] for each in crs.to_grid(np.array([lon]), np.array([lat]))
        )
        new = Neighbourhood(f"place-{number}", f"Place {number}", is_simulated=True)
        shapes = np.empty(DRAWINGS, dtype=object)
        shapes[:] = [
            shapely.Point(east + x, north + y).buffer(1_000 + r, quad_segs=6)
            for x, y, r in pick.normal(0, 80, size=(DRAWINGS, 3))
        ]
        codes = pd.DataFrame({"code": [f"{number}-{each}" for each in range(DRAWINGS)]})
        layer = Layer("bench", "f" * 64, codes, shapes, pyproj.CRS(27700))
        load_sketches(session, add_neighbourhood(session, new), layer, "bench")
