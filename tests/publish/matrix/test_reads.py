"""What every role is told in lists, exports and single answers: what the rules say.

Assets, neighbourhoods, accounts, grants and keys are in tests/publish/test_who_may.py.
"""

import json

import pytest
from sqlalchemy import text

from assetmap.accounts.rules import rules
from tests.accounts.two_places import BODIES, ROLES, WHO, Facts


def names(world, rows, among):
    return {name for name, row in among.items() if row in rows}


@pytest.mark.parametrize("who", WHO)
def test_organisations_are_told_as_the_rules_say(town, who):
    world = town.world
    rows = world.rows_for(who, "organisation", "organisation", "read")
    may = names(world, rows, world.bodies)
    told = town.ask(who, "/organisations").json()["organisations"]
    assert {each["slug"] for each in told} == may
    for slug in BODIES:
        answer = town.ask(who, f"/organisations/{slug}")
        assert answer.status_code == (200 if slug in may else 404)
        assets = town.ask(who, f"/assets?organisation={slug}")
        assert assets.status_code in (200, 400, 404)


@pytest.mark.parametrize("who", WHO)
def test_drawings_are_told_as_the_rules_say(town, who):
    world = town.world
    may = world.rows_for(who, "sketch", "sketch", "read")
    for slug, row, name in town.extras.sketches:
        answer = town.ask(who, f"/neighbourhoods/{slug}/sketches/{name}")
        assert (answer.status_code == 200) == (row in may), (slug, answer.text)
    for slug, hood in world.hoods.items():
        answer = town.ask(who, f"/neighbourhoods/{slug}/sketches")
        facts = world.rows["neighbourhood"][hood]
        told = answer.json().get("sketches", [])
        is_theirs = world.reaches(who, "sketch", "moderate", facts)
        assert len(told) == (5 if is_theirs else 0), (slug, answer.text)


@pytest.mark.parametrize("who", WHO)
def test_assets_are_told_alike_in_every_way_out(town, who):
    world = town.world
    may = names(world, world.rows_for(who, "asset", "asset", "read"), world.assets)
    reached = world.rows_for(who, "asset", "asset_contact", "read")
    whole = world.rows_for(who, "asset", "asset_history", "read")
    features = town.ask(who, "/collections/assets/items?limit=1000").json()["features"]
    assert {each["properties"]["name"] for each in features} == may
    services = town.ask(who, "/oruk/services?per_page=1000").json()["contents"]
    assert {each["name"] for each in services} == may
    for name, row in world.assets.items():
        if name not in may:
            assert town.ask(who, f"/assets/{row}/history").status_code == 404
            continue
        told = town.ask(who, f"/assets/{row}").json()
        assert (told["phone"] is not None) == (row in reached), name
        versions = town.ask(who, f"/assets/{row}/history").json()["versions"]
        said = [each["said"] is not None for each in versions]
        assert set(said) == {row in whole}, name


@pytest.mark.parametrize("who", WHO)
def test_jobs_are_told_as_the_rules_say(town, who):
    """Those that nobody asked for by name are listed to whoever may see all."""
    words = rules()["job", "list"].words
    role = ROLES[who][0] if who in ROLES else None
    may = words["public"] | (words[role] if role else frozenset())
    answer = town.ask(who, "/jobs")
    told = {each["id"] for each in answer.json().get("jobs", [])}
    every = {town.extras.waiting, town.extras.failed}
    assert told == (every if "all" in may else set())
    for name in every:
        assert town.ask(who, f"/jobs/{name}").status_code == 200


ENTRIES = text(
    "SELECT id, account, neighbourhood_id, organisation_id FROM audit_entry ORDER BY id"
)


def told_to(town, who, action):
    """The entries that the rules let somebody see."""
    world = town.world
    accounts = {str(number): name for name, number in world.accounts.items()}
    hoods = {row: slug for slug, row in world.hoods.items()}
    bodies = {row: slug for slug, row in world.bodies.items()}
    with town.owner.connect() as connection:
        rows = connection.execute(ENTRIES).all()
    found = set()
    for row in rows:
        hood, body = hoods.get(row.neighbourhood_id), bodies.get(row.organisation_id)
        facts = Facts(
            False,
            made_by=accounts.get(row.account),
            neighbourhood=hood,
            organisation=body,
            is_unkept=hood in (None, "open") and body in (None, "den"),
        )
        if world.reaches(who, "audit", action, facts):
            found.add(row.id)
    return found


@pytest.mark.parametrize("who", WHO)
def test_the_audit_is_told_as_the_rules_say(town, who):
    """As a list and as a file; each of them has done something of their own first."""
    if who != "public":
        made = town.ask(who, "/keys", "POST", json={"name": f"of {who}"})
        assert made.status_code == 201
    answer = town.ask(who, "/audit?limit=10000")
    told = {each["id"] for each in answer.json().get("entries", [])}
    assert told == told_to(town, who, "read")
    assert bool(told) == (who != "public")
    file = town.ask(who, "/audit/export")
    lines = [json.loads(each) for each in file.text.splitlines()]
    is_let = file.status_code == 200
    told = {each["id"] for each in lines if "action" in each} if is_let else set()
    own = told_to(town, who, "read") if is_let else set()
    assert told == own
    town.held.put_back(["api_key"])
    town.held.told()
    assert is_let == bool(town.extras.has("audit", "export")(who))
