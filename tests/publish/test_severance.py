"""Boundary sets by whom they part from what they use, over REST, on toy town."""

import math

import pytest
from shapely.geometry import mapping

from tests.publish.problems import check_problem
from tests.toy_town import box, degrees

W = {"set": "wards", "code": "W"}


def post(client, footprint=W, **more):
    return client.post("/severance", json={"footprint": footprint} | more)


def use(metres, bandwidth=800):
    return math.exp(-(metres**2) / (2 * bandwidth**2))


# W holds the hall at 60; 150 people live at 20, 150 at 80, and 100 at 160 in E.
IN_W, IN_E = 150 * (use(40) + use(20)), 100 * use(100)


def test_a_set_parts_those_who_live_on_another_side_than_most(client):
    body = post(client, sets=["wards"]).json()
    [wards] = body["sets"]
    assert wards["severance"] == pytest.approx(IN_E / (IN_W + IN_E))
    assert wards["wrong_side"] == pytest.approx(IN_E / (IN_W + IN_E))
    assert wards["people_parted"] == pytest.approx(IN_E)


def test_sets_are_ranked_with_those_that_part_fewest_first(client):
    body = post(client, sets=["wards", "old-wards"]).json()
    assert [(each["rank"], each["set"]) for each in body["sets"]] == [
        (1, "old-wards"),
        (2, "wards"),
    ]
    assert body["sets"][0]["people_parted"] == 0


def test_a_day_has_the_sets_that_hold_on_it(client):
    drawn = {"geometry": mapping(degrees(box(0, 0, 100, 100)))}
    body = post(client, drawn, as_at="2012-06-01").json()
    assert [each["set"] for each in body["sets"]] == ["old-wards"]


def test_building_blocks_are_left_out_unless_named(client):
    assert {each["set"] for each in post(client).json()["sets"]} == {"wards", "pcns"}
    assert post(client, sets=["blocks"]).json()["sets"][0]["set"] == "blocks"


def test_each_asset_says_where_it_is_and_where_its_users_are(client):
    body = post(client, sets=["wards", "pcns"]).json()
    [hall] = body["assets"]
    assert hall["name"] == "Hall"
    assert hall["people_using"] == pytest.approx(IN_W + IN_E)
    assert body["people_using"] == hall["people_using"]
    found = {each["set"]: each for each in hall["sets"]}
    assert (found["wards"]["codes"], found["wards"]["users_code"]) == (["W"], "W")
    # Of PCNs U1 holds [0, 120]: all but those at 160.
    assert (found["pcns"]["codes"], found["pcns"]["users_code"]) == (["U1"], "U1")
    assert found["pcns"]["severance"] == pytest.approx(IN_E / (IN_W + IN_E))


def test_a_bandwidth_says_how_far_people_go(client):
    body = post(client, sets=["wards"], bandwidth_m=20).json()
    # Four bandwidths are 80 m: nobody comes from 160.
    assert body["sets"][0]["severance"] == 0
    assert body["assets"][0]["people_using"] == pytest.approx(
        150 * (use(40, 20) + use(20, 20))
    )
    assert body["method"]["reach_m"] == 80


def test_assets_just_across_the_edge_are_told_with_their_distance(client):
    found = post(client).json()["assets_across_edge"]
    assert {each["name"]: each["distance_m"] for each in found} == {
        "Park": 40,
        "Pond": 150,
    }
    near = post(client, edge_m=50).json()["assets_across_edge"]
    assert [each["name"] for each in near] == ["Park"]


def test_hidden_and_closed_assets_are_not_told(client):
    text = post(client).text
    assert "Refuge" not in text
    assert "Old hall" not in text


def test_a_neighbourhood_is_asked_about_and_its_edge_is_that_of_its_squares(client):
    body = post(client, {"neighbourhood": "middle"}, sets=["wards"]).json()
    # Three sketches hold a quarter of the park and two all of it: more than half.
    assert [each["name"] for each in body["assets"]] == ["Hall", "Park"]
    # Shown to 150 m; the pond stands at 250.
    [pond] = body["assets_across_edge"]
    assert (pond["name"], pond["distance_m"]) == ("Pond", 100)
    assert any("whole squares" in note for note in body["notes"])


def test_without_assets_there_is_nothing_to_part(client):
    body = post(client, {"set": "wards", "code": "NW"}, sets=["wards"]).json()
    assert body["assets"] == []
    assert body["sets"][0]["severance"] is None
    assert body["sets"][0]["people_parted"] == 0


def test_an_answer_says_how_it_was_made_and_from_what(client):
    body = post(client, sets=["wards"]).json()
    told = body["method"]
    assert told.pop("people").startswith("people of building blocks")
    assert told == {
        "kernel": "exp(-d² / 2h²)",
        "bandwidth_m": 800,
        "reach_m": 3_200,
        "edge_m": 250,
    }
    used = {each["set"] for each in body["inputs"]}
    assert used == {"assets", "people", "postcodes", "wards"}
    assert "Contains wards." in body["attribution"]
    assert any("like size" in note for note in body["notes"])


@pytest.mark.parametrize(
    ("footprint", "more", "status"),
    [
        ({"neighbourhood": "quiet"}, {}, 409),
        (W, {"sets": ["none"]}, 404),
        (W, {"sets": []}, 422),
        (W, {"bandwidth_m": 0}, 422),
        (W, {"bandwidth_m": 1e9}, 422),
        (W, {"edge_m": -1}, 422),
        (W, {"colour": "red"}, 422),
        ({}, {}, 422),
    ],
)
def test_what_cannot_be_answered_says_why(client, footprint, more, status):
    check_problem(post(client, footprint, **more), status)
