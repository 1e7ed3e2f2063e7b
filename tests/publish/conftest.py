"""The real service on a town of its own, loaded once.

          383000        383100        383200        383300
    398100 +-------------+-------------+-------------+
           | W     o . o |       o     |  o  nobody's|   o  a postcode
           | 300 people  | 100 people  |             |   .  the hall
    398000 +-------------+-------------+-------------+

Sets: ``wards`` W, E, NW, NE; ``blocks``, the same with people; ``pcns`` U1 [0, 120]
and U2 [80, 200], which overlap; ``old-wards``, until 2015. Neighbourhood ``middle``:
nine sketches [50, 150] and six [50, 250]; ``quiet`` has four.
"""

from collections.abc import Iterator
from datetime import date

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from assetmap.assets import store as asset_store
from assetmap.boundaries.items import codes_of
from assetmap.boundaries.model import BoundarySet
from assetmap.footprints.load import load_counts
from assetmap.issues import RawRow
from assetmap.neighbourhoods import store as neighbourhood_store
from assetmap.neighbourhoods.ingest import load_sketches
from assetmap.neighbourhoods.model import Neighbourhood
from assetmap.people.deprivation.ingest import load_deprivation
from assetmap.publish.app import make_app
from assetmap.sources.deprivation_files import Domain
from tests.assets.toy_assets import add, asset
from tests.databases import fresh_database, process_on
from tests.publish.waiting import Town
from tests.toy_town import RELEASE, SQUARES, add_postcodes, add_set, at, box, layer

POSTCODES = {
    "M1 1AA": (20, 50),
    "M1 1AB": (80, 50),
    "M1 1AD": (160, 50),
    "M1 1AE": (250, 50),
}
NARROW, WIDE = box(50, 0, 150, 100), box(50, 0, 250, 100)


def build(session: Session) -> None:
    """Load the town."""
    add_postcodes(session, POSTCODES)
    add_set(session, "wards", SQUARES)
    beyond = {"X": box(200, 0, 300, 200)}
    blocks = add_set(session, "blocks", SQUARES | beyond, kind="lsoa")
    pcns = {"U1": box(0, 0, 120, 100), "U2": box(80, 0, 200, 100)}
    add_set(session, "pcns", pcns, kind="pcn", made_how="nearest_practice")
    old = {"valid_from": date(2010, 1, 1), "valid_to": date(2015, 1, 1)}
    add_set(session, "old-wards", {"OLD": box(0, 0, 200, 200)}, **old)
    people = {"W": "300", "E": "100", "X": "0"}
    rows = [RawRow("c", 2, {"code": k, "count": v}) for k, v in people.items()]
    load_counts(session, "people", RELEASE, rows, ("code", "count"), blocks)
    _add_deprivation(session, blocks)
    _add_neighbourhood(session, "middle", [NARROW] * 9 + [WIDE] * 6)
    _add_neighbourhood(session, "quiet", [NARROW] * 4)
    _add_assets(session)


def _add_deprivation(session: Session, blocks: BoundarySet) -> None:
    imd = Domain("imd", "Index of Multiple Deprivation", "score", "rank", "decile")
    scores = {"W": ("40", "1", "1"), "E": ("20", "2", "5"), "NE": ("9", "3", "8")}
    rows = [
        RawRow("d", 2, {"code": k, "score": s, "rank": r, "decile": d})
        for k, (s, r, d) in scores.items()
    ]
    codes = codes_of(session, blocks.id)
    load_deprivation(
        session, "imd", RELEASE, rows, "code", [imd], (blocks.id, "blocks"), codes
    )


def _add_neighbourhood(session: Session, slug: str, drawn: list) -> None:
    new = Neighbourhood(slug, slug.title(), council="Toy", is_simulated=True)
    row = neighbourhood_store.add_neighbourhood(session, new)
    sketches = layer({f"{slug}{place}": shape for place, shape in enumerate(drawn)})
    load_sketches(session, row, sketches, "toy")


def _add_assets(session: Session) -> None:
    asset_store.load_taxonomy(session)
    hall = {"category": "place.village_hall", "attribution": "Contains halls."}
    add(session, asset("Hall", at(60, 50), postcode="M1 1AB", **hall))
    add(session, asset("Park", box(140, 0, 180, 100)), asset("Pond", at(250, 90)))
    add(session, asset("Refuge", at(60, 60), location_visibility="hidden"))
    add(session, asset("Old hall", at(61, 50), status="closed", **hall))


@pytest.fixture(scope="session")
def town_url(server_url: str) -> Iterator[str]:
    """The address of the town's database."""
    with fresh_database(server_url, "town") as address:
        engine = create_engine(address)
        with Session(engine) as session, session.begin():
            build(session)
        engine.dispose()
        yield address


@pytest.fixture(scope="module")
def client(town_url: str) -> Iterator[TestClient]:
    """A client of the real service; an error of ours is a 500, as for anyone."""
    with (
        process_on(town_url),
        TestClient(make_app(), raise_server_exceptions=False) as found,
    ):
        yield found


@pytest.fixture(scope="module")
def only_town(
    server_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """A town of its own, and somebody who does its jobs."""
    home = tmp_path_factory.mktemp("home")
    with fresh_database(server_url, "waiting") as url, process_on(url, home=str(home)):
        engine = create_engine(url)
        with Session(engine) as session, session.begin():
            build(session)
        engine.dispose()
        found = Town(url, home)
        yield found
        for each in (found.engine, *found.engines):
            each.dispose()


@pytest.fixture
def town(only_town: Town) -> Town:
    """That town without jobs."""
    only_town.sql("TRUNCATE job, procrastinate_jobs CASCADE")
    return only_town
