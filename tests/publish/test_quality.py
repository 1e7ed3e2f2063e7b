"""Quality reports over REST.

``faulty``: A [0, 100] and B [90, 200] share a strip of 10 m and a name; C [300, 400]
and D [400, 500] leave a square of 20 m between them. ``wards`` tile; ``pcns``, U1
[0, 120] and U2 [80, 200], are not meant to.
"""

import json
from collections.abc import Iterator

import geopandas
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from assetmap.footprints.load import load_boundaries
from assetmap.publish.app import make_app
from tests.databases import fresh_database, process_on
from tests.publish.problems import check_problem
from tests.toy_town import SQUARES, add_set, box, description, layer

HOLE = box(390, 40, 410, 60)
FAULTY = {
    "A": box(0, 0, 100, 100),
    "B": box(90, 0, 200, 100),
    "C": box(300, 0, 400, 100) - HOLE,
    "D": box(400, 0, 500, 100) - HOLE,
}


def build(session: Session) -> None:
    add_set(session, "wards", SQUARES)
    pcns = {"U1": box(0, 0, 120, 100), "U2": box(80, 0, 200, 100)}
    add_set(session, "pcns", pcns, kind="pcn", made_how="nearest_practice")
    sent = layer(FAULTY)
    sent.columns["name"] = ["Twin", "Twin", "C", "D"]
    load_boundaries(session, description("faulty"), sent, ("code", "name", None))


@pytest.fixture(scope="module")
def client(server_url: str) -> Iterator[TestClient]:
    with fresh_database(server_url, "quality") as address:
        engine = create_engine(address)
        with Session(engine) as session, session.begin():
            build(session)
        engine.dispose()
        with (
            process_on(address),
            TestClient(make_app(), raise_server_exceptions=False) as found,
        ):
            yield found


def test_a_set_without_a_fault_says_so(client):
    body = client.get("/boundary-sets/wards/quality").json()
    assert (body["set"], body["count"], body["is_coverage"]) == ("wards", 4, True)
    assert (body["reasons"], body["discrepancies"], body["next"]) == ({}, [], None)
    assert body["attribution"] == ["Contains wards."]


def test_catchments_are_counted_without_crying_wolf(client):
    body = client.get("/boundary-sets/pcns/quality").json()
    assert body["overlapping"]
    assert body["summary"]["overlapping_pairs"] == 1
    assert body["summary"]["overlap_m2"] == pytest.approx(4_000)
    assert body["summary"]["is_meant_to_tile"] is False
    assert "not meant to tile" in body["summary"]["note"]
    assert body["discrepancies"] == []


def test_a_set_leads_to_its_report(client):
    address = client.get("/boundary-sets/faulty").json()["quality"]
    assert address.endswith("/boundary-sets/faulty/quality")
    assert client.get(address).json()["set"] == "faulty"


def test_each_discrepancy_has_a_reason_and_a_place(client):
    body = client.get("/boundary-sets/faulty/quality").json()
    assert {k: v["found"] for k, v in body["reasons"].items()} == {
        "overlap": 1,
        "gap": 1,
        "repeated_name": 1,
    }
    overlap, gap, name = body["discrepancies"]
    assert (overlap["codes"], overlap["area_m2"]) == (["A", "B"], pytest.approx(1_000))
    assert 383_090 <= overlap["easting"] <= 383_100
    assert (gap["codes"], gap["area_m2"]) == (["C", "D"], pytest.approx(400))
    assert gap["difference_m2"] is None
    assert name["codes"] == ["A", "B"]
    assert all(-2.4 < each["lon"] < -2.2 for each in body["discrepancies"])


def test_reasons_may_be_chosen_and_pages_follow_each_other(client):
    asked = "/boundary-sets/faulty/quality"
    only = client.get(asked, params={"reason": "gap"}).json()["discrepancies"]
    assert [each["reason"] for each in only] == ["gap"]
    found, address = [], f"{asked}?limit=1"
    while address is not None:
        page = client.get(address).json()
        found += [each["reason"] for each in page["discrepancies"]]
        address = page["next"]
    assert found == ["overlap", "gap", "repeated_name"]
    skipped = client.get(asked, params={"offset": 2}).json()["discrepancies"]
    assert [each["reason"] for each in skipped] == ["repeated_name"]


def test_the_layer_can_be_opened_by_a_map_program(client, tmp_path):
    answer = client.get("/boundary-sets/faulty/quality", params={"f": "geojson"})
    assert answer.headers["content-type"].startswith("application/geo+json")
    path = tmp_path / "quality.geojson"
    path.write_bytes(answer.content)
    layer = geopandas.read_file(path).to_crs(27700).set_index("reason")
    assert layer.loc["overlap"].geometry.area == pytest.approx(1_000, rel=1e-3)
    assert layer.loc["gap"].geometry.area == pytest.approx(400, rel=1e-3)
    page = client.get(
        "/boundary-sets/faulty/quality", params={"f": "geojson", "limit": 2}
    ).json()
    assert page["numberReturned"] == 2
    [following] = [each for each in page["links"] if each["rel"] == "next"]
    assert [
        each["properties"]["reason"]
        for each in json.loads(client.get(following["href"]).content)["features"]
    ] == ["repeated_name"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("/boundary-sets/none/quality", 404),
        ("/boundary-sets/wards/quality?reason=wolf", 400),
        ("/boundary-sets/wards/quality?reason=", 400),
        ("/boundary-sets/wards/quality?after=zzz", 400),
        ("/boundary-sets/wards/quality?f=gml", 400),
        ("/boundary-sets/wards/quality?limit=0", 400),
    ],
)
def test_what_cannot_be_asked_is_a_problem(client, asked, status):
    check_problem(client.get(asked), status)
