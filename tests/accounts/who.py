"""Accounts with a role and a key, as their holders would have them."""

from sqlalchemy.orm import Session

from assetmap.accounts import store
from assetmap.accounts.grants import store as grants
from assetmap.accounts.grants.model import Over
from assetmap.accounts.holders import store as holders
from assetmap.accounts.holders.model import slug_of


def account(session: Session, name: str, kind: str = "person") -> tuple[int, str]:
    """The number and the slug of a new account."""
    made = holders.add_account(session, slug_of(name), name, kind)
    return made.id, made.slug


def key_for(
    session: Session,
    name: str,
    role: str | None = None,
    kind: str = "person",
    scopes: list[str] | None = None,
    **over: str,
) -> str:
    """What the holder of a new account's key sends; the account has the role."""
    whose = account(session, name, kind)
    if role is not None:
        grants.give(session, whose[1], role, Over(**over))
    return store.add_key(session, whose, name, scopes)[1]
