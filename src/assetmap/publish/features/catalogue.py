"""Which collections there are, for whoever asks."""

from datetime import date

from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.publish.features.collection import Collection
from assetmap.publish.features.of_assets import ASSETS, community_assets
from assetmap.publish.features.of_boundaries import (
    QUALITY,
    boundaries_of,
    quality_reports,
)
from assetmap.publish.features.of_neighbourhoods import (
    NEIGHBOURHOODS,
    neighbourhoods,
)
from assetmap.publish.features.of_organisations import ORGANISATIONS, organisations


def list_collections(session: Session, as_at: date | None = None) -> list[Collection]:
    """Boundary sets by name, those that hold on a day if one is given; then others."""
    found = [boundaries_of(row) for row in boundary_store.list_sets(session, as_at)]
    return [
        *found,
        community_assets(as_at),
        neighbourhoods(session),
        organisations(),
        quality_reports(),
    ]


def get_collection(
    session: Session, name: str, as_at: date | None = None, over_time: bool = False
) -> Collection:
    """The collection of a name.

    Raises:
        BoundarySetNotFound: there is none.
        BoundarySetNotValid: it is a boundary set that does not hold on the day.
    """
    if name == ASSETS:
        return community_assets(as_at, over_time)
    if name == NEIGHBOURHOODS:
        return neighbourhoods(session)
    if name == ORGANISATIONS:
        return organisations()
    if name == QUALITY:
        return quality_reports()
    return boundaries_of(boundary_store.get_set(session, name, as_at))
