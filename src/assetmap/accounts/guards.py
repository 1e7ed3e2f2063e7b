"""Columns that only some of those who may change a row may set.

A policy does not see what a row was before, so triggers see to these.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from assetmap.accounts.reach import (
    ACCOUNT,
    ASSET,
    GRANT,
    KEY,
    NEIGHBOURHOOD,
    ORGANISATION,
    SIGN_IN,
    Reach,
)


@dataclass(frozen=True)
class Guard:
    """Columns of a table, and the actions of the rules of which one lets set them.

    Without an action nobody may.

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
    *("name_cy", "names", "service_area", "service_area_wgs84", "service_codes"),
    *("sites", "has_readable_hours", "contact_erased_at"),
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
    Guard("rename_account", ACCOUNT, ("name",), ("change",)),
    Guard("close_account", ACCOUNT, ("closed_at",), ("delete",)),
    Guard("open_account", ACCOUNT, ("closed_at",), (), "old.closed_at IS NOT NULL"),
    Guard("hold_key", KEY, ("revoked_at",), (), "old.revoked_at IS NOT NULL"),
    Guard("hold_grant", GRANT, ("revoked_at",), (), "old.revoked_at IS NOT NULL"),
    Guard("hold_session", SIGN_IN, ("ended_at",), (), "old.ended_at IS NOT NULL"),
)

_GUARD = """
CREATE FUNCTION access.{name}() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
    IF {held} AND ({may}) IS NOT TRUE THEN
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


_HELD = """NOT pg_has_role(
        current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE'
    )"""
"""Whoever does not have the rights of the table's owner: not the service's role by its
name, which whoever signed in for it may put down (SET ROLE NONE)."""

_GIVING = """
CREATE FUNCTION access.give_in_turn() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(
        hashtextextended(
            format('grant %s %s', new.neighbourhood_id, new.organisation_id), 0
        )
    );
    IF {held} AND ({may}) IS NOT TRUE THEN
        RAISE EXCEPTION 'row-level security: whoever acts does not give this role'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN new;
END
$$;
CREATE TRIGGER access_give_in_turn BEFORE INSERT ON role_grant FOR EACH ROW
WHEN (num_nonnulls(new.neighbourhood_id, new.organisation_id) > 0)
EXECUTE FUNCTION access.give_in_turn()
"""
"""Grants in one place wait for each other, and are looked at anew after the wait: two
who each give the first would otherwise both see none."""


def _made(guard: Guard) -> str:
    """The trigger that has columns set only by who may do what that amounts to."""
    reach = guard.reach
    said = {
        "name": guard.name,
        "held": _HELD,
        "may": _may_new(reach, *guard.actions),
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


def _may_new(reach: Reach, *actions: str) -> str:
    """Whether whoever acts may do something to the row that is being written."""
    changed: dict[str, Any] = {each: _of_new(reach, each) for each in _PARTS}
    return replace(reach, **changed).may(*actions)


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
    yield _GIVING.format(held=_HELD, may=_may_new(GRANT, "give"))
