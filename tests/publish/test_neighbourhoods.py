"""Neighbourhoods, their consensus, and how they fit boundaries."""

import pytest
import shapely
from shapely.geometry import shape

from tests.publish.problems import check_problem
from tests.toy_town import box, degrees

AT = "/neighbourhoods/middle"


def get(client, path="", **params):
    return client.get(AT + path, params=params)


def test_all_are_listed_and_how_few_drew_a_place_is_not_told(client):
    listed = client.get("/neighbourhoods").json()["neighbourhoods"]
    assert {each["slug"]: each["sketches"] for each in listed} == {
        "middle": 15,
        "quiet": None,
    }


def test_one_is_told_with_its_links(client):
    body = get(client).json()
    assert (body["name"], body["council"], body["is_simulated"]) == (
        "Middle",
        "Toy",
        True,
    )
    assert body["consensus"].endswith("/neighbourhoods/middle/consensus")


@pytest.mark.parametrize("path", ["", "/consensus", "/reconciliation"])
def test_an_unknown_slug_is_not_found(client, path):
    answer = client.get(f"/neighbourhoods/nowhere{path}")
    check_problem(answer, 404, "neighbourhood-not-found")


def test_the_consensus_has_a_level_each_on_the_published_grid(client):
    answer = get(client, "/consensus")
    assert answer.headers["content-type"] == "application/geo+json"
    features = answer.json()["features"]
    areas = {
        each["properties"]["level"]: each["properties"]["area_m2"] for each in features
    }
    assert areas == pytest.approx({0.2: 20_000, 0.5: 10_000, 0.8: 10_000})
    wide = shape(features[0]["geometry"])
    assert shapely.hausdorff_distance(wide, degrees(box(50, 0, 250, 100))) < 1e-4
    assert all(each["properties"]["is_simulated"] for each in features)


def test_the_statistics_of_the_consensus_can_be_done_by_hand(client):
    found = get(client, "/consensus").json()["statistics"]
    assert (found["sketches"], found["measure"]) == (15, "area")
    assert found["mean"] == pytest.approx(14_000)
    assert found["union"] == pytest.approx(20_000)
    assert found["core"] == found["majority"] == pytest.approx(10_000)


def test_the_consensus_by_people_counts_people(client):
    found = get(client, "/consensus", measure="people").json()["statistics"]
    # 150 people at 80 m are in all sketches, 100 at 160 m in two of five.
    assert found["measure"] == "people"
    assert found["mean"] == pytest.approx(150 + 0.4 * 100)
    assert found["union"] == pytest.approx(250)


def test_levels_are_those_asked_for(client):
    features = get(client, "/consensus", levels="0.4,1").json()["features"]
    assert [each["properties"]["level"] for each in features] == [0.4, 1.0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("levels", "0"),
        ("levels", "1.1"),
        ("levels", "a"),
        ("levels", ""),
        ("levels", "nan"),
        ("levels", ",".join(["0.5"] * 21)),
        ("measure", "noise"),
        ("colour", "red"),
    ],
)
def test_a_consensus_parameter_that_cannot_be_used_is_named(client, name, value):
    body = check_problem(get(client, "/consensus", **{name: value}), 400)
    assert body["parameter"] == name


@pytest.mark.parametrize("path", ["consensus", "reconciliation"])
def test_too_few_sketches_are_a_conflict_that_does_not_tell_how_few(client, path):
    answer = client.get(f"/neighbourhoods/quiet/{path}")
    body = check_problem(answer, 409, "too-few-sketches")
    assert "4" not in body["detail"]
    assert body["needed"] == 5


def test_the_reconciliation_is_graded_where_no_threshold_is_given(client):
    body = get(client, "/reconciliation", against="wards").json()
    found = {each["code"]: each for each in body["against"][0]["rows"]}
    assert body["footprint"]["kind"] == "graded"
    assert found["W"]["overlap_m2"] == pytest.approx(5_000)
    assert found["E"]["overlap_m2"] == pytest.approx(5_000 + 0.4 * 5_000)
    assert body["against"][0]["outside"]["m2"] == pytest.approx(0.4 * 5_000)
    assert found["W"]["overlap_people"] == pytest.approx(150)
    assert found["E"]["overlap_people"] == pytest.approx(40)
    assert body["against"][0]["main"]["code"] == "W"


def test_a_threshold_cuts_the_consensus(client):
    body = get(client, "/reconciliation", against="wards", threshold=0.5).json()
    assert body["footprint"]["area_m2"] == pytest.approx(10_000)
    assert body["footprint"]["people"] == pytest.approx(150)


def test_a_simulated_neighbourhood_says_so_in_every_answer(client):
    notes = get(client, "/reconciliation").json()["notes"]
    assert "The sketches are simulated: nobody drew them." in notes


def test_against_and_measures_narrow_the_answer(client):
    asked = {"against": "wards,pcns", "measures": "area"}
    body = get(client, "/reconciliation", **asked).json()
    assert [each["set"] for each in body["against"]] == ["wards", "pcns"]
    assert set(body["ledger"]) == {"area"}
    assert "people" not in body["footprint"]


def test_as_at_asks_the_sets_of_a_day(client):
    body = get(client, "/reconciliation", as_at="2012-06-01").json()
    assert [each["set"] for each in body["against"]] == ["old-wards"]


def test_as_geojson_each_boundary_is_a_feature_with_what_it_shares(client):
    answer = get(client, "/reconciliation", against="wards", f="geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    body = answer.json()
    found = {each["id"]: each for each in body["features"]}
    assert set(found) == {"wards/E", "wards/W"}
    west = found["wards/W"]
    assert west["properties"]["overlap_m2"] == pytest.approx(5_000)
    ward = degrees(box(0, 0, 100, 100))
    assert shapely.hausdorff_distance(shape(west["geometry"]), ward) < 1e-6
    assert "crs" not in body
    assert body["attribution"]


def test_as_geojson_assets_that_are_shared_in_part_are_told_too(client):
    told = get(client, "/reconciliation", measures="assets,area").json()
    rows = {
        f"{each['set']}/{row['code']}": row
        for each in told["against"]
        for row in each["rows"]
    }
    answer = get(client, "/reconciliation", measures="assets,area", f="geojson")
    assert answer.status_code == 200
    found = {each["id"]: each["properties"] for each in answer.json()["features"]}
    assert set(found) == set(rows)
    for name, row in rows.items():
        assert row.items() <= found[name].items()
    assert any(row["assets"] % 1 for row in rows.values())


def test_neighbourhoods_are_listed_page_by_page(client):
    first = client.get("/neighbourhoods?limit=1").json()
    assert [each["slug"] for each in first["neighbourhoods"]] == ["middle"]
    second = client.get(first["next"]).json()
    assert [each["slug"] for each in second["neighbourhoods"]] == ["quiet"]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("threshold", "0"),
        ("threshold", "1.01"),
        ("threshold", "nan"),
        ("threshold", "half"),
        ("measures", "noise"),
        ("against", ","),
        ("as_at", "2025-13-01"),
        ("f", "xml"),
        ("treshold", "0.5"),
    ],
)
def test_a_reconciliation_parameter_that_cannot_be_used_is_named(client, name, value):
    body = check_problem(get(client, "/reconciliation", **{name: value}), 400)
    assert body["parameter"] == name


def test_an_unknown_set_is_not_found(client):
    answer = get(client, "/reconciliation", against="nowhere")
    check_problem(answer, 404, "boundary-set-not-found")


def test_the_same_answer_has_the_same_tag_and_is_not_sent_twice(client):
    first = get(client, "/reconciliation")
    tag = first.headers["etag"]
    again = client.get(AT + "/reconciliation", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_consensus_tells_what_the_name_means_with_its_supporters(client):
    found = get(client, "/consensus").json()["definitions"]
    assert [(each["label"], each["sketches"], each["mean"]) for each in found] == [
        ("A", 9, 10_000),
        ("B", 6, 20_000),
    ]
    assert found[0]["share_of_sketches"] == pytest.approx(0.6)
    ground = shape(found[0]["geometry"])
    assert shapely.hausdorff_distance(ground, degrees(box(50, 0, 150, 100))) < 1e-4
