"""What somebody changed in the database by hand is told, and mended by migrating."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from assetmap.accounts import enforcing, standing
from assetmap.db import migrate
from tests.databases import fresh_database


@pytest.fixture(scope="module")
def owner(server_url):
    with fresh_database(server_url, "standing") as address:
        engine = create_engine(address, poolclass=NullPool)
        yield engine
        engine.dispose()


def told(engine):
    with engine.connect() as connection:
        return standing.in_words(enforcing.altered(connection))


CHANGED = {
    "ALTER POLICY access_select ON sketch USING (true)": [
        "policy access_select on sketch is changed"
    ],
    "DROP POLICY access_update ON asset": ["policy access_update on asset is gone"],
    "CREATE POLICY open ON sketch USING (true)": ["policy open on sketch is new"],
    "ALTER TABLE sketch DISABLE ROW LEVEL SECURITY": [
        "row-level security of sketch is changed"
    ],
    "ALTER TABLE asset FORCE ROW LEVEL SECURITY": [
        "row-level security of asset is changed"
    ],
    "ALTER TABLE asset DISABLE TRIGGER access_publish_asset": [
        "trigger access_publish_asset on asset is changed"
    ],
    "ALTER TABLE api_key DISABLE TRIGGER audit_update": [
        "trigger audit_update on api_key is changed"
    ],
    "DROP TRIGGER audit_insert ON api_key": ["trigger audit_insert on api_key is gone"],
    "CREATE OR REPLACE FUNCTION access.token() RETURNS text LANGUAGE sql STABLE"
    " AS $$ SELECT 'x' $$": ["function access.token() is changed"],
    "CREATE FUNCTION access.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'": [
        "function access.mine() is new",
        "rights to function access.mine() is new",
    ],
    "CREATE OR REPLACE FUNCTION refuse_community_role() RETURNS trigger"
    " LANGUAGE plpgsql AS 'BEGIN RETURN new; END'": [
        "function refuse_community_role() is changed"
    ],
    "GRANT EXECUTE ON FUNCTION st_estimatedextent(text, text) TO public;"
    "GRANT EXECUTE ON FUNCTION st_estimatedextent(text, text, text)"
    " TO assetmap_service;"
    "REVOKE EXECUTE ON FUNCTION audit.note_reading(text, text, bigint) FROM public,"
    " assetmap_service": [
        "rights to function audit.note_reading(text,text,bigint) is changed",
        "rights to function st_estimatedextent(text,text) is changed",
        "rights to function st_estimatedextent(text,text,text) is changed",
    ],
    "GRANT SELECT ON sign_in_password TO assetmap_service": [
        "privileges on sign_in_password of assetmap_service is new"
    ],
    "GRANT UPDATE (geom) ON boundary TO public": [
        "privileges on boundary of everybody is new"
    ],
    "CREATE OR REPLACE VIEW job_count AS SELECT state, 1::bigint AS jobs FROM job": [
        "view job_count is changed"
    ],
    "DELETE FROM access_rule WHERE thing = 'sketch'": [],
}


def test_nothing_is_told_of_what_was_only_put_up(owner):
    assert told(owner) == []


@pytest.mark.parametrize(("change", "said"), CHANGED.items(), ids=range(len(CHANGED)))
def test_what_was_changed_by_hand_is_told_and_mended(owner, change, said):
    with owner.begin() as connection:
        connection.execute(text(change))
    assert told(owner) == said
    migrate.upgrade(owner)
    assert told(owner) == []
    with owner.connect() as connection:
        assert enforcing.differing(connection) == []
