"""Accounts with a role and a key, as their holders would have them."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from assetmap.accounts import store
from assetmap.accounts.grants import store as grants
from assetmap.accounts.grants.model import Over
from assetmap.accounts.holders import store as holders
from assetmap.accounts.holders.model import slug_of
from assetmap.accounts.model import ApiKey


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


def holder(session: Session) -> int:
    """The number of an account that no entry of the audit tells of."""
    query = text("SELECT id FROM account WHERE slug = 'holder'")
    number: int | None = session.scalar(query)
    if number is None:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        number = holders.add_account(session, "holder", "Holder", "person").id
        session.execute(text("SET LOCAL session_replication_role = origin"))
    return number


def add_key(session: Session, name: str) -> tuple[ApiKey, str]:
    """A key of that account, and what its holder sends."""
    return store.add_key(session, (holder(session), "holder"), name)
