"""What sees to the rules in the database, as it was put up, and what differs since.

PostgreSQL tells policies, functions, triggers and views in words of its own. They are
noted when they were just made; whatever reads otherwise later was changed by hand.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from sqlalchemy import Connection, text

from assetmap.accounts.policies import UNSEEN
from assetmap.accounts.published.views import NAMES, SCHEMA
from assetmap.accounts.views import VIEWS
from assetmap.db.service_role import ROLE
from assetmap.db.statements import statement

NOTED = """
CREATE TABLE access.made (kind text, name text, made text, PRIMARY KEY (kind, name))
"""
_NOTE = text("INSERT INTO access.made (kind, name, made) VALUES (:kind, :name, :made)")
_READ = text("SELECT kind, name, made FROM access.made")
_THERE = text("SELECT to_regclass('access.made') IS NOT NULL")
_ASLEEP = text(
    "SELECT format('ALTER TABLE %s ENABLE TRIGGER %I', tgrelid::regclass, tgname)"
    " FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'"
    " AND tgrelid IN (SELECT to_regclass(name) FROM"
    " unnest(CAST(:tables AS text[])) AS each (name))"
)

_MAY_GIVE = text(
    "SELECT pg_has_role(current_user, proowner, 'USAGE') FROM pg_proc"
    " WHERE oid = to_regprocedure(:name)"
)

Standing = Mapping[tuple[str, str], str]
"""How each thing is made, by its kind and its name."""


@cache
def tables() -> list[str]:
    """The tables of the service, those that it may not see too, and its views."""
    told = files("assetmap.accounts").joinpath("privileges.csv")
    rows = csv.DictReader(told.read_text(encoding="utf-8").splitlines())
    seen = (f"{SCHEMA}.{name}" for name in NAMES)
    return [*(row["table"] for row in rows), *UNSEEN, *VIEWS, *seen]


def standing(connection: Connection) -> Standing:
    """What sees to the rules now; the search_path must be that of the rules."""
    rows = connection.execute(statement("accounts", "standing"), {"tables": tables()})
    return {(row.kind, row.named): row.made for row in rows}


def note(connection: Connection) -> None:
    """Note what sees to the rules now, as what should."""
    connection.exec_driver_sql(NOTED)
    rows = standing(connection).items()
    connection.execute(
        _NOTE, [{"kind": k, "name": name, "made": made} for (k, name), made in rows]
    )


def altered(connection: Connection) -> dict[tuple[str, str], str]:
    """What is otherwise than it was put up: ``changed``, ``gone`` or ``new``."""
    noted, now = _noted(connection), standing(connection)
    if not noted:
        return {}
    found = {
        each: "changed" if each in now else "gone"
        for each, made in noted.items()
        if now.get(each) != made
    }
    return found | {each: "new" for each in now if each not in noted}


def in_words(found: Mapping[tuple[str, str], str]) -> list[str]:
    """What differs, one text each, in the order of kinds and names."""
    return [f"{kind} {name} is {how}" for (kind, name), how in sorted(found.items())]


def mend(connection: Connection) -> None:
    """Make again what is not made with the rules, as it was: triggers and functions.

    Rights to functions of extensions are taken away with the rules.
    """
    noted = _noted(connection)
    for (kind, name), how in altered(connection).items():
        made = noted.get((kind, name), "")
        if kind == "function" and not name.startswith("access."):
            _run(connection, made or f"DROP FUNCTION {name} CASCADE")
        if kind == "rights to function" and how == "changed":
            _give(connection, name, made)
        if kind == "trigger" and not name.startswith("access_"):
            if how != "gone":
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            if how != "new":
                _run(connection, made.partition(" ")[2])


def _give(connection: Connection, name: str, made: str) -> None:
    """Have the service call a function, or not, as it was; if it is the migrator's."""
    if not connection.scalar(_MAY_GIVE, {"name": name}):
        return
    _run(connection, f"REVOKE EXECUTE ON FUNCTION {name} FROM public, {ROLE}")
    if made.endswith(" t"):
        _run(connection, f"GRANT EXECUTE ON FUNCTION {name} TO {ROLE}")


def wake(connection: Connection) -> None:
    """Have every trigger act that somebody put to sleep: none is meant to be."""
    for each in connection.scalars(_ASLEEP, {"tables": tables()}).all():
        connection.exec_driver_sql(each)


def _noted(connection: Connection) -> dict[tuple[str, str], str]:
    if not connection.scalar(_THERE):
        return {}
    return {(row.kind, row.name): row.made for row in connection.execute(_READ)}


def _run(connection: Connection, script: str) -> None:
    """Run a statement as it stands: a percent sign in it means itself."""
    bare = connection.execution_options(no_parameters=True)
    bare.exec_driver_sql(script)
    connection.execution_options(no_parameters=False)
