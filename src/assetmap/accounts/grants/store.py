"""The only queries of grants."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from assetmap.accounts import acting
from assetmap.accounts.grants.model import (
    BadGrant,
    Grant,
    GrantNotFound,
    GrantReachNotFound,
    NotForInstitutions,
    NotYoursToGive,
    Over,
    check,
)
from assetmap.accounts.holders.store import account_id
from assetmap.accounts.tables import RoleGrantRow
from assetmap.db.refusals import broken_constraint, is_against_policy
from assetmap.db.statements import statement

COMMUNITY_LED = "ck_role_grant_community_led"
_PLACE = text("SELECT id FROM neighbourhood WHERE slug = :name")
_BODY = text("SELECT id FROM organisation WHERE slug = :name")
_BOUNDARY = text(
    "SELECT boundary.id FROM boundary INNER JOIN boundary_set"
    " ON boundary.boundary_set_id = boundary_set.id"
    " WHERE boundary_set.name = :name AND boundary_set.replaced_at IS NULL"
    " AND boundary.code = :code"
)


def give(
    session: Session,
    account: str,
    role: str,
    over: Over,
    until: datetime | None = None,
    starting: datetime | None = None,
) -> Grant:
    """Give an account a role, from an instant (none: now) until another (none: open).

    Raises:
        BadGrant: the role cannot be over that, or would be over before it begins.
        AccountNotFound, GrantReachNotFound: one that is named is not there.
        NotForInstitutions: the account is an institution, the role a community's.
        NotYoursToGive: whoever acts does not give it.
    """
    check(role, over)
    row = RoleGrantRow(
        account_id=account_id(session, account), role=role, **_reach(session, over)
    )
    if starting is not None:
        row.holds_from = starting
    row.holds_until = until
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise _broken(error, account, role) from error
    except ProgrammingError as error:
        if is_against_policy(error):
            raise NotYoursToGive(_not_yours(role, over), role=role) from error
        raise
    return get_grant(session, row.id)


def _broken(error: IntegrityError, account: str, role: str) -> Exception:
    if broken_constraint(error) == COMMUNITY_LED:
        said = f"{account!r} is an institution: it cannot be a {role} of a place."
        return NotForInstitutions(said, account=account, role=role)
    return BadGrant("A grant ends after it begins.", account=account, role=role)


def _not_yours(role: str, over: Over) -> str:
    if over.neighbourhood is not None:
        return (
            f"The stewards of {over.neighbourhood!r} give roles there; "
            "an administrator gives the first steward only."
        )
    if over.organisation is not None:
        return (
            f"The editors of {over.organisation!r} give roles there; "
            "an administrator gives the first only."
        )
    return f"The role {role!r} is given by an administrator."


def _reach(session: Session, over: Over) -> dict[str, Any]:
    if over.neighbourhood is not None:
        return {"neighbourhood_id": _number(session, _PLACE, name=over.neighbourhood)}
    if over.organisation is not None:
        return {"organisation_id": _number(session, _BODY, name=over.organisation)}
    named = {"boundary_set": over.boundary_set, "boundary_code": over.boundary_code}
    if over.boundary_set is not None:
        _number(session, _BOUNDARY, name=over.boundary_set, code=over.boundary_code)
    return named


def _number(session: Session, query: Any, **named: object) -> int:
    found: int | None = session.scalar(query, named)
    if found is None:
        told = "/".join(str(each) for each in named.values())
        raise GrantReachNotFound(f"There is no {told!r}.", **named)
    return found


def get_grant(session: Session, grant: int) -> Grant:
    """A grant.

    Raises:
        GrantNotFound: there is none that whoever acts may read.
    """
    # No grant has a number that the database could not hold.
    found = _grants(session, grant_id=grant) if 0 < grant < 2**63 else []
    if not found:
        raise GrantNotFound(grant)
    return found[0]


def list_grants(
    session: Session,
    account: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[Grant]:
    """The grants that whoever acts may read, those taken back too, oldest first."""
    return _grants(session, whose=account, most=limit, skipped=offset)


def _grants(session: Session, **wanted: object) -> list[Grant]:
    asked = {"grant_id": None, "whose": None, "most": None, "skipped": 0, **wanted}
    rows = session.execute(statement("accounts", "grants"), asked).mappings()
    return [_grant(row) for row in rows]


def _grant(row: Any) -> Grant:
    over = Over(
        row["neighbourhood"],
        row["organisation"],
        row["boundary_set"],
        row["boundary_code"],
    )
    return Grant(
        row["id"],
        row["whose"],
        row["role"],
        over,
        row["given_by"],
        row["given_at"],
        row["holds_from"],
        row["holds_until"],
        row["revoked_at"],
    )


def take_back(session: Session, grant: int) -> Grant:
    """Take a grant back, at once and for good. One that was stays so.

    Raises:
        GrantNotFound: there is none that whoever acts may read.
        NotYoursToGive: whoever acts may read it, and not take it back.
    """
    found = get_grant(session, grant)
    if found.revoked_at is not None:
        return found
    row = session.scalar(
        select(RoleGrantRow).where(RoleGrantRow.id == grant).with_for_update()
    )
    if row is None:
        raise NotYoursToGive(_not_yours(found.role, found.over), role=found.role)
    # In one statement: whoever gives up their own may do no more once it is over.
    when = session.scalar(select(func.clock_timestamp()))
    whoever = acting.account_in(session)
    row.revoked_at, row.revoked_by = when, whoever
    session.flush()
    return get_grant(session, grant)
