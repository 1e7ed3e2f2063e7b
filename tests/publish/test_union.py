"""Several footprints joined into one, over REST."""

import numpy as np
import pytest
import shapely
from shapely.geometry import mapping

from tests.publish.problems import check_problem
from tests.toy_town import box, degrees

W, E = {"set": "wards", "code": "W"}, {"set": "wards", "code": "E"}
MIDDLE = {"neighbourhood": "middle", "threshold": 0.5}


def drawn(*sides):
    return {"geometry": mapping(degrees(box(*sides)))}


def post(client, *joined):
    sent = {"footprint": {"union": list(joined)}, "against": ["wards"]}
    return client.post("/reconciliation", json=sent)


def test_boundaries_of_one_set_joined_are_those_boundaries(client):
    joined = post(client, W, E, W).json()
    sent = {"footprint": {"set": "wards", "codes": ["W", "E"]}, "against": ["wards"]}
    whole = client.post("/reconciliation", json=sent).json()
    assert joined["against"] == whole["against"]
    assert joined["footprint"]["area_m2"] == pytest.approx(20_000)
    assert joined["footprint"]["label"] == whole["footprint"]["label"]
    assert joined["inputs"] == whole["inputs"]


def test_ground_that_several_hold_is_counted_once(client):
    body = post(client, drawn(0, 0, 100, 100), drawn(50, 0, 150, 100), W).json()
    assert body["footprint"]["area_m2"] == pytest.approx(15_000, rel=1e-4)
    assert body["footprint"]["kind"] == "crisp"
    assert body["footprint"]["made_how"] == "union of 3"


def test_boundaries_of_two_sets_may_be_joined(client):
    body = post(client, W, {"set": "pcns", "code": "U2"}).json()
    assert body["footprint"]["area_m2"] == pytest.approx(20_000)
    named = {each["set"] for each in body["inputs"]}
    assert {"wards", "pcns"} <= named


def test_a_neighbourhood_is_joined_on_grid_squares(client):
    body = post(client, MIDDLE, drawn(10, 10, 20, 20)).json()
    assert any("whole squares of 25 m" in note for note in body["notes"])
    # The squares are of the National Grid: 383050 to 383150, 398000 to 398100.
    assert body["footprint"]["area_m2"] == pytest.approx(10_100, rel=1e-4)


def test_a_graded_neighbourhood_has_no_edge_to_join(client):
    body = check_problem(post(client, W, {"neighbourhood": "middle"}), 422)
    assert "give it a threshold" in body["detail"]


def test_a_union_may_be_compared_and_a_neighbourhood_beside_it_stays_on_grid(client):
    for union in ([W, drawn(0, 0, 10, 10)], [MIDDLE, W]):
        sent = {"a": {"union": union}, "b": {"neighbourhood": "middle"}}
        body = client.post("/comparison", json=sent).json()
        assert body["b"]["made_how"].endswith("on squares of 25 m")
    sent = {"a": {"union": [W, E]}, "b": {"set": "wards", "codes": ["W", "E"]}}
    assert client.post("/comparison", json=sent).json()["agreement_area"] == 1


@pytest.mark.parametrize(
    ("union", "status"),
    [
        ([], 422),
        ([W] * 51, 422),
        ([{}], 422),
        ([{"union": [W]}], 422),
        ([W, {"set": "wards", "code": "X"}], 404),
        ([{"neighbourhood": "quiet", "threshold": 0.5}], 409),
        ("W", 422),
    ],
)
def test_a_union_that_cannot_be_made_says_why(client, union, status):
    sent = {"footprint": {"union": union}}
    check_problem(client.post("/reconciliation", json=sent), status)


def test_a_union_is_the_only_way_of_naming_a_footprint(client):
    sent = {"footprint": {"union": [W], "neighbourhood": "middle"}}
    check_problem(client.post("/reconciliation", json=sent), 422, "bad-body")


def test_drawings_that_cross_each_other_all_over_are_not_joined(client):
    rng, square = np.random.default_rng(1), ([-2.27, 53.47], [-2.25, 53.49])
    lines = [shapely.Polygon(rng.uniform(*square, (40, 2))) for _ in range(50)]
    tangle = [{"geometry": mapping(each)} for each in lines]
    listed = client.post("/postcodes", json={"footprint": {"union": tangle}})
    for answer in (post(client, *tangle), listed):
        body = check_problem(answer, 422, "bad-geometry")
        assert "more than 50,000 times" in body["detail"]
