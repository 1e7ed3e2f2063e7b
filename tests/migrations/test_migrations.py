"""Migrations go up, down and up again, and leave what the tables say."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from geoalchemy2 import alembic_helpers
from sqlalchemy import create_engine, inspect
from sqlalchemy.pool import NullPool

from assetmap.accounts.audit.watched import watched
from assetmap.db import migrate
from assetmap.db.base import Table
from assetmap.jobs import queue_schema
from tests.databases import fresh_database


@pytest.fixture(scope="module")
def bare(server_url):
    """An engine on a database without any migration."""
    with fresh_database(server_url, "migrations", is_migrated=False) as address:
        engine = create_engine(address, poolclass=NullPool)
        yield engine
        engine.dispose()


def tables(engine):
    brought = {"spatial_ref_sys", "geography_columns", "geometry_columns"}
    return set(inspect(engine).get_table_names()) - brought


def script():
    config = Config()
    folder = str(migrate.project_folder("migrations"))
    config.set_main_option("script_location", folder)
    return ScriptDirectory.from_config(config), config


def test_up_down_and_up_again_leave_the_same_tables(bare):
    assert migrate.status(bare).current is None
    migrate.upgrade(bare)
    first = tables(bare)
    migrate.downgrade(bare, "base")
    assert tables(bare) <= {"alembic_version"}
    assert not migrate.status(bare).is_current
    migrate.upgrade(bare)
    assert tables(bare) == first
    assert {"boundary_set", "boundary", "postcode", "asset", "sketch"} <= first


def test_each_migration_goes_down_and_up_by_itself(bare):
    migrate.upgrade(bare)
    steps = [each.revision for each in script()[0].walk_revisions()]
    for step, below in zip(steps, [*steps[1:], "base"], strict=True):
        migrate.downgrade(bare, below)
        migrate.upgrade(bare, step)
        assert migrate.status(bare).current == step
        migrate.downgrade(bare, below)
    migrate.upgrade(bare)


def include_object(thing, name, kind, reflected, compare_to):
    is_view = kind == "table" and thing.info.get("is_view")
    if is_view or (kind == "table" and name.startswith(queue_schema.OWN)):
        return False
    return alembic_helpers.include_object(thing, name, kind, reflected, compare_to)


def test_the_tables_are_what_the_migrations_make(bare):
    migrate.upgrade(bare)
    with bare.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_object": include_object,
                "target_metadata": Table.metadata,
            },
        )
        assert compare_metadata(context, Table.metadata) == []


def test_every_column_of_a_watched_table_is_told_in_a_way_that_was_chosen(bare):
    """Else it is told by a digest: say in accounts/audit/watched.csv what it may be."""
    migrate.upgrade(bare)
    for each in watched():
        if each.otherwise == "digest" and inspect(bare).has_table(each.table):
            columns = {col["name"] for col in inspect(bare).get_columns(each.table)}
            assert columns - set(each.told) == set(), each.table


def test_alembic_itself_finds_nothing_to_do(bare):
    migrate.upgrade(bare)
    _, config = script()
    with bare.begin() as connection:
        config.attributes["connection"] = connection
        command.check(config)


def test_migrations_are_numbered_in_order_and_go_back():
    walked = list(script()[0].walk_revisions())[::-1]
    numbers = [int(each.revision.split("_")[0]) for each in walked]
    assert numbers == list(range(1, len(walked) + 1))
    for each in walked:
        assert each.doc
        assert callable(each.module.downgrade)


def test_a_database_that_is_not_migrated_says_what_to_run(server_url):
    with fresh_database(server_url, "unmigrated", is_migrated=False) as address:
        engine = create_engine(address, poolclass=NullPool)
        with pytest.raises(migrate.DatabaseNotMigrated, match="assetmap db migrate"):
            migrate.require_current(engine)
        engine.dispose()
