"""Somebody's own drawings as features: for whoever drew them, and nobody else.

What others drew is read by stewards, each reading told in the audit: not here.
"""

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from assetmap.accounts import acting
from assetmap.neighbourhoods.tables import SketchRow
from assetmap.publish.features.collection import Collection, Column
from assetmap.publish.features.extents import extent_of

SKETCHES = "sketches"


def own_sketches(session: Session) -> Collection | None:
    """The drawings of whoever acts; None where nobody is known."""
    return None if acting.account_in(session) is None else sketches()


def sketches() -> Collection:
    """The drawings of whoever acts that they have not withdrawn."""
    row = SketchRow
    slug = func.access.slug_of_neighbourhood(row.neighbourhood_id)
    fid = cast(row.public_id, Text)
    holds = (
        row.account_id == select(func.access.account()).scalar_subquery(),
        row.withdrawn_at.is_(None),
    )
    return Collection(
        SKETCHES,
        "Your drawings",
        "What you drew as your neighbourhood. Nobody else is shown it here.",
        (
            Column("neighbourhood", "text", slug, "Short name of what was drawn"),
            Column("years_lived", "number", row.years_lived, "Years lived there"),
            Column("note", "text", row.note, "What was said with it"),
            Column("drawn_at", "moment", row.drawn_at, "When it was drawn"),
            Column("version", "whole", row.version, "Told back by a change"),
        ),
        row.__table__,
        holds,
        row.id,
        Column("id", "text", fid, "Identifier of the drawing"),
        row.geom_wgs84,
        row.geom,
        shape_kind="multipolygon",
        may_lack_place=False,
        extent=lambda reading: extent_of(reading, select(row.geom_wgs84).where(*holds)),
    )
