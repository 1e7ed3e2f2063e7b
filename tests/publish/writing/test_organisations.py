"""Organisations by REST: added by an administrator, kept by their editors."""

import pytest

from tests.publish.problems import check_problem

CLUB = {"slug": "chess-club", "name": "Chess club", "kind": "vcse"}


def test_an_administrator_adds_organisations(town):
    answer = town.post("/organisations", "administrator", json=CLUB)
    assert answer.status_code == 201
    assert answer.headers["location"].endswith("/organisations/chess-club")
    assert town.get("/organisations/chess-club").json() == answer.json()
    told = town.get("/organisations?limit=1").json()
    assert [each["slug"] for each in told["organisations"]] == ["chess-club"]
    (last,) = town.get(told["next"]).json()["organisations"]
    assert last["slug"] == "club"
    taken = town.post("/organisations", "administrator", json=CLUB)
    check_problem(taken, 409, "organisation-taken")
    check_problem(town.post("/organisations", json=CLUB), 401)
    for other in ("steward", "editor", "officer", "analyst"):
        check_problem(town.post("/organisations", other, json=CLUB), 403)


def test_editors_change_their_own(town):
    path = "/organisations/club"
    first = town.get(path, "editor").headers["etag"]
    said = {"url": "https://example.org/", "name": "Lunch & <b>more</b>"}
    check_problem(town.patch(path, "editor", json=said), 428)
    answer = town.patch(path, "editor", json=said, match=first)
    assert (answer.json()["version"], answer.json()["name"]) == (2, said["name"])
    check_problem(town.patch(path, "editor", json=said, match=first), 412)
    same = town.patch(path, "editor", json=said, match="*")
    assert same.json()["version"] == 2
    for other in ("officer", "administrator"):
        told = town.patch(path, other, json=said, match="*")
        check_problem(told, 403, "organisation-not-yours")
    check_problem(town.patch(path, "steward", json=said, match="*"), 403, "role-needed")
    check_problem(town.patch("/organisations/no", "editor", json=said, match="*"), 404)


def test_one_that_is_not_published_is_there_for_its_editors(town):
    path = "/organisations/club"
    assert town.patch(
        path, "editor", json={"is_published": False}, match="*"
    ).is_success
    assert town.get(path, "editor").status_code == 200
    check_problem(town.get(path), 404, "organisation-not-found")
    body = {"name": "Lunch", "category": "place.village_hall", "organisation": "club"}
    check_problem(town.post("/assets", "officer", json=body), 404)
    told = town.post("/assets", "editor", json=body).json()
    seen = town.get(f"/assets/{told['id']}").json()
    assert (told["organisation"], seen["organisation"]) == ("club", None)
    town.patch(path, "editor", json={"is_published": True}, match="*")
    assert town.get(f"/assets/{told['id']}").json()["organisation"] == "club"


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "gang"},
        {"url": "ftp://x"},
        {"name": None},
        {"colour": 1},
        {"slug": "-"},
    ],
)
def test_what_cannot_be_used_is_refused_by_member(town, said):
    sent = CLUB | {"slug": "bad"} | said
    told = check_problem(town.post("/organisations", "administrator", json=sent), 422)
    assert told["location"] == next(iter(said))
