"""Neighbourhoods by REST: added, renamed, published and taken back by stewards."""

import pytest
from sqlalchemy.orm import Session

from tests.accounts.who import account, key_for
from tests.publish.problems import check_problem
from tests.publish.writing.test_sketches import drawn

NAMES = [{"name": "Bae Par", "language": "cy"}, {"name": "Par Sands"}]


def add(town, slug, who="administrator", **said):
    return town.post("/neighbourhoods", who, json={"slug": slug, "name": "Par"} | said)


def change(town, slug, who="steward", **said):
    path = f"/neighbourhoods/{slug}"
    return town.patch(path, who, json=said, match="*")


def test_a_new_neighbourhood_is_not_published_until_that_is_said(town):
    answer = add(town, "par-bay", other_names=NAMES, description="<i>By the sea</i>")

    body = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"].endswith("/neighbourhoods/par-bay")
    assert (body["is_published"], body["version"]) == (False, 1)
    assert body["description"] == "<i>By the sea</i>"
    assert {each["name"]: each["language"] for each in body["other_names"]} == {
        "Bae Par": "cy",
        "Par Sands": "en",
    }
    read = town.get("/neighbourhoods/par-bay", "administrator")
    assert read.headers["etag"].startswith('"1-')
    for path in ("", "/consensus", "/reconciliation"):
        for other in (None, "steward", "contributor", "officer", "analyst"):
            answer = town.get(f"/neighbourhoods/par-bay{path}", other)
            check_problem(answer, 404, "neighbourhood-not-found")
    told = town.get("/neighbourhoods").json()["neighbourhoods"]
    assert "par-bay" not in {each["slug"] for each in told}
    check_problem(add(town, "par-bay"), 409, "slug-taken")


def test_a_community_is_given_its_neighbourhood_and_keeps_it(town):
    add(town, "tywardreath")
    with Session(town.engine) as session, session.begin():
        over = {"kind": "community", "neighbourhood": "tywardreath"}
        town.keys["first"] = key_for(session, "First steward", "steward", **over)
        town.keys["helper"] = key_for(session, "Helper", "contributor", **over)
        account(session, "Nobody in particular")
    # From now on it is its stewards' alone.
    for other in ("administrator", "officer", "steward", None):
        check_problem(town.get("/neighbourhoods/tywardreath", other), 404)
    check_problem(change(town, "tywardreath", "administrator", name="Ours"), 404)
    assert town.get("/neighbourhoods/tywardreath", "helper").status_code == 200
    sent = {"geometry": drawn()}
    sketches = "/neighbourhoods/tywardreath/sketches"
    token = town.post(sketches, "helper", json=sent).json()
    path = f"{sketches}/{token['id']}"
    assert town.get(path, token=token["edit_token"]).status_code == 200
    check_problem(town.post(sketches, "administrator", json=sent), 403)

    published = change(town, "tywardreath", "first", is_published=True)

    assert published.json()["version"] == 2
    assert town.get("/neighbourhoods/tywardreath").status_code == 200
    check_problem(
        change(town, "tywardreath", "administrator", name="Ours"),
        403,
        "neighbourhood-not-yours",
    )
    check_problem(change(town, "tywardreath", "helper", name="Ours"), 403)
    assert change(town, "tywardreath", "first", is_published=False).is_success
    check_problem(town.get("/neighbourhoods/tywardreath"), 404)


def test_stewards_name_what_is_theirs_and_nothing_else(town):
    told = change(
        town, "middle", name="The Middle", name_cy="Y Canol", other_names=NAMES
    )
    assert (told.json()["name"], told.json()["name_cy"]) == ("The Middle", "Y Canol")
    assert len(told.json()["other_names"]) == 2
    fewer = change(town, "middle", other_names=NAMES[:1], name_cy=None).json()
    assert [each["name"] for each in fewer["other_names"]] == ["Bae Par"]
    assert (fewer["name"], fewer["name_cy"]) == ("The Middle", None)
    assert fewer["version"] == told.json()["version"] + 1
    same = change(town, "middle", name="The Middle").json()
    assert (same["version"], same["updated_at"]) == (
        fewer["version"],
        fewer["updated_at"],
    )
    check_problem(change(town, "quiet", name="Loud"), 403, "neighbourhood-not-yours")
    check_problem(change(town, "nowhere", name="Here"), 404)
    for other in ("analyst", "officer", "editor"):
        check_problem(change(town, "middle", other, name="Ours"), 403)
    check_problem(town.patch("/neighbourhoods/middle", json={}, match="*"), 401)


def test_a_change_says_which_version_it_is_for(town):
    path = "/neighbourhoods/middle"
    first = town.get(path, "steward").headers["etag"]
    check_problem(town.patch(path, "steward", json={"name": "A"}), 428)
    assert town.patch(path, "steward", json={"name": "A"}, match=first).is_success
    stale = town.patch(path, "steward", json={"name": "B"}, match=first)
    check_problem(stale, 412, "version-stale")
    assert town.get(path).json()["name"] == "A"


def test_a_drawing_does_not_make_a_stewards_version_stale(town):
    path = "/neighbourhoods/middle"
    before = town.get(path, "steward").headers["etag"]
    sent = town.post(f"{path}/sketches", "contributor", json={"geometry": drawn()})
    assert sent.status_code == 201
    assert town.patch(path, "steward", json={"name": "M"}, match=before).is_success


def test_only_an_administrator_adds_neighbourhoods(town):
    check_problem(add(town, "ours", None), 401)
    for other in ("steward", "contributor", "officer", "analyst", "editor"):
        check_problem(add(town, "ours", other), 403, "role-needed")


@pytest.mark.parametrize(
    "said",
    [
        {"slug": "Par Bay"},
        {"slug": "x" * 101},
        {"name": ""},
        {"name": "x" * 301},
        {"name": "a\u0000"},
        {"name": None},
        {"description": "x" * 10_001},
        {"other_names": [{"name": "Par", "language": "Cornish"}]},
        {"other_names": [{"name": "Par"}] * 51},
        {"other_names": [{"name": "Par", "weight": 1}]},
        {"is_simulated": True},
        {"version": 3},
    ],
)
def test_what_cannot_be_used_is_refused_by_member(town, said):
    sent = {"slug": "bad", "name": "Bad"} | said
    told = check_problem(town.post("/neighbourhoods", "administrator", json=sent), 422)
    assert told["location"].partition(".")[0] == next(iter(said))


def test_the_same_key_and_body_give_the_first_answer(town):
    body = {"slug": "once", "name": "Once"}
    first = town.post("/neighbourhoods", "administrator", json=body, once="n1")
    again = town.post("/neighbourhoods", "administrator", json=body, once="n1")
    assert (again.status_code, again.content) == (201, first.content)
    check_problem(town.post("/neighbourhoods", "administrator", json=body), 409)
