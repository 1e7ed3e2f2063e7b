"""Which assets a request asks for, and in what order."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query

from assetmap.assets.searching.model import Order
from assetmap.publish.deps import AsAt, DbSession
from assetmap.publish.export.finding import Asked, asked_of, lon_lat
from assetmap.publish.export.paging import box_of


def _asked(
    session: DbSession,
    category: Annotated[str | None, Query(description="Of either level")] = None,
    q: Annotated[
        str | None, Query(max_length=200, description="Words, all of them")
    ] = None,
    bbox: Annotated[str | None, Query(description="west,south,east,north")] = None,
    near: Annotated[str | None, Query(description="lon,lat")] = None,
    within_m: Annotated[float | None, Query(gt=0)] = None,
    inside: Annotated[
        str | None,
        Query(alias="in", description="neighbourhood:SLUG or boundary:SET/CODE"),
    ] = None,
    status: Annotated[str | None, Query(description="Joined by commas")] = None,
    open_at: Annotated[
        datetime | None, Query(description="An instant; without a zone London's")
    ] = None,
    open_now: Annotated[bool, Query(description="Open when this is asked")] = False,
    as_at: AsAt = None,
    sort: Annotated[
        Order | None,
        Query(
            description="Absent: relevance with q, distance with near, else number",
        ),
    ] = None,
) -> Asked:
    """The assets that a query asks for."""
    return asked_of(
        session,
        category=category,
        q=q,
        bbox=box_of(bbox),
        near=lon_lat(near),
        within_m=within_m,
        inside=inside,
        status=status,
        open_at=open_at,
        open_now=open_now,
        as_at=as_at,
        sort=sort,
    )


AssetQuery = Annotated[Asked, Depends(_asked)]
