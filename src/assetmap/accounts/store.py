"""API keys in the database."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from assetmap.accounts.acting import Actor, Held, account_in
from assetmap.accounts.model import (
    ApiKey,
    KeyAmbiguous,
    KeyNameTaken,
    KeyNotFound,
    KeyNotYours,
    checked_name,
    checked_scopes,
    hashed,
    new_key,
    read,
    written,
)
from assetmap.accounts.tables import ApiKeyRow
from assetmap.db.refusals import is_against_policy

_HOLDER = text("SELECT * FROM access.key_holder(:id, :digest)")
_SLUG = func.access.slug_of_account(ApiKeyRow.account_id)


def _key(row: ApiKeyRow, account: str) -> ApiKey:
    return ApiKey(
        row.public_id,
        row.name,
        account,
        None if row.scopes is None else tuple(row.scopes),
        row.created_at,
        row.expires_at,
        row.revoked_at,
        row.last_used_at,
    )


def add_key(
    session: Session,
    account: tuple[int, str],
    name: str,
    scopes: Iterable[str] | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key of an account (its id and slug), and the text that its holder sends.

    The text is told this once.

    Raises:
        BadKeyName, BadScope: the name or a scope cannot be.
        KeyNameTaken: a key of the account that was not revoked has the name.
        KeyNotYours: whoever acts makes no keys for this account.
    """
    called, (public_id, secret) = checked_name(name), new_key()
    row = ApiKeyRow(
        public_id=public_id,
        name=called,
        account_id=account[0],
        secret_sha256=hashed(secret),
        scopes=checked_scopes(scopes),
        expires_at=expires_at,
        made_by=func.access.key_origin(),
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise KeyNameTaken(called) from error
    except ProgrammingError as error:
        if is_against_policy(error) and account[0] != account_in(session):
            raise KeyNotYours(account[1], "create") from error
        raise
    return _key(row, account[1]), written(public_id, secret)


def find_actor(session: Session, sent: str) -> Actor | None:
    """Whose key was sent, if there is one and it holds now, and what they are granted.

    Its use is noted, once an hour. The transaction then knows who acts.
    """
    parts = read(sent)
    if parts is None:
        return None
    asked = {"id": parts[0], "digest": hashed(parts[1])}
    row = session.execute(_HOLDER, asked).mappings().one_or_none()
    if row is None:
        return None
    told: dict[str, Any] = {**row, "key": parts[0]}
    told["held"] = tuple(Held(**each) for each in row["held"])
    told["scopes"] = None if row["scopes"] is None else tuple(row["scopes"])
    return Actor(**told)


def list_keys(session: Session, account: str | None = None) -> list[ApiKey]:
    """The keys that whoever acts may read, the revoked ones too, oldest first."""
    query = select(ApiKeyRow, _SLUG).order_by(ApiKeyRow.id)
    if account is not None:
        query = query.where(_SLUG.op("=")(account))
    return [_key(row, slug) for row, slug in session.execute(query)]


def revoke_key(session: Session, key: str, account: str | None = None) -> ApiKey:
    """Revoke a key, at once and for good. One that is revoked stays so.

    Args:
        session: of whoever revokes it, who may read it.
        key: its id; or its name, by which the one is meant that holds.
        account: whose it is; None: anybody's.

    Raises:
        KeyNotFound: no key has this id or name.
        KeyAmbiguous: keys of several accounts have this name.
        KeyNotYours: whoever acts may read it, and not revoke it.
    """
    query = select(ApiKeyRow, _SLUG)
    if account is not None:
        query = query.where(_SLUG.op("=")(account))
    found = _meant(session, query.with_for_update(of=ApiKeyRow), key)
    if not found:
        for _, slug in _meant(session, query, key):
            raise KeyNotYours(slug, "delete")
        raise KeyNotFound(key, account)
    if len(found) > 1:
        raise KeyAmbiguous(key, {row.public_id: slug for row, slug in found})
    ((row, slug),) = found
    row.revoked_at = row.revoked_at or session.scalar(select(func.clock_timestamp()))
    session.flush()
    return _key(row, slug)


def _meant(session: Session, query: Select[Any], key: str) -> Sequence[Any]:
    """Those keys, each with its account, that an id or a name may mean."""
    found = session.execute(query.where(ApiKeyRow.public_id == key)).all()
    if found:
        return found
    named = query.where(ApiKeyRow.name == key).order_by(ApiKeyRow.id.desc())
    rows = session.execute(named).all()
    return [each for each in rows if each[0].revoked_at is None] or rows[:1]
