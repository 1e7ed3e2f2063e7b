"""What assets amount to for people, over REST, on toy town.

In W 150 people live at 20 and 150 at 80, in E 100 at 160; the hall is at 60, the park
from 140 to 180, the pond at (250, 90).
"""

import numpy as np
import pytest

from tests.publish.problems import check_problem
from tests.settings_of import set_to
from tests.toy_town import box, degrees

W = {"set": "wards", "code": "W"}
BOTH = {"set": "wards", "codes": ["W", "E"]}
HALL, PARK = "place.village_hall", "place.park"
MIDDLE = {"neighbourhood": "middle"}
AT = "/neighbourhoods/middle/provision"


def post(client, footprint=W, **more):
    return client.post("/provision", json={"footprint": footprint} | more)


def found(client, footprint=W, **more):
    answer = post(client, footprint, **more)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return body, {each["category"]: each for each in body["categories"]}


def test_people_are_within_reach_of_an_asset_or_out_of_it(client):
    body, told = found(client, within_m=30, categories=[HALL])
    hall = told[HALL]
    # 20 m from the door of the hall live 150, and 40 m from it as many.
    assert (hall["people_within_reach"], hall["people_out_of_reach"]) == (150, 150)
    assert hall["share_of_people_out_of_reach"] == 0.5
    assert hall["assets"] == 1
    assert hall["assets_per_1000_people"] == pytest.approx(1_000 / 300)
    assert body["footprint"]["people"] == 300


def test_at_the_distance_itself_is_within_reach(client):
    for metres, people in ((39.9, 150), (40, 300)):
        _, told = found(client, within_m=metres, categories=[HALL])
        assert told[HALL]["people_within_reach"] == people


def test_an_asset_beyond_the_edge_is_in_reach_and_not_in_the_footprint(client):
    _, told = found(client, within_m=60, categories=[PARK])
    # The park begins 60 m from those at 80, across the edge at 100.
    assert told[PARK]["people_within_reach"] == 150
    assert told[PARK]["assets"] == 0


def test_a_category_of_the_first_level_is_all_beneath_it(client):
    _, told = found(client, within_m=60, categories=["place", HALL])
    assert told["place"]["assets"] == 1
    assert told["place"]["people_within_reach"] == 300


def test_of_a_category_that_is_nowhere_near_all_are_out_of_reach(client):
    _, told = found(client, categories=["institution.library"])
    assert told["institution.library"]["people_out_of_reach"] == 300
    assert told["institution.library"]["assets_per_1000_people"] == 0


def test_without_categories_those_near_are_told_and_it_is_said(client):
    body, told = found(client, within_m=60)
    assert {HALL, PARK} <= set(told)
    assert any("name it in categories" in each for each in body["notes"])


def test_below_the_floor_are_those_who_lack_any_category(client):
    body, _ = found(client, within_m=30, categories=[HALL, PARK])
    # Of 300 in W 150 have the hall and none the park.
    assert body["floor"] == {"people_below": 300, "share_of_people_below": 1}
    body, _ = found(client, within_m=60, categories=[HALL, PARK])
    assert body["floor"]["people_below"] == 150


def test_the_gradient_goes_from_the_most_deprived_to_the_least(client):
    body, told = found(
        client, BOTH, within_m=40, categories=[HALL, "institution.library"]
    )
    # In W, rank 1, all 300 have the hall; in E, rank 2, none of 100. Mean 3/4, ridits
    # 3/8 and 7/8: cov = 3/4 (1/4)(-1/8) + 1/4 (-3/4)(3/8) = -3/32; var = 3/64.
    gradient = told[HALL]["gradient"]
    assert gradient["concentration_index"] == pytest.approx(-1 / 4)
    assert gradient["slope_index"] == pytest.approx(-2)
    assert told["institution.library"]["gradient"]["concentration_index"] is None
    assert body["deprivation"]["people_with_rank"] == 400
    assert body["deprivation"]["domain"] == "imd"


def test_hidden_and_closed_assets_reach_nobody(client):
    body, told = found(client, within_m=60)
    assert sum(each["assets"] for each in told.values()) == 1
    assert body["ledger"] == {
        "places": 2,
        "places_without_count": 0,
        "assets_read": 2,
        "assets_without_place": 1,
    }
    assert any("shown at no place" in each for each in body["notes"])


def test_a_drawing_and_a_union_have_what_the_boundary_has(client):
    drawn = {"geometry": degrees(box(0, 0, 100, 100)).__geo_interface__}
    asked = {"within_m": 30, "categories": [HALL, PARK]}
    _, told = found(client, **asked)
    assert found(client, drawn, **asked)[1] == told
    assert found(client, {"union": [drawn, W]}, **asked)[1] == told


def test_a_graded_consensus_is_the_sum_of_its_cuts(client):
    asked = {"within_m": 90, "categories": [HALL, PARK]}
    curve = client.get("/neighbourhoods/middle/consensus?levels=0.5").json()
    levels = [each["p"] for each in curve["statistics"]["curve"]]
    rises = np.diff(levels, prepend=0.0)
    body, graded = found(client, MIDDLE, **asked)
    cuts = [found(client, MIDDLE | {"threshold": each}, **asked) for each in levels]
    assert len(cuts) > 1
    for category, told in graded.items():
        for member in ("assets", "people_within_reach", "people_out_of_reach"):
            parts = [each[category][member] for _, each in cuts]
            assert told[member] == pytest.approx(float(np.dot(parts, rises)))
    below = [each["floor"]["people_below"] for each, _ in cuts]
    assert body["floor"]["people_below"] == pytest.approx(float(np.dot(below, rises)))
    assert body["suppressed"]


def test_a_neighbourhood_is_answered_by_its_own_address_too(client):
    asked = {"within_m": 90, "categories": [HALL, PARK]}
    for cut, query in (({}, ""), ({"threshold": 0.5}, "&threshold=0.5")):
        sent = post(client, MIDDLE | cut, **asked)
        own = client.get(f"{AT}?within_m=90&categories={HALL},{PARK}{query}")
        assert own.content == sent.content


def test_a_cut_consensus_has_what_its_squares_have(client):
    at = "/neighbourhoods/middle/consensus?levels=0.5"
    drawn = {"geometry": client.get(at).json()["features"][0]["geometry"]}
    asked = {"within_m": 90, "categories": [HALL, "place"]}
    _, cut = found(client, MIDDLE | {"threshold": 0.5}, **asked)
    _, sent = found(client, drawn, **asked)
    for category, told in cut.items():
        one, other = told.copy(), sent[category].copy()
        # The corners of what is sent are rounded to a ten-centimetre.
        for member in ("assets", "assets_per_1000_people"):
            assert one.pop(member) == pytest.approx(other.pop(member), rel=1e-2)
        assert one == other


def test_people_in_what_was_drawn_are_rounded_and_the_few_withheld(client):
    drawn = {"geometry": degrees(box(0, 0, 100, 100)).__geo_interface__}
    asked = {"within_m": 30, "categories": [HALL, PARK]}
    rounding = {"round_people": "true", "round_people_to": "40"}
    with set_to(**rounding, fewest_people="200"):
        body, told = found(client, drawn, **asked)
        exact, _ = found(client, W, **asked)
    assert body["footprint"]["people"] == 320
    assert told[HALL]["people_within_reach"] is None
    assert told[HALL]["share_of_people_out_of_reach"] is None
    assert told[HALL]["gradient"] is None
    assert told[HALL]["assets_per_1000_people"] == pytest.approx(1_000 / 320)
    assert told[PARK]["people_out_of_reach"] == 320
    withheld = [each for each in body["suppressed"] if each["what"] == "people"]
    assert {"within_reach", "out_of_reach"} == {each["of"] for each in withheld}
    # A boundary's people are published statistics.
    assert exact["footprint"]["people"] == 300
    assert exact["suppressed"] == []


def test_where_nobody_is_counted_there_are_no_rates(client):
    body, told = found(client, {"set": "wards", "code": "NE"}, categories=[HALL])
    assert told[HALL]["assets_per_1000_people"] is None
    assert told[HALL]["share_of_people_out_of_reach"] is None
    assert told[HALL]["gradient"] is None
    assert any("no rates" in each for each in body["notes"])


def test_an_answer_says_how_it_was_made_and_from_what(client):
    body, _ = found(client, categories=[HALL], at="2025-06-01")
    used = {each["set"] for each in body["inputs"]}
    assert {"assets", "people", "postcodes", "wards", "imd", "blocks"} == used
    assert {"Contains halls.", "Contains toy data."} <= set(body["attribution"])
    assert body["method"]["within_m"] == 800
    assert body["settings"]["at"] == "2025-06-01"
    assert body["settings"]["categories"] == [HALL]


@pytest.mark.parametrize(
    ("footprint", "more", "status"),
    [
        ({"neighbourhood": "quiet"}, {}, 409),
        (W, {"categories": ["place.pub_lic"]}, 400),
        (W, {"categories": []}, 422),
        (W, {"categories": ["a\0"]}, 422),
        (W, {"within_m": 0}, 422),
        (W, {"within_m": 1e9}, 422),
        (W, {"at": "yesterday"}, 422),
        (W, {"colour": "red"}, 422),
        ({}, {}, 422),
    ],
)
def test_what_cannot_be_answered_says_why(client, footprint, more, status):
    check_problem(post(client, footprint, **more), status)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("categories=place.nothing", 400),
        ("categories=,", 400),
        ("within_m=-1", 400),
        ("threshold=2", 400),
        ("at=soon", 400),
    ],
)
def test_what_an_address_cannot_ask_says_why(client, query, status):
    check_problem(client.get(f"{AT}?{query}"), status)
