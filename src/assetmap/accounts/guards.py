"""Columns that only some of those who may change a row may set.

A policy does not see what a row was before, so triggers see to these.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from assetmap.accounts.reach import ASSET, NEIGHBOURHOOD, ORGANISATION, Reach
from assetmap.db.service_role import ROLE


@dataclass(frozen=True)
class Guard:
    """Columns of a table, and the actions of the rules of which one lets set them.

    ``when`` is a condition on the row as it was (``old``) and as it becomes (``new``).
    """

    name: str
    reach: Reach
    columns: tuple[str, ...]
    actions: tuple[str, ...]
    when: str = "true"


_SAID = (
    *("name", "category_code", "description", "geom", "geom_wgs84", "shown_geom"),
    *("shown_geom_wgs84", "address", "postcode", "uprn", "url", "phone", "email"),
    *("opening_hours", "access", "cost", "languages", "valid_from", "licence"),
)
"""What is said of an asset, and where it is."""
_CLOSES = "new.status = 'closed'"
_CHECKED = "old.status = 'unverified' AND new.status = 'open'"
_OTHERWISE = f"NOT ({_CLOSES}) AND NOT ({_CHECKED})"

GUARDS = (
    Guard("publish_asset", ASSET, ("is_published",), ("publish",)),
    Guard("verify_asset", ASSET, ("verified_at",), ("verify",)),
    Guard("change_asset", ASSET, _SAID, ("change",)),
    Guard("end_asset", ASSET, ("valid_to",), ("change", "delete")),
    Guard("close_asset", ASSET, ("status",), ("delete", "publish"), _CLOSES),
    Guard("check_asset", ASSET, ("status",), ("verify", "publish"), _CHECKED),
    Guard(
        "show_asset",
        ASSET,
        ("status",),
        ("publish",),
        f"old.is_published AND {_OTHERWISE}",
    ),
    Guard(
        "draft_asset",
        ASSET,
        ("status",),
        ("change", "publish"),
        f"NOT old.is_published AND {_OTHERWISE}",
    ),
    Guard(
        "place_asset",
        ASSET,
        ("location_visibility",),
        ("publish",),
        "old.is_published",
    ),
    Guard(
        "place_draft",
        ASSET,
        ("location_visibility",),
        ("change", "publish"),
        "NOT old.is_published",
    ),
    Guard("publish_neighbourhood", NEIGHBOURHOOD, ("is_published",), ("publish",)),
    Guard("publish_organisation", ORGANISATION, ("is_published",), ("publish",)),
)

_GUARD = """
CREATE FUNCTION access.{name}() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
    IF current_user = '{role}' AND ({may}) IS NOT TRUE THEN
        RAISE EXCEPTION 'row-level security: % of % is not for whoever acts to set',
            '{columns}', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN new;
END
$$;
CREATE TRIGGER access_{name} BEFORE UPDATE OF {columns} ON {table} FOR EACH ROW
WHEN (({new}) IS DISTINCT FROM ({old}) AND {when})
EXECUTE FUNCTION access.{name}()
"""


def _made(guard: Guard) -> str:
    """The trigger that has columns set only by who may do what that amounts to."""
    reach = guard.reach
    changed: dict[str, Any] = {each: _of_new(reach, each) for each in _PARTS}
    said = {
        "name": guard.name,
        "role": ROLE,
        "may": replace(reach, **changed).may(*guard.actions),
        "table": reach.table,
        "when": guard.when,
        "columns": ", ".join(guard.columns),
        "new": ", ".join(f"new.{each}" for each in guard.columns),
        "old": ", ".join(f"old.{each}" for each in guard.columns),
    }
    return _GUARD.format(**said)


_PARTS = (
    *("published", "own", "own_where", "neighbourhood"),
    *("organisation", "lies", "unkept"),
)


def _of_new(reach: Reach, name: str) -> str | None:
    """A condition on a row's columns, as it is of the row that is being written."""
    told: str | None = getattr(reach, name)
    if not told or told == "false":
        return told
    if f"{reach.table}." in told:
        return told.replace(f"{reach.table}.", "new.")
    return f"new.{told}"


def guards() -> Iterator[str]:
    """The statements that put the triggers up; they go with their functions."""
    for each in GUARDS:
        yield _made(each)
