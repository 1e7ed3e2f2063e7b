"""What held a place before and now, over REST: the town's old wards and new ones."""

import pytest

from tests.publish.problems import check_problem

POSTCODE = {"postcode": "M1 1AB"}


def kinds(body):
    return {each["kind"]: each["boundaries"] for each in body["history"]}


def test_a_place_tells_what_it_was_and_is_by_kind(client):
    found = client.get("/history", params=POSTCODE)
    old, new = kinds(found.json())["ward"]

    assert (old["code"], old["valid_from"], old["valid_to"], old["holds"]) == (
        "OLD",
        "2010-01-01",
        "2015-01-01",
        False,
    )
    assert (new["code"], new["valid_from"], new["holds"]) == ("W", "2020-01-01", True)
    assert new["known_by"] == ["wards"]
    assert "Contains wards." in found.json()["attribution"]


def test_which_of_them_holds_goes_by_the_day_asked_about(client):
    body = client.get("/history", params=POSTCODE | {"as_at": "2012-06-01"}).json()

    assert [each["holds"] for each in kinds(body)["ward"]] == [True, False]


def test_a_point_is_asked_about_like_a_postcode(client):
    place = client.get("/lookup", params=POSTCODE).json()["point"]
    degrees = {key: place[key] for key in ("lon", "lat")}
    grid = {key: place[key] for key in ("easting", "northing")}

    for asked in (degrees, grid):
        body = client.get("/history", params=asked | {"kinds": "ward"}).json()
        assert [each["code"] for each in kinds(body)["ward"]] == ["OLD", "W"]
        assert list(kinds(body)) == ["ward"]


def test_a_code_tells_the_sets_that_have_it(client):
    body = client.get("/codes/W").json()

    assert [each["set"] for each in body["sets"]] == ["blocks", "wards"]
    assert body["came_from"] == body["became"] == []


@pytest.mark.parametrize(
    ("path", "params", "status", "slug"),
    [
        ("/history", {"postcode": "M9 9ZZ"}, 404, "postcode-not-found"),
        ("/history", {"postcode": "nowhere"}, 422, "bad-postcode"),
        ("/history", {}, 400, "bad-parameter"),
        ("/history", POSTCODE | {"kinds": "county"}, 400, "bad-parameter"),
        ("/history", POSTCODE | {"as_at": "2012"}, 400, "bad-parameter"),
        ("/history", POSTCODE | {"day": "2012-01-01"}, 400, "bad-parameter"),
        ("/codes/NOBODY", {}, 404, "code-not-found"),
    ],
)
def test_what_cannot_be_answered_says_why(client, path, params, status, slug):
    check_problem(client.get(path, params=params), status, slug)
