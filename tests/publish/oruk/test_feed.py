"""The feed of Open Referral UK: by its schemas, with no more told than is published."""

import json
from uuid import UUID, uuid4

import pytest

from tests.publish.oruk.schemas import check, check_page
from tests.publish.problems import check_problem

LISTS = {
    "services": "service",
    "service_at_locations": "service_at_location",
    "organizations": "organization",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}
NAMES = [
    *("Hall", "Twin", "Refuge", "Cafe", "Choir", "Old hall", "Ending hall", "Corner")
]


def contents(oruk, path):
    answer = oruk.get(f"/oruk/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()["contents"]


def named(oruk, name, query=""):
    found = contents(oruk, f"services?full=true{query}")
    return next(each for each in found if each["name"] == name)


def test_the_root_says_what_is_kept_to(oruk):
    told = oruk.get("/oruk").json()
    assert told["version"] == "HSDS-UK-3.0"
    assert told["profile"].startswith("https://")
    assert oruk.get(told["openapi_url"]).status_code == 200


@pytest.mark.parametrize(("path", "kind"), LISTS.items())
def test_each_list_and_each_of_its_items_is_by_the_schemas(oruk, path, kind):
    page = oruk.get(f"/oruk/{path}").json()
    check_page(kind, page)
    assert page["contents"]
    for each in page["contents"]:
        alone = oruk.get(f"/oruk/{path}/{each['id']}").json()
        check(kind, alone)
        assert alone["id"] == each["id"]
    if path in ("services", "service_at_locations"):
        check_page(kind, oruk.get(f"/oruk/{path}?full=true").json())


@pytest.mark.parametrize("path", LISTS)
def test_pages_hold_each_item_once(oruk, path):
    whole = contents(oruk, f"{path}?per_page=1000")
    found, number, last = [], 1, False
    while not last:
        page = oruk.get(f"/oruk/{path}?per_page=2&page={number}").json()
        assert page["first_page"] == (number == 1)
        assert page["total_items"] == len(whole)
        assert page["total_pages"] == -(-len(whole) // 2)
        assert page["size"] == len(page["contents"])
        found += page["contents"]
        number, last = number + 1, page["last_page"]
    assert found == whole
    beyond = oruk.get(f"/oruk/{path}?per_page=2&page={number}").json()
    assert beyond["empty"]
    assert beyond["last_page"]
    assert beyond["size"] == 0


def test_what_is_planned_is_not_listed_and_what_is_over_is_defunct(oruk):
    found = contents(oruk, "services")
    assert [each["name"] for each in found] == NAMES
    over = {each["name"] for each in found if each["status"] == "defunct"}
    assert over == {"Old hall", "Ending hall"}
    assert {each["status"] for each in found} == {"active", "defunct"}


def test_a_service_tells_what_is_known_of_an_asset(oruk):
    hall = named(oruk, "Hall")
    assert hall["url"] == "https://hall.example/a%20b"
    assert (hall["fees"], hall["assured_date"]) == ("Free", "2026-03-01")
    assert hall["attribution"] == "Contains halls."
    body = hall["organization"]
    assert body["id"] == hall["organization_id"]
    assert {each["identifier"] for each in body["organization_identifiers"]} == {
        *("1000001", "00000001")
    }
    days = [(each["freq"], each["byday"]) for each in hall["schedules"]]
    week = ("WEEKLY", "MO,TU,WE,TH,FR")
    assert days == [week, week, ("MONTHLY", "2WE")]
    (place,) = hall["service_at_locations"]
    assert place["location"]["external_identifier"] == "100000000001"
    (address,) = place["location"]["addresses"]
    assert (address["address_1"], address["city"]) == ("1 High Street", "Toytown")
    (attribute,) = hall["attributes"]
    assert attribute["taxonomy_term"]["code"] == "place.village_hall"
    (contact,) = hall["contacts"]
    assert "name" not in contact


def test_hidden_and_approximate_places_hold(oruk):
    assert "service_at_locations" not in named(oruk, "Refuge")
    (place,) = named(oruk, "Cafe")["service_at_locations"]
    shown = oruk.get("/assets?q=Cafe").json()["assets"][0]["geometry"]["coordinates"]
    location = place["location"]
    assert [location["longitude"], location["latitude"]] == shown
    assert "addresses" not in location
    assert "external_identifier" not in location
    for path in ("services?full=true", "service_at_locations?full=true", "services"):
        text = json.dumps(contents(oruk, path))
        assert "M1 1AE" not in text
        assert "Secret" not in text


def test_hours_that_are_no_schedule_are_told_in_words(oruk):
    (told,) = named(oruk, "Choir")["schedules"]
    assert told["description"] == "when it rains"
    assert "freq" not in told


def test_what_is_no_address_of_its_kind_is_left_out(oruk):
    corner = named(oruk, "Corner")
    assert "url" not in corner
    assert "email" not in corner


def test_each_filter_holds(oruk):
    hall = named(oruk, "Hall")
    term = hall["attributes"][0]["taxonomy_term"]
    body = hall["organization_id"]

    def found(query):
        return [each["name"] for each in contents(oruk, f"services?{query}")]

    assert found("search=HALL tea") == ["Hall"]
    assert found(f"taxonomy_term_id={term['id']}") == ["Hall"]
    assert found(f"taxonomy_term_id={term['parent_id']}") == NAMES
    assert found(f"taxonomy_id={term['taxonomy_id']}") == NAMES
    assert found(f"organization_id={body}") == ["Hall"]
    for name in ("taxonomy_term_id", "taxonomy_id", "organization_id"):
        assert found(f"{name}={uuid4()}") == []
    moment = hall["last_modified"]
    assert "Hall" in found(f"modified_after={moment}")
    assert found("modified_after=2999-01-01T00:00:00") == []
    places = contents(oruk, f"service_at_locations?organization_id={body}")
    assert [each["service_id"] for each in places] == [hall["id"]]
    shortest = contents(oruk, "services?minimal=true")
    assert {*shortest[0]} == {"id", "last_modified"}


def test_terms_are_asked_for_by_what_is_above_them(oruk):
    tops = contents(oruk, "taxonomy_terms?top_only=true")
    assert tops
    assert all("parent_id" not in each for each in tops)
    place = next(each for each in tops if each["code"] == "place")
    below = contents(oruk, f"taxonomy_terms?parent_id={place['id']}&search=HALL")
    assert "place.village_hall" in {each["code"] for each in below}
    assert contents(oruk, f"taxonomy_terms?taxonomy_id={uuid4()}") == []


def test_each_site_of_an_asset_is_a_place_of_its_service(oruk):
    twin = named(oruk, "Twin")
    places = twin["service_at_locations"]
    assert [each["location"]["name"] for each in places] == ["North", "South"]
    assert "schedules" not in places[0]
    assert places[1]["schedules"]
    alone = oruk.get(f"/oruk/service_at_locations/{places[1]['id']}").json()
    assert alone["service"]["name"] == "Twin"
    assert alone["location"] == places[1]["location"]


@pytest.mark.parametrize("path", LISTS)
def test_what_is_not_there_is_not_found(oruk, path):
    there = UUID(contents(oruk, path)[0]["id"])
    for each in (uuid4(), UUID(int=there.int ^ 1), UUID(int=there.int ^ (1 << 50))):
        told = check_problem(oruk.get(f"/oruk/{path}/{each}"), 404, "not-published")
        assert told["id"] == str(each)


@pytest.mark.parametrize(
    "query",
    ["page=0", "per_page=x", "modified_after=7", "taxonomy_id=x", "colour=red"],
)
def test_a_bad_query_is_refused(oruk, query):
    check_problem(oruk.get(f"/oruk/services?{query}"), 400, "bad-parameter")
