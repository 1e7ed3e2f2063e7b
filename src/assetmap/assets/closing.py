"""Closing the assets that have left the feed of their source."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from assetmap.assets.duplicates import feeding
from assetmap.db.copying import copy_rows
from assetmap.db.statements import statement
from assetmap.errors import Conflict


class NothingClosed(Conflict):
    """What has left a feed is to be closed, and cannot be told: nothing is loaded."""

    title = "Nothing closed"


def close_absent_from(
    session: Session, source: str, refs: Sequence[str], day: date
) -> int:
    """Close the assets of a source that have none of the references; how many.

    One that comes back is opened again by the load that brings it. What was added here
    by hand has no reference, and stays.
    """
    session.execute(statement("assets", "new_seen"))
    copy_rows(session, "asset_seen", ("source_ref",), ("text",), ((r,) for r in refs))
    values = {"source": source, "day": day}
    closed = session.execute(statement("assets", "close_absent"), values).one()
    session.execute(statement("assets/duplicates", "close_beneath"), values)
    session.execute(statement("assets", "drop_seen"))
    feeding.follow(session, closed[1] or ())
    return int(closed[0])
