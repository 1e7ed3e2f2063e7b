"""What writes the audit in the database, made anew with every migration.

So a table that gained a column, or that a later version watches, is watched as it is.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from sqlalchemy import Connection, text

from assetmap.accounts.audit.watched import Watched, watched

MOST = 100
"""Rows of one statement that are told one by one; more are told together."""

ENTRIES = "audit_entry"
_EVENTS = {
    "insert": "REFERENCING NEW TABLE AS new_rows",
    "update": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "REFERENCING OLD TABLE AS old_rows",
}
_WHOLE = ("int2", "int4", "int8", "bool")
_LIKE_JSON = ("json", "jsonb")
_HARMLESS = (*_LIKE_JSON, "uuid")
"""Types that PostgreSQL counts among the others, as it does shapes and bytes."""

_INSTANT = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
_MOST_COLUMNS = 40
"""PostgreSQL takes 100 arguments in one call, a name and a value for each column."""

_COLUMNS = text(
    "SELECT attname, typname, typcategory FROM pg_attribute"
    " INNER JOIN pg_type ON pg_type.oid = atttypid"
    " WHERE attrelid = to_regclass(:name) AND attnum > 0 AND NOT attisdropped"
    " ORDER BY attnum"
)
_TRIGGERS = text(
    "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(:name)"
    " AND tgname LIKE 'audit%'"
)


def bring_up(connection: Connection) -> None:
    """Make what writes the audit, if the database has the tables for it."""
    tables = connection.scalar(text("SELECT current_schema()"))
    if connection.scalar(text("SELECT to_regclass('audit_entry')")) is None:
        return
    _run(connection, _in_schema(_file("functions"), tables))
    _keep(connection)
    for each in watched():
        found = _columns(connection, each.table)
        if found:
            _run(connection, _function(each, found, tables))
            _attach(connection, each)


def _keep(connection: Connection) -> None:
    """Have entries sealed as they are written, and never changed."""
    there = _triggers(connection, ENTRIES)
    if "audit_seal" not in there:
        _run(
            connection,
            f"CREATE TRIGGER audit_seal BEFORE INSERT ON {ENTRIES}"
            " FOR EACH ROW EXECUTE FUNCTION audit.seal()",
        )
    for table, events in ((ENTRIES, "UPDATE OR DELETE"), ("audit_chain", "DELETE")):
        if "audit_refuse" not in _triggers(connection, table):
            _run(
                connection,
                f"CREATE TRIGGER audit_refuse BEFORE {events} OR TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse()",
            )


def _attach(connection: Connection, each: Watched) -> None:
    """Have a table watched, if it is not: making a trigger waits for its writers."""
    there = _triggers(connection, each.table)
    for event, rows in _EVENTS.items():
        if f"audit_{event}" not in there:
            _run(
                connection,
                f"CREATE TRIGGER audit_{event} AFTER {event} ON {_name(each.table)}"
                f" {rows} FOR EACH STATEMENT EXECUTE FUNCTION audit.{_watch(each)}()",
            )
    if "audit_truncate" not in there:
        _run(
            connection,
            f"CREATE TRIGGER audit_truncate AFTER TRUNCATE ON {_name(each.table)}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION audit.emptied({_word(each.thing)})",
        )


def _triggers(connection: Connection, table: str) -> set[str]:
    return set(connection.scalars(_TRIGGERS, {"name": table}))


def _columns(connection: Connection, table: str) -> dict[str, tuple[str, str]]:
    """The columns of a table that is there, each with its type and kind of type."""
    rows = connection.execute(_COLUMNS, {"name": table})
    return {name: (kind, category) for name, kind, category in rows}


def _function(
    each: Watched, columns: Mapping[str, tuple[str, str]], tables: str
) -> str:
    """The function that watches a table with those columns."""
    told = _told(each, columns)
    words = {
        "most": str(MOST),
        "created": _word(each.created),
        "changed": _changed(each, columns),
        "thing": _word(each.thing),
        "id": f"each.{_name(each.named_by)}::text",
        "neighbourhood": _whose("neighbourhood", each, columns),
        "organisation": _whose("organisation", each, columns),
        "told": told,
        "many": _MANY,
    }
    script = _file("watch").replace("watch_table", _watch(each))
    put_in = re.sub(r"<(\w+)>", lambda found: words[found[1]], script)
    return _in_schema(put_in, tables)


def _in_schema(script: str, tables: str) -> str:
    """A script for tables that are in a schema."""
    return script.replace("public.", f"{_name(tables)}.")


_MANY = """jsonb_build_object(
    'rows', count(*),
    'ids', range_agg(int8range(each.id, each.id, '[]') ORDER BY each.id)::text,
    'digest', 'digest:' || encode(sha256(secret.outside || sha256(secret.inside
        || string_agg(sha256(convert_to(each::text, 'UTF8')), ''::bytea
            ORDER BY each.id))), 'hex')
)"""


def _whose(what: str, each: Watched, columns: Mapping[str, tuple[str, str]]) -> str:
    """The id of the neighbourhood or organisation that a row is of."""
    if each.table == what:
        return "each.id"
    return f"each.{what}_id" if f"{what}_id" in columns else "NULL::bigint"


def _changed(each: Watched, columns: Iterable[str]) -> str:
    """What a change is called, by the columns that differ."""
    cases = (
        f"WHEN diff.told ? {_word(column)} THEN {_word(action)}"
        for column, action in each.actions.items()
        if column in columns
    )
    found = " ".join(cases)
    return f"CASE {found} ELSE 'change' END" if found else "'change'"


def _told(each: Watched, columns: Mapping[str, tuple[str, str]]) -> str:
    """What is told of a row, as JSON."""
    pairs = [
        f"{_word(name)}, {_value(each, name, *kind)}"
        for name, kind in columns.items()
        if each.how(name) != "silent"
    ]
    parts = (
        pairs[first : first + _MOST_COLUMNS]
        for first in range(0, len(pairs), _MOST_COLUMNS)
    )
    return " || ".join(f"jsonb_build_object({', '.join(part)})" for part in parts)


def _value(each: Watched, name: str, kind: str, category: str) -> str:
    """A column as it is told: what is not known to be harmless only by a digest."""
    column = f"each.{_name(name)}"
    if each.how(name) == "digest" or (category == "U" and kind not in _HARMLESS):
        about = f"{_word(each.thing + '/')} || each.{_name(each.named_by)}::text"
        return f"audit.digest(secret, {about} || {_word('/' + name)}, {column}::text)"
    if kind == "timestamptz":
        return f"to_char({column} AT TIME ZONE 'UTC', {_word(_INSTANT)})"
    if kind == "date":
        return f"to_char({column}, 'YYYY-MM-DD')"
    if kind in (*_WHOLE, *_LIKE_JSON) or category == "A":
        return f"to_jsonb({column})"
    return f"{column}::text"


def _watch(each: Watched) -> str:
    return f"watch_{each.table}"


def _name(name: str) -> str:
    """A name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def _word(word: str) -> str:
    """A text as SQL has it."""
    return "'" + word.replace("'", "''") + "'"


@cache
def _file(name: str) -> str:
    folder = files("assetmap").joinpath("accounts", "audit", "sql")
    return folder.joinpath(f"{name}.sql").read_text(encoding="utf-8")


def _run(connection: Connection, script: str) -> None:
    """Run statements as they stand: a percent sign or a colon in them means itself."""
    bare = connection.execution_options(no_parameters=True)
    bare.exec_driver_sql(script)
    connection.execution_options(no_parameters=False)
