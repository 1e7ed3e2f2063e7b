"""Assets by REST: added, changed, verified, closed, by whoever keeps them."""

from datetime import UTC, datetime, timedelta

import pytest

from assetmap.sources.days import today
from tests.publish.problems import check_problem

PLACE = {"type": "Point", "coordinates": [-2.25, 53.4784]}
PARK = {
    "type": "Polygon",
    "coordinates": [
        [[-2.2571, 53.4786], [-2.256, 53.4786], [-2.256, 53.479], [-2.2571, 53.4786]]
    ],
}


def etag(town, path, who=None):
    return town.get(path, who).headers["etag"]


def change(town, path, who="steward", **said):
    return town.patch(path, who, json=said, match=etag(town, path, who))


@pytest.fixture
def hall(town):
    """The address of a new asset that the stewards of the middle keep."""
    return f"/assets/{town.add().json()['id']}"


def test_what_a_steward_adds_is_there_at_once(town):
    answer = town.add(description="<b>Tea</b>", languages=["en", "cy"])

    body = answer.json()
    assert answer.headers["location"].endswith(f"/assets/{body['id']}")
    assert body["neighbourhood"] == "middle"
    assert (body["source"], body["attribution"]) == ("Middle", ["Middle"])
    assert (body["version"], body["is_published"], body["issues"]) == (1, True, [])
    read = town.get(f"/assets/{body['id']}")
    assert read.json()["description"] == "<b>Tea</b>"
    assert read.json()["languages"] == ["en", "cy"]
    assert read.headers["etag"].startswith('"1-')
    listed = town.get("/assets?q=New&limit=1000").json()["assets"]
    assert body["id"] in {each["id"] for each in listed}


def test_an_asset_is_a_point_a_line_or_ground(town):
    line = {"type": "LineString", "coordinates": [[-2.25, 53.478], [-2.251, 53.479]]}
    for shape in (PLACE, line, PARK):
        told = town.add(geometry=shape, postcode=...).json()
        assert told["geometry"]["type"] == shape["type"]


def test_ground_that_crosses_itself_is_mended_and_told(town):
    a, b, c, d = (-2.25, 53.47), (-2.24, 53.48), (-2.24, 53.47), (-2.25, 53.48)
    bow = {"type": "Polygon", "coordinates": [[a, b, c, d, a]]}

    told = town.add(geometry=bow, postcode=...).json()

    assert told["geometry"]["type"] == "MultiPolygon"
    (issue,) = told["issues"]
    assert (issue["column"], issue["outcome"]) == ("geometry", "repaired")


WRONG = [
    ({"category": "place.vilage_hall"}, "category", "place.vilage_hall"),
    ({"postcode": "M9 9ZZ"}, "postcode", "M9 9ZZ"),
    ({"postcode": "nowhere"}, "postcode", "nowhere"),
    ({"name": " "}, "name", ""),
    ({"name": "x" * 301}, "name", None),
    ({"email": "nobody"}, "email", "nobody"),
    ({"url": "javascript:alert(1)"}, "url", "javascript:alert(1)"),
    ({"uprn": "12x"}, "uprn", "12x"),
    ({"valid_from": "2024-01-02", "valid_to": "2024-01-01"}, "valid_to", "2024-01-01"),
    ({"geometry": {"type": "Point", "coordinates": [0, 0]}}, "geometry", "0, 0"),
    (
        {"geometry": {"type": "Point", "coordinates": [-122.7, 53.4]}},
        "geometry",
        "-122.7, 53.4",
    ),
    (
        {"geometry": {"type": "Point", "coordinates": [53.4, -2.2]}},
        "geometry",
        "53.4, -2.2",
    ),
    ({"geometry": {"type": "Point", "coordinates": [-2.2]}}, "geometry", None),
    ({"geometry": {"type": "GeometryCollection"}}, "geometry", None),
    ({"organisation": "club"}, "organisation", "club"),
]


@pytest.mark.parametrize(("said", "column", "value"), WRONG)
def test_what_cannot_be_used_is_refused_by_member_and_value(town, said, column, value):
    body = {"name": "Hall", "category": "place.village_hall", "postcode": "M1 1AA"}
    sent = {**body, "neighbourhood": "middle", **said}

    answer = town.post("/assets", "steward", json=sent)

    told = check_problem(answer, 422)
    assert told["column"] == column
    assert value is None or told["value"] == value


@pytest.mark.parametrize(
    ("said", "location"),
    [
        ({"colour": "red"}, "colour"),
        ({"source_ref": "1"}, "source_ref"),
        ({"name": 3}, "name"),
        ({"status": "shut"}, "status"),
        ({"location_visibility": None}, "location_visibility"),
        ({"is_published": "perhaps"}, "is_published"),
        ({"valid_from": 0}, "valid_from"),
        ({"languages": "en"}, "languages"),
    ],
)
def test_members_that_are_unknown_or_of_another_kind_are_refused(town, said, location):
    body = {"name": "Hall", "category": "place.village_hall", **said}
    told = check_problem(town.post("/assets", "steward", json=body), 422, "bad-body")
    assert told["location"] == location


def test_only_who_keeps_assets_there_adds_them(town):
    body = {"name": "Hall", "category": "place.village_hall", "postcode": "M1 1AA"}
    there = {**body, "neighbourhood": "middle"}
    check_problem(town.post("/assets", json=there), 401, "key-needed")
    check_problem(town.post("/assets", "analyst", json=there), 403, "role-needed")
    for other in ("other steward", "editor", "officer", "administrator"):
        check_problem(town.post("/assets", other, json=there), 403)
    for body_of, who in (
        (there, "steward"),
        ({**body, "organisation": "club"}, "editor"),
    ):
        assert town.post("/assets", who, json=body_of).status_code == 201
    # An officer keeps, for nobody else, what lies in the council's own ward.
    assert town.post("/assets", "officer", json=body).status_code == 201
    away = {**body, "postcode": "M1 1AD"}
    check_problem(town.post("/assets", "officer", json=away), 403)
    nobodys = {**body, "neighbourhood": "nowhere"}
    check_problem(town.post("/assets", "steward", json=nobodys), 404)


def test_what_a_contributor_adds_is_published_by_a_steward(town):
    told = town.add("contributor").json()
    path = f"/assets/{told['id']}"
    assert told["is_published"] is False
    for other in (None, "other steward", "editor", "officer", "administrator"):
        check_problem(town.get(path, other), 404, "asset-not-found")
    check_problem(change(town, path, "contributor", is_published=True), 403)
    assert change(town, path, "contributor", cost="free").json()["cost"] == "free"

    assert change(town, path, is_published=True).json()["version"] == 3

    assert town.get(path).status_code == 200
    assert change(town, path, is_published=False).status_code == 200
    check_problem(town.get(path), 404)


def test_how_what_is_published_is_shown_is_for_who_publishes(town):
    path = f"/assets/{town.add('contributor').json()['id']}"
    hidden = {"location_visibility": "hidden"}
    assert change(town, path, "contributor", **hidden).status_code == 200
    assert change(town, path, is_published=True).status_code == 200
    for said in ({"location_visibility": "exact"}, {"status": "unverified"}):
        told = check_problem(change(town, path, "contributor", **said), 403)
        assert told["action"] == "publish"
    assert change(town, path, "contributor", status="closed").status_code == 200
    check_problem(change(town, path, "contributor", status="open"), 403)
    assert change(town, path, status="open").status_code == 200


def test_a_contributor_does_not_change_what_others_added(town, hall):
    check_problem(change(town, hall, "contributor", cost="1"), 403, "asset-not-yours")
    assert town.get(hall).json()["version"] == 1


def test_a_change_says_which_version_it_is_for(town, hall):
    first = etag(town, hall)
    check_problem(town.patch(hall, "steward", json={"cost": "1"}), 428)
    assert (
        town.patch(hall, "steward", json={"cost": "1"}, match=first).status_code == 200
    )
    told = check_problem(
        town.patch(hall, "steward", json={"cost": "2"}, match=first),
        412,
        "version-stale",
    )
    assert told["version"] == 2
    check_problem(town.patch(hall, "steward", json={}, match='"other"'), 412)
    check_problem(town.delete(hall, "steward", match=first), 412)
    check_problem(town.delete(hall, "steward"), 428, "precondition-needed")
    assert town.get(hall).json()["cost"] == "1"
    last = town.patch(hall, "steward", json={"cost": "3"}, match="*")
    assert last.headers["etag"].startswith('"3-')
    weak = town.patch(
        hall, "steward", json={"cost": "4"}, match=f'W/{last.headers["etag"]}, "x"'
    )
    assert weak.json()["version"] == 4


def test_what_is_left_out_stays_and_null_clears(town, hall):
    change(town, hall, phone="01726 000000", cost="free", access="ramp")
    told = change(town, hall, cost=None).json()
    assert (told["cost"], told["access"], told["phone"]) == (
        None,
        "ramp",
        "01726 000000",
    )
    for said in ({"name": None}, {"category": ""}, {"status": None}):
        assert change(town, hall, **said).status_code == 422


def test_a_change_that_says_nothing_new_makes_no_version(town, hall):
    before = town.get(hall).json()
    after = change(
        town, hall, name=before["name"], category="PLACE.VILLAGE_HALL"
    ).json()
    assert (after["version"], after["updated_at"]) == (1, before["updated_at"])


def test_who_stood_at_its_postcode_goes_to_the_new_one(town, hall):
    before = town.get(hall).json()["geometry"]
    after = change(town, hall, postcode="M1 1AD").json()["geometry"]
    assert before != after
    change(town, hall, geometry=PLACE)
    kept = change(town, hall, postcode="M1 1AA").json()
    assert kept["geometry"] == PLACE
    assert change(town, hall, geometry=None).json()["geometry"] == before
    check_problem(change(town, hall, postcode="M9 9ZZ"), 422)


def test_a_hidden_place_is_shown_to_its_keepers_alone(town, hall):
    where = town.get(hall).json()["geometry"]
    told = change(town, hall, location_visibility="hidden", address="1 High St").json()
    assert (told["geometry"], told["address"]) == (where, "1 High St")
    for other in (None, "other steward", "officer", "administrator"):
        seen = town.get(hall, other).json()
        assert (seen["geometry"], seen["address"], seen["postcode"]) == (None,) * 3
    near = f"near={where['coordinates'][0]},{where['coordinates'][1]}&within_m=200"
    listed = town.get(f"/assets?{near}&limit=1000", "steward").json()["assets"]
    assert told["id"] not in {each["id"] for each in listed}
    rough = change(town, hall, location_visibility="approximate").json()
    assert rough["geometry"] == where
    assert town.get(hall).json()["geometry"] not in (None, where)
    exact = change(town, hall, location_visibility="exact")
    assert town.get(hall).json()["geometry"] == exact.json()["geometry"] == where


def test_closing_is_not_deleting(town, hall):
    answer = town.delete(hall, "steward", match=etag(town, hall))
    assert (answer.status_code, answer.json()["status"]) == (200, "closed")
    assert answer.json()["valid_to"] == today().isoformat()
    assert town.get(hall).json()["version"] == 2
    listed = town.get("/assets?limit=1000").json()["assets"]
    assert answer.json()["id"] not in {each["id"] for each in listed}
    again = town.delete(hall, "steward", match=answer.headers["etag"])
    assert again.json()["version"] == 2


def test_what_began_today_closes_without_a_last_day(town):
    path = f"/assets/{town.add(valid_from=today().isoformat()).json()['id']}"
    told = town.delete(path, "steward", match="*").json()
    assert (told["status"], told["valid_to"]) == ("closed", None)


def test_verifying_is_apart_from_changing(town):
    path = f"/assets/{town.add(status='unverified').json()['id']}"
    check = f"{path}/verification"
    check_problem(town.post(check, "steward"), 428)
    check_problem(town.post(check, match="*"), 401)
    check_problem(town.post(check, "analyst", match="*"), 403)
    check_problem(town.post(check, "editor", match="*"), 403)

    told = town.post(check, "contributor", match=etag(town, path)).json()

    at = datetime.fromisoformat(told["verified_at"])
    assert abs(datetime.now(UTC) - at) < timedelta(minutes=5)
    assert (told["status"], told["version"]) == ("open", 2)
    day = {"verified_on": "2024-05-01"}
    told = town.post(check, "steward", json=day, match="*").json()
    assert told["verified_at"].startswith("2024-05-01")
    ahead = {"verified_on": (today() + timedelta(days=2)).isoformat()}
    told = check_problem(town.post(check, "steward", json=ahead, match="*"), 422)
    assert told["value"] == ahead["verified_on"]


def test_history_tells_all_when_and_what_and_keepers_who_and_the_rest(town, hall):
    change(town, hall, phone="01726 000000", description="Ask for Ann.")
    change(town, hall, description=None)
    seen = town.get(f"{hall}/history").json()["versions"]
    assert [each["version"] for each in seen] == [3, 2, 1]
    assert [set(each["changed"]) for each in seen] == [
        {"description"},
        {"phone", "description"},
        set(),
    ]
    assert {each["by"] for each in seen} == {each["said"] for each in seen} == {None}
    assert "Ann" not in str(seen)
    assert seen[0]["until_at"] is None
    assert seen[1]["until_at"] == seen[0]["from_at"]
    kept = town.get(f"{hall}/history?limit=2", "steward").json()
    assert [each["by"] for each in kept["versions"]] == ["steward"] * 2
    assert kept["versions"][1]["said"]["description"] == "Ask for Ann."
    (first,) = town.get(kept["next"], "steward").json()["versions"]
    assert (first["version"], first["said"]["phone"]) == (1, None)
    check_problem(town.get("/assets/999999/history"), 404)


def test_a_place_hidden_later_is_not_in_the_history_that_others_see(town, hall):
    change(town, hall, location_visibility="hidden")
    for other in (None, "editor", "officer", "administrator"):
        seen = town.get(f"{hall}/history", other).json()["versions"]
        assert {each["said"] for each in seen} == {None}
    kept = town.get(f"{hall}/history", "steward").json()["versions"]
    assert all(each["said"]["geometry"] for each in kept)


def test_contact_data_is_erased_from_history_too(town, hall):
    change(town, hall, phone="01726 000000", email="ann@example.org")
    change(town, hall, phone="01726 111111")
    check_problem(town.delete(f"{hall}/contact", "editor", match="*"), 403)
    check_problem(town.delete(f"{hall}/contact", "steward"), 428)

    told = town.delete(f"{hall}/contact", "steward", match="*").json()

    assert (told["phone"], told["email"], told["version"]) == (None, None, 4)
    kept = town.get(f"{hall}/history", "steward").text
    assert "01726" not in kept
    assert "ann@" not in kept
    assert '"phone"' in kept


def test_the_same_key_and_body_give_the_first_answer(town):
    body = {"name": "Once", "category": "place.village_hall", "neighbourhood": "middle"}
    first = town.post("/assets", "steward", json=body, once="a1")
    change(town, f"/assets/{first.json()['id']}", cost="free")
    again = town.post("/assets", "steward", json=body, once="a1")
    assert again.status_code == 201
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["etag"] == first.headers["etag"]
    other = town.post("/assets", "steward", json=body | {"name": "Two"}, once="a1")
    check_problem(other, 422, "key-reused")
    elsewhere = town.post("/assets", "contributor", json=body, once="a1")
    assert elsewhere.json()["id"] != first.json()["id"]
    wrong = town.post("/assets", "steward", json=body | {"category": "x"}, once="a2")
    check_problem(wrong, 422, "bad-value")
    assert town.post("/assets", "steward", json=body, once="a2").status_code == 201


def test_what_is_asked_for_by_another_number_is_not_there(town):
    for number in ("0", "-1", "99999999999999999999"):
        path = f"/assets/{number}"
        assert town.patch(path, "steward", json={}, match="*").status_code in {400, 404}
        check_problem(town.delete("/assets/123456", "steward", match="*"), 404)


def test_too_long_a_body_is_refused(town):
    body = b'{"name": "' + b"x" * 11_000_000 + b'"}'
    check_problem(town.post("/assets", "steward", content=body), 413)
    check_problem(town.post("/assets", "steward", content=b"{"), 422, "bad-body")
    check_problem(town.post("/assets", "steward", content=b"[]"), 422, "bad-body")
