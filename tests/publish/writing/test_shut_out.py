"""Who runs the service shuts no community out; a refusal says what, where and who."""

import pytest
from sqlalchemy.orm import Session

from tests.accounts.who import key_for
from tests.publish.problems import check_problem

LIBRARY = {"name": "Library", "category": "place.village_hall"}
IN_W, IN_E = "M1 1AA", "M1 1AE"


@pytest.fixture(scope="module")
def council(town):
    """An institution that a town's administrator makes another."""
    with Session(town.engine) as session, session.begin():
        town.keys["council"] = key_for(session, "Council", None, "institution")
    given = {"account": "council", "role": "administrator"}
    assert town.post("/grants", "administrator", json=given).status_code == 201
    return "council"


def key_of(town, who):
    (found,) = town.get("/keys", who).json()["keys"]
    return found["id"]


@pytest.mark.parametrize("who", ["steward", "contributor", "editor"])
def test_an_administrator_shuts_nobody_out_who_keeps_something(town, council, who):
    told = check_problem(
        town.delete(f"/accounts/{who}", council), 403, "account-not-yours"
    )
    assert f"assetmap accounts close {who}" in told["detail"]
    for key in (key_of(town, who), who.title()):
        told = check_problem(town.delete(f"/keys/{key}", council), 403, "key-not-yours")
        assert (told["account"], told["action"]) == (who, "delete")
    assert town.get("/session", who).json()["account"]["slug"] == who


def test_an_administrator_makes_no_key_for_them_and_is_told_why(town, council):
    asked = {"account": "steward", "name": "Not theirs"}
    told = check_problem(town.post("/keys", council, json=asked), 403, "key-not-yours")
    assert "key:create" in told["detail"]
    assert "assetmap keys create" in told["detail"]


def test_an_administrator_still_closes_accounts_of_no_community(town, council):
    with Session(town.engine) as session, session.begin():
        town.keys["temp"] = key_for(session, "Temp", "analyst", "institution")
    assert town.delete(f"/keys/{key_of(town, 'temp')}", council).status_code == 200
    assert town.delete("/accounts/temp", council).status_code == 200
    check_problem(town.delete("/keys/no-such-key", council), 404, "key-not-found")


def test_their_holders_still_revoke_their_own(town):
    made = town.post("/keys", "steward", json={"name": "spare"}).json()
    assert town.delete(f"/keys/{made['id']}", "steward").status_code == 200
    check_problem(
        town.delete(f"/keys/{made['id']}", "contributor"), 404, "key-not-found"
    )


def test_outside_their_area_an_officer_is_told_which_it_is(town):
    told = check_problem(
        town.post("/assets", "officer", json=LIBRARY | {"postcode": IN_E}),
        403,
        "asset-not-added",
    )
    assert told["areas"] == ["wards/W"]
    assert "outside wards/W" in told["detail"]
    added = town.post("/assets", "officer", json=LIBRARY | {"postcode": IN_W})
    path = added.headers["location"].removeprefix("http://testserver")
    moved = {"json": {"postcode": IN_E}, "match": "*"}
    told = check_problem(town.patch(path, "officer", **moved), 403, "asset-not-moved")
    assert told["areas"] == ["wards/W"]
    assert "asset:change" in told["detail"]
    assert town.get(path, "officer").json()["version"] == 1
