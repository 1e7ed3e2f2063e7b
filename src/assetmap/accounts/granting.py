"""What the service's role may do with each table, from the list beside this module."""

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from sqlalchemy import Connection, text

from assetmap.db.service_role import ROLE

PRIVILEGES = "privileges.csv"
_VERBS = ("select", "insert", "update", "delete")


@cache
def beside(name: str) -> str:
    """The text of a file of this room."""
    return files("assetmap.accounts").joinpath(name).read_text(encoding="utf-8")


def table_grants(connection: Connection) -> Iterator[str]:
    """What the service may do with each table, from the list."""
    for row in csv.DictReader(beside(PRIVILEGES).splitlines()):
        yield f"REVOKE ALL ON {row['table']} FROM public"
        for verb in _VERBS:
            if row[verb]:
                columns = _columns(connection, row["table"], row[verb])
                yield f"GRANT {verb.upper()}{columns} ON {row['table']} TO {ROLE}"


def _columns(connection: Connection, table: str, said: str) -> str:
    """The columns that a cell names: ``all``, a list, or ``but`` and a list."""
    first, *rest = said.split()
    if first == "all":
        return ""
    found = said.split()
    if first == "but":
        query = text(
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(:table)"
            " AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
        )
        found = [
            each
            for each in connection.scalars(query, {"table": table})
            if each not in rest
        ]
    return f" ({', '.join(found)})"
