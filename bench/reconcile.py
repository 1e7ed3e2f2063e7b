"""``POST /reconciliation`` of drawn polygons, beside floors and libraries."""

from collections.abc import Sequence

import orjson
from sqlalchemy.orm import Session

from assetmap.assets import store as asset_store
from assetmap.assets.filters import AssetFilter
from assetmap.boundaries import store as boundary_store
from assetmap.db.engine import make_engine
from bench import reconcile_growth, reconcile_stages
from bench.drawn import SEED, Drawn, drawings
from bench.home import Home
from bench.http_client import Connection, client, get, post
from bench.reconcile_peers import BY_AREAS, BY_POINTS, in_memory, in_sql
from bench.report import Section, Table, target, tell
from bench.service import service
from bench.spread import HEADS, Spread, ms, ratio, spread_of, timed

COUNT = 200
WARM_UP = 20
BY_LIBRARIES = 10
MEDIAN_MS, P95_MS = 10, 25
KINDS = ("lad", "ward", "pcn", "lsoa")

ABOUT = f"""\
{COUNT} polygons of 10 to 40 vertices and 0.2 to 5 km², drawn with a fixed seed around
random postcodes of England, against council, ward, PCN and LSOA (of those that are
loaded) by area, people (or postcodes) and assets: one client that keeps its connection,
after {WARM_UP} other polygons to warm up.

The floors, in the same run and for the same polygons, are prepared statements over a
Unix socket, with no HTTP and no answer to write. *Bare SQL over the points* counts the
postcodes in the polygon by council (`ST_Covers`); *bare SQL over the areas* gives the
area shared with every boundary of the same sets (`ST_Intersection`). The libraries give
areas alone, from layers in memory with their indexes built, of {BY_LIBRARIES} of the
polygons. The service does the work of all for every set, and of assets, and says where
each number comes from; the ratio is of the medians."""


def measure(home: Home) -> Section:
    """Reconciliation against the sets of a loaded home."""
    engine = make_engine(home.url, 2, 0, "REPEATABLE READ")
    with Session(engine) as session:
        sets, there = _sets(session), _there(session)
        tell(f"drawing {COUNT + WARM_UP} polygons")
        warm = drawings(home.address, WARM_UP, SEED + 1)
        drawn = drawings(home.address, COUNT)
        tell("reconciling them over HTTP")
        with service(home.folder) as port, client(port) as connection:
            _sent(connection, warm, sets)
            ours = spread_of(_sent(connection, drawn, sets))
            live = spread_of(timed(get, connection, "/health/live") for _ in drawn)
            grown = reconcile_growth.table(connection, home.address, sets)
        stages = reconcile_stages.table(engine, (warm, drawn), sets, ours, live)
        tell("the floors: bare SQL")
        points, areas = (
            spread_of(in_sql(home.address, each, sets, warm, drawn))
            for each in (BY_POINTS, BY_AREAS)
        )
        tell("libraries")
        others = in_memory(session, sets, drawn[:BY_LIBRARIES])
    engine.dispose()
    libraries = {name: spread_of(each) for name, each in others.items()}
    about = f"{ABOUT} {there}"
    beside = _table(ours, points, areas, libraries)
    return Section("Reconciliation", about, [beside, stages, grown])


def _sets(session: Session) -> list[str]:
    """The sets of the kinds that are asked about, in their order."""
    found = boundary_store.list_sets(session)
    return [row.name for kind in KINDS for row in found if row.kind == kind]


def _there(session: Session) -> str:
    """What there is to be counted, in words."""
    page = asset_store.list_assets(session, AssetFilter(), limit=100_000)
    return f"{len(page.assets):,} assets are loaded."


def _sent(
    connection: Connection, drawn: Sequence[Drawn], sets: Sequence[str]
) -> list[float]:
    """Seconds for each polygon, from sending it to having the whole answer."""
    bodies = [
        orjson.dumps({"footprint": {"geometry": each.geometry}, "against": list(sets)})
        for each in drawn
    ]
    kind = "application/json"
    return [timed(post, connection, "/reconciliation", body, kind) for body in bodies]


def _table(
    ours: Spread, points: Spread, areas: Spread, libraries: dict[str, Spread]
) -> Table:
    both = points.median_s + areas.median_s
    rows = [
        ["POST /reconciliation", *ours.cells(), "1.0"],
        _beside("bare SQL over the points", points, ours),
        _beside("bare SQL over the areas", areas, ours),
        ["both floors", "", ms(both), "", "", ratio(ours.median_s, both)],
        *(_beside(f"{name}, areas", each, ours) for name, each in libraries.items()),
    ]
    verdict = "\n".join(
        [
            target("median", 1000 * ours.median_s, MEDIAN_MS, "ms"),
            target("95th percentile", 1000 * ours.p95_s, P95_MS, "ms"),
        ]
    )
    heads = ("what", *HEADS, "ours ÷ it")
    return Table("Drawn polygons", heads, rows, verdict=verdict)


def _beside(name: str, other: Spread, ours: Spread) -> list[str]:
    return [name, *other.cells(), ratio(ours.median_s, other.median_s)]
