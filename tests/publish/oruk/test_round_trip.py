"""Our own feed, read by our own importer, gives the assets that it was made of."""

import json
from dataclasses import replace

import pytest
import shapely
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from assetmap.assets import store
from assetmap.assets.feeds.oruk.feed import open_pages
from assetmap.assets.filters import AssetFilter
from assetmap.assets.ingest import category_names, load
from assetmap.assets.model import SourceDefaults
from tests.databases import fresh_database

SAME = (
    *("name", "category", "description", "address", "postcode", "uprn", "phone"),
    *("email", "opening_hours", "access", "cost", "languages", "provider"),
)
EVERY = AssetFilter(statuses=("open", "closed"))


def assets_of(url):
    engine = create_engine(url)
    with Session(engine) as session:
        found = store.list_assets(session, EVERY).assets
    engine.dispose()
    return {each.name: each for each in found}


@pytest.fixture(scope="module")
def imported(oruk, server_url, tmp_path_factory):
    path = tmp_path_factory.mktemp("feed") / "services.json"
    page = oruk.get("/oruk/services?full=true").json()
    path.write_text(json.dumps(page))
    with fresh_database(server_url, "oruk_again") as address:
        engine = create_engine(address)
        with Session(engine) as session, session.begin():
            store.load_taxonomy(session)
            rows = list(open_pages(path, category_names(session)).rows)
            defaults = SourceDefaults("feed")
            done = [load(session, rows, defaults, lambda _: {}) for _ in range(2)]
        engine.dispose()
        yield assets_of(address), done


def test_the_same_assets_come_back(imported, oruk_url):
    found, (first, again) = imported
    sent = assets_of(oruk_url)
    sent["Corner"] = replace(sent["Corner"], url=None, email=None)  # No addresses.
    assert {*sent} <= {*found}
    assert first.added == len(found)
    assert (again.added, again.changed) == (0, 0)
    for name, asset in sent.items():
        for each in SAME:
            assert getattr(found[name], each) == getattr(asset, each), (name, each)
        assert found[name].status == asset.status


def test_places_come_back_to_a_hand(imported, oruk_url):
    found, _ = imported
    for name, asset in assets_of(oruk_url).items():
        for each in ("geometry", "service_area"):
            before, after = getattr(asset, each), getattr(found[name], each)
            assert (before is None) == (after is None), (name, each)
            if before is not None and name != "Twin":
                pair = [shapely.from_geojson(json.dumps(x)) for x in (before, after)]
                assert shapely.hausdorff_distance(*pair) < 2e-6, (name, each)
    sites = assets_of(oruk_url)["Twin"].sites
    assert len(sites) == 2
    assert sites == found["Twin"].sites
    assert "E05000001" in found["Hall"].service_codes
