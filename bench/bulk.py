"""Many places at once: 10,000 look-ups in a call, and a whole country coded."""

from collections.abc import Callable

import numpy as np
import orjson
import psycopg
from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet
from assetmap.db.engine import make_engine
from assetmap.footprints import store
from assetmap.footprints.coding import Coder
from assetmap.publish.export.lookups.asked import asked_postcodes
from assetmap.reconciliation.lookups.lookup import columns_of, held_by, spatially
from bench.drawn import SEED
from bench.home import Home
from bench.http_client import Connection, client, post
from bench.national import sets_of
from bench.report import Section, Table, target, tell
from bench.service import service
from bench.spread import HEADS, ratio, spread_of, timed

PLACES = 10_000
REPEATS = 5
MOST_MS = 500
BATCH = 128_000

ABOUT = "Many places in one call, and every population point of the country."

ABOUT_CALLS = f"""\
`POST /lookup` of {PLACES:,} random postcodes of England and Wales, or as many points,
against every set; {REPEATS} calls each after one to warm up, one client. The floor, in
the same run: the boundaries of every set that hold the same postcodes, in one statement
over a Unix socket, with no HTTP and no answer to write."""

ABOUT_EQUAL = f"""\
The same {PLACES:,} postcodes: what was found for each when the sets were loaded, which
is what look-ups tell, and what `ST_Covers` and the nearest boundary say of each now."""

ABOUT_CODING = """\
Which boundary of a set holds each population point, found in memory as it is when a set
is loaded: once for each set, without storing. The peer, in the same run: PostGIS joins
the same points, one geometry each with an index, to one set by `ST_Covers`."""

FLOOR = """
SELECT postcode.postcode, boundary_part.boundary_set_id, boundary.code, boundary.name
FROM unnest(%s::text[]) AS asked (postcode)
INNER JOIN postcode ON asked.postcode = postcode.postcode
INNER JOIN boundary_part ON st_covers(boundary_part.geom, postcode.geom)
INNER JOIN boundary ON boundary_part.boundary_id = boundary.id
"""
JOIN = """
SELECT boundary_part.ordinal, count(*)
FROM boundary_part
INNER JOIN postcode ON st_covers(boundary_part.geom, postcode.geom)
WHERE boundary_part.boundary_set_id = (
    SELECT id FROM boundary_set WHERE name = %s AND replaced_at IS NULL
)
GROUP BY boundary_part.ordinal
"""


def measure(home: Home) -> Section:
    """Bulk look-ups in a loaded home, and coding its points again."""
    tell(f"look-ups of {PLACES:,} places in one call")
    calls = _calls(home)
    tell("coding every population point")
    about = f"{ABOUT} {sets_of(home.address)}"
    return Section("In bulk", about, [calls, _equal(home), _coding(home)])


def _equal(home: Home) -> Table:
    """What was found at load beside what the boundaries say; they must be equal.

    Raises:
        RuntimeError: they are not.
    """
    tell("comparing the answers")
    names, _ = _places(home.address)
    rows = []
    with Session(make_engine(home.url, 1, 0, "REPEATABLE READ")) as session:
        places = columns_of(
            [each.place for each in asked_postcodes(session, names) if each.place]
        )
        sets = boundary_store.list_sets(session)
        kept = held_by(session, places, sets)
        everywhere = np.ones(len(places.east), dtype=bool)
        said = spatially(session, places, everywhere, sets, {})
        for held in kept:
            other = said[held.boundary_set.id]
            every = range(len(places.east))
            differ = sum(held.ordinals(each) != other.ordinals(each) for each in every)
            held_count = sum(bool(held.ordinals(each)) for each in every)
            rows.append([held.boundary_set.name, f"{held_count:,}", str(differ)])
            if differ:
                raise RuntimeError(f"{rows[-1]}: answers differ")
    heads = ("set", "postcodes in it", "answers that differ")
    return Table("Equal answers", heads, rows, ABOUT_EQUAL)


def _calls(home: Home) -> Table:
    names, points = _places(home.address)
    listed = "\n".join(["postcode", *names]).encode()
    sent = [
        ("postcodes, CSV", listed, "text/csv"),
        ("postcodes, JSON", orjson.dumps({"postcodes": names}), "application/json"),
        ("points, JSON", orjson.dumps({"points": points}), "application/json"),
    ]
    with psycopg.connect(home.address, options="-c jit=off") as connection:
        floor = spread_of(
            _repeated(lambda: connection.execute(FLOOR, (names,)).fetchall())
        )
    rows, slowest = [], 0.0
    with service(home.folder) as port, client(port) as served:
        for name, body, kind in sent:
            told = spread_of(_repeated(_call(served, body, kind)))
            rows.append([name, *told.cells(), ratio(told.median_s, floor.median_s)])
            if name.startswith("postcodes"):
                slowest = max(slowest, told.median_s)
    rows.append(["floor: bare SQL", *floor.cells(), "1.0"])
    heads = ("10,000 places", *HEADS, "times the floor")
    verdict = target("10,000 postcodes", 1000 * slowest, MOST_MS, "ms")
    return Table("Bulk look-ups", heads, rows, ABOUT_CALLS, verdict)


def _call(connection: Connection, body: bytes, kind: str) -> Callable[[], object]:
    return lambda: post(connection, "/lookup", body, kind)


def _repeated(work: Callable[[], object]) -> list[float]:
    """Seconds of each time but the first."""
    return [timed(work) for _ in range(REPEATS + 1)][1:]


def _places(address: str) -> tuple[list[str], list[list[float]]]:
    """Random postcodes, and the longitude and latitude of each; the same each run."""
    random = np.random.default_rng(SEED)
    with psycopg.connect(address) as connection:
        rows = connection.execute(
            "SELECT postcode, st_x(geom_wgs84), st_y(geom_wgs84) FROM postcode"
            " WHERE geom IS NOT NULL AND council_code ~ '^[EW]'"
            ' AND hashtext(postcode) % 50 = 0 ORDER BY postcode COLLATE "C"'
        ).fetchall()
    some = random.choice(len(rows), size=PLACES, replace=False).tolist()
    return [rows[each][0] for each in some], [list(rows[each][1:]) for each in some]


def _coding(home: Home) -> Table:
    rows, joined = [], ""
    with Session(make_engine(home.url, 1, 0)) as session:
        chunks = store.all_chunks(session)
        for each in boundary_store.list_sets(session):
            seconds = timed(_coded, session, each, chunks)
            joined = each.name if each.kind == "lad" else joined
            rows.append(_coding_row(each.name, seconds, len(chunks.xs)))
    with psycopg.connect(home.address) as connection:
        found = connection.execute("SELECT count(geom) FROM postcode").fetchone()
        seconds = timed(lambda: connection.execute(JOIN, (joined,)).fetchall())
    count = int(found[0]) if found else 0
    rows.append(_coding_row(f"peer: PostGIS join, {joined}", seconds, count))
    heads = ("set", "points", "s", "points a second")
    return Table("National coding (one run each)", heads, rows, ABOUT_CODING)


def _coding_row(name: str, seconds: float, points: int) -> list[str]:
    return [name, f"{points:,}", f"{seconds:.2f}", f"{points / seconds:,.0f}"]


def _coded(session: Session, row: BoundarySet, chunks: store.Chunks) -> None:
    """Code every point against a set, as loading does, and forget the codes."""
    coder = Coder(store.set_parts(session, row))
    for start in range(0, len(chunks.xs), BATCH):
        some = slice(start, start + BATCH)
        coder.cells(chunks.xs[some], chunks.ys[some], chunks.countries[some])
