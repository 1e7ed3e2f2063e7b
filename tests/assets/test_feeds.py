"""What others list of assets, in their own layouts: made-up lists, very small."""

from pathlib import Path

import osmium
import pyogrio
import pytest
from sqlalchemy import func, select, text

from assetmap.assets.feeds.opening import How
from assetmap.assets.providers.tables import ProviderRow
from assetmap.assets.tables import AssetRow
from assetmap.errors import BadFile
from assetmap.publish.loads import assets as loads
from assetmap.publish.loads.assets import AssetOptions, load_assets
from tests.assets.toy_assets import KNOWN, stored

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "assets"
HUBS = How(layout=str(EXAMPLES / "warm-hubs.toml"))
PLACES = {
    name: (383_050.0 + 10 * place, 398_050.0, -2.2567, 53.4789, None)
    for place, name in enumerate(["M1 1AA", "M1 1AB", "M1 1AE"])
}


@pytest.fixture(autouse=True)
def known_postcodes(session, monkeypatch):
    """Stands in for a country's postcodes: three, and one that is no more."""
    places = {**PLACES, "M1 1AD": (*KNOWN["M1 1AA"], "2003-05")}

    def known(session, names):
        return {each: places[each] for each in names if each in places}

    monkeypatch.setattr(loads, "places_known", known)


def load(session, path, **options):
    heard = []
    given = AssetOptions(**options)
    done = load_assets(session, str(path), given, lambda *_: None, heard.append)
    return done, heard


def refused(done):
    return [each for each in done.issues if each.outcome == "refused"]


EVERY = [
    ("libraries.csv", How(), "library-list", 2),
    ("sports-clubs.csv", How(), "sports-clubs-casc", 3),
    ("epraccur.csv", How(layout="ods-practices"), "ods-practices", 2),
    ("edispensary.csv", How(layout="ods-pharmacies"), "ods-pharmacies", 2),
    ("consol_pharmacy_list.csv", How(), "nhsbsa-pharmacies", 1),
    ("greenspace.geojson", How(), "os-open-greenspace", 2),
    ("toy-town.osm", How(), "OpenStreetMap", 4),
    ("publicextract.charity.json", How(), "Charity Commission", 2),
    ("grants.json", How(), "360Giving", 1),
    ("services-v3.json", How(), "Open Referral UK", 2),
    ("services-v1.json", How(), "Open Referral UK", 1),
    ("warm-hubs.csv", HUBS, "warm-hubs", 3),
]


@pytest.mark.parametrize(("file", "how", "read_as", "added"), EVERY)
def test_a_list_is_read_as_what_it_is_and_the_same_again_changes_nothing(
    session, file, how, read_as, added
):
    done, heard = load(session, EXAMPLES / file, how=how)

    assert read_as in heard[0]
    assert done.added == added
    again, _ = load(session, EXAMPLES / file, how=how, close_absent=how is not HUBS)
    assert (again.added, again.changed, again.closed) == (0, 0, 0)
    assert again.unchanged == added
    assert set(stored(session, AssetRow.version)) == {1}
    assert "" not in stored(session, AssetRow.source)
    assert None not in stored(session, AssetRow.source_ref)


def test_a_place_is_found_by_its_uprn(session):
    hubs = EXAMPLES / "warm-hubs.csv"
    done, _ = load(session, hubs, how=HUBS, uprns=EXAMPLES / "uprns.csv")

    assert done.added == 3
    assert "POINT(383042 398042)" in stored(session, func.ST_AsText(AssetRow.geom))


def test_a_list_of_uprns_that_is_none_is_refused(session):
    hubs = EXAMPLES / "warm-hubs.csv"
    with pytest.raises(BadFile, match="is no list of UPRNs"):
        load(session, hubs, how=HUBS, uprns=EXAMPLES / "libraries.csv")


def test_a_feature_in_another_country_is_refused_and_the_others_are_not(session):
    done, _ = load(session, EXAMPLES / "places.geojson")

    (far,) = refused(done)
    assert (far.line, far.value) == (2, "-122.7, 48.9")
    kinds = stored(session, func.ST_GeometryType(AssetRow.geom))
    assert kinds == ["ST_Polygon", "ST_LineString"]
    assert stored(session, AssetRow.name_cy) == ["Gardd yr harbwr", None]


def test_open_greenspace_is_read_from_its_layer_of_a_geopackage(session, tmp_path):
    sites = pyogrio.read_dataframe(EXAMPLES / "greenspace.geojson").to_crs(27700)
    path = tmp_path / "opgrsp_gb.gpkg"
    pyogrio.write_dataframe(sites, path, layer="greenspace_site")
    gates = sites.set_geometry(sites.geometry.representative_point())
    pyogrio.write_dataframe(gates, path, layer="access_point")

    done, heard = load(session, path)

    assert "os-open-greenspace" in heard[0]
    assert done.added == 2
    assert stored(session, AssetRow.name) == ["Harbour Park", "Play Space"]
    codes = stored(session, AssetRow.category_code)
    assert codes == ["place.park", "place.play_space"]


def test_an_extract_as_protocol_buffers_is_that_of_xml(session, tmp_path):
    path = tmp_path / "toy-town.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for each in osmium.FileProcessor(str(EXAMPLES / "toy-town.osm")):
            writer.add(each)
    load(session, path)

    names = stored(session, AssetRow.name)
    assert sorted(names) == [
        *("Harbour Library", "Harbour Park", "Play space", "Toy Canal")
    ]
    assert set(stored(session, AssetRow.licence)) == {"ODbL-1.0"}
    refs = ["node/1", "relation/20", "way/10", "way/11"]
    assert sorted(stored(session, AssetRow.source_ref)) == refs


def test_an_extract_that_is_none_is_refused(session, tmp_path):
    path = tmp_path / "bad.osm.pbf"
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(BadFile, match="is no OpenStreetMap file"):
        load(session, path)


def test_of_a_charity_nothing_tells_a_home_and_no_trustee_is_read(session, tmp_path):
    for each in EXAMPLES.glob("publicextract.*"):
        (tmp_path / each.name).write_bytes(each.read_bytes())
    (tmp_path / "publicextract.charity_trustee.json").write_text("not to be opened")
    load(session, tmp_path / "publicextract.charity.json")

    assert set(stored(session, AssetRow.location_visibility)) == {"approximate"}
    assert set(stored(session, AssetRow.address)) == {None}
    codes = stored(session, AssetRow.category_code)
    assert codes == ["institution.vcse", "institution.infrastructure"]
    numbers = session.scalars(select(ProviderRow.identifiers)).all()
    assert {"GB-CHC": "1000001"} in numbers


def test_who_was_given_grants_is_one_asset_and_no_person(session):
    done, _ = load(session, EXAMPLES / "grants.json")

    assert stored(session, AssetRow.name) == ["Toy Town Lunch Club"]
    assert stored(session, AssetRow.service_codes) == [["E08000003"]]
    assert stored(session, AssetRow.location_visibility) == ["approximate"]
    (left_out,) = done.issues
    assert "1 grants to people" in left_out.reason


def test_a_service_of_several_locations_is_one_asset_of_several_sites(session):
    load(session, EXAMPLES / "services-v3.json")

    kinds = stored(session, func.ST_GeometryType(AssetRow.geom))
    assert kinds == ["ST_Point", "ST_MultiPoint"]
    sites = stored(session, AssetRow.sites)[1]
    assert [each["name"] for each in sites] == ["Hall b", "Hall c"]
    assert stored(session, AssetRow.verified_at)[0].date().isoformat() == "2026-09-01"
    assert "A Person" not in repr(
        session.execute(text("SELECT asset::text FROM asset")).all()
    )


def test_a_number_that_is_somebodys_own_is_not_taken(session):
    load(session, EXAMPLES / "services-v1.json")

    assert stored(session, AssetRow.phone) == ["0161 496 0005"]
    hours = "Mo 09:00-12:00; Th 13:00-16:00"
    assert stored(session, AssetRow.opening_hours) == [hours]


def test_a_postcode_that_ended_is_kept_and_told(session, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("name,category,postcode\nHall,place.village_hall,M1 1AD\n")
    done, _ = load(session, path)

    (told,) = done.issues
    assert (told.outcome, told.column) == ("noted", "postcode")
    assert "since 2003-05" in told.reason


def test_rows_without_a_category_have_the_one_that_is_said(session, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("name,postcode\nHall,M1 1AA\n")
    done, _ = load(session, path, category="place.village_hall", visibility="hidden")

    assert done.added == 1
    assert stored(session, AssetRow.location_visibility) == ["hidden"]
