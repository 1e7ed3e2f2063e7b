"""Columns that only some of those who may change a row may set.

A policy does not see what a row was before, so triggers see to these.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from assetmap.accounts.reach import ASSET, NEIGHBOURHOOD, ORGANISATION, Reach
from assetmap.db.service_role import ROLE

GUARDED = (
    (ASSET, "is_published", "publish"),
    (ASSET, "verified_at", "verify"),
    (NEIGHBOURHOOD, "is_published", "publish"),
    (ORGANISATION, "is_published", "publish"),
)
"""What a column is set by: the action of the rules that it amounts to."""

_GUARD = """
CREATE FUNCTION access.{name}() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
    IF current_user = '{role}' AND ({may}) IS NOT TRUE THEN
        RAISE EXCEPTION 'row-level security: % of % is not for whoever acts to set',
            '{column}', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN new;
END
$$;
CREATE TRIGGER access_{name} BEFORE UPDATE OF {column} ON {table} FOR EACH ROW
WHEN (new.{column} IS DISTINCT FROM old.{column} AND {is_set})
EXECUTE FUNCTION access.{name}()
"""


def _guard(reach: Reach, column: str, action: str) -> str:
    """The trigger that has a column set only by who may do what that amounts to."""
    table = reach.table
    changed: dict[str, Any] = {each: _of_new(reach, each) for each in _COLUMNS}
    of_new = replace(reach, **changed)
    said = {
        "name": f"{action}_{table}",
        "role": ROLE,
        "may": of_new.may(action),
        "column": column,
        "table": table,
        "is_set": f"new.{column}" if column.startswith("is_") else "true",
    }
    return _GUARD.format(**said)


_COLUMNS = ("published", "own", "neighbourhood", "organisation", "lies", "unkept")


def _of_new(reach: Reach, name: str) -> str | None:
    """A condition on a row's columns, as it is of the row that is being written."""
    told: str | None = getattr(reach, name)
    if told is None or told == "false":
        return told
    if f"{reach.table}." in told:
        return told.replace(f"{reach.table}.", "new.")
    return f"new.{told}"


def guards() -> Iterator[str]:
    """The statements that put the triggers up; they go with their functions."""
    for each in GUARDED:
        yield _guard(*each)
