"""The only queries of accounts."""

from collections.abc import Callable, Sequence

from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from assetmap.accounts.holders.model import (
    Account,
    AccountNotFound,
    AccountNotYours,
    AccountTaken,
    checked,
)
from assetmap.accounts.tables import AccountRow
from assetmap.db.refusals import is_against_policy

_ID_OF = text("SELECT access.account_of(:slug)")


def account_of(row: AccountRow) -> Account:
    """The account of a row."""
    return Account(
        row.id,
        row.slug,
        row.name,
        row.kind,
        row.created_at,
        row.closed_at,
        row.version,
    )


def add_account(session: Session, slug: str, name: str, kind: str) -> Account:
    """A new account, without any grant.

    Raises:
        BadAccount: what it is called, or its kind, cannot be.
        AccountTaken: another is called so.
    """
    slug, name, kind = checked(slug, name, kind)
    row = AccountRow(slug=slug, name=name, kind=kind)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise AccountTaken(slug) from error
    return account_of(row)


def find_account(session: Session, slug: str) -> Account | None:
    """The account of a slug, closed or not, if whoever acts may read it."""
    row = session.scalar(select(AccountRow).where(AccountRow.slug == slug))
    return None if row is None else account_of(row)


def get_account(session: Session, slug: str) -> Account:
    """The account of a slug, closed or not.

    Raises:
        AccountNotFound: there is none that whoever acts may read.
    """
    found = find_account(session, slug)
    if found is None:
        raise AccountNotFound(slug)
    return found


def account_id(session: Session, slug: str) -> int:
    """The number of an open account, though whoever acts may not read it.

    Raises:
        AccountNotFound: there is none.
    """
    found: int | None = session.scalar(_ID_OF, {"slug": slug})
    if found is None:
        raise AccountNotFound(slug)
    return found


def list_accounts(
    session: Session, limit: int | None = None, offset: int = 0
) -> Sequence[Account]:
    """The accounts that whoever acts may read, the closed ones too, by slug."""
    query = select(AccountRow).order_by(AccountRow.slug).limit(limit).offset(offset)
    return [account_of(row) for row in session.scalars(query)]


def rename_account(
    session: Session, slug: str, name: str, check: Callable[[int], None]
) -> Account:
    """Call an account otherwise; what it is named by, its slug, stays.

    ``check`` is given the version that it has.

    Raises:
        AccountNotFound: there is none that whoever acts may change.
        BadAccount: the name cannot be.
    """
    row = _locked(session, slug)
    check(row.version)
    _, called, _ = checked(row.slug, name, row.kind)
    if called != row.name:
        row.name = called
        row.version += 1
        session.flush()
    return account_of(row)


def leave(session: Session, resident: str, withdraws: bool) -> None:
    """Erase whoever acts: who they were is kept nowhere, and the account is closed.

    ``resident`` is what tells their own drawings from others that they sent; these are
    withdrawn, or go on without anybody's name.

    Raises:
        AccountNotYours: whoever acts may not, or only by a key that another made.
    """
    left = session.scalar(select(func.access.leave(resident, withdraws)))
    session.expire_all()
    if not left:
        raise AccountNotYours()


def _locked(session: Session, slug: str) -> AccountRow:
    query = select(AccountRow).where(AccountRow.slug == slug).with_for_update()
    row = session.scalar(query)
    if row is None:
        raise AccountNotFound(slug)
    return row


def close_account(session: Session, slug: str) -> Account:
    """Close an account, at once and for good: its keys and its grants hold no more.

    Raises:
        AccountNotFound: there is none that whoever acts may read.
        AccountNotYours: whoever acts may read it, and not close it.
    """
    row = _locked(session, slug)
    if row.closed_at is None:
        row.closed_at = session.scalar(select(func.clock_timestamp()))
        row.version += 1
        try:
            session.flush()
        except ProgrammingError as error:
            if is_against_policy(error):
                raise AccountNotYours(slug) from error
            raise
    return account_of(row)


def free_slug(session: Session, wanted: str) -> str:
    """A slug that no account has: the one wanted, or that with a number."""
    taken = set(session.scalars(select(AccountRow.slug)))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(each for each in (wanted, *numbered) if each not in taken)
