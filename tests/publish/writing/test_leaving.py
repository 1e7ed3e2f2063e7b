"""Accounts that are called otherwise, and people who leave."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from assetmap.accounts import store as keys
from assetmap.accounts.sign_in import passwords
from tests.accounts.who import key_for
from tests.publish.problems import check_problem
from tests.toy_town import box, degrees

SHAPE = degrees(box(50, 0, 150, 100)).__geo_interface__
SKETCHES = "/neighbourhoods/middle/sketches"
COUNTED = "SELECT count(*) FROM sketch WHERE withdrawn_at IS NULL"


@pytest.fixture
def ruth(town):
    """A contributor of her own, who drew, and has a password; what she is called."""
    with Session(town.engine) as session, session.begin():
        count = session.scalar(text("SELECT count(*) FROM account"))
        name = f"Ruth {count}"
        sent = key_for(session, name, "contributor", neighbourhood="middle")
        slug = f"ruth-{count}"
        kept = passwords.kept("a long enough word")
        session.execute(
            text(
                "INSERT INTO sign_in_password (account_id, kept)"
                " SELECT id, :kept FROM account WHERE slug = :slug"
            ),
            {"kept": kept, "slug": slug},
        )
    town.keys["ruth"] = sent
    said = {"geometry": SHAPE, "note": f"the street of {name}"}
    drawn = town.post(SKETCHES, "ruth", json=said)
    assert drawn.status_code == 201, drawn.text
    return slug, drawn.json()["id"]


def sql(town, words, **values):
    with town.engine.begin() as connection:
        found = connection.execute(text(words), values)
        return found.all() if found.returns_rows else []


def test_an_account_is_called_otherwise_by_its_holder(town, ruth):
    path = f"/accounts/{ruth[0]}"
    check_problem(town.patch(path, "ruth", json={"name": "R"}), 428)
    check_problem(town.patch(path, "editor", json={"name": "R"}, match="*"), 404)
    check_problem(town.patch(path, json={"name": "R"}, match="*"), 401)
    bad = town.patch(path, "ruth", json={"name": "a\nb"}, match="*")
    check_problem(bad, 422, "bad-account")
    tag = town.get(path, "ruth").headers["etag"]
    told = town.patch(path, "ruth", json={"name": "Ruth O."}, match=tag)
    assert (told.json()["name"], told.json()["version"]) == ("Ruth O.", 2)
    check_problem(town.patch(path, "ruth", json={"name": "R"}, match=tag), 412)


@pytest.mark.parametrize("drawings", ["keep", "withdraw"])
def test_whoever_leaves_is_erased_and_their_drawings_are_as_they_chose(
    town, ruth, drawings
):
    slug, drawing = ruth
    before = sql(town, COUNTED)[0][0]
    left = town.delete(f"/accounts/{slug}?drawings={drawings}", "ruth")
    assert left.status_code == 204, left.text
    check_problem(town.get("/account/rights", "ruth"), 401)
    shown = town.get(f"{SKETCHES}/{drawing}", "steward")
    after = sql(town, COUNTED)[0][0]
    if drawings == "keep":
        assert (shown.json()["note"], after) == (None, before)
    else:
        check_problem(shown, 404, "sketch-not-found")
        assert after == before - 1
    name = slug.replace("-", " ").title()
    for table in ("account", "sketch", "api_key", "request_answer", "sign_in_password"):
        rows = sql(town, f"SELECT t::text FROM {table} AS t")  # noqa: S608
        held = " ".join(row[0] for row in rows)
        assert not any(each in held for each in (slug, name)), table
    closed = "SELECT name FROM account WHERE slug LIKE 'left-%' AND closed_at < now()"
    assert set(sql(town, closed)) == {("Somebody who left",)}


def test_nobody_is_erased_by_another(town, ruth):
    slug, drawing = ruth
    erase = f"/accounts/{slug}?drawings=withdraw"
    check_problem(town.delete(erase, "administrator"), 403, "account-not-yours")
    check_problem(town.delete(erase, "steward"), 404, "account-not-found")
    check_problem(town.delete(f"/accounts/{slug}?drawings=burn", "ruth"), 400)
    with Session(town.engine) as session, session.begin():
        (number,) = sql(town, "SELECT id FROM account WHERE slug = :s", s=slug)[0]
        _, sent = keys.add_key(session, (number, slug), "made by the operator")
        made = sent.split("_")[1]
        boss = "(SELECT id FROM account WHERE slug = 'admin')"
        update = f"UPDATE api_key SET made_by = {boss} WHERE public_id = '{made}'"  # noqa: S608
        session.execute(text(update))
    town.keys["lent"] = sent
    check_problem(town.delete(erase, "lent"), 403, "account-not-yours")
    assert town.get(f"{SKETCHES}/{drawing}", "steward").status_code == 200


def test_what_a_steward_sent_for_others_stays_when_they_leave(town):
    with Session(town.engine) as session, session.begin():
        town.keys["sam"] = key_for(session, "Sam", "steward", neighbourhood="middle")
    body = {"geometry": SHAPE, "resident": "number 7"}
    others = town.post(SKETCHES, "sam", json=body).json()["id"]
    assert town.delete("/accounts/sam?drawings=withdraw", "sam").status_code == 204
    assert town.get(f"{SKETCHES}/{others}", "steward").status_code == 200


@pytest.mark.parametrize(("f", "kind"), [("geojson", "geo+json"), ("csv", "csv")])
def test_stewards_take_the_drawings_of_their_place_away(town, ruth, f, kind):
    path = f"{SKETCHES}/export?f={f}"
    count = (
        "SELECT count(*) FROM audit_entry WHERE thing = 'sketch' AND action = 'read'"
    )
    before = sql(town, count)[0][0]
    found = town.get(path, "steward")
    assert found.status_code == 200, found.text
    assert kind in found.headers["content-type"]
    assert found.headers["cache-control"] == "no-store"
    assert "not published or passed on" in found.text
    assert ruth[1] in found.text
    assert "edit_token" not in found.text
    assert "resident_hash" not in found.text
    assert sql(town, count)[0][0] == before + 1
    first = town.get(f"{path}&limit=1", "steward")
    assert 'rel="next"' in first.headers["link"]
    for who in (None, "contributor", "other steward", "officer", "administrator"):
        refused = town.get(path, who)
        assert refused.status_code in (401, 403, 200)
        assert refused.status_code != 200 or ruth[1] not in refused.text
