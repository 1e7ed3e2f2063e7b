"""The demonstration loaded part by part, in a process of its own so that it is weighed.

Nothing of assetmap is imported before the clock runs: ``make run`` pays for that too.
"""

import os
import resource
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.spread import Stretch, stretch

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Loaded:
    """What loading took: its parts in order, and the most memory its process held."""

    parts: list[Stretch]
    most_bytes: int


def process_number() -> int:
    """The number of the process that this runs in."""
    return os.getpid()


def load(url: str) -> Loaded:
    """Load everything that ``make run`` loads into a new database."""
    parts: list[Stretch] = []
    with stretch("start the program", parts):
        from assetmap.db import migrate
        from assetmap.db.engine import make_engine, session_scope
        from assetmap.publish.cli.demo import command as demo  # noqa: F401 - all that it brings along

        used = make_engine(url, 2, 0)
    with stretch("migrations", parts):
        migrate.upgrade(used)
    for name, work in _parts():
        with stretch(name, parts), session_scope(used) as session:
            work(session)
    with stretch("tables of the six places", parts):
        _tables(used)
    used.dispose()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Loaded(parts, most)


def _parts() -> "list[tuple[str, Callable[[Session], object]]]":
    """What is loaded, in the order of ``assetmap demo``."""
    from assetmap.jobs.progress import unseen
    from assetmap.publish.cli.demo import places as demo_places
    from assetmap.publish.cli.demo import sets as demo_sets

    return [
        ("lsoa-2011", lambda s: demo_sets.load_packaged(s, "lsoa-2011", unseen)),
        ("sub-icb-2022", lambda s: demo_sets.load_packaged(s, "sub-icb-2022", unseen)),
        ("postcodes", lambda s: demo_sets.load_postcodes(s, unseen)),
        ("lad-2025", lambda s: demo_sets.load_councils(s, unseen)),
        ("pcn-nearest-practice", lambda s: demo_sets.load_pcns(s, unseen)),
        ("six places and assets", lambda s: demo_places.load(s, unseen)),
    ]


def _tables(used: "Engine") -> None:
    """Make, and throw away, the tables that ``assetmap demo`` prints."""
    from assetmap.db.engine import session_scope
    from assetmap.disclosure import Disclosure
    from assetmap.publish.cli.demo import places as demo_places
    from assetmap.publish.export.reconciliation.tables import table
    from assetmap.reconciliation.run import reconcile
    from assetmap.reconciliation.subjects import of_neighbourhood

    with session_scope(used) as session:
        for slug in demo_places.slugs():
            subject = of_neighbourhood(session, slug, None, Disclosure())
            result = reconcile(session, subject.footprint)
            table(result, subject.notes)


def migrated(url: str) -> None:
    """Make the tables of an empty database."""
    from assetmap.db import migrate
    from assetmap.db.engine import make_engine

    used = make_engine(url, 1, 0)
    migrate.upgrade(used)
    used.dispose()


def postcodes(url: str) -> None:
    """Load the packaged postcodes, and find what they lie in."""
    from assetmap.jobs.progress import unseen
    from assetmap.publish.cli.demo import sets as demo_sets

    in_session(url, lambda session: demo_sets.load_postcodes(session, unseen))


def counts(url: str) -> None:
    """Load the people of every LSOA of England."""
    from bench import national

    in_session(url, national.load_people)


def deprivation(url: str) -> None:
    """Load the scores of deprivation of every LSOA of England."""
    from bench import national

    in_session(url, national.load_scores)


def in_session(url: str, work: "Callable[[Session], object]") -> None:
    """Do work in a session on a database, and commit."""
    from assetmap.db.engine import make_engine, session_scope

    used = make_engine(url, 2, 0)
    with session_scope(used) as session:
        work(session)
    used.dispose()
