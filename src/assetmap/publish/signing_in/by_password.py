"""Signing in with a name and a password; invitations that set the first one."""

from datetime import timedelta

from sqlalchemy.orm import Session

from assetmap.accounts import acting
from assetmap.accounts.acting import Actor
from assetmap.accounts.sign_in import (
    attempt_store,
    invitation_store,
    passwords,
    store,
)
from assetmap.accounts.sign_in.model import (
    Invitation,
    NoPassword,
    SignInFailed,
    TooManyAttempts,
    WrongPassword,
    parts_of,
)
from assetmap.db.engine import session_scope
from assetmap.publish.connections import write_engine
from assetmap.publish.signing_in.sessions import PASSWORD, Asking, begin_session
from assetmap.settings import settings


def with_password(name: str, password: str, who: Asking) -> str:
    """The token of a new session of the account that has this name and password.

    Raises:
        TooManyAttempts: too many have failed; says how long to wait.
        SignInFailed: name or password is wrong, or nobody signs in so here.
        SignInBusy: too many are checked at this moment.
    """
    slug = name.strip().lower()
    attempt = attempt_store.attempt_of(slug, who.address)
    _count(attempt)
    with session_scope(write_engine()) as session:
        account, kept = store.find_password(session, slug)
    is_right = passwords.is_right(password, kept)
    if not is_right or account is None or not settings().password_sign_in:
        raise SignInFailed
    token = begin_session(account, PASSWORD, who)
    with session_scope(write_engine()) as session:
        attempt_store.succeeded(session, attempt)
        attempt_store.forget_old(session)
        if kept is not None and passwords.is_outdated(kept):
            acting.tell(session, Actor(account))
            store.keep_again(session, passwords.kept(password))
    return token


def _count(attempt: attempt_store.Told) -> None:
    """Count an attempt before it is tried.

    Raises:
        TooManyAttempts: it may not be tried yet.
    """
    with session_scope(write_engine()) as session:
        wait = attempt_store.begin(session, attempt)
    if wait > timedelta(0):
        raise TooManyAttempts(wait)


def change_password(
    session: Session, actor: Actor, token: str, given: tuple[str, str], who: Asking
) -> None:
    """Change the password of whoever acts; every other session of theirs ends.

    Args:
        session: of whoever acts.
        actor: whoever acts.
        token: the session that goes on.
        given: the present password, and the new one.
        who: from where it is asked.

    Raises:
        NoPassword: they sign in elsewhere.
        TooManyAttempts, WrongPassword: the present one is not right.
        BadPassword: the new one will not do.
    """
    present, new = given
    if not store.has_password(session):
        raise NoPassword
    attempt = attempt_store.attempt_of(actor.account, who.address)
    _count(attempt)
    _, kept = store.find_password(session, actor.account)
    if not passwords.is_right(present, kept):
        raise WrongPassword
    attempt_store.succeeded(session, attempt)
    checked = new_password(new, actor.account, actor.name)
    going_on = parts_of(token)
    store.keep_password(session, checked, "" if going_on is None else going_on[0])


def new_password(password: str, *known: str) -> str:
    """What is kept of a new password that will do.

    Raises:
        BadPassword: it will not.
    """
    least = settings().min_password_length
    return passwords.kept(passwords.checked(password, least, known))


def look_at_invitation(token: str) -> Invitation:
    """The invitation of a link.

    Raises:
        InvitationNotFound: it may not be used.
    """
    with session_scope(write_engine()) as session:
        return invitation_store.get_invitation(session, token)


def open_with_password(token: str, password: str, who: Asking) -> str:
    """The token of the first session of an account that an invitation opens.

    Raises:
        InvitationNotFound: the invitation may not be used.
        BadPassword: the password will not do; the invitation stays good.
    """
    invited = look_at_invitation(token)
    kept = new_password(password, invited.account, invited.name)
    with session_scope(write_engine()) as session:
        account = invitation_store.open_with_password(session, token, kept)
    return begin_session(account, PASSWORD, who)
