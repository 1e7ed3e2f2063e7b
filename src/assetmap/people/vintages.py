"""Which of several vintages held on a day."""

from datetime import date

from assetmap.people.model import PEOPLE, CountSet


def order_on(vintage: date, as_at: date | None) -> tuple[int, int]:
    """What to sort vintages by, so that the one that held on a day comes first.

    It is the newest of the day or before; then come older ones, then later ones, the
    earliest first. Without a day the newest of all comes first.
    """
    if as_at is None or vintage <= as_at:
        return 0, -vintage.toordinal()
    return 1, vintage.toordinal()


def told_if_later(what: str, vintage: date, as_at: date | None) -> tuple[str, ...]:
    """What is to be said where nothing that is loaded is as old as was asked."""
    if as_at is None or vintage <= as_at:
        return ()
    return (
        f"{what} are of {vintage}: none that are loaded are of {as_at} or before, "
        "and these are the nearest.",
    )


def later_notes(
    counts: CountSet | None, places: CountSet | None, as_at: date | None
) -> tuple[str, ...]:
    """What is to be said of counts, and of postcodes, that are later than a day."""
    said: tuple[str, ...] = ()
    if counts is not None and counts.measure == PEOPLE:
        said += told_if_later(f"Counts {counts.name!r}", counts.vintage, as_at)
    if places is not None:
        said += told_if_later("Postcodes", places.vintage, as_at)
    return said
