"""Which collections there are, for whoever asks."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.db.glances import Glances
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
from assetmap.publish.features.of_sketches import SKETCHES, own_sketches

_OTHERS = frozenset({ASSETS, NEIGHBOURHOODS, ORGANISATIONS, QUALITY})


def list_collections(session: Session, as_at: date | None = None) -> list[Collection]:
    """Boundary sets by name, those that hold on a day if one is given; then others."""
    found = [boundaries_of(row) for row in boundary_store.list_sets(session, as_at)]
    drawn = own_sketches(session)
    return [
        *found,
        community_assets(as_at),
        neighbourhoods(session),
        organisations(),
        quality_reports(),
        *([] if drawn is None else [drawn]),
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
    if name == SKETCHES and (drawn := own_sketches(session)) is not None:
        return drawn
    return boundaries_of(boundary_store.get_set(session, name, as_at))


async def find_load_at_a_glance(glances: Glances, name: str) -> Collection | None:
    """The boundary set now serving under a name; None if that is not known at once.

    What serves is asked of the database each time; what that is, was read before.
    """
    if name in _OTHERS:
        return None
    keys = await glances.rows("boundaries", "serving", as_at=None)
    return None if keys is None else _SERVED.by_name(keys).get(name)


class _Served:
    """The collections of the loads that served when this was last asked."""

    def __init__(self) -> None:
        self._keys: Sequence[tuple[Any, ...]] = ()
        self._by_name: Mapping[str, Collection] = {}

    def by_name(self, keys: Sequence[tuple[Any, ...]]) -> Mapping[str, Collection]:
        """The collections of these loads; none unless all were read before."""
        if keys != self._keys:
            rows = [boundary_store.find_known_set(*each) for each in keys]
            if None in rows:
                return {}
            self._by_name = {row.name: boundaries_of(row) for row in rows if row}
            self._keys = keys
        return self._by_name


_SERVED = _Served()
