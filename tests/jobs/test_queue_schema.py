"""The queue's own tables are brought up with the library that owns them."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from assetmap.db import migrate
from assetmap.jobs import queue_schema
from tests.databases import fresh_database

PINNED = "03.04.00_50"
"""Another here means that the library's schema changed: read its release notes."""

FACTS = text(
    "SELECT 'function', pg_get_functiondef(oid) FROM pg_proc"
    " WHERE proname LIKE 'procrastinate%'"
    " UNION ALL SELECT 'column', concat_ws(' ', table_name, column_name, data_type)"
    " FROM information_schema.columns WHERE table_name LIKE 'procrastinate%'"
    " UNION ALL SELECT 'index', indexdef FROM pg_indexes"
    " WHERE tablename LIKE 'procrastinate%'"
    " UNION ALL SELECT 'trigger', pg_get_triggerdef(oid) FROM pg_trigger"
    " WHERE NOT tgisinternal AND tgname LIKE 'procrastinate%'"
)


@pytest.fixture
def bare(server_url):
    with fresh_database(server_url, "queue", is_migrated=False) as address:
        engine = create_engine(address, poolclass=NullPool)
        yield engine
        engine.dispose()


def test_a_new_database_gets_the_newest_schema_and_says_which(bare):
    migrate.upgrade(bare)
    with bare.connect() as connection:
        assert queue_schema.stands_at(connection) == queue_schema.newest() == PINNED
        assert queue_schema.bring_up(connection) == []


def test_a_database_with_an_older_schema_is_brought_up_by_migrating(bare):
    """As one whose library was replaced by a newer: here by its last two steps."""
    migrate.upgrade(bare)
    with bare.connect() as connection:
        wanted = _facts(connection)
    with bare.begin() as connection:
        queue_schema.remove(connection)
    *older, before, last = queue_schema.steps()
    with bare.execution_options(isolation_level="AUTOCOMMIT").connect() as each:
        for step in older:
            _run(each, queue_schema.steps()[step].read_text())
        _run(each, f"COMMENT ON TABLE procrastinate_jobs IS '{older[-1]}'")
    migrate.upgrade(bare)
    with bare.connect() as connection:
        assert queue_schema.stands_at(connection) == last
        functions = {fact for fact in _facts(connection) if fact[0] == "function"}
        assert {fact for fact in wanted if fact[0] == "function"} <= functions
    assert before < last


def test_a_database_without_the_queue_is_left_alone(bare):
    with bare.connect() as connection:
        assert queue_schema.stands_at(connection) is None
        assert queue_schema.bring_up(connection) == []


def _run(connection, script):
    connection.execution_options(no_parameters=True).exec_driver_sql(script)


def _facts(connection):
    rows = connection.execute(FACTS).all()
    return {(kind, " ".join(said.split())) for kind, said in rows}
