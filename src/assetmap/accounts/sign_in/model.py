"""Sessions, invitations and identities: what they are, and what can be wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from assetmap.accounts.model import hashed, new_key, read, written
from assetmap.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    TooOften,
)

LONGEST_AGENT = 200
"""Characters of what a browser calls itself that are kept."""


class SignInFailed(NotAuthenticated):
    """The name or the password is wrong; which of them is not said."""

    title = "Sign-in failed"

    def __init__(self) -> None:
        super().__init__("The name or the password is not right.")


class InvitationNotFound(NotFound):
    """An invitation is unknown, was used, was replaced, or has expired."""

    title = "Invitation not found"

    def __init__(self) -> None:
        super().__init__(
            "This invitation is not known, has been used, or has expired. "
            "Ask whoever invited you for another."
        )


class SessionNotFound(NotFound):
    """The account has no session of this id."""

    title = "Session not found"

    def __init__(self, session: str) -> None:
        super().__init__(f"You have no session {session!r}.", session=session)


class NoPassword(Conflict):
    """An account that signs in elsewhere has no password to change."""

    title = "No password"

    def __init__(self) -> None:
        super().__init__(
            "This account has no password: it signs in with its organisation."
        )


class WrongPassword(Invalid):
    """The password given beside a new one is not the account's."""

    title = "Wrong password"

    def __init__(self) -> None:
        super().__init__("The present password is not right.")


class WrongKindOfAccount(Conflict):
    """An invited account may not be opened with this sign-in service."""

    title = "Wrong kind of account"

    def __init__(self, provider: str, kind: str, invited: str) -> None:
        super().__init__(
            f"Accounts of {provider} are of the kind {kind!r}, and this invitation is "
            f"for the kind {invited!r}. Open it with a password, or ask for another.",
            kind=kind,
            invited=invited,
        )


class IdentityTaken(Conflict):
    """Whoever a provider vouches for has another account already."""

    title = "Identity taken"

    def __init__(self, provider: str) -> None:
        super().__init__(
            f"You have an account with {provider} already, and an invitation opens "
            f"another. Sign in to yours, and ask to have it granted what you need."
        )


class AccountClosed(NotAllowed):
    """The account of whoever signed in is closed."""

    title = "Account closed"

    def __init__(self) -> None:
        super().__init__("Your account here is closed. Ask whoever runs this service.")


class BeginAgain(NotAuthenticated):
    """A browser came back from a provider with a sign-in that it did not begin."""

    title = "Begin again"

    def __init__(self) -> None:
        super().__init__(
            "This sign-in was not begun in this browser, took too long, or is over. "
            "Please begin again."
        )


class MayNotInvite(NotAllowed):
    """Whoever asks may not invite anybody to this account."""

    title = "May not invite"

    def __init__(self, account: str) -> None:
        super().__init__(
            f"You may not invite anybody to the account {account!r}. Stewards and "
            "editors invite to new accounts, and again to those that they made so and "
            "that nobody has used or granted anything since; administrators to any "
            "that nobody has used and that no community or organisation has. To one "
            "that is in use its holder invites, or whoever runs the service, on its "
            f"machine: `assetmap accounts invite {account}`.",
            account=account,
        )


class TooManyAttempts(TooOften):
    """Too many sign-ins failed, with one account or from one address."""

    title = "Too many attempts"

    def __init__(self, wait: timedelta) -> None:
        seconds = whole_seconds(wait)
        super().__init__(
            f"Signing in failed too often. Wait {told_wait(seconds)}, then try again.",
            retry_after_s=seconds,
        )


@dataclass(frozen=True)
class Lasting:
    """How long sessions last: unused, and altogether."""

    idle: timedelta
    whole: timedelta


@dataclass(frozen=True)
class SignedIn:
    """A session as its account may see it: all but its secret."""

    id: str
    account_id: int
    how: str
    """``password``, or the name of the provider."""
    agent: str
    created_at: datetime
    seen_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Invitation:
    """An invitation as it may be shown: all but its secret."""

    id: str
    account_id: int
    account: str
    name: str
    kind: str
    expires_at: datetime


def new_token() -> tuple[str, str, bytes]:
    """A token as its holder sends it, its public id, and the hash that is kept.

    It has the form of a key, so that its secret is kept out of logs as a key's is.
    """
    public_id, secret = new_key()
    return written(public_id, secret), public_id, hashed(secret)


def parts_of(token: str) -> tuple[str, str] | None:
    """The public id and the secret of a token; None for what has not its form."""
    return read(token)


def short_agent(agent: str) -> str:
    """What a browser calls itself, cut, and without what cannot be printed."""
    shown = "".join(each for each in agent if each.isprintable())
    return shown[:LONGEST_AGENT]


def whole_seconds(wait: timedelta) -> int:
    """A wait in seconds, not less than it is and at least one."""
    return max(1, ceil(wait.total_seconds()))


def told_wait(seconds: int) -> str:
    """A wait in words."""
    if seconds < 60:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    minutes = ceil(seconds / 60)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
