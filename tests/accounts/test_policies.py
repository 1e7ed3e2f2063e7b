"""The database alone sees to the rules: none of the service's checks is in between."""

import contextlib

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from assetmap.accounts.rules import rules
from tests.accounts.two_places import BODIES, HOODS, ROLES, WHO

READ = {
    "neighbourhood": "neighbourhood",
    "sketch": "sketch",
    "asset": "asset",
    "organisation": "organisation",
    "account": "account",
    "api_key": "key",
    "role_grant": "grant",
}
"""The thing that each table with policies holds."""

CHANGED = {
    ("neighbourhood", "name = name"): ("change", "publish"),
    ("asset", "version = version + 1"): ("change", "delete", "verify", "publish"),
    ("organisation", "name = name"): ("change", "publish"),
    ("account", "name = name"): ("change", "delete"),
    ("api_key", "revoked_at = now()"): ("delete",),
    ("role_grant", "revoked_at = now()"): ("take_back",),
    (
        "sketch",
        "geom = NULL, geom_wgs84 = NULL, withdrawn_at = now()",
    ): ("change", "delete", "moderate"),
}
"""What is written to each table, and the actions of which any allows it."""


def ids(session, query, **values):
    return set(session.scalars(text(query), values))


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("table", READ)
def test_rows_are_read_as_the_rules_say(acting_as, world, table, who):
    with acting_as(who) as session:
        found = ids(session, f"SELECT id FROM {table}")  # noqa: S608
    assert found == world.rows_for(who, table, READ[table], "read")


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(("table", "change"), CHANGED)
def test_rows_are_changed_as_the_rules_say(acting_as, world, table, change, who):
    with acting_as(who) as session:
        update = f"UPDATE {table} SET {change} RETURNING id"  # noqa: S608
        found = ids(session, update)
    thing, actions = READ[table], CHANGED[table, change]
    may = {row for each in actions for row in world.rows_for(who, table, thing, each)}
    assert found == may & world.rows_for(who, table, thing, "read")


@pytest.mark.parametrize("who", WHO)
def test_assets_are_shown_as_the_rules_say(acting_as, world, who):
    with acting_as(who) as session:
        found = ids(session, "SELECT id FROM shown_asset")
        told = "SELECT id FROM shown_asset WHERE geom_wgs84 IS NOT NULL"
        placed = ids(session, told)
        addressed = ids(session, "SELECT id FROM shown_asset WHERE address IS NOT NULL")
    assert found == world.rows_for(who, "asset", "asset", "read")
    exact = {row for name, row in world.assets.items() if "exact" in name}
    located = world.rows_for(who, "asset", "asset_location", "read")
    assert placed == found & (exact | located)
    assert addressed == placed - {world.assets["contributed"]}


@pytest.mark.parametrize("who", ["bay-contributor", "bay-steward"])
def test_drawings_are_counted_for_whoever_draws_there(acting_as, world, who):
    counted = "SELECT DISTINCT neighbourhood_id FROM counted_sketch"
    with acting_as(who) as session:
        assert ids(session, counted) == set()
        session.execute(text(NEW_SKETCH), {"hood": world.hoods["bay"]})
        assert ids(session, counted) == {world.hoods["bay"]}


@pytest.mark.parametrize("who", WHO)
def test_a_steward_withdraws_a_drawing_and_never_changes_one(acting_as, world, who):
    change = "UPDATE sketch SET version = 2 WHERE id = :row RETURNING id"
    for row, facts in world.rows["sketch"].items():
        with acting_as(who) as session:
            found = set()
            with contextlib.suppress(ProgrammingError):
                found = ids(session, change, row=row)
        assert (found == {row}) == world.reaches(who, "sketch", "change", facts)


NEW_ASSET = """
INSERT INTO asset (name, category_code, location_visibility, status, source, licence,
    attribution, neighbourhood_id, organisation_id, is_published)
VALUES ('new', 'place.village_hall', 'hidden', 'open', 'toy', 'none', '', :hood, :body,
    :shown)
"""


def is_done(acting_as, who, statement, **values):
    with acting_as(who) as session:
        try:
            session.execute(text(statement), values)
        except ProgrammingError as error:
            if "row-level security" in str(error.orig):
                return False
            raise
        return True


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("shown", [True, False])
def test_assets_are_made_where_the_rules_say(acting_as, world, who, shown):
    role, over, _ = ROLES.get(who, (None, None, None))
    for keeper in (None, *HOODS, *BODIES):
        values = {
            "hood": world.hoods.get(keeper),
            "body": world.bodies.get(keeper),
            "shown": shown,
        }
        done = is_done(acting_as, who, NEW_ASSET, **values)
        is_theirs = over is not None and keeper in (
            over.neighbourhood or "-",
            over.organisation or "-",
        )

        def may(action, is_theirs=is_theirs, keeper=keeper):
            words = rules()["asset", action].words[role] if role else frozenset()
            return (is_theirs and "theirs" in words) or (
                keeper is None and "unkept" in words
            )

        assert done == (may("create") and (not shown or may("publish"))), keeper


NEW_SKETCH = """
INSERT INTO sketch (neighbourhood_id, geom, geom_wgs84, resident, is_simulated, source,
    edit_token_hash)
SELECT :hood, st_geomfromtext('MULTIPOLYGON(((0 0,9 0,9 9,0 0)))', 27700),
    st_geomfromtext('MULTIPOLYGON(((0 0,1 0,1 1,0 0)))', 4326), 'r', false, 'x', 'token'
"""


@pytest.mark.parametrize("who", WHO)
def test_drawings_are_added_where_the_rules_say(acting_as, world, who):
    for slug, hood in world.hoods.items():
        done = is_done(acting_as, who, NEW_SKETCH, hood=hood)
        facts = world.rows["neighbourhood"][hood]
        assert done == world.reaches(who, "sketch", "create", facts), slug


GUARDED = {
    "asset": ("is_published = NOT is_published, version = version + 1", "publish"),
    "neighbourhood": ("is_published = NOT is_published", "publish"),
    "organisation": ("is_published = NOT is_published", "publish"),
}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("table", GUARDED)
def test_only_who_may_publish_publishes(acting_as, world, who, table):
    change, action = GUARDED[table]
    update = f"UPDATE {table} SET {change} WHERE id = :row RETURNING id"  # noqa: S608
    for row, facts in world.rows[table].items():
        if facts.is_published:
            continue
        with acting_as(who) as session:
            found = set()
            with contextlib.suppress(ProgrammingError):
                found = ids(session, update, row=row)
        may = world.reaches(who, READ[table], action, facts)
        assert (found == {row}) == may, facts


@pytest.mark.parametrize("who", WHO)
def test_only_who_may_close_an_account_closes_it(acting_as, world, who):
    close = "UPDATE account SET closed_at = now() WHERE id = :row RETURNING id"
    for row, facts in world.rows["account"].items():
        with acting_as(who) as session:
            found = set()
            with contextlib.suppress(ProgrammingError):
                found = ids(session, close, row=row)
        assert (found == {row}) == world.reaches(who, "account", "delete", facts), facts


@pytest.mark.parametrize("who", WHO)
def test_only_who_may_verify_verifies(acting_as, world, who):
    update = (
        "UPDATE asset SET verified_at = now(), version = version + 1"
        " WHERE id = :row RETURNING id"
    )
    for row, facts in world.rows["asset"].items():
        with acting_as(who) as session:
            found = set()
            with contextlib.suppress(ProgrammingError):
                found = ids(session, update, row=row)
        may = world.reaches(who, "asset", "verify", facts)
        is_read = world.reaches(who, "asset", "read", facts)
        assert (found == {row}) == (may and is_read), facts


def test_a_drawing_is_reached_by_its_token(acting_as, world):
    with acting_as("bay-contributor") as session:
        session.execute(text(NEW_SKETCH), {"hood": world.hoods["bay"]})
        session.execute(text("SELECT set_config('assetmap.account', '', true)"))
        assert ids(session, "SELECT id FROM sketch") == set()
        session.execute(text("SELECT set_config('assetmap.token', 'token', true)"))
        (row,) = ids(session, "SELECT id FROM sketch")
        withdraw = (
            "UPDATE sketch SET geom = NULL, geom_wgs84 = NULL, withdrawn_at = now()"
            " RETURNING id"
        )
        assert ids(session, withdraw) == {row}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("kind", ["load-counts", "answer"])
def test_jobs_are_ordered_and_seen_as_the_rules_say(acting_as, who, kind):
    statement = (
        "INSERT INTO job (kind, arguments, fingerprint, who)"
        " VALUES (:kind, '{}', 'x', 'x')"
    )
    done = is_done(acting_as, who, statement, kind=kind)
    assert done == (kind == "answer" or who == "administrator")


@pytest.mark.parametrize("who", [who for who in WHO if who != "public"])
def test_nobody_says_that_another_did_it(acting_as, world, who):
    other = next(each for each in world.accounts if each != who)
    number = world.accounts[other]
    values = {"hood": world.hoods["bay"], "body": None, "shown": False}
    made = NEW_ASSET.replace("is_published)", "is_published, created_by)")
    made = made.replace(":shown)", f":shown, {number})")
    assert not is_done(acting_as, who, made, **values)
    drawn = NEW_SKETCH.replace("edit_token_hash)", "edit_token_hash, account_id)")
    drawn = drawn.rstrip() + f", {number}"
    assert not is_done(acting_as, who, drawn, hood=world.hoods["bay"])


FORBIDDEN = (
    "SELECT geom FROM asset",
    "SELECT geom_wgs84 FROM asset",
    "SELECT address FROM asset",
    "SELECT phone FROM asset",
    "SELECT * FROM asset",
    "SELECT id FROM asset ORDER BY st_x(st_centroid(geom))",
    "SELECT st_estimatedextent('asset', 'geom')",
    "SELECT st_estimatedextent('sketch', 'geom')",
    "SELECT secret_sha256 FROM api_key",
    "UPDATE api_key SET secret_sha256 = sha256('x')",
    "UPDATE api_key SET account_id = 1",
    "UPDATE role_grant SET role = 'administrator'",
    "UPDATE role_grant SET account_id = 1",
    "UPDATE access_rule SET words = '{all}'",
    "INSERT INTO access_rule VALUES ('sketch', 'export', 'public', '{all}')",
    "DELETE FROM sketch",
    "DELETE FROM asset",
    "DELETE FROM role_grant",
    "DELETE FROM account",
    "UPDATE boundary SET code = 'x'",
    "DELETE FROM postcode",
    "TRUNCATE neighbourhood CASCADE",
    "DELETE FROM alembic_version",
    "CREATE TABLE mine (id int)",
    "CREATE FUNCTION access.account() RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
    "DROP POLICY access_select ON asset",
    "ALTER TABLE asset DISABLE ROW LEVEL SECURITY",
    "SELECT * FROM access.standing",
    "SELECT arguments FROM job",
    "UPDATE job SET account_id = 1",
    "UPDATE job SET arguments = '{}'",
    "INSERT INTO job_answer VALUES (1, 'x', 'x')",
    "UPDATE role_grant SET holds_until = NULL",
    "UPDATE neighbourhood SET slug = 'x'",
    "UPDATE neighbourhood SET created_at = now()",
    "UPDATE neighbourhood_name SET name = 'x'",
    "UPDATE organisation SET slug = 'x'",
    "UPDATE sketch SET neighbourhood_id = 1",
    "UPDATE sketch SET account_id = 1",
    "UPDATE request_answer SET account_id = 1",
    "UPDATE crosswalk SET weight = 1",
    "DELETE FROM crosswalk",
    "UPDATE procrastinate_jobs SET args = '{}'",
    "DELETE FROM procrastinate_jobs",
    "SELECT args FROM procrastinate_jobs",
    "INSERT INTO procrastinate_periodic_defers (task_name) VALUES ('x')",
    "DELETE FROM procrastinate_events",
)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_what_the_service_never_does_is_refused(acting_as, statement):
    with (
        acting_as("administrator") as session,
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
    ):
        session.execute(text(statement))


def test_nobody_names_a_place_that_others_keep(acting_as, world):
    named = (
        "INSERT INTO neighbourhood_name (neighbourhood_id, name) VALUES (:hood, 'x')"
    )
    for who in WHO:
        for slug, hood in world.hoods.items():
            facts = world.rows["neighbourhood"][hood]
            may = world.reaches(who, "neighbourhood", "change", facts)
            assert is_done(acting_as, who, named, hood=hood) == may, (who, slug)


ENDED = {
    "api_key": ("revoked_at", "UPDATE api_key SET revoked_at = now()"),
    "role_grant": ("revoked_at", "UPDATE role_grant SET revoked_at = now()"),
    "account": ("closed_at", "UPDATE account SET closed_at = now()"),
}


@pytest.mark.parametrize("table", ENDED)
@pytest.mark.parametrize("again", ["NULL", "now() + interval '1 day'"])
def test_what_is_ended_for_good_is_not_begun_again(acting_as, table, again):
    column, end = ENDED[table]
    where = f" WHERE id IN (SELECT max(id) FROM {table})"  # noqa: S608
    with acting_as("administrator") as session:
        session.execute(text("RESET ROLE"))
        session.execute(text(end + where))
        session.execute(text("SET LOCAL ROLE assetmap_service"))
        # The last of each is that of an account with neither place nor organisation.
        begun = f"UPDATE {table} SET {column} = {again}{where}"  # noqa: S608
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.execute(text(begun))


def test_the_role_of_the_service_owns_nothing_and_passes_nothing_by(acting_as):
    with acting_as("public") as session:
        user, is_super, passes, creates = session.execute(
            text(
                "SELECT current_user, rolsuper, rolbypassrls, rolcreaterole"
                " FROM pg_roles WHERE rolname = current_user"
            )
        ).one()
        owned = "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = :user"
        assert session.scalar(text(owned), {"user": user}) == 0
    assert (user, is_super, passes, creates) == (
        "assetmap_service",
        False,
        False,
        False,
    )


def test_every_table_that_somebody_keeps_has_policies(acting_as):
    """A table with a column that says whose a row is has row-level security."""
    query = (
        "SELECT DISTINCT pg_class.relname::text, relrowsecurity FROM pg_class"
        " INNER JOIN pg_attribute ON attrelid = pg_class.oid WHERE relkind = 'r'"
        " AND attname IN ('account_id', 'created_by', 'neighbourhood_id',"
        " 'organisation_id', 'is_published')"
        " AND has_any_column_privilege(pg_class.oid, 'SELECT, INSERT, UPDATE')"
    )
    with acting_as("public") as session:
        found = session.execute(text(query)).all()
    assert {"asset", "sketch", "api_key", "role_grant", "job"} <= {e[0] for e in found}
    assert [name for name, is_on in found if not is_on] == []
