"""Invitations in the database."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from assetmap.accounts.model import hashed
from assetmap.accounts.sign_in.model import (
    Invitation,
    InvitationNotFound,
    MayNotInvite,
    new_token,
    parts_of,
)

_SEEN = text("SELECT * FROM access.invitation(:id, :digest)")
_OPEN = text("SELECT access.open_with_password(:id, :digest, :kept)")
_INVITE = text("SELECT access.invite(:slug, :name, :kind, :id, :digest, :until)")
_ANYWAY = text("SELECT access.invite_anyway(:slug, :name, :kind, :id, :digest, :until)")


def invite(
    session: Session,
    account: tuple[str, str, str],
    lasts: timedelta,
    is_owner: bool = False,
) -> tuple[str, datetime]:
    """A token that opens an account once, told this once, and when it expires.

    An invitation that the account had before is good no more.

    Args:
        session: of whoever invites.
        account: slug, name and kind; a new one is made, one that is there is kept.
        lasts: for how long it may be taken up.
        is_owner: whether whoever runs the service asks, on its own machine.

    Raises:
        MayNotInvite: whoever acts may not invite, or not to this account.
    """
    token, public_id, digest = new_token()
    slug, name, kind = account
    until = datetime.now(UTC) + lasts
    asked: dict[str, object] = {"slug": slug, "name": name, "kind": kind}
    asked |= {"id": public_id, "digest": digest, "until": until}
    if session.scalar(_ANYWAY if is_owner else _INVITE, asked) is None:
        raise MayNotInvite(slug)
    return token, until


def get_invitation(session: Session, token: str) -> Invitation:
    """The invitation that a token opens.

    Raises:
        InvitationNotFound: it is unknown, was used or replaced, or has expired.
    """
    parts = parts_of(token)
    if parts is None:
        raise InvitationNotFound
    asked = {"id": parts[0], "digest": hashed(parts[1])}
    row = session.execute(_SEEN, asked).mappings().one_or_none()
    if row is None:
        raise InvitationNotFound
    return Invitation(id=parts[0], **row)


def open_with_password(session: Session, token: str, kept: str) -> int:
    """The account that an invitation opens, from now on with this password.

    Raises:
        InvitationNotFound: it may not be used any more.
    """
    parts = parts_of(token)
    if parts is None:
        raise InvitationNotFound
    asked = {"id": parts[0], "digest": hashed(parts[1]), "kept": kept}
    found = session.scalar(_OPEN, asked)
    if found is None:
        raise InvitationNotFound
    return int(found)
