"""A country as analysts load it: the packaged postcodes and five national sets.

The sets are publishers' own files, in the folder that ``ASSETMAP_TEST_DATA`` names;
without it there are those of the demonstration.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import SetDescription
from assetmap.db import migrate
from assetmap.db.engine import make_engine, session_scope
from assetmap.footprints.load import load_boundaries
from assetmap.jobs.progress import unseen
from assetmap.people.counts import list_count_sets
from assetmap.people.model import PEOPLE, POSTCODES
from assetmap.publish.cli.demo import sets as demo_sets
from assetmap.publish.loads.deprivation import DeprivationOptions, load_deprivation
from assetmap.publish.loads.people import CountOptions, load_counts
from assetmap.publish.loads.registry import Given
from assetmap.settings import settings
from assetmap.sources.boundaries.columns import Wanted, understood
from assetmap.sources.spatial.vector import read_layer
from bench import made_up_assets
from bench.home import Home
from bench.report import tell


@dataclass(frozen=True)
class National:
    """A file of the folder ``national``, and what is said of it."""

    file: str
    name: str
    kind: str
    valid_from: date
    snap_m: float = 500.0
    made_how: str = "published"


SETS = (
    National("lsoa21.parquet", "lsoa-2021", "lsoa", date(2021, 3, 21)),
    National("wd20.parquet", "ward-2020", "ward", date(2020, 12, 1)),
    National("lad24.gpkg", "lad-2024", "lad", date(2024, 4, 1)),
    National("sicbl22.geojson", "sub-icb-2022", "sub_icb", date(2022, 7, 1)),
    National(
        "pcn_2020_catchments.gpkg",
        "pcn-2020",
        "pcn",
        date(2020, 1, 1),
        snap_m=0.0,
        made_how="practice_submitted",
    ),
)

DEPRIVATION = "deprivation"
NEEDS_POSTCODES = (POSTCODES, PEOPLE, DEPRIVATION, made_up_assets.SOURCE)
PEOPLE_OF_LSOAS = "lsoa21_population_2022.csv"
DEPRIVATION_OF_LSOAS = "imd2025_lsoa21.csv.gz"


def folder() -> Path | None:
    """Where the publishers' files are, if somewhere."""
    given = settings().test_data
    return None if given is None else given / "national"


def fill(home: Home, with_postcodes: bool = True) -> None:
    """Load what a home lacks of the country: sets first, so that points are coded once.

    Each is a load of its own, so that one which fails leaves the others.
    """
    engine = make_engine(home.url, 2, 0)
    migrate.upgrade(engine)
    for name, work in _parts():
        with session_scope(engine) as session:
            is_wanted = with_postcodes or name not in NEEDS_POSTCODES
            if is_wanted and not _is_there(session, name):
                tell(f"loading {name}")
                work(session)
    engine.dispose()


def _is_there(session: Session, name: str) -> bool:
    if name == POSTCODES:
        return demo_sets.has_postcodes(session)
    if name == PEOPLE:
        return any(each.measure == PEOPLE for each in list_count_sets(session))
    if name == DEPRIVATION:
        return bool(session.scalar(text("SELECT true FROM deprivation_score LIMIT 1")))
    if name == made_up_assets.SOURCE:
        return made_up_assets.are_there(session)
    return boundary_store.find_set(session, name) is not None


def _parts() -> Iterator[tuple[str, Callable[[Session], object]]]:
    """What a country is made of, in the order of loading."""
    postcodes = (POSTCODES, lambda session: demo_sets.load_postcodes(session, unseen))
    if folder() is not None:
        for each in SETS:
            yield each.name, partial(load_set, national=each)
        yield postcodes
        yield PEOPLE, load_people
        yield DEPRIVATION, load_scores
        yield made_up_assets.SOURCE, made_up_assets.load
        return
    for name in ("lsoa-2011", "sub-icb-2022"):
        yield name, partial(demo_sets.load_packaged, name=name, progress=unseen)
    yield postcodes
    yield "lad-2025", partial(demo_sets.load_councils, progress=unseen)
    yield "pcn-nearest-practice", partial(demo_sets.load_pcns, progress=unseen)


def load_people(session: Session) -> None:
    """Load the people of every LSOA of England."""
    path = (folder() or Path()) / PEOPLE_OF_LSOAS
    options = CountOptions(blocks="lsoa-2021", only="E")
    load_counts(session, Given(path), options, unseen)


def load_scores(session: Session) -> None:
    """Load the scores of deprivation of every LSOA of England."""
    path = (folder() or Path()) / DEPRIVATION_OF_LSOAS
    options = DeprivationOptions(blocks="lsoa-2021")
    load_deprivation(session, Given(path), options, unseen)


def load_set(session: Session, national: National) -> None:
    """Load one set from the publisher's file."""
    layer = read_layer((folder() or Path()) / national.file)
    layer, found = understood(layer, Wanted())
    columns = (found.code, found.name, found.name_cy)
    said = SetDescription(
        national.name,
        national.kind,
        national.name,
        national.valid_from,
        "see the folder's README",
        "see the folder's README",
        f"For measuring only: {national.file}",
        national.made_how,
        snap_m=national.snap_m,
        source=national.file,
        sha256=layer.sha256,
    )
    load_boundaries(session, said, layer, columns)


def sets_of(address: str) -> str:
    """The sets that a home serves, with how many boundaries each has, in words."""
    with psycopg.connect(address) as connection:
        rows = connection.execute(
            "SELECT name, boundaries FROM boundary_set WHERE replaced_at IS NULL"
            " ORDER BY name"
        ).fetchall()
    told = ", ".join(f"`{name}` ({count:,})" for name, count in rows)
    return f"{len(rows)} boundary sets are loaded: {told}."
