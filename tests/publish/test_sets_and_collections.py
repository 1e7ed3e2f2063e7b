"""Boundary sets, and their boundaries and the assets as GeoJSON, page by page."""

import pytest
import shapely
from shapely.geometry import shape

from tests.publish.problems import check_problem
from tests.toy_town import SQUARES, at, degrees

OTHERS = ["assets", "neighbourhoods", "organisations", "quality"]


def pages(client, address):
    """Every page, following the links; each link once."""
    seen = []
    while address is not None:
        assert len(seen) < 50
        seen.append(client.get(address).json())
        links = {each["rel"]: each["href"] for each in seen[-1]["links"]}
        address = links.get("next")
    return seen


def test_the_service_is_alive_and_ready(client):
    assert client.get("/health/live").json()["status"] == "ok"
    ready = client.get("/health/ready").json()
    assert ready["transformation"] == "OSTN15"
    assert ready["check_point_off_m"] < 0.01
    assert ready["migration"]


def test_all_sets_are_listed_with_what_they_say_of_themselves(client):
    body = client.get("/boundary-sets").json()
    found = {each["id"]: each for each in body["boundary_sets"]}
    assert list(found) == ["blocks", "old-wards", "pcns", "wards"]
    wards = found["wards"]
    assert (wards["kind"], wards["count"], wards["version"]) == ("ward", 4, 1)
    assert (wards["is_coverage"], wards["overlapping"]) == (True, False)
    assert found["pcns"]["overlapping"] is True
    assert found["pcns"]["issues"]["overlap_m2"] == pytest.approx(4_000)
    assert wards["licence"] == "OGL-3.0"
    assert "Contains wards." in body["attribution"]


def test_sets_of_a_day_are_those_that_hold_on_it(client):
    body = client.get("/boundary-sets", params={"as_at": "2012-06-01"}).json()
    assert [each["id"] for each in body["boundary_sets"]] == ["old-wards"]


def test_sets_of_a_kind_are_those_of_that_kind(client):
    body = client.get("/boundary-sets?kind=ward").json()
    assert [each["id"] for each in body["boundary_sets"]] == ["old-wards", "wards"]
    assert client.get("/boundary-sets?kind=oa").json()["boundary_sets"] == []
    answer = client.get("/boundary-sets?kind=wards")
    assert check_problem(answer, 400, "bad-parameter")["parameter"] == "kind"


def test_sets_are_listed_page_by_page(client):
    seen, address = [], "/boundary-sets?limit=3"
    while address is not None:
        body = client.get(address).json()
        seen.append([each["id"] for each in body["boundary_sets"]])
        address = body["next"]
    assert seen == [["blocks", "old-wards", "pcns"], ["wards"]]
    skipped = client.get("/boundary-sets?offset=3&kind=ward").json()
    assert skipped["boundary_sets"] == []


def test_collections_are_listed_page_by_page(client):
    found = pages(client, "/collections?limit=2")
    names = [[each["id"] for each in page["collections"]] for page in found]
    assert names == [["blocks", "old-wards"], ["pcns", "wards"], OTHERS[:2], OTHERS[2:]]


def test_collections_that_hold_on_a_day_are_listed(client):
    then = client.get("/collections?as_at=2012-06-01").json()["collections"]
    assert [each["id"] for each in then] == ["old-wards", *OTHERS]
    check_problem(client.get("/collections?as_at=yesterday"), 400)


def test_items_are_asked_for_as_at_a_day(client):
    path = "/collections/old-wards/items?as_at="
    assert client.get(f"{path}2012-06-01").json()["numberReturned"] == 1
    # The day before valid_to holds; valid_to itself does not.
    assert client.get(f"{path}2014-12-31").status_code == 200
    check_problem(client.get(f"{path}2015-01-01"), 422, "boundary-set-not-valid")


def test_one_set_is_told_with_the_way_to_its_items(client):
    body = client.get("/boundary-sets/old-wards").json()
    assert (body["valid_from"], body["valid_to"]) == ("2010-01-01", "2015-01-01")
    assert client.get(body["items"]).json()["numberReturned"] == 1


@pytest.mark.parametrize(
    "path", ["/boundary-sets/no", "/collections/no", "/collections/no/items"]
)
def test_an_unknown_set_is_not_found(client, path):
    check_problem(client.get(path), 404, "boundary-set-not-found")


def test_every_set_and_the_assets_are_collections(client):
    body = client.get("/collections").json()
    names = [each["id"] for each in body["collections"]]
    assert names == ["blocks", "old-wards", "pcns", "wards", *OTHERS]
    for name in names:
        assert client.get(f"/collections/{name}").json()["id"] == name


def test_boundaries_are_geojson_in_degrees_wound_as_rfc_7946_asks(client):
    answer = client.get("/collections/wards/items")
    assert answer.headers["content-type"] == "application/geo+json"
    body = answer.json()
    assert "crs" not in body
    found = {each["id"]: shape(each["geometry"]) for each in body["features"]}
    for code, square in SQUARES.items():
        assert shapely.hausdorff_distance(found[code], degrees(square)) < 1e-6
        assert shapely.is_ccw(shapely.get_parts(found[code])[0].exterior)
    assert body["features"][0]["properties"]["area_m2"] == 10_000
    assert body["attribution"] == ["Contains wards."]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
def test_following_next_visits_every_boundary_once(client, limit):
    found = pages(client, f"/collections/wards/items?limit={limit}")
    codes = [each["id"] for page in found for each in page["features"]]
    assert codes == ["E", "NE", "NW", "W"]
    assert all(page["numberReturned"] <= limit for page in found)


def test_an_offset_skips_and_is_not_carried_to_the_next_page(client):
    found = pages(client, "/collections/wards/items?limit=2&offset=1")
    codes = [each["id"] for page in found for each in page["features"]]
    assert codes == ["NE", "NW", "W"]


def test_a_box_gives_the_boundaries_it_meets(client):
    point = degrees(at(50, 50))
    corners = (point.x - 1e-5, point.y - 1e-5, point.x + 1e-5, point.y + 1e-5)
    bbox = ",".join(map(str, corners))
    found = client.get("/collections/wards/items", params={"bbox": bbox}).json()
    assert [each["id"] for each in found["features"]] == ["W"]
    nowhere = client.get("/collections/wards/items?bbox=0,51,0.1,51.1").json()
    assert nowhere["features"] == []


def test_a_box_of_six_numbers_leaves_heights_out(client):
    asked = "-3,53,0,-2,54,100"
    found = client.get(f"/collections/wards/items?bbox={asked}").json()
    assert found["numberReturned"] == 4


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bbox", "1,2,3"),
        ("bbox", "a,b,c,d"),
        ("bbox", "1,52,2,51"),
        ("bbox", "nan,51,1,52"),
        ("bbox", "-inf,51,1,52"),
        ("bbox", "383000,398000,384000,399000"),
        ("bbox", ""),
        ("limit", "0"),
        ("limit", "-1"),
        ("limit", "many"),
        ("limit", "9" * 5_000),
        ("offset", "-1"),
        ("offset", "99999999"),
        ("after", "x"),
        ("after", "djE6LTE"),
        ("after", "\u00e9"),
        ("after", "djE6" + "9" * 40),
        ("crs", "27700"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_named(client, name, value):
    answer = client.get("/collections/wards/items", params={name: value})
    assert check_problem(answer, 400, "bad-parameter")["parameter"] == name


def test_a_large_limit_is_cut_not_refused(client):
    found = client.get("/collections/wards/items?limit=1000000").json()
    assert found["numberReturned"] == 4


@pytest.mark.parametrize(
    "path", ["/boundary-sets", "/collections/wards/items", "/collections", "/assets"]
)
def test_what_a_client_has_already_is_not_sent_again(client, path):
    first = client.get(path)
    headers = {"if-none-match": f'"other", W/{first.headers["etag"]}'}
    again = client.get(path, headers=headers)
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(path, headers={"if-none-match": '"other"'}).status_code == 200


def test_assets_are_items_too_and_hidden_ones_have_no_place(client):
    found = pages(client, "/collections/assets/items?limit=2")
    features = [each for page in found for each in page["features"]]
    named = {each["properties"]["name"]: each["geometry"] for each in features}
    assert set(named) == {"Hall", "Park", "Pond", "Refuge"}
    assert named["Refuge"] is None
    assert shapely.distance(shape(named["Hall"]), degrees(at(60, 50))) < 1e-6


def test_what_is_not_there_and_what_may_not_be_done_are_problems_too(client):
    check_problem(client.get("/nowhere"), 404, "not-found")
    check_problem(client.delete("/boundary-sets"), 405, "method-not-allowed")


def test_reads_are_open_to_other_sites(client):
    answer = client.get("/boundary-sets", headers={"origin": "https://example.org"})
    assert answer.headers["access-control-allow-origin"] == "*"
