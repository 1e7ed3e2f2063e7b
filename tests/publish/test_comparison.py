"""Two footprints compared over REST: three parts, never a resident's own line."""

import pytest
from shapely.geometry import mapping, shape

from assetmap import crs
from tests.publish.problems import check_problem
from tests.toy_town import EAST, NORTH, box, degrees

W, E = {"set": "wards", "code": "W"}, {"set": "wards", "code": "E"}
MIDDLE = {"neighbourhood": "middle"}


def drawn(*sides):
    return {"geometry": mapping(degrees(box(*sides)))}


def post(client, a, b, **more):
    return client.post("/comparison", json={"a": a, "b": b} | more)


def parts(body):
    return {each["id"]: each["properties"] for each in body["features"]}


def on_grid(feature):
    """The vertices of a feature, in metres from the corner of the town."""
    ground = crs.grid_shapes([shape(feature["geometry"])])[0]
    return [
        (round(x - EAST, 1), round(y - NORTH, 1))
        for polygon in getattr(ground, "geoms", [ground])
        for x, y in polygon.exterior.coords
    ]


def test_two_drawn_shapes_have_three_parts_with_every_measure(client):
    body = post(client, drawn(0, 0, 100, 100), drawn(50, 0, 240, 100)).json()
    found = parts(body)
    assert list(found) == ["only_a", "both", "only_b"]
    areas = [each["area_m2"] for each in found.values()]
    assert areas == pytest.approx([5_000, 5_000, 14_000], rel=1e-3)
    assert [each["people"] for each in found.values()] == [150, 150, 100]
    assert found["both"]["assets"] == 1
    assert body["agreement_area"] == pytest.approx(5 / 24, rel=1e-3)
    assert body["agreement_people"] == pytest.approx(150 / 400)
    assert body["share_of_a_people"] == pytest.approx(0.5)
    assert body["share_of_b_people"] == pytest.approx(150 / 250)
    assert body["hausdorff_m"] == pytest.approx(140, abs=0.5)
    assert body["a"]["area_m2"] == pytest.approx(10_000, rel=1e-3)
    assert body["undefined"] == {}
    assert body["people_at"] == "all postcodes"


def test_an_answer_is_geojson_and_names_its_sources_and_inputs(client):
    answer = post(client, W, drawn(0, 0, 50, 50))
    assert answer.headers["content-type"] == "application/geo+json"
    body = answer.json()
    assert body["type"] == "FeatureCollection"
    assert {each["set"]: each["version"] for each in body["inputs"]} == {
        "assets": 1,
        "people": 1,
        "postcodes": 1,
        "wards": 1,
    }
    assert "Contains wards." in body["attribution"]
    assert body["features"][0]["geometry"] is not None


def test_boundaries_that_meet_share_an_edge_and_nothing_else(client):
    body = post(client, W, E).json()
    assert parts(body)["both"] == {
        "part": "both",
        "area_m2": 0,
        "people": 0,
        "assets": 0,
    }
    assert body["features"][1]["geometry"] is None
    assert body["agreement_people"] == 0
    assert (body["a"]["people"], body["b"]["people"]) == (300, 100)


def test_a_boundary_and_itself_agree_wholly(client):
    body = post(client, W, W).json()
    assert (body["agreement_area"], body["agreement_people"]) == (1, 1)
    assert (body["hausdorff_m"], body["centroid_distance_m"]) == (0, 0)


def test_a_neighbourhood_beside_a_boundary_is_counted_exactly_by_its_consensus(client):
    body = post(client, MIDDLE, W).json()
    # Three sketches [50, 150], two [50, 250]: all hold [50, 100].
    found = parts(body)
    assert found["both"]["area_m2"] == pytest.approx(5_000)
    assert found["only_a"]["area_m2"] == pytest.approx(9_000)
    assert found["only_b"]["area_m2"] == pytest.approx(5_000)
    assert (body["a"]["kind"], body["b"]["kind"]) == ("graded", "crisp")
    assert any("simulated" in note for note in body["notes"])
    assert any("lesser of the two" in note for note in body["notes"])


def test_the_ground_of_a_neighbourhood_is_shown_on_grid_squares_only(client):
    ward = {"set": "wards", "code": "NE"}
    body = post(client, MIDDLE, ward).json()
    vertices = on_grid(body["features"][0])
    assert all(x % 25 == 0 and y % 25 == 0 for x, y in vertices)
    assert any("whole squares of 25 m" in note for note in body["notes"])


def test_beside_a_drawn_shape_a_neighbourhood_is_measured_on_the_grid_too(client):
    body = post(client, MIDDLE, drawn(0, 0, 50, 50)).json()
    assert body["a"]["made_how"] == "consensus of 15 sketches, on squares of 25 m"


def test_two_neighbourhoods_may_be_compared(client):
    cut = {"neighbourhood": "middle", "threshold": 1}
    body = post(client, MIDDLE, cut).json()
    # The cut holds [50, 150], where p is 1; 2 of 5 reach 100 m beyond.
    assert body["agreement_area"] == pytest.approx(10_000 / 14_000)
    assert post(client, MIDDLE, MIDDLE).json()["agreement_area"] == pytest.approx(1)


def test_a_comparison_of_another_day_takes_the_sets_of_that_day(client):
    old = {"set": "old-wards", "code": "OLD"}
    body = post(client, old, drawn(0, 0, 200, 100), as_at="2012-06-01").json()
    assert body["agreement_area"] == pytest.approx(0.5, rel=1e-3)
    told = check_problem(post(client, W, old, as_at="2025-06-01"), 422)
    assert told["type"] == "/problems/boundary-set-not-valid"


def test_where_nobody_lives_agreement_by_people_is_null_with_the_reason(client):
    body = post(client, drawn(0, 0, 10, 10), drawn(5, 0, 10, 10)).json()
    assert body["agreement_people"] is None
    assert body["undefined"]["people"] == "nobody is in either"


def test_a_comparison_is_a_picture_where_one_is_asked_for(client):
    body = {"a": W, "b": E}
    drawn = client.post("/comparison?f=svg", json=body)
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert "<title>Place W and Place E compared</title>" in drawn.text
    assert "Accept" not in drawn.headers["vary"]
    for accept, kind in (
        ("image/png, image/svg+xml;q=0.5", "image/png"),
        ("image/svg+xml", "image/svg+xml"),
        ("image/webp, */*", "application/geo+json"),
        ("application/json, image/png;q=0.1", "application/geo+json"),
    ):
        told = client.post("/comparison", json=body, headers={"Accept": accept})
        assert told.headers["content-type"].split(";")[0] == kind
        assert told.headers["vary"].startswith("Accept, ")
    picture = client.post("/comparison?f=png", json=body, headers={"Accept": "x/y"})
    assert picture.content.startswith(b"\x89PNG")
    check_problem(client.post("/comparison?f=pdf", json=body), 400)


def test_the_same_question_has_the_same_bytes(client):
    assert post(client, MIDDLE, W).content == post(client, MIDDLE, W).content


@pytest.mark.parametrize(
    ("a", "b", "status", "kind"),
    [
        ({"neighbourhood": "quiet"}, W, 409, "too-few-sketches"),
        ({"neighbourhood": "nowhere"}, W, 404, "neighbourhood-not-found"),
        (W, {"set": "wards", "code": "X"}, 404, "boundary-not-found"),
        (W, {"set": "none", "code": "X"}, 404, "boundary-set-not-found"),
        (W, {}, 422, "bad-body"),
        (W, None, 422, "bad-body"),
        (W, {"geometry": {"type": "Point", "coordinates": [0, 0]}}, 422, None),
    ],
)
def test_what_cannot_be_compared_says_why(client, a, b, status, kind):
    told = check_problem(post(client, a, b), status)
    assert kind is None or told["type"] == f"/problems/{kind}"
