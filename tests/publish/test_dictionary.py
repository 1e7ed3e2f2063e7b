"""Every member of every export is described, and shares say what they are of."""

import csv
import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from assetmap.publish.app import make_app
from assetmap.publish.export import dictionary
from assetmap.publish.export.severance.rows import dictionary_beside, severance_csv
from assetmap.reconciliation.places import place_of
from assetmap.reconciliation.severance.run import sever
from assetmap.reconciliation.subjects import of_boundaries
from tests.databases import fresh_database, process_on
from tests.practices.pcn_town import build
from tests.publish.test_made_again import CUT, DRAWN, MIDDLE, W
from tests.toy_town import box, degrees

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "dictionary.md"
FAR = {"geometry": degrees(box(900, 900, 950, 950)).__geo_interface__}
ASKED = {
    "reconciliation": [
        ("/reconciliation", {"footprint": each, "slivers": True})
        for each in (DRAWN, MIDDLE, CUT, W, FAR, {"union": [W, CUT]})
    ]
    + [("/neighbourhoods/middle/reconciliation?f=geojson", None)],
    "comparison": [
        ("/comparison", {"a": each, "b": DRAWN}) for each in (MIDDLE, W, CUT, FAR)
    ],
    "severance": [("/severance", {"footprint": each}) for each in (DRAWN, W, FAR)],
    "provision": [("/provision", {"footprint": each}) for each in (DRAWN, MIDDLE, FAR)],
    "deprivation": [("/deprivation", {"footprint": each}) for each in (W, FAR)],
    "vintages": [
        (f"/vintages/{each}", None)
        for each in ("old-wards/wards", "wards/old-wards", "wards/pcns")
    ],
    "crosswalk": [
        (f"/crosswalks/{each}", None)
        for each in ("wards/pcns?by=people", "blocks/wards?by=area&normalise=true")
    ],
}
AS_CONTRACTED = {("main", "share")}
"""The public contract names it so; ``share_of_footprint`` stands beside it."""


def members(body, path=()):
    """The names that lead to each member of a JSON body."""
    if isinstance(body, list):
        for each in body:
            yield from members(each, path)
    if isinstance(body, dict):
        for name, each in body.items():
            yield (*path, name)
            yield from members(each, (*path, name))


def check(export, body):
    """Every member is described; no share hides what it is of."""
    found = set(members(body))
    assert found
    assert [each for each in sorted(found) if not dictionary.find(export, *each)] == []
    bare = {each[-2:] for each in found if each[-1] in {"share", "shares", "ratio"}}
    assert bare - AS_CONTRACTED == set()
    if export != "crosswalk":
        assert [each for each in found if "weight" in each[-1].split("_")] == []


@pytest.mark.parametrize("export", ASKED)
def test_every_member_of_an_answer_is_described(client, export):
    for path, body in ASKED[export]:
        found = client.post(path, json=body) if body else client.get(path)
        assert found.status_code == 200, found.text
        check(export, found.json())


def test_what_serves_a_place_is_described(server_url):
    with fresh_database(server_url, "described") as address:
        engine = create_engine(address)
        with Session(engine) as session, session.begin():
            build(session, EMPTY=7)
        engine.dispose()
        with process_on(address), TestClient(make_app()) as client:
            place = {"set": "lsoa-2021", "code": "E01000001"}
            found = client.post("/pcn-shares", json={"footprint": place})
    assert found.json()["pcns"]
    check("pcn-shares", found.json())


@pytest.mark.parametrize("by", ["area", "people"])
def test_every_column_of_a_crosswalk_is_described(client, by):
    address = f"/crosswalks/wards/pcns?by={by}"
    header = client.get(f"{address}&format=csv").text.splitlines()[0].split(",")
    parquet = client.get(f"{address}&format=parquet").content
    schema = pq.read_schema(io.BytesIO(parquet))
    assert schema.names == header
    for name in header:
        assert dictionary.find("crosswalk", name)
        assert schema.field(name).metadata[b"description"]


@pytest.mark.parametrize(
    ("table", "path"),
    [("sets", ["sets"]), ("assets", ["assets"]), ("edge", ["assets_across_edge"])],
)
def test_every_column_of_a_severance_is_described(client, town_url, table, path):
    engine = create_engine(town_url)
    with Session(engine) as session:
        place = place_of(of_boundaries(session, "wards", ["W"]), False)
        found = sever(session, place)
        text = severance_csv(found, table)
        beside = dictionary_beside(found, table, "s.csv")
    engine.dispose()
    header = next(csv.reader(io.StringIO(text)))
    assert beside["tableSchema"] == dictionary.csv_schema("severance", path, header)
    told = beside["tableSchema"]["columns"]
    assert [each["name"] for each in told] == header
    assert all(each["dc:description"] for each in told)


def test_every_column_of_an_interpolation_is_described(client):
    sent = b"code,n,d,moe\nW,10,20,1\nE,5,9,1\n"
    asked = "by=area&count=n&rate=n/d&moe=n:moe&format"
    address = f"/crosswalks/wards/pcns/interpolation?{asked}"
    answers = [
        client.post(f"{address}={form}", content=sent) for form in ("csv", "json")
    ]
    own = {"n", "d", "moe", "n_per_d"}
    header = answers[0].text.splitlines()[0].split(",")
    told = {name.removeprefix("n_").removeprefix("d_") for name in {*header} - own}
    assert told == {"code", "name", "known_share", "missing_sources", "problem"}
    for name in told:
        assert dictionary.find("interpolation", name)
    found = [each for each in members(answers[1].json()) if each[0] != "rows"]
    for each in found:
        assert dictionary.find("interpolation", *each), each


def test_shares_are_told_in_both_directions(client):
    body = client.post("/reconciliation", json={"footprint": DRAWN}).json()
    rows = [row for each in body["against"] for row in each["rows"]]
    assert rows
    for row in rows:
        for what in ("area", "people"):
            assert f"share_of_footprint_{what}" in row
            assert f"share_of_boundary_{what}" in row
    for each in body["against"]:
        if each["main"]:
            assert each["main"]["share"] == each["main"]["share_of_footprint"]
    both = client.post("/comparison", json={"a": W, "b": DRAWN}).json()
    for what in ("area", "people", "assets"):
        assert {f"share_of_a_{what}", f"share_of_b_{what}"} <= set(both)


def test_a_member_is_found_by_the_longest_end_of_its_names():
    find = dictionary.find
    assert find("reconciliation", "against", "outside", "m2").unit == "m²"
    assert find("reconciliation", "overlap_postcodes").member == "overlap_people"
    assert find("reconciliation", "rows", "assets_by_category", "place.park")
    assert find("reconciliation", "nothing") is None
    assert find("reconciliation", "rows", "made_up") is None
    # Of every export, unless it has its own.
    assert find("deprivation", "scores", "title").export == "deprivation"
    assert find("vintages", "old", "title").export == "*"


def test_the_page_lists_the_dictionary():
    rows = [
        line.strip("| ").split(" | ")
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]
    told = [tuple(each.strip() for each in row) for row in rows]
    assert told == [
        (f"`{each.member}`", each.unit or "-", each.meaning)
        for each in dictionary.entries()
    ]
    assert all(each.meaning for each in dictionary.entries())
