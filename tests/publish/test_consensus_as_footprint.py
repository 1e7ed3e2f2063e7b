"""A consensus is a footprint as any boundary: cut, or graded, through every way out.

Cut it is the squares that are shown for it, sent as a drawing. Graded it is the sum of
what it is cut at each of its memberships, each by how much that one rises.
"""

import csv
import io

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from tests.publish.disclosure.place import on_grid
from tests.toy_town import EAST, NORTH

SLUG = "middle"
AT = f"/neighbourhoods/{SLUG}"
HOOD = {"neighbourhood": SLUG}
CUT = HOOD | {"threshold": 0.5}


def asked(client, path, footprint, **more):
    answer = client.post(path, json={"footprint": footprint} | more)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def consensus(client):
    return client.get(f"{AT}/consensus?levels=0.5").json()


@pytest.fixture(scope="module")
def drawn(consensus):
    """The squares that are shown at half, as a drawing."""
    return {"geometry": consensus["features"][0]["geometry"]}


@pytest.fixture(scope="module")
def steps(consensus):
    """Each membership, and how much it rises over the one before."""
    found = [each["p"] for each in consensus["statistics"]["curve"]]
    return list(zip(found, np.diff(found, prepend=0.0).tolist(), strict=True))


def test_it_is_parted_as_its_squares_are(client, drawn):
    cut, sent = (
        asked(client, "/severance", each, sets=["wards", "pcns"])
        for each in (CUT, drawn)
    )
    assert cut["people_using"] == pytest.approx(sent["people_using"])
    assert len(cut["assets"]) >= 1
    for one, other in zip(cut["sets"], sent["sets"], strict=True):
        assert one == pytest.approx(other)
    for one, other in zip(cut["assets"], sent["assets"], strict=True):
        assert (one["id"], one["people_using"]) == pytest.approx(
            (other["id"], other["people_using"])
        )
    assert [each["id"] for each in cut["assets_across_edge"]] == [
        each["id"] for each in sent["assets_across_edge"]
    ]
    assert cut["suppressed"]
    assert not sent["suppressed"]


def test_graded_it_parts_those_who_use_what_most_count_to_it(client, drawn):
    """An asset counts by how far it is held: less than where it is in the whole cut."""
    graded = asked(client, "/severance", HOOD, sets=["wards"])
    cut = asked(client, "/severance", CUT, sets=["wards"])
    whole = {each["id"]: each["people_using"] for each in cut["assets"]}
    part = {each["id"]: each["people_using"] for each in graded["assets"]}
    assert part
    both = part.keys() & whole.keys()
    assert both
    assert all(0 < part[each] <= whole[each] + 1e-9 for each in both)
    (one,) = graded["sets"]
    assert 0 <= one["people_parted"] <= graded["people_using"]


@pytest.mark.parametrize("path", ["/deprivation", "/reconciliation"])
def test_it_has_the_people_of_its_squares(client, drawn, steps, path):
    people = asked(client, path, CUT)["footprint"]["people"]
    assert people == asked(client, path, drawn)["footprint"]["people"]
    graded = asked(client, path, HOOD)["footprint"]["people"]
    cuts = [
        asked(client, path, HOOD | {"threshold": p})["footprint"]["people"] * rise
        for p, rise in steps
    ]
    assert graded == pytest.approx(sum(cuts))


def test_deciles_of_the_graded_are_sums_of_the_cut(client, steps):
    def deciles(footprint):
        body = asked(client, "/deprivation", footprint)["domains"][0]
        return np.array([each["people"] for each in body["deciles"]])

    cuts = sum(deciles(HOOD | {"threshold": p}) * rise for p, rise in steps)
    assert deciles(HOOD) == pytest.approx(cuts)


def test_reconciled_it_shares_what_its_squares_do(client, drawn, steps):
    def overlaps(footprint):
        body = asked(client, "/reconciliation", footprint, against=["wards"])
        return {
            each["code"]: np.array([each["overlap_m2"], each["overlap_people"]])
            for each in body["against"][0]["rows"]
        }

    cut, sent, graded = (overlaps(each) for each in (CUT, drawn, HOOD))
    # The corners of what is sent are rounded to a ten-centimetre.
    for code, both in cut.items():
        assert both == pytest.approx(sent[code], rel=1e-3)
    whole = sum(
        (overlaps(HOOD | {"threshold": p}).get("W", np.zeros(2)) * r for p, r in steps),
        np.zeros(2),
    )
    assert graded["W"] == pytest.approx(whole)


def test_it_is_taken_away_as_a_layer_and_as_tables(client, tmp_path):
    """Boundaries with what they share as GeoJSON; levels as CSV and GeoPackage."""
    layer = client.get(f"{AT}/reconciliation?threshold=0.5&f=geojson&against=wards")
    wanted = asked(client, "/reconciliation", CUT, against=["wards"])
    rows = {each["code"]: each for each in wanted["against"][0]["rows"]}
    found = {each["properties"]["code"]: each for each in layer.json()["features"]}
    for code, row in rows.items():
        told = found[code]["properties"]
        assert told["overlap_people"] == pytest.approx(row["overlap_people"])
    text = client.get(f"{AT}/consensus?levels=0.5&f=csv").text
    (line,) = [
        each for each in csv.DictReader(io.StringIO(text)) if each["of"] == "all"
    ]
    ground = on_grid(shapely.from_wkt(line["wkt"]))
    assert float(line["area_m2"]) == pytest.approx(ground.area, rel=1e-4)
    package = client.get(f"{AT}/consensus?levels=0.5&f=gpkg").content
    assert package[:15] == b"SQLite format 3"


def test_assets_and_postcodes_in_it_are_those_of_its_squares(client, drawn):
    inside = client.get(f"/assets?in=neighbourhood:{SLUG}").json()["assets"]
    ground = shape(drawn["geometry"])
    for each in client.get("/assets").json()["assets"]:
        if each["geometry"] is not None:
            is_in = shapely.intersects(ground, shape(each["geometry"]))
            assert is_in == (each["id"] in {one["id"] for one in inside})
    cut = asked(client, "/postcodes", CUT)
    assert cut["suppressed"]
    places = [each["postcode"] for each in cut["postcodes"]]
    assert places == [
        each["postcode"] for each in asked(client, "/postcodes", drawn)["postcodes"]
    ]


def test_a_look_up_tells_the_membership_that_the_footprint_has(client):
    """In a square the graded footprint's area is the look-up's share of it."""
    for x, y in ((60, 60), (110, 60), (160, 60)):
        at = f"/lookup?easting={EAST + x}&northing={NORTH + y}"
        near = client.get(at).json()["neighbourhoods"]
        (here,) = [each for each in near if each["slug"] == SLUG]
        thresholds = [
            each
            for each in np.arange(0.05, 1.01, 0.05)
            if _covers(client, each, x + EAST, y + NORTH)
        ]
        assert here["consensus"] == pytest.approx(max(thresholds), abs=0.051)


def _covers(client, level, east, north):
    body = client.get(f"{AT}/consensus?levels={level:.2f}").json()
    geometry = body["features"][0]["geometry"]
    if geometry is None:
        return False
    return bool(shapely.contains_xy(on_grid(shape(geometry)), east, north))
