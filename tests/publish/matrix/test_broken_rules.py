"""The matrix would see a rule that is broken: one is, at a time, and it does."""

from contextlib import contextmanager

import pytest
from sqlalchemy import text

from assetmap.publish.authority import Check
from tests.accounts.two_places import WHO
from tests.publish import test_who_may
from tests.publish.matrix import test_reads
from tests.publish.matrix.test_writes import wrong
from tests.publish.matrix.writes import all_writes
from tests.publish.test_who_may import all_routes

LISTS = {
    "account": ("/accounts", "accounts", "account", "account"),
    "role_grant": ("/grants", "grants", "role_grant", "grant"),
    "api_key": ("/keys", "keys", "api_key", "key"),
}


@contextmanager
def broken(town, statement, mended):
    """The database with a rule broken, and mended again."""
    with town.owner.begin() as connection:
        connection.execute(text(statement))
    try:
        yield
    finally:
        with town.owner.begin() as connection:
            connection.execute(text(mended))


def is_caught(test, *told):
    """Whether a test fails."""
    try:
        test(*told)
    except AssertionError:
        return True
    return False


def reads(town, table):
    """The tests that look at what is told of a table, each for everybody."""
    ask, world = town.ask, town.world
    for who in WHO:
        if table == "neighbourhood":
            test = test_who_may.test_neighbourhoods_are_told_as_the_rules_say
            yield test, (ask, world, who)
        elif table == "organisation":
            yield test_reads.test_organisations_are_told_as_the_rules_say, (town, who)
        elif table == "sketch":
            yield test_reads.test_drawings_are_told_as_the_rules_say, (town, who)
        elif table == "audit_entry":
            yield test_reads.test_the_audit_is_told_as_the_rules_say, (town, who)
        else:
            test = test_who_may.test_what_is_of_accounts_is_listed_as_the_rules_say
            yield test, (ask, world, who, *LISTS[table])


TABLES = ("neighbourhood", "organisation", "sketch", "audit_entry", *LISTS)


@pytest.mark.parametrize("table", TABLES)
def test_a_policy_that_is_off_shows_in_what_is_told(town, table):
    off, on = (
        f"ALTER TABLE {table} {verb} ROW LEVEL SECURITY"
        for verb in ("DISABLE", "ENABLE")
    )
    with broken(town, off, on):
        assert any(is_caught(test, *told) for test, told in reads(town, table))
    town.held.put_back()


VIEW = "SELECT pg_get_viewdef('shown_asset'::regclass)"
OPEN_VIEW = "CREATE OR REPLACE VIEW shown_asset AS {}"


def test_a_view_without_its_condition_shows_in_what_is_told(town):
    """Of an asset's place, and of which assets there are."""
    with town.owner.connect() as connection:
        view = connection.scalar(text(VIEW)).rstrip("; \n")
    bare = view[: view.rindex("WHERE")]
    ask, world = town.ask, town.world
    with broken(town, OPEN_VIEW.format(bare), OPEN_VIEW.format(view)):
        test = test_who_may.test_assets_are_listed_counted_and_filtered_as_the_rules_say
        assert is_caught(test, ask, world, "public", "")
        test = test_reads.test_assets_are_told_alike_in_every_way_out
        assert is_caught(test, town, "public")
    assert not is_caught(test, town, "public")


WORDS = "UPDATE access_rule SET words = {} WHERE (thing, action, role) = {}"
LOOSER = [
    ("asset", "change", "contributor", "bay-contributor"),
    ("sketch", "delete", "contributor", "bay-contributor"),
    ("grant", "give", "steward", "bay-steward"),
    ("organisation", "change", "administrator", "administrator"),
    ("key", "create", "administrator", "administrator"),
]
"""Lines of the table, to be broken in the database alone, and by whom it shows."""


@pytest.mark.parametrize(("thing", "action", "role", "who"), LOOSER)
def test_a_looser_rule_shows_in_what_is_done(town, thing, action, role, who):
    line = (thing, action, role)
    query = f"SELECT words FROM access_rule WHERE (thing, action, role) = {line}"  # noqa: S608
    with town.owner.connect() as connection:
        words = connection.scalar(text(query))
    kept = "'{" + ",".join(words) + "}'"
    tried = [
        each
        for each in all_writes(town.world, town.extras)
        if f"/{thing}" in each.route and each.by == "key"
    ]
    with broken(town, WORDS.format("'{all}'", line), WORDS.format(kept, line)):
        assert any(wrong(town, who, each) for each in tried)
    assert not any(wrong(town, who, each) for each in tried)


CHECKED = ("POST /organisations", "POST /accounts", "DELETE /jobs/{job_id}")


@pytest.mark.parametrize("route", CHECKED)
def test_a_route_without_its_check_shows_in_what_is_answered(town, monkeypatch, route):
    """What the service lets pass the database refuses still, and it is not a 401."""
    method, path = route.split(" ")
    (found,) = [
        each
        for each in all_routes(town.app)
        if getattr(each, "path", "") == path and method in each.methods
    ]
    (write,) = [e for e in all_writes(town.world, town.extras) if e.route == route]
    (check,) = [
        each.call
        for each in found.dependant.dependencies
        if isinstance(each.call, Check)
    ]
    assert town.send("public", write).status_code == 401
    monkeypatch.setattr(check, "_unless", lambda request: True)
    assert town.send("public", write).status_code not in (401, 500)
    assert town.held.changed() == {}
