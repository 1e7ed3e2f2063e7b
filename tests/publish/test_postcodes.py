"""The postcodes in an area, over the interface."""

import csv

import pytest

from tests.publish.problems import check_problem
from tests.toy_town import box, degrees


def drawn(*sides):
    return {"geometry": degrees(box(*sides)).__geo_interface__}


def names(body):
    return [each["postcode"] for each in body["postcodes"]]


def posted(client, footprint, **params):
    return client.post("/postcodes", json={"footprint": footprint}, params=params)


def at(code, name="wards"):
    return f"/boundary-sets/{name}/boundaries/{code}/postcodes"


def test_a_boundary_has_the_postcodes_whose_look_up_finds_it(client):
    body = client.get(at("W")).json()
    assert names(body) == ["M1 1AA", "M1 1AB"]
    assert (body["count"], body["next"]) == (2, None)
    assert body["postcodes"][0] == {
        "postcode": "M1 1AA",
        "easting": 383_020.0,
        "northing": 398_050.0,
        "lon": pytest.approx(-2.2565, abs=0.01),
        "lat": pytest.approx(53.478, abs=0.01),
        "is_live": None,
        "ended": None,
    }
    assert "Contains wards." in body["attribution"]
    assert names(client.get(at("U1", "pcns")).json()) == ["M1 1AA", "M1 1AB"]
    assert names(client.get(at("U2", "pcns")).json()) == ["M1 1AB", "M1 1AD"]


def test_pages_follow_each_other_by_the_next_link(client):
    found, address, pages = [], at("W") + "?limit=1", 0
    while address:
        body = client.get(address).json()
        found += names(body)
        address, pages = body["next"], pages + 1
    assert (found, pages) == (["M1 1AA", "M1 1AB"], 2)


def test_as_csv_the_next_page_is_in_a_header(client):
    answer = client.get(at("W"), params={"f": "csv", "limit": 1})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    (row,) = csv.DictReader(answer.text.splitlines())
    assert (row["postcode"], row["is_live"], row["ended"]) == ("M1 1AA", "", "")
    address = answer.headers["link"].removesuffix('>; rel="next"').removeprefix("<")
    last = client.get(address)
    assert last.text.splitlines()[1].startswith("M1 1AB,")
    assert "link" not in last.headers


def test_any_footprint_may_be_asked(client):
    assert names(posted(client, drawn(0, 0, 300, 100)).json()) == [
        "M1 1AA",
        "M1 1AB",
        "M1 1AD",
        "M1 1AE",
    ]
    assert names(posted(client, {"set": "wards", "codes": ["E", "W"]}).json()) == [
        "M1 1AA",
        "M1 1AB",
        "M1 1AD",
    ]
    union = {"union": [drawn(240, 40, 260, 60), {"set": "wards", "code": "W"}]}
    assert names(posted(client, union).json()) == ["M1 1AA", "M1 1AB", "M1 1AE"]


def test_a_neighbourhood_has_those_in_the_squares_where_enough_sketches_agree(client):
    majority = {"neighbourhood": "middle"}
    assert names(posted(client, majority).json()) == ["M1 1AB"]
    fewer = {"neighbourhood": "middle", "threshold": 0.3}
    assert names(posted(client, fewer).json()) == ["M1 1AB", "M1 1AD"]
    check_problem(posted(client, {"neighbourhood": "quiet"}), 409, "too-few-sketches")


def test_the_next_page_of_a_body_is_asked_with_the_same_body(client):
    body = posted(client, drawn(0, 0, 300, 100), limit=3).json()
    assert body["count"] == 4
    again = client.post(body["next"], json={"footprint": drawn(0, 0, 300, 100)})
    assert (names(again.json()), again.json()["next"]) == (["M1 1AE"], None)


def test_an_area_without_postcodes_is_an_empty_list(client):
    body = posted(client, drawn(0, 110, 10, 120)).json()
    assert (body["postcodes"], body["count"], body["next"]) == ([], 0, None)


def test_status_parts_live_from_ended(client):
    assert len(names(client.get(at("W"), params={"status": "live"}).json())) == 2
    assert names(client.get(at("W"), params={"status": "terminated"}).json()) == []


def test_as_at_needs_a_set_of_that_day(client):
    asked = {"as_at": "2012-06-01"}
    answer = client.get(at("W"), params=asked)
    check_problem(answer, 422, "boundary-set-not-valid")
    assert len(names(client.get(at("OLD", "old-wards"), params=asked).json())) == 3


@pytest.mark.parametrize(
    ("path", "status", "slug"),
    [
        (at("X9"), 404, "boundary-not-found"),
        (at("W", "nowhere"), 404, "boundary-set-not-found"),
        (at("W") + "?limit=0", 400, "bad-parameter"),
        (at("W") + "?after=nonsense", 400, "bad-parameter"),
        (at("W") + "?status=dead", 400, "bad-parameter"),
        (at("W") + "?f=xml", 400, "bad-parameter"),
        (at("W") + "?colour=red", 400, "bad-parameter"),
    ],
)
def test_what_cannot_be_asked_is_told(client, path, status, slug):
    check_problem(client.get(path), status, slug)


@pytest.mark.parametrize("body", [{}, [], None, {"footprint": {}}, {"footprint": 1}])
def test_a_body_that_names_no_footprint_is_told(client, body):
    check_problem(client.post("/postcodes", json=body), 422, "bad-body")
