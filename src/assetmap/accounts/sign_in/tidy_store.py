"""Removing what signing in left behind, once it is of no more use."""

from datetime import timedelta

from sqlalchemy import ColumnElement, CursorResult, delete, func, or_
from sqlalchemy.orm import Session

from assetmap.accounts.sign_in import attempt_store, identity_store
from assetmap.accounts.sign_in.tables import InvitationRow, SignInSessionRow


def forget_ended(session: Session, days: float) -> int:
    """Remove what ended longer ago than that; how many sessions and invitations.

    Sessions that were ended or ran out, invitations that were used or ran out, failed
    attempts that count no more, and sign-ins that never came back from a provider. For
    the owner: the service may remove neither sessions nor invitations.
    """
    attempt_store.forget_old(session)
    identity_store.forget_begun(session)
    old = func.clock_timestamp() - timedelta(days=days)
    ended: tuple[tuple[type, ColumnElement[bool]], ...] = (
        (
            SignInSessionRow,
            or_(SignInSessionRow.ended_at < old, SignInSessionRow.ends_at < old),
        ),
        (
            InvitationRow,
            or_(InvitationRow.used_at < old, InvitationRow.expires_at < old),
        ),
    )
    counts = [session.execute(delete(row).where(is_old)) for row, is_old in ended]
    return sum(each.rowcount for each in counts if isinstance(each, CursorResult))
