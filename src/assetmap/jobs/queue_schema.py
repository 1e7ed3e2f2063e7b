"""The queue's own tables, made by our migrations and brought up with the library.

They are procrastinate's, so its newest schema is what a new database gets. Which one
that was is kept as the comment of its main table; when the library has a newer one,
the steps between are taken with our own migrations.
"""

from pathlib import Path

from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, text

OWN = "procrastinate_"
"""What the names of the queue's tables, types and functions begin with."""


def steps() -> dict[str, Path]:
    """The files that change the schema, by their version, oldest first."""
    found = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    return {"_".join(each.stem.split("_")[:2]): each for each in found}


def newest() -> str:
    """The version of the schema that the library brings."""
    return list(steps())[-1]


def stands_at(connection: Connection) -> str | None:
    """The version of the schema that the database has; None without one."""
    said: str | None = connection.scalar(
        text("SELECT obj_description(to_regclass('procrastinate_jobs'), 'pg_class')")
    )
    return said


def install(connection: Connection) -> None:
    """Make the tables of the queue."""
    _run(connection, SchemaManager.get_schema())
    _note(connection)


def bring_up(connection: Connection) -> list[str]:
    """Take the steps that a database lacks that has the tables; return which."""
    current = stands_at(connection)
    if current is None:
        return []
    taken = [each for each in steps() if each > current]
    for each in taken:
        _run(connection, steps()[each].read_text(encoding="utf-8"))
    if taken:
        _note(connection)
    return taken


def remove(connection: Connection) -> None:
    """Drop all that the queue has in the database."""
    _run(
        connection,
        """
        DROP TABLE procrastinate_events, procrastinate_periodic_defers,
            procrastinate_jobs, procrastinate_workers CASCADE;
        DO $$
        DECLARE found record;
        BEGIN
            FOR found IN
                SELECT oid::regprocedure AS name FROM pg_proc
                WHERE proname LIKE 'procrastinate\\_%'
            LOOP EXECUTE 'DROP FUNCTION ' || found.name; END LOOP;
        END $$;
        DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_status,
            procrastinate_job_event_type;
        """,
    )


def _run(connection: Connection, script: str) -> None:
    """Run statements as they stand: a percent sign or a colon in them means itself."""
    bare = connection.execution_options(no_parameters=True)
    bare.exec_driver_sql(script)
    connection.execution_options(no_parameters=False)


def _note(connection: Connection) -> None:
    _run(connection, f"COMMENT ON TABLE procrastinate_jobs IS '{newest()}'")
