"""No single drawing is readable in the service's role, but by those it is for.

One drawing has marks in all that it is stored with. Then every table, view and function
that the role may read or call is read and called, and what comes out is searched.
"""

import itertools
import struct

import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from assetmap.accounts import acting
from assetmap.db.service_role import ROLE
from assetmap.disclosure import Disclosure
from assetmap.footprints.releasing import renew
from tests.accounts.two_places import WHO
from tests.toy_town import at

ODD_M, ODD_DEGREES = 383_012.345_678, -2.234_567_891
MARKS = {
    "geometry": struct.pack("<d", ODD_M).hex(),
    "degrees": struct.pack("<d", ODD_DEGREES).hex(),
    "in words": "-2.234567",
    "resident": "marked-resident",
    "note": "marked-note",
    "answer": "marked-answer",
    "token": "marked-token",
    "squares": b"marked-squares".hex(),
}
"""What only the one drawing has, as each kind of value is written in text."""

DRAWN = """
INSERT INTO sketch (neighbourhood_id, geom, geom_wgs84, resident, is_simulated, source,
    edit_token_hash, note, answers)
VALUES (:hood, st_geomfromtext(:grid, 27700), st_geomfromtext(:degrees, 4326),
    :resident, false, 'x', :token, :note,
    jsonb_build_object('why', CAST(:answer AS text)))
RETURNING id
"""
BESIDE = (
    "INSERT INTO sketch_laid (sketch_id, neighbourhood_id, version, turn, runs, points,"
    " others, shared_m2) VALUES (:id, :hood, 1, 1, :squares, '', '', '')",
    "INSERT INTO consensus_square (neighbourhood_id, north, east, units)"
    " VALUES (:hood, 1, 1, :squares)",
    "UPDATE consensus_kept SET members = :squares WHERE neighbourhood_id = :hood",
    # As if all that had been written by a transaction that has ended.
    "UPDATE consensus_kept SET written = 0",
)
OURS = """
SELECT pg_class.oid::regclass::text,
    array_agg(quote_ident(attname) ORDER BY attnum)
FROM pg_class
INNER JOIN pg_attribute ON attrelid = pg_class.oid
WHERE
    relkind IN ('r', 'v', 'm', 'p', 'f') AND attnum > 0 AND NOT attisdropped
    AND relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')
    AND has_schema_privilege(relnamespace, 'USAGE')
    AND has_column_privilege(pg_class.oid, attnum, 'SELECT')
GROUP BY pg_class.oid
"""
CALLED = """
SELECT pg_proc.oid::regproc::text,
    ARRAY(SELECT format_type(each, NULL) FROM unnest(proargtypes) AS each)
FROM pg_proc
WHERE
    prokind = 'f' AND prorettype <> 'trigger'::regtype
    AND pronamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')
    AND has_schema_privilege(pronamespace, 'USAGE')
    AND has_function_privilege(pg_proc.oid, 'EXECUTE')
    AND NOT EXISTS (
        SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e'
    )
"""
MOST_CALLS = 80
COUNTS = ("consensus_kept", "consensus_square", "consensus_point", "sketch_laid")
STEWARD = "bay-steward"


def square(west, south, side):
    shape = shapely.box(west, south, west + side, south + side)
    return shapely.MultiPolygon([shape]).wkt


def tell_account(session, number):
    query = text("SELECT set_config('assetmap.account', :who, true)")
    session.execute(query, {"who": str(number or "")})


@pytest.fixture
def drawn(owner, world):
    """A session of the owner in which the drawing was made, undone afterwards."""
    hood = world.hoods["bay"]
    with Session(owner) as session:
        values = {
            "hood": hood,
            "grid": square(ODD_M, at(0, 0).y, 60),
            "degrees": square(ODD_DEGREES, 53.4, 0.001),
            **{name: MARKS[name] for name in ("resident", "token", "note", "answer")},
        }
        tell_account(session, world.accounts[STEWARD])
        number = session.scalar(text(DRAWN), values)
        tell_account(session, None)
        renew(session, hood, Disclosure())
        told = {"id": number, "hood": hood, "squares": b"marked-squares"}
        for each in BESIDE:
            session.execute(text(each), told)
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))  # the audit is written
        session.execute(text("ANALYZE sketch"))
        yield session, number
        session.rollback()


def become(session, world, who):
    session.execute(text(f"SET LOCAL ROLE {ROLE}"))
    acting.tell(session, world.actor(who))


def marks_in(rows):
    """The marks in what was read."""
    told = "\n".join(map(str, rows))
    return {name for name, mark in MARKS.items() if mark in told}


def read(session):
    """The marks in each table and view that may be read."""
    found = {}
    for name, columns in session.execute(text(OURS)).all():
        said = ", ".join(f"CAST({each} AS text)" for each in columns)
        rows = session.execute(text(f"SELECT {said} FROM {name}"))  # noqa: S608
        if marks := marks_in(rows.all()):
            found[name] = marks
    return found


@pytest.mark.parametrize("who", WHO)
def test_a_drawing_is_read_by_its_stewards_alone(drawn, world, who):
    session, _ = drawn
    assert {"sketch", "sketch_laid"} <= read(session).keys()  # the owner's
    become(session, world, who)
    found = read(session)
    assert found.keys() == ({"sketch"} if who == STEWARD else set())


@pytest.mark.parametrize("who", WHO)
def test_what_a_consensus_is_counted_from_is_for_whoever_draws(drawn, world, who):
    session, _ = drawn
    become(session, world, who)
    for each in ("counted_sketch", "counted_release", *COUNTS):
        query = f"SELECT count(*) FROM {each}"  # noqa: S608
        assert session.scalar(text(query)) == 0, each
    asked = text("SELECT access.reads_counted(:hood)")
    assert session.scalar(asked, {"hood": world.hoods["bay"]}) is False


def values_of(session, world, number):
    """Values of each type of argument that might reach something."""
    public_id = session.scalar(
        text("SELECT public_id FROM sketch WHERE id = :id"), {"id": number}
    )
    hood = world.hoods["bay"]
    return {
        "bigint": (hood, number, world.accounts["officer"]),
        "integer": (1, 1000),
        "uuid": (public_id,),
        "text": ("bay", "sketch", "read", MARKS["token"]),
        "text[]": (["sketch:read"], None),
        "bytea": (b"marked",),
        "boolean": (True, False),
        "timestamp with time zone": ("2100-01-01", None),
        "character varying": ("bay", "sketch"),
    }


def calls(session, pools):
    """Each function that may be called, with values for its arguments."""
    for name, types in session.execute(text(CALLED)).all():
        asked = itertools.product(*(pools.get(each, (None,)) for each in types))
        said = ", ".join(f"CAST(:a{n} AS {each})" for n, each in enumerate(types))
        query = f"SELECT CAST(found AS text) FROM {name}({said}) AS found"  # noqa: S608
        for given in itertools.islice(asked, MOST_CALLS):
            yield text(query), {f"a{n}": each for n, each in enumerate(given)}


def answer(session, query, values):
    """What a function gives or says in refusing; what it did is undone."""
    with session.begin_nested() as point:
        try:
            return session.execute(query, values).all()
        except DBAPIError as error:
            return [str(error.orig)]
        finally:
            point.rollback()


@pytest.mark.parametrize("who", ["public", "officer", "administrator", "cove-steward"])
def test_no_function_tells_of_a_drawing(drawn, world, who):
    session, number = drawn
    pools = values_of(session, world, number)
    become(session, world, who)
    called = set()
    for query, values in calls(session, pools):
        rows = answer(session, query, values)
        # To hear again what was asked tells nothing.
        assert marks_in(rows) <= marks_in(values.values()), (query, values)
        called.add(str(query))
    assert len(called) > 60


def test_what_is_published_is_of_enough_drawings(drawn, world):
    session, _ = drawn
    become(session, world, "public")
    query = "SELECT sketches, fewest, unnest(held) FROM consensus_release"
    rows = session.execute(text(query)).all()
    assert rows
    for sketches, fewest, held in rows:
        assert fewest >= 5
        assert held >= fewest
        assert held == sketches or sketches - held >= fewest


def test_nothing_is_estimated_of_drawings(drawn, world):
    session, _ = drawn
    become(session, world, "public")
    known = "SELECT count(*) FROM pg_stats WHERE tablename = 'sketch'"
    assert session.scalar(text(known)) == 0
    owners = (
        "SELECT pg_proc.oid::regprocedure::text FROM pg_proc WHERE prosecdef"
        " AND has_function_privilege(pg_proc.oid, 'EXECUTE')"
        " AND pronamespace::regnamespace::text <> 'access'"
        " AND prorettype <> 'trigger'::regtype"
    )
    # What it notes is read by nobody who may not.
    assert session.scalars(text(owners)).all() == [
        "audit.note_reading(text,text,bigint)"
    ]
