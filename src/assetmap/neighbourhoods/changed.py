"""Which neighbourhoods' drawings a transaction has changed: what is published of them
may be due to be made anew before it ends."""

from sqlalchemy.orm import Session

_NAME = "neighbourhoods_changed"


def note_changed(session: Session, neighbourhood_id: int) -> None:
    """Note that drawings of a neighbourhood came, changed or went."""
    session.info.setdefault(_NAME, set()).add(neighbourhood_id)


def take_changed(session: Session) -> list[int]:
    """The neighbourhoods that were noted, which then are no more."""
    return sorted(session.info.pop(_NAME, ()))


def forget_changed(session: Session) -> None:
    """Note none any more: what was changed was undone."""
    session.info.pop(_NAME, None)
