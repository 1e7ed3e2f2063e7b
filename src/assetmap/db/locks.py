"""Locks that keep loads and reads out of each other's way."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_LOADS = 4_201_507


def one_load_at_a_time(session: Session) -> None:
    """Wait until no other load is under way; held until the transaction ends.

    What one load works out for the points of another would be lost.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOADS})


def hold_postcodes(session: Session) -> None:
    """Keep the postcodes from being switched until the transaction ends.

    Before anything is read: a transaction that sees one state throughout would find a
    table empty that was put in place after its first look.
    """
    session.execute(text("LOCK TABLE postcode IN ACCESS SHARE MODE"))
