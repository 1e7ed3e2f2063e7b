"""Queries of organisations. What whoever acts may see of them, the database says."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assetmap.accounts.organisations.model import (
    Organisation,
    OrganisationNotFound,
    OrganisationNotYours,
    OrganisationTaken,
)
from assetmap.accounts.tables import OrganisationRow


def list_organisations(
    session: Session, limit: int, offset: int = 0
) -> list[Organisation]:
    """Organisations, by slug."""
    query = select(OrganisationRow).order_by(OrganisationRow.slug)
    return [told(row) for row in session.scalars(query.limit(limit).offset(offset))]


def get_organisation(session: Session, slug: str) -> OrganisationRow:
    """The organisation of a slug.

    Raises:
        OrganisationNotFound: there is none, for whoever acts.
    """
    query = select(OrganisationRow).where(OrganisationRow.slug == slug)
    row = session.scalar(query)
    if row is None:
        raise OrganisationNotFound(slug)
    return row


def lock_organisation(session: Session, slug: str) -> OrganisationRow:
    """The organisation of a slug, held until the transaction ends.

    Raises:
        OrganisationNotFound: there is none, for whoever acts.
        OrganisationNotYours: whoever acts may not change it.
    """
    query = select(OrganisationRow).where(OrganisationRow.slug == slug)
    row = session.scalar(query.with_for_update())
    if row is None:
        get_organisation(session, slug)
        raise OrganisationNotYours(slug)
    return row


def add_organisation(session: Session, said: Mapping[str, Any]) -> OrganisationRow:
    """Store an organisation whose slug is free.

    Raises:
        OrganisationTaken: it is not.
    """
    row = OrganisationRow(**said)
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise OrganisationTaken(said["slug"]) from error
    return row


def change_organisation(
    session: Session, row: OrganisationRow, said: Mapping[str, Any]
) -> None:
    """Store what is new about an organisation; the version goes up if anything is."""
    changed = {name: each for name, each in said.items() if getattr(row, name) != each}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        row.version += 1
        with session.no_autoflush:  # so that one statement changes all
            row.updated_at = session.scalars(select(func.now())).one()
    session.flush()


def told(row: OrganisationRow) -> Organisation:
    """The organisation in a row."""
    return Organisation(
        row.slug,
        row.name,
        row.kind,
        row.url,
        row.is_published,
        row.version,
        row.updated_at,
    )
