"""The rules put into the database: functions, views, policies, privileges, and a role.

They are what this version of assetmap says, not what some migration said: every
migration begins by taking them down and ends by putting them up again, in one
transaction. A database that stands anywhere but at the newest migration has none of
them, and the service's role may then touch nothing.
"""

import hashlib
from functools import cache
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from assetmap.accounts import standing
from assetmap.accounts.granting import PRIVILEGES, beside, table_grants
from assetmap.accounts.policies import statements as policies
from assetmap.accounts.published import views as published
from assetmap.accounts.rules import FILE, ROLES, rules
from assetmap.accounts.views import VIEWS
from assetmap.db.service_role import MAKE_ROLE, ROLE
from assetmap.errors import Unavailable

_FUNCTIONS = (
    "sql/access_functions.sql",
    "sql/job_functions.sql",
    "sql/link_functions.sql",
    "sql/moderating_functions.sql",
    "sql/merging_functions.sql",
    "sql/leaving.sql",
    "sign_in/sql/sign_in_functions.sql",
    "sql/closing_functions.sql",
    "sql/estimated_extents.sql",
)

_FORGET = """
REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role};
REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {role};
GRANT USAGE ON SCHEMA {schema} TO {role};
"""
_ALLOW = """
GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role};
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA access FROM public;
GRANT USAGE ON SCHEMA access TO {role};
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA access TO {role};
REVOKE EXECUTE ON FUNCTION audit.note_reading FROM public;
GRANT EXECUTE ON FUNCTION audit.note_reading TO {role};
"""
_NO_POLICIES = """
DO $$
DECLARE found record;
BEGIN
    FOR found IN
        SELECT policyname, tablename FROM pg_policies
        WHERE
            schemaname = current_schema()
            AND (
                policyname LIKE 'access\\_%'
                OR roles && '{public,assetmap_service}'
            )
    LOOP EXECUTE format('DROP POLICY %I ON %I', found.policyname, found.tablename);
    END LOOP;
END $$;
"""


class ServiceRoleMissing(Unavailable):
    """The role that the service works in is not there and cannot be made."""

    title = "Service role missing"


@cache
def digest() -> str:
    """What tells this version of the rules from every other."""
    parts = [beside(each) for each in (FILE, PRIVILEGES, *_FUNCTIONS)]
    parts += [*policies(), *published.statements(), _ALLOW, _FORGET]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def stands_at(connection: Connection) -> str | None:
    """The version of the rules that the database has; None without any."""
    said: str | None = connection.scalar(
        text("SELECT obj_description(to_regnamespace('access'), 'pg_namespace')")
    )
    return said


def take_down(connection: Connection) -> None:
    """Take the rules out of the database; the service's role may do nothing then."""
    if stands_at(connection) is None:
        return
    _run(connection, published.TAKE_DOWN)
    _run(connection, "DROP SCHEMA access CASCADE")
    _run(connection, f"DROP VIEW IF EXISTS {', '.join(VIEWS)}")
    _run(connection, _NO_POLICIES)
    _run(connection, _filled(_FORGET, connection))


def put_up(connection: Connection) -> None:
    """Put the rules of this version into a database at the newest migration.

    Raises:
        ServiceRoleMissing: the role is not there, and whoever migrates cannot make it.
    """
    standing.wake(connection)
    if stands_at(connection) == digest():
        found = altered(connection)
        if not found and not differing(connection):
            return
        before = _look_in(connection, _path(connection))
        standing.mend(connection)
        _look_in(connection, before)
    take_down(connection)
    make_role(connection)
    _fill_rules(connection)
    _run(connection, _filled(_FORGET, connection))
    before = _look_in(connection, _path(connection))
    for each in (*map(beside, _FUNCTIONS), *policies(), *table_grants(connection)):
        _run(connection, each)
    for each in published.statements():
        _run(connection, each)
    _run(connection, _filled(_ALLOW, connection))
    _run(connection, f"COMMENT ON SCHEMA access IS '{digest()}'")
    standing.note(connection)
    _look_in(connection, before)


def altered(connection: Connection) -> dict[tuple[str, str], str]:
    """What was changed by hand since the rules were put up, and how."""
    if stands_at(connection) is None:
        return {}
    before = _look_in(connection, _path(connection))
    found = standing.altered(connection)
    _look_in(connection, before)
    return found


def _look_in(connection: Connection, path: str) -> str:
    """Have this transaction look in other schemas; gives those it looked in before."""
    before = str(connection.scalar(text("SHOW search_path")))
    told = text("SELECT set_config('search_path', :path, true)")
    connection.execute(told, {"path": path})
    return before


def make_role(connection: Connection) -> None:
    """Make the role that the service works in, if the server has it not.

    Raises:
        ServiceRoleMissing: whoever migrates may not; says what somebody else runs.
    """
    try:
        with connection.begin_nested():
            _run(connection, MAKE_ROLE)
    except DBAPIError as error:
        user = connection.scalar(text("SELECT current_user"))
        raise ServiceRoleMissing(
            f"The role {ROLE!r} that the service works in cannot be made by {user!r}. "
            f"Have an administrator of the server run: CREATE ROLE {ROLE} NOLOGIN; "
            f'GRANT {ROLE} TO "{user}" WITH ADMIN OPTION; then migrate again.',
            role=ROLE,
        ) from error


def differing(connection: Connection) -> list[str]:
    """Rules that the database has otherwise than the table, as ``thing, action, role``.

    None where it keeps to this version, and nobody changed it by hand.
    """
    query = text("SELECT thing, action, role, words FROM access_rule")
    found = {(*row[:3], tuple(sorted(row[3]))) for row in connection.execute(query)}
    wanted = {
        (each["thing"], each["action"], each["role"], tuple(each["words"]))
        for each in _cells()
    }
    return sorted({", ".join(each[:3]) for each in found ^ wanted})


def _cells() -> list[dict[str, Any]]:
    return [
        {"thing": thing, "action": action, "role": role, "words": sorted(words)}
        for (thing, action), rule in rules().items()
        for role in ROLES
        if (words := rule.words[role])
    ]


def _fill_rules(connection: Connection) -> None:
    connection.execute(text("DELETE FROM access_rule"))
    connection.execute(
        text(
            "INSERT INTO access_rule (thing, action, role, words)"
            " VALUES (:thing, :action, :role, :words)"
        ),
        _cells(),
    )


def _path(connection: Connection) -> str:
    """The schemas that functions look in: pinned, so that nobody slips in another."""
    names = connection.execute(
        text(
            "SELECT quote_ident(current_schema()), quote_ident(nspname)"
            " FROM pg_extension INNER JOIN pg_namespace"
            " ON extnamespace = pg_namespace.oid WHERE extname = 'postgis'"
        )
    ).one()
    return ", ".join(dict.fromkeys([*names, "pg_temp"]))


def _filled(script: str, connection: Connection) -> str:
    schema = connection.scalar(text("SELECT quote_ident(current_schema())"))
    return script.format(schema=schema, role=ROLE)


def _run(connection: Connection, script: str) -> None:
    """Run statements as they stand: a percent sign or a colon in them means itself."""
    bare = connection.execution_options(no_parameters=True)
    bare.exec_driver_sql(script)
    connection.execution_options(no_parameters=False)
