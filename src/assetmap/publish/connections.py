"""The service's connections to its database, all in a role that owns nothing."""

from functools import cache

from sqlalchemy import Engine

from assetmap.db.engine import Isolation, make_engine
from assetmap.db.glances import Glances
from assetmap.db.service_role import ROLE, read_url, service_url
from assetmap.db.stale import renew_dead
from assetmap.footprints.releasing_later import without_waiting
from assetmap.settings import settings


@cache
def read_engine(isolation: Isolation = "REPEATABLE READ") -> Engine:
    """The engine that requests read through.

    A request sees one state of the database throughout, whatever is loaded meanwhile.
    """
    chosen = settings()
    most, longest = chosen.pool_size, chosen.statement_timeout_ms
    engine = make_engine(read_url(chosen), most, longest, isolation, role=ROLE)
    renew_dead(engine)
    return engine


def reading_engine(is_known: bool) -> Engine:
    """The engine that whoever asks reads through.

    What somebody may see beyond the public is asked of the first database: a replica
    may not have heard yet that it was taken from them.
    """
    is_apart = settings().read_database_url is not None
    return own_engine() if is_apart and is_known else read_engine()


@cache
def own_engine() -> Engine:
    """The engine that those read through who are known, where others read a replica."""
    chosen = settings()
    most, longest = chosen.pool_size, chosen.statement_timeout_ms
    address = service_url(chosen)
    engine = make_engine(address, most, longest, "REPEATABLE READ", role=ROLE)
    renew_dead(engine)
    return engine


@cache
def write_engine() -> Engine:
    """The engine that requests write through: never a replica."""
    chosen = settings()
    most, longest = chosen.pool_size, chosen.statement_timeout_ms
    engine = make_engine(service_url(chosen), most, longest, role=ROLE)
    renew_dead(engine)
    return without_waiting(engine)


@cache
def patient_engine() -> Engine:
    """The engine through which what takes long is saved; nothing is cut off."""
    engine = make_engine(service_url(settings()), 2, 0, role=ROLE)
    renew_dead(engine)
    return engine


def glances() -> Glances:
    """The connections through which look-ups are awaited."""
    chosen = settings()
    most, longest = chosen.pool_size, chosen.statement_timeout_ms
    return Glances(read_url(chosen), most, longest, ROLE)
