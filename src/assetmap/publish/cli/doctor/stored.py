"""What the doctor sees of the database: its server, its tables, what is in them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from assetmap.accounts import store as key_store
from assetmap.boundaries import store as boundary_store
from assetmap.db import migrate
from assetmap.db.engine import session_scope
from assetmap.disclosure import disclosure
from assetmap.jobs import queue_schema, standing
from assetmap.jobs.worker import STALLED_AFTER
from assetmap.neighbourhoods.releases.store import count_neighbourhoods
from assetmap.people import counts as people_counts
from assetmap.publish.cli.console import engine
from assetmap.publish.cli.doctor import enforced
from assetmap.publish.cli.doctor.finding import Amiss, Look
from assetmap.publish.cli.doctor.machine import clock_is_off_s
from assetmap.settings import settings

OLDEST_POSTGRES, OLDEST_POSTGIS = 15, (3, 3)
CLOCK_S = 5.0
SOON = timedelta(days=14)
LONG_HOURS = 24

DATABASE = Look(
    "database", lambda: _database(), "see ASSETMAP_DATABASE_URL, or 'make run'"
)
MIGRATIONS = Look("migrations", lambda: _migrations(), "run 'assetmap db migrate'")
CLOCK = Look("clock", lambda: _clock(), "have both machines ask the same time server")


def looks() -> Iterator[Look]:
    """What is looked at in a database that has the tables of this version."""
    yield from enforced.looks()
    yield Look("disclosure", _disclosure, "see docs/reference/disclosure.md")
    yield Look("keys", _keys, "run 'assetmap keys create NAME'")
    yield Look("jobs", _jobs, "start 'assetmap worker', or 'assetmap serve'")
    yield Look("loads", _loads, "look at them with 'assetmap jobs'")
    yield Look("boundary sets", _sets, "run 'assetmap load boundaries' or 'make run'")
    yield Look("people", _people, "run 'assetmap load postcodes', then 'load counts'")


def _disclosure() -> str:
    """How residents' drawings are told of, and what is published of them."""
    policy = disclosure()
    with session_scope(engine()) as session:
        count = count_neighbourhoods(session)
    rounded = "rounded" if policy.rounds_people else "not rounded"
    return (
        f"nothing from fewer than {policy.fewest_sketches} drawings, squares of "
        f"{policy.grid_m} m, people {rounded}; {count:,} neighbourhoods published"
    )


def _database() -> str:
    with engine().connect() as connection:
        version = str(connection.scalar(text("SHOW server_version")))
        number = int(connection.scalar(text("SHOW server_version_num")) or 0)
        spatial = connection.scalar(
            text(
                "SELECT default_version FROM pg_available_extensions"
                " WHERE name = 'postgis'"
            )
        )
    if number // 10_000 < OLDEST_POSTGRES:
        raise Amiss(
            f"PostgreSQL {version} is too old.",
            f"use PostgreSQL {OLDEST_POSTGRES} or later",
        )
    if spatial is None:
        raise Amiss(
            "PostGIS is not installed on the database's server.",
            "install the package postgresql-NN-postgis-3 there",
        )
    if tuple(int(each) for each in spatial.split(".")[:2]) < OLDEST_POSTGIS:
        oldest = ".".join(str(each) for each in OLDEST_POSTGIS)
        raise Amiss(f"PostGIS {spatial} is too old.", f"use PostGIS {oldest} or later")
    return f"PostgreSQL {version}, PostGIS {spatial}"


def _clock() -> str:
    with engine().connect() as connection:
        off_s = clock_is_off_s(connection.scalar(text("SELECT clock_timestamp()")))
    if abs(off_s) > CLOCK_S:
        which = "ahead of" if off_s > 0 else "behind"
        raise Amiss(
            f"the database's is {abs(off_s):,.0f} s {which} this machine's: keys and "
            "sign-ins begin and end at the wrong time."
        )
    return "as the database's"


def _migrations() -> str:
    migrate.require_current(engine())
    return f"at {migrate.status(engine()).current}"


def _keys() -> str:
    """How many keys hold; whether some have ended, or soon will."""
    now = datetime.now(UTC)
    with session_scope(engine()) as session:
        kept = [each for each in key_store.list_keys(session) if not each.revoked_at]
    holding = [each for each in kept if each.holds(now)]
    ended = [each.name for each in kept if not each.holds(now)]
    ending = [
        each.name
        for each in holding
        if each.expires_at and each.expires_at < now + SOON
    ]
    told = f"{len(holding)} hold{'s' if len(holding) == 1 else ''}"
    if ended or ending:
        said = [f"{_named(ended)} expired"] if ended else []
        said += [f"{_named(ending)} will within 14 days"] if ending else []
        raise Amiss(
            f"{told}; {'; '.join(said)}.",
            "make new ones with 'assetmap keys create', revoke the old",
            is_advice=True,
        )
    return told if kept else "none: nobody may write by the interface"


def _named(names: list[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(repr(each) for each in names[:5]) + more


def _jobs() -> str:
    """Whether somebody does the jobs that wait, or that a worker left behind."""
    chosen = settings()
    with session_scope(engine()) as session:
        within_s = chosen.worker_heartbeat_s * STALLED_AFTER
        workers = standing.count_workers(session, within_s)
        waiting = standing.count_by_state(session).get("queued", 0)
        unheld = standing.count_unheld(session)
        stands_at = queue_schema.stands_at(session.connection())
    if stands_at != queue_schema.newest():
        raise Amiss("the queue's tables are old.", "run 'assetmap db migrate'")
    told = f"{workers} worker{'' if workers == 1 else 's'}, " + (
        f"{waiting} wait{'s' if waiting == 1 else ''}" if waiting else "no job waits"
    )
    if unheld:
        are = "is" if unheld == 1 else "are"
        told += f", {unheld} {are} under way without a worker"
    if (waiting or unheld) and not workers:
        raise Amiss(f"{told}.")
    return told


def _loads() -> str:
    """Whether jobs failed lately, or have been under way for very long."""
    hours = settings().spool_hours
    with session_scope(engine()) as session:
        failed = standing.count_failed(session, hours)
        old = standing.count_long(session, LONG_HOURS)
    if old:
        raise Amiss(f"{old} under way for over {LONG_HOURS} hours.", is_advice=True)
    if failed:
        raise Amiss(f"{failed} failed in the last {hours:g} hours.", is_advice=True)
    return f"none failed in the last {hours:g} hours"


def _sets() -> str:
    with session_scope(engine()) as session:
        names = [row.name for row in boundary_store.list_sets(session)]
    if not names:
        raise Amiss("none is loaded.")
    return ", ".join(names)


def _people() -> str:
    with session_scope(engine()) as session:
        counts = people_counts.latest_count_set(session)
        if counts is None:
            raise Amiss("no postcodes are loaded.")
        return f"{counts.title}: {counts.total:,.0f} {counts.measure}"
