"""A release is put in the old one's place at once: whole, or not at all."""

import threading

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from assetmap.boundaries import ingest
from tests.databases import fresh_database
from tests.toy_town import SQUARES, add_set, box

SEEN = text(
    "SELECT version, boundaries, quality->>'features',"
    " (SELECT count(*) FROM boundary WHERE boundary_set_id = boundary_set.id),"
    " (SELECT count(DISTINCT boundary_id) FROM boundary_part"
    " WHERE boundary_set_id = boundary_set.id)"
    " FROM boundary_set WHERE replaced_at IS NULL"
)
OLD, NEW = (1, 4, "4", 4, 4), (2, 2, "2", 2, 2)
RELEASE = {"A": box(0, 0, 100, 100), "B": box(90, 0, 200, 100)}


@pytest.fixture
def engine(server_url):
    with fresh_database(server_url, "switching") as address:
        made = create_engine(address, poolclass=NullPool)
        with Session(made) as session, session.begin():
            add_set(session, "wards", SQUARES)
        yield made


def seen(engine):
    with engine.connect() as connection:
        return [tuple(each) for each in connection.execute(SEEN)]


def leftovers(engine):
    """Rows of releases that no longer serve."""
    tables = ("boundary", "boundary_part", "overlap_cell", "boundary_discrepancy")
    with engine.connect() as connection:
        return sum(
            connection.scalar(
                text(
                    f"SELECT count(*) FROM {table} WHERE boundary_set_id NOT IN "  # noqa: S608
                    "(SELECT id FROM boundary_set WHERE replaced_at IS NULL)"
                )
            )
            for table in tables
        )


def test_readers_see_the_old_release_until_the_new_one_is_whole(engine, monkeypatch):
    truly, during = ingest.ground_of, []

    def watched(shapes):
        during.append(seen(engine))
        return truly(shapes)

    monkeypatch.setattr(ingest, "ground_of", watched)
    with Session(engine) as session, session.begin():
        add_set(session, "wards", RELEASE, sha256="a" * 64)
        during.append(seen(engine))
    assert during == [[OLD], [OLD]]
    assert seen(engine) == [NEW]
    assert leftovers(engine) == 0


def test_a_load_that_fails_while_it_is_cut_up_leaves_the_old_one(engine, monkeypatch):
    def failing(shapes):
        raise MemoryError

    monkeypatch.setattr(ingest, "ground_of", failing)
    with pytest.raises(MemoryError), Session(engine) as session, session.begin():
        add_set(session, "wards", RELEASE, sha256="a" * 64)
    assert seen(engine) == [OLD]
    assert leftovers(engine) == 0


def test_a_database_that_fails_while_it_cuts_up_is_told(engine, monkeypatch):
    def failing(session, set_id):
        session.connection().exec_driver_sql("SELECT 1 / 0")

    monkeypatch.setattr(ingest.replacing, "subdivide", failing)
    with pytest.raises(Exception, match="division by zero"), Session(engine) as session:
        add_set(session, "wards", RELEASE, sha256="a" * 64)
    assert seen(engine) == [OLD]


def test_two_loads_at_once_wait_for_each_other(engine):
    first = Session(engine)
    transaction = first.begin()
    add_set(first, "wards", RELEASE, sha256="a" * 64)
    done = threading.Event()

    def second():
        with Session(engine) as session, session.begin():
            add_set(session, "wards", SQUARES, sha256="b" * 64)
        done.set()

    thread = threading.Thread(target=second)
    thread.start()
    assert not done.wait(1.0)
    transaction.commit()
    first.close()
    thread.join(timeout=60)
    assert done.is_set()
    assert seen(engine) == [(3, 4, "4", 4, 4)]
    assert leftovers(engine) == 0
