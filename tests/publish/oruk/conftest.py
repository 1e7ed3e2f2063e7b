"""Assets of every sort, published by Open Referral UK and asked for as anyone does."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import shapely
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from assetmap.assets import store
from assetmap.assets.providers.model import Provider
from assetmap.assets.providers.store import set_parents
from assetmap.assets.sites import Site
from assetmap.publish.app import make_app
from tests.assets.toy_assets import add, asset
from tests.databases import fresh_database, process_on
from tests.toy_town import add_postcodes, at, box, degrees

TRUST = Provider("toy", "trust", "The Trust", "Runs halls.", "https://trust.example")
BRANCH = Provider(
    *("toy", "branch", "The Branch", None, None),
    (("GB-CHC", "1000001"), ("GB-COH", "00000001")),
    "trust",
)
SERVED = box(0, 0, 100, 100)
SITES = (
    Site("North", "2 High Street, Toytown", "M1 1AB", None, -2.257, 53.479),
    Site("South", None, "M1 1AD", "100000000002", -2.256, 53.478, "Tu 10:00-12:00"),
)


def build(session: Session) -> None:
    """Store the assets."""
    store.load_taxonomy(session)
    add_postcodes(session, {"M1 1AA": (60, 50), "M1 1AB": (950, 50)})
    hall = asset(
        "Hall",
        at(60, 50),
        category="place.village_hall",
        description="A hall, with tea.",
        address="1 High Street, Toytown",
        postcode="M1 1AA",
        uprn="100000000001",
        url="https://hall.example/a b",
        phone="0161 496 0000",
        email="hall@example.org",
        opening_hours="Mo-Fr 09:00-12:00,13:00-17:00; We[2] 19:00-21:00",
        access="Step-free",
        cost="Free",
        languages=("cy", "en"),
        verified_at=datetime(2026, 3, 1, tzinfo=UTC),
        licence="OGL-3.0",
        attribution="Contains halls.",
        service_area=SERVED,
        service_area_wgs84=degrees(SERVED),
        service_codes=("E05000001", "wards/W 1"),
        provider=BRANCH,
    )
    points = shapely.MultiPoint([at(10, 10), at(60, 20)])
    add(session, hall, asset("Twin", points, sites=SITES, provider=TRUST))
    about = {"postcode": "M1 1AE", "address": "9 Secret Lane, Toytown", "uprn": "9"}
    where = at(61, 61)
    add(
        session,
        asset("Refuge", where, location_visibility="hidden", **about),
        asset("Cafe", at(130, 130), location_visibility="approximate", **about),
        asset("Choir", description="Sings anywhere.", opening_hours="when it rains"),
        asset("Old hall", at(61, 50), status="closed"),
        asset("Ending hall", at(61, 50), valid_to=date(2020, 1, 1)),
        asset("Coming hall", at(61, 50), status="planned"),
        asset("Corner", address="Corner", url="hall.example", email="not an address"),
    )
    set_parents(session, "toy", {"branch": "trust"})


@pytest.fixture(scope="package")
def oruk_url(server_url: str) -> Iterator[str]:
    """The address of the database."""
    with fresh_database(server_url, "oruk") as address:
        engine = create_engine(address)
        with Session(engine) as session, session.begin():
            build(session)
        engine.dispose()
        yield address


@pytest.fixture(scope="module")
def oruk(oruk_url: str) -> Iterator[TestClient]:
    """A client of the real service."""
    with (
        process_on(oruk_url),
        TestClient(make_app(), raise_server_exceptions=False) as found,
    ):
        yield found
