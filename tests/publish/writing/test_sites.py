"""Several sites of one asset, written one by one by who keeps it."""

import pytest

from tests.publish.problems import check_problem

TWO = [
    {"name": "Hall", "postcode": "M1 1AA", "opening_hours": "Mo 10:00-12:00"},
    {"name": "Quay", "longitude": -2.2545, "latitude": 53.4786},
]


def change(town, asset, **said):
    return town.patch(f"/assets/{asset}", "steward", match="*", json=said)


def test_an_asset_of_several_sites_is_at_all_of_them(town):
    told = town.add(sites=TWO, postcode=...).json()
    assert [each["name"] for each in told["sites"]] == ["Hall", "Quay"]
    assert told["sites"][0]["longitude"] == pytest.approx(-2.257, abs=0.01)
    assert told["geometry"]["type"] == "MultiPoint"
    found = town.get(f"/assets/{told['id']}").json()
    assert found["sites"] == told["sites"]


def test_sites_are_put_in_place_of_those_before_and_taken_away(town):
    asset = town.add(sites=TWO, postcode=...).json()["id"]
    one = change(town, asset, sites=TWO[1:]).json()
    assert (one["version"], len(one["sites"])) == (2, 1)
    assert one["geometry"]["type"] == "Point"
    same = change(town, asset, cost="free").json()
    assert (same["sites"], same["geometry"]) == (one["sites"], one["geometry"])
    same = change(town, asset, name="Renamed", sites=TWO[1:]).json()
    assert same["sites"] == one["sites"]
    none = change(town, asset, sites=[], postcode="M1 1AA").json()
    assert (none["sites"], none["geometry"]["type"]) == ([], "Point")


def test_sites_of_a_place_that_is_hidden_are_told_to_those_who_keep_it_alone(town):
    told = town.add(sites=TWO, postcode=..., location_visibility="hidden").json()
    at = f"/assets/{told['id']}"
    assert town.get(at).json()["sites"] == []
    assert len(town.get(at, "steward").json()["sites"]) == 2
    changed = change(town, told["id"], cost="free").json()
    assert len(changed["sites"]) == 2


@pytest.mark.parametrize(
    "site",
    [
        {"postcode": "nowhere"},
        {"longitude": -122.7, "latitude": 51.8},
        {"longitude": 0, "latitude": 0},
        {"longitude": 53.4, "latitude": -2.2},
        {"longitude": 999, "latitude": 1},
        {"colour": "red"},
    ],
)
def test_a_site_that_cannot_be_is_refused(town, site):
    body = {"name": "x", "category": "place.village_hall", "neighbourhood": "middle"}
    check_problem(town.post("/assets", "steward", json={**body, "sites": [site]}), 422)
