"""Community assets over REST."""

import pytest

from tests.publish.problems import check_problem
from tests.toy_town import at, degrees


def names(answer):
    assert answer.status_code == 200, answer.text
    return [each["name"] for each in answer.json()["assets"]]


def asked(client, **params):
    return names(client.get("/assets", params=params))


def test_open_assets_are_listed_and_attributed(client):
    body = client.get("/assets").json()
    assert [each["name"] for each in body["assets"]] == [
        "Hall",
        "Park",
        "Pond",
        "Refuge",
    ]
    assert "Contains halls." in body["attribution"]
    assert body["next"] is None


def test_a_hidden_asset_is_listed_without_its_place(client):
    body = client.get("/assets").json()
    refuge = next(each for each in body["assets"] if each["name"] == "Refuge")
    assert refuge["geometry"] is None
    assert refuge["postcode"] is None


def test_categories_of_either_level_narrow_the_list(client):
    assert asked(client, category="place.village_hall") == ["Hall"]
    assert asked(client, category="place") == ["Hall", "Park", "Pond", "Refuge"]


def test_words_narrow_the_list(client):
    assert asked(client, q="hal") == ["Hall"]
    assert asked(client, q="100%_") == []


def test_a_status_other_than_open_is_asked_for_by_name(client):
    assert asked(client, status="closed") == ["Old hall"]
    assert asked(client, status="open,closed", category="place.village_hall") == [
        "Hall",
        "Old hall",
    ]


def test_in_a_boundary_or_a_neighbourhood_are_the_assets_that_meet_it(client):
    assert asked(client, **{"in": "boundary:wards/W"}) == ["Hall"]
    assert asked(client, **{"in": "boundary:wards/E"}) == ["Park"]
    assert asked(client, **{"in": "neighbourhood:middle"}) == ["Hall", "Park"]


def test_near_a_place_within_metres(client):
    hall = degrees(at(60, 50))
    near = f"{hall.x},{hall.y}"
    assert asked(client, near=near, within_m=10) == ["Hall"]
    assert asked(client, near=near, within_m=90) == ["Hall", "Park"]


def test_a_box_in_degrees(client):
    west, east = degrees(at(55, 45)), degrees(at(65, 55))
    bbox = f"{west.x},{west.y},{east.x},{east.y}"
    assert asked(client, bbox=bbox) == ["Hall"]


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_following_next_visits_every_asset_once(client, limit):
    seen, address = [], f"/assets?limit={limit}"
    while address is not None:
        body = client.get(address).json()
        seen += [each["name"] for each in body["assets"]]
        address = body["next"]
        assert len(seen) <= 4
    assert seen == ["Hall", "Park", "Pond", "Refuge"]


def test_a_filter_is_kept_on_the_next_page(client):
    body = client.get("/assets?limit=1&in=neighbourhood:middle").json()
    assert names(client.get(body["next"])) == ["Park"]


def test_assets_as_geojson(client):
    answer = client.get("/assets?f=geojson&category=place.village_hall")
    assert answer.headers["content-type"] == "application/geo+json"
    (feature,) = answer.json()["features"]
    assert feature["properties"]["name"] == "Hall"
    assert feature["geometry"]["type"] == "Point"


def test_one_asset_is_told_whatever_its_status(client):
    (closed,) = client.get("/assets?status=closed").json()["assets"]
    body = client.get(f"/assets/{closed['id']}").json()
    assert (body["name"], body["status"]) == ("Old hall", "closed")
    assert body["attribution"] == ["Contains halls."]


@pytest.mark.parametrize("number", ["0", "-1", "999999", str(2**63), str(10**30)])
def test_an_asset_that_is_not_there_is_not_found(client, number):
    check_problem(client.get(f"/assets/{number}"), 404, "asset-not-found")


@pytest.mark.parametrize("number", ["hall", "1.5", "9" * 5_000])
def test_a_number_of_an_asset_that_is_none_is_told(client, number):
    check_problem(client.get(f"/assets/{number}"), 400, "bad-parameter")


def test_categories_are_listed_with_how_many_assets_they_have(client):
    found = client.get("/asset-categories").json()["asset_categories"]
    counts = {each["code"]: each["assets"] for each in found}
    assert counts["place.village_hall"] == 1
    assert len(found) > 20


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"in": "nowhere"}, 400),
        ({"in": "boundary:wards"}, 400),
        ({"in": "boundary:wards/"}, 400),
        ({"in": "neighbourhood:"}, 400),
        ({"in": "planet:earth"}, 400),
        ({"in": "boundary:no/W"}, 404),
        ({"in": "boundary:wards/X"}, 404),
        ({"in": "neighbourhood:nowhere"}, 404),
        ({"in": "neighbourhood:quiet"}, 409),
        ({"near": "here"}, 400),
        ({"near": "1"}, 400),
        ({"near": "nan,nan", "within_m": 5}, 400),
        ({"near": "-74,40.7", "within_m": 5}, 400),
        ({"sort": "distance"}, 400),
        ({"sort": "relevance"}, 400),
        ({"sort": "colour"}, 400),
        ({"within_m": 5}, 400),
        ({"near": "-2.25,53.48", "within_m": 0}, 400),
        ({"near": "-2.25,53.48", "within_m": "inf"}, 400),
        ({"near": "-2.25,53.48", "within_m": "nan"}, 400),
        ({"status": "lost"}, 400),
        ({"status": ","}, 400),
        ({"bbox": "1,2"}, 400),
        ({"as_at": "2025-02-30"}, 400),
        ({"q": "x" * 201}, 400),
        ({"f": "xml"}, 400),
        ({"colour": "red"}, 400),
        ({"after": "!"}, 400),
    ],
)
def test_a_filter_that_cannot_be_met_is_told(client, params, status):
    check_problem(client.get("/assets", params=params), status)


def test_an_unknown_category_is_told_with_the_nearest(client):
    answer = client.get("/assets", params={"category": "place.vilage_hall"})
    body = check_problem(answer, 400, "bad-parameter")
    assert body["parameter"] == "category"
    assert "place.village_hall" in body["nearest"]
