"""Loads and reads keep out of each other's way."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from assetmap.db.locks import hold_postcodes, one_load_at_a_time


def impatient(engine: Engine) -> Session:
    """A session that waits for nobody."""
    session = Session(engine)
    session.execute(text("SET LOCAL lock_timeout = '100ms'"))
    return session


def test_a_load_waits_for_the_one_under_way(engine: Engine) -> None:
    with Session(engine) as first, impatient(engine) as second:
        one_load_at_a_time(first)
        with pytest.raises(OperationalError, match="lock timeout"):
            one_load_at_a_time(second)
        second.rollback()
        first.rollback()
        one_load_at_a_time(second)


def test_postcodes_are_not_switched_under_a_reader(engine: Engine) -> None:
    with Session(engine) as reader, impatient(engine) as load:
        hold_postcodes(reader)
        with pytest.raises(OperationalError, match="lock timeout"):
            load.execute(text("LOCK TABLE postcode IN ACCESS EXCLUSIVE MODE"))


def test_who_holds_the_postcodes_first_sees_what_was_put_in_their_place(
    engine: Engine,
) -> None:
    with engine.connect() as switch:
        outer = switch.begin()
        switch.execute(text("CREATE TABLE postcode_new (LIKE postcode)"))
        switch.execute(text("INSERT INTO postcode_new VALUES ('M1 1AA')"))
        switch.execute(text("ALTER TABLE postcode RENAME TO postcode_old"))
        switch.execute(text("ALTER TABLE postcode_new RENAME TO postcode"))
        outer.commit()
    try:
        again = engine.execution_options(isolation_level="REPEATABLE READ")
        with Session(again) as reader:
            hold_postcodes(reader)
            found = reader.scalars(text("SELECT postcode FROM postcode")).all()
        assert found == ["M1 1AA"]
    finally:
        with engine.begin() as back:
            back.execute(text("DROP TABLE postcode"))
            back.execute(text("ALTER TABLE postcode_old RENAME TO postcode"))
