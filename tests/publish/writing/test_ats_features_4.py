"""OGC API Features Part 4 (20-002r1): its abstract tests, each by its identifier."""

import json
import re

import pytest

from tests.publish.ogc.asking import CRS84, GRID, WEB
from tests.publish.problems import check_problem

GEOJSON, MERGE = "application/geo+json", "application/merge-patch+json"
ITEMS = "/collections/assets/items"
MINE = "/collections/sketches/items"
PLACE = {"type": "Point", "coordinates": [-2.25, 53.4784]}
ON_GRID = {"type": "Point", "coordinates": [383499.0, 397975.0]}
HALL = {
    "type": "Feature",
    "geometry": PLACE,
    "properties": {"name": "Hall", "category": "place.village_hall"},
}
GROUND = {
    "type": "Polygon",
    "coordinates": [
        [[-2.2565, 53.4784], [-2.2555, 53.4784], [-2.2555, 53.479], [-2.2565, 53.4784]]
    ],
}
DRAWN = {
    "type": "Feature",
    "geometry": GROUND,
    "properties": {"neighbourhood": "middle", "note": "Mine"},
}
NEW = {ITEMS: HALL, MINE: DRAWN}
OTHERWISE = {ITEMS: {"description": "Tea"}, MINE: {"note": "Ours"}}

every = pytest.mark.parametrize("items", [ITEMS, MINE])


def send(town, method, path, body, kind=GEOJSON, who="steward", **more):
    headers = {"Content-Type": kind} if kind else {}
    sent = json.dumps(body).encode()
    headers |= more.pop("headers", {})
    return town.ask(method, path, who, content=sent, headers=headers, **more)


def add(town, items=ITEMS, who="steward", **said):
    """The address of a new feature."""
    body = NEW[items] | {"properties": NEW[items]["properties"] | said}
    answer = send(town, "POST", items, body, who=who)
    assert answer.status_code == 201, answer.text
    return (
        answer.headers["location"]
        .partition("/collections")[2]
        .join(("/collections", ""))
    )


def read(town, path, who="steward"):
    answer = town.get(path, who)
    assert answer.status_code == 200, answer.text
    return answer


def with_(feature, **said):
    return feature | {"properties": feature["properties"] | said}


@every
def test_ats_create_replace_delete_options(town, items):
    """/conf/create-replace-delete/options."""
    all_, one = (town.ask("OPTIONS", at, "steward") for at in (items, add(town, items)))
    assert (all_.status_code, one.status_code) == (200, 200)
    assert "POST" in all_.headers["allow"].split(", ")
    assert GEOJSON in all_.headers["accept-post"]
    assert {"GET", "PUT", "PATCH", "DELETE"} <= {*one.headers["allow"].split(", ")}


@every
def test_ats_create_replace_delete_create(town, items):
    """/conf/create-replace-delete/create: each at the address that is told."""
    for body in (NEW[items], NEW[items] | {"id": "mine"}):
        answer = send(town, "POST", items, body)
        assert answer.status_code == 201, answer.text
        where = answer.headers["location"]
        found = read(town, where).json()
        assert where.endswith(f"{items}/{found['id']}")
        assert str(found["id"]) != "mine"
        said = body["properties"]
        assert {name: found["properties"][name] for name in said} == said
        assert found["geometry"]["coordinates"][0]


@every
def test_ats_create_replace_delete_content_types(town, items):
    """/conf/create-replace-delete/create-content-type, replace-content-type."""
    path = add(town, items)
    for method, at in (("POST", items), ("PUT", path), ("PATCH", path)):
        for kind in ("", "text/plain"):
            answer = send(town, method, at, NEW[items], kind, match="*")
            assert check_problem(answer, 400)["parameter"] == "Content-Type"


@every
def test_ats_create_replace_delete_replace(town, items):
    """/conf/create-replace-delete/replace."""
    path = add(town, items)
    first = read(town, path)
    body = with_(NEW[items], **OTHERWISE[items])
    answer = send(town, "PUT", path, body, match=first.headers["etag"])
    assert answer.status_code == 200, answer.text
    now = read(town, path).json()["properties"]
    assert {name: now[name] for name in OTHERWISE[items]} == OTHERWISE[items]
    assert now["version"] == first.json()["properties"]["version"] + 1


@every
def test_ats_create_replace_delete_replace_rid(town, items):
    """/conf/create-replace-delete/replace-rid; /conf/features/geojson."""
    path = add(town, items)
    for body in (NEW[items] | {"id": "other"}, with_(NEW[items], id="other")):
        told = check_problem(send(town, "PUT", path, body, match="*"), 422)
        assert told["column"] == "id"


@every
def test_ats_create_replace_delete_replace_exceptions(town, items):
    """/conf/create-replace-delete/replace-exceptions."""
    for name in ("999999999", "99999999999999999999", "no", "\u00e9"):
        for match in ("*", '"xyz"'):
            path = f"{items}/{name}"
            assert send(town, "PUT", path, NEW[items], match=match).status_code == 404
            assert town.get(path, "steward").status_code == 404


@every
def test_ats_create_replace_delete_delete(town, items):
    """/conf/create-replace-delete/delete."""
    path = add(town, items)
    assert town.delete(path, "steward", match="*").status_code == 204
    assert town.get(path, "steward").status_code == 404


@every
def test_ats_update_options(town, items):
    """/conf/update/options."""
    answer = town.ask("OPTIONS", add(town, items), "steward")
    assert "PATCH" in answer.headers["allow"]
    assert MERGE in answer.headers["accept-patch"]


@every
def test_ats_update_update(town, items):
    """/conf/update/update; /conf/features/json-merge-patch."""
    path = add(town, items)
    first = read(town, path)
    body = {"properties": OTHERWISE[items]}
    answer = send(town, "PATCH", path, body, MERGE, match=first.headers["etag"])
    assert answer.status_code == 200, answer.text
    before, now = first.json(), read(town, path).json()
    moved = {"version", "updated_at", "drawn_at", *OTHERWISE[items]}
    for name, value in before["properties"].items():
        if name not in moved:
            assert now["properties"][name] == value, name
    assert now["geometry"] == before["geometry"]
    assert {name: now["properties"][name] for name in OTHERWISE[items]} == OTHERWISE[
        items
    ]
    cleared = {"properties": dict.fromkeys(OTHERWISE[items])}
    assert send(town, "PATCH", path, cleared, MERGE, match="*").status_code == 200
    now = read(town, path).json()["properties"]
    assert [now[name] for name in OTHERWISE[items]] == [None]


@every
def test_ats_update_update_rid(town, items):
    """/conf/update/update-rid: another identifier is refused."""
    path = add(town, items)
    check_problem(send(town, "PATCH", path, {"id": "x"}, MERGE, match="*"), 422)


@every
def test_ats_optimistic_locking_etags_get_etag(town, items):
    """/conf/optimistic-locking-etags/get-etag."""
    assert re.fullmatch(r'"1-\w+"', read(town, add(town, items)).headers["etag"])


@every
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_ats_optimistic_locking_etags_replace_and_update(town, items, method):
    """/conf/optimistic-locking-etags/replace, update: 412, done, and 428."""
    path = add(town, items)
    first = read(town, path).headers["etag"]
    body, kind = with_(NEW[items], **OTHERWISE[items]), GEOJSON
    told = check_problem(send(town, method, path, body, kind, match='"0"'), 412)
    assert told["version"] == 1
    assert read(town, path).headers["etag"] == first
    answer = send(town, method, path, body, kind, match=first)
    assert answer.status_code == 200, answer.text
    assert answer.headers["etag"] != first
    assert answer.headers["etag"].startswith('"2-')
    again = with_(NEW[items], **dict.fromkeys(OTHERWISE[items]))
    check_problem(send(town, method, path, again, kind, match=first), 412)
    check_problem(send(town, method, path, body, kind), 428, "precondition-needed")
    match = answer.headers["etag"]
    assert send(town, method, path, again, kind, match=match).status_code == 200


@every
def test_ats_optimistic_locking_etags_delete(town, items):
    """/conf/optimistic-locking-etags/delete."""
    path = add(town, items)
    check_problem(town.delete(path, "steward", match='"0"'), 412)
    check_problem(town.delete(path, "steward"), 428)
    first = read(town, path).headers["etag"]
    assert town.delete(path, "steward", match=first).status_code == 204
    assert town.get(path, "steward").status_code == 404


@every
def test_ats_features_endpoints(town, items):
    """/conf/features/endpoints: they are features of a collection."""
    name = items.split("/")[2]
    listed = town.get("/collections", "steward").json()["collections"]
    assert name in {each["id"] for each in listed}
    path = add(town, items)
    found = read(town, f"{items}?limit=10000").json()["features"]
    assert path.rpartition("/")[2] in {str(each["id"]) for each in found}


@every
@pytest.mark.parametrize("uri", [CRS84, GRID, WEB])
def test_ats_features_crs(town, items, uri):
    """/conf/features/crs: a geometry in the system that Content-Crs names."""
    first = town.get(f"{add(town, items)}?crs={uri}", "steward").json()
    body = NEW[items] | {"geometry": first["geometry"]}
    for told in (uri, f"<{uri}>"):
        answer = send(town, "POST", items, body, headers={"Content-Crs": told})
        assert answer.status_code == 201, answer.text
        where = f"{answer.headers['location']}?crs={uri}"
        now = town.get(where, "steward").json()["geometry"]
        flat = [json.loads(json.dumps(each["coordinates"])) for each in (
            now, first["geometry"])]  # fmt: skip
        while isinstance(flat[0][0], list):
            flat = [each[0] for each in flat]
        assert flat[0] == pytest.approx(flat[1], abs=0.02 if uri != CRS84 else 2e-6)
    bad = send(town, "POST", items, body, headers={"Content-Crs": "EPSG:4277"})
    assert check_problem(bad, 400)["parameter"] == "Content-Crs"


# What programs without If-Match do, QGIS for one: they send all of it back.


def test_a_program_sends_its_version_back_and_gets_a_conflict_right(town):
    path = add(town)
    mine, theirs = read(town, path).json(), read(town, path).json()
    theirs["properties"]["description"] = "Theirs"
    assert send(town, "PUT", path, theirs).status_code == 200
    mine["properties"]["description"] = "Mine"
    told = check_problem(send(town, "PUT", path, mine), 412, "version-stale")
    assert told["version"] == 2
    assert read(town, path).json()["properties"]["description"] == "Theirs"


def test_qgis_is_offered_what_says_its_version_and_nothing_else(town):
    named = {"User-Agent": "Mozilla/5.0 QGIS/34000/Debian"}
    answer = town.ask("OPTIONS", add(town), "steward", headers=named)
    assert answer.headers["allow"] == "GET, PUT, HEAD, OPTIONS"
    assert "User-Agent" in answer.headers["vary"]


def test_nothing_is_offered_to_who_may_not(town):
    path = add(town)
    for who in (None, "analyst"):
        for at in (ITEMS, path):
            answer = town.ask("OPTIONS", at, who)
            assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
        check_problem(send(town, "POST", ITEMS, HALL, who=who), 403 if who else 401)
        check_problem(
            send(town, "PUT", path, HALL, who=who, match="*"), 403 if who else 401
        )
    check_problem(send(town, "PUT", path, HALL, who="other steward", match="*"), 403)
    check_problem(town.delete(path, "other steward", match="*"), 403)


def test_what_is_sent_back_as_it_was_shown_is_no_change(town):
    path = add(town, languages=["en", "cy"], opening_hours="Mo 10:00-12:00")
    first = read(town, path)
    answer = send(town, "PUT", path, first.json())
    assert answer.headers["etag"].startswith('"1-')
    for uri in (GRID, WEB):
        shown = town.get(f"{path}?crs={uri}", "steward").json()
        said = {"Content-Crs": uri}
        answer = send(town, "PUT", path, shown, headers=said)
        assert answer.headers["etag"].startswith('"1-'), uri


def test_a_list_that_a_program_did_not_read_stays(town):
    path = add(town, languages=["en", "cy"], phone="01632 960001")
    shown = read(town, path).json()
    for said, found in ((None, ["en", "cy"]), ([], [])):
        body = with_(shown, languages=said, phone=None)
        assert send(town, "PUT", path, body, match="*").status_code in (200, 412)
        body["properties"].pop("version")
        assert send(town, "PUT", path, body, match="*").status_code == 200
        now = read(town, path).json()["properties"]
        assert (now["languages"], now["phone"]) == (found, None)


@pytest.mark.parametrize("visibility", ["approximate", "hidden"])
def test_a_place_that_is_not_shown_stays_where_it_is(town, visibility):
    path = add(town, location_visibility=visibility, address="1 High St")
    number = path.rpartition("/")[2]
    before = read(town, f"/assets/{number}").json()
    shown = read(town, path).json()
    assert shown["geometry"] != before["geometry"]
    body = with_(shown, description="Quiet")
    assert send(town, "PUT", path, body).status_code == 200
    now = read(town, f"/assets/{number}").json()
    assert now["geometry"] == before["geometry"]
    assert (now["address"], now["description"]) == ("1 High St", "Quiet")
    # Left out, who may see it stays as it is; what else is left out is erased.
    assert send(town, "PUT", path, with_(HALL, name="H"), match="*").status_code == 200
    now = read(town, f"/assets/{number}").json()
    assert (now["location_visibility"], now["description"]) == (visibility, None)


def test_what_the_service_tells_is_not_changed_and_what_is_unknown_is_refused(town):
    path = add(town)
    for name, value in (("source", "x"), ("category_label", "x"), ("colour", "red")):
        body = {"properties": {name: value}}
        told = check_problem(send(town, "PATCH", path, body, MERGE, match="*"), 422)
        assert told["column"] == name
    told = check_problem(send(town, "POST", ITEMS, with_(HALL, colour="red")), 422)
    assert told["column"] == "colour"
    answer = send(town, "POST", ITEMS, with_(HALL, source="x", phone=None))
    (issue,) = answer.json()["issues"]
    assert (issue["column"], issue["outcome"]) == ("source", "ignored")


def test_an_asset_is_kept_by_the_one_keeper_that_somebody_adds_for(town):
    path = add(town, who="editor")
    assert read(town, path, "editor").json()["properties"]["organisation"] == "club"
    told = check_problem(
        send(town, "POST", ITEMS, with_(HALL, neighbourhood="quiet")), 403
    )
    assert "quiet" in told["detail"]


def test_json_in_a_text_is_read_as_json(town):
    path = add(town, names='{"cy": "Neuadd"}')
    assert read(town, path).json()["properties"]["names"] == '{"cy": "Neuadd"}'
    body = {"properties": {"names": "[["}}
    told = check_problem(send(town, "PATCH", path, body, MERGE, match="*"), 422)
    assert told["column"] == "names"


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point"},
        {"type": "Point", "coordinates": []},
        {"type": "Point", "coordinates": ["a", "b"]},
        {"type": "Point", "coordinates": [0, 0]},
        {"type": "Point", "coordinates": [1e400, 1]},
        {"type": "X", "coordinates": [1, 2]},
        {"type": "Polygon", "coordinates": [[[1, 2]]]},
        {"type": "GeometryCollection", "geometries": []},
        {},
        [],
        3,
    ],
)
@pytest.mark.parametrize("uri", [CRS84, GRID, WEB])
def test_a_geometry_that_is_none_is_refused(town, geometry, uri):
    sent = json.dumps(HALL | {"geometry": geometry}).replace("Infinity", "1e400")
    headers = {"Content-Type": GEOJSON, "Content-Crs": uri}
    for method, at in (("POST", ITEMS), ("PUT", f"{ITEMS}/1"), ("POST", MINE)):
        asked = {"content": sent.encode(), "headers": headers, "match": "*"}
        assert town.ask(method, at, "steward", **asked).status_code in (403, 422)


def test_an_asset_is_sent_once(town):
    first, again = (
        send(town, "POST", ITEMS, HALL, once="hall-once").json() for _ in range(2)
    )
    assert first == again


def test_one_s_own_drawings_are_for_nobody_else(town):
    path = add(town, MINE, "contributor")
    assert read(town, path, "contributor").json()["properties"]["note"] == "Mine"
    for who in (None, "steward", "administrator"):
        for at in (path, f"{path}?f=html"):
            assert town.get(at, who).status_code == 404
    check_problem(town.get(MINE), 404)
    listed = town.get("/collections").json()["collections"]
    assert "sketches" not in {each["id"] for each in listed}
    found = read(town, f"{MINE}?limit=10000", "steward").json()["features"]
    assert path.rpartition("/")[2] not in {each["id"] for each in found}
    check_problem(send(town, "PUT", path, DRAWN, match="*"), 404)
    check_problem(town.delete(path, "steward", match="*"), 404)
    nowhere = DRAWN | {"properties": {"note": "Mine"}}
    assert check_problem(send(town, "POST", MINE, nowhere), 422)["column"] == (
        "neighbourhood"
    )


def test_a_drawing_is_moved_and_keeps_what_was_said_with_it(town):
    path = add(town, MINE, years_lived=3)
    ring = [[lon + 0.0002, lat] for lon, lat in GROUND["coordinates"][0]]
    body = {"geometry": {"type": "Polygon", "coordinates": [ring]}}
    first = read(town, path)
    answer = send(town, "PATCH", path, body, MERGE, match=first.headers["etag"])
    assert answer.status_code == 200, answer.text
    now = read(town, path).json()
    assert now["geometry"] != first.json()["geometry"]
    said = {name: now["properties"][name] for name in ("years_lived", "note")}
    assert said == {"years_lived": 3, "note": "Mine"}


def test_a_key_may_be_sent_as_a_password(town):
    path = f"{ITEMS}/{town.add(is_published=False).json()['id']}"
    for sent, status in (
        ("any", 200), ("", 200), (None, 404)
    ):  # fmt: skip
        told = None if sent is None else (sent, town.keys["steward"])
        assert town.client.get(path, auth=told).status_code == status
    wrong = town.client.get(path, auth=("any", "wrong"))
    check_problem(wrong, 401, "key-needed")
    bad = town.get(path, headers={"Authorization": "Basic !"})
    check_problem(bad, 401, "key-needed")
