"""API keys in the database."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assetmap.accounts.model import (
    ApiKey,
    KeyNameTaken,
    KeyNotFound,
    Role,
    checked_name,
    hashed,
    is_secret,
    new_key,
    read,
    written,
)
from assetmap.accounts.tables import ApiKeyRow

USED_EVERY = timedelta(hours=1)
"""How coarse ``last_used_at`` is: a key in use is not written to at each request."""


def key_of(row: ApiKeyRow) -> ApiKey:
    """The key of a row."""
    return ApiKey(
        row.public_id,
        row.name,
        row.role,
        row.created_at,
        row.expires_at,
        row.revoked_at,
        row.last_used_at,
    )


def add_key(
    session: Session, name: str, role: Role, expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """A new key, and the text that its holder sends: told this once.

    Raises:
        BadKeyName: the name cannot be used.
        KeyNameTaken: a key that was not revoked has it.
    """
    called, (public_id, secret) = checked_name(name), new_key()
    row = ApiKeyRow(
        public_id=public_id,
        name=called,
        secret_sha256=hashed(secret),
        role=role,
        expires_at=expires_at,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise KeyNameTaken(called) from error
    return key_of(row), written(public_id, secret)


def find_key(session: Session, text: str) -> ApiKey | None:
    """The key that was sent, if there is one and it holds now: one indexed read.

    Its use is noted, once an hour.
    """
    parts = read(text)
    if parts is None:
        return None
    row = session.scalar(select(ApiKeyRow).where(ApiKeyRow.public_id == parts[0]))
    if row is None or not is_secret(parts[1], row.secret_sha256):
        return None
    now, found = datetime.now(UTC), key_of(row)
    if not found.holds(now):
        return None
    if row.last_used_at is None or row.last_used_at < now - USED_EVERY:
        row.last_used_at = now
        session.flush()
    return found


def list_keys(session: Session) -> list[ApiKey]:
    """Every key, the revoked ones too, oldest first."""
    return [key_of(row) for row in session.scalars(select(ApiKeyRow).order_by("id"))]


def revoke_key(session: Session, name_or_id: str) -> ApiKey:
    """Revoke a key, at once and for good. One that is revoked stays so.

    Raises:
        KeyNotFound: no key has this id, and none that holds this name.
    """
    row = session.scalar(
        select(ApiKeyRow)
        .where(or_(ApiKeyRow.public_id == name_or_id, ApiKeyRow.name == name_or_id))
        .order_by(ApiKeyRow.revoked_at.nulls_first(), ApiKeyRow.id.desc())
        .limit(1)
    )
    if row is None:
        raise KeyNotFound(name_or_id)
    row.revoked_at = row.revoked_at or session.scalar(select(func.clock_timestamp()))
    session.flush()
    return key_of(row)
