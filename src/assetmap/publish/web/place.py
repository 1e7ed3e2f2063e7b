"""The page of one neighbourhood."""

from typing import Any

import numpy as np
import shapely
from fastapi import Response
from sqlalchemy.orm import Session

from assetmap import crs
from assetmap.assets import store as asset_store
from assetmap.assets.filters import AssetFilter
from assetmap.assets.model import AssetPage
from assetmap.footprints.consensus.decided import cut_level
from assetmap.footprints.consensus.named import LEVELS
from assetmap.neighbourhoods import store as neighbourhood_store
from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.publish.export.agreed.shown import shown_consensus
from assetmap.publish.export.consensus import wanted_of
from assetmap.publish.web.level_map import LevelMap, in_ten, level_map
from assetmap.publish.web.rendering import page
from assetmap.publish.web.sources import sources_of
from assetmap.publish.web.views import place_of
from assetmap.reconciliation.model import Reconciliation
from assetmap.settings import settings

MOST_ASSETS = 500


def place_page(session: Session, row: NeighbourhoodRow, base: str) -> Response:
    """Tables, map and assets; with too few sketches only the reason."""
    place = place_of(session, row)
    names = [each.name for each in neighbourhood_store.other_names(row)]
    told: dict[str, Any] = {"place": place, "base": base, "other_names": names}
    if place.result is None:
        return page("place.html", **told, sources=sources_of(session))
    levels = sorted(row.shown_levels or LEVELS)
    cut = cut_level(row.shown_levels)
    found = shown_consensus(session, row, wanted_of(settings(), levels=levels)).named
    ground = list(found.levels)
    assets = _assets(session, ground[levels.index(cut)])
    within = shapely.total_bounds(ground).tolist()
    return page(
        "place.html",
        **told,
        sketches=found.sketches,
        definitions=found.definitions if len(found.definitions) > 1 else (),
        alone=len(found.alone),
        grid_m=settings().published_grid_m,
        levels=[
            (in_ten(level), area)
            for level, area in zip(levels, shapely.area(ground).tolist(), strict=True)
        ][::-1],
        cut=in_ten(cut),
        assets=assets,
        map=_map(place.result, (levels, ground), assets, within),
        sources=sources_of(session, [place.result]),
    )


def _assets(session: Session, ground: Any) -> AssetPage:
    """The assets shown on the ground of a level."""
    if shapely.is_empty(ground):
        return AssetPage([], None)
    named = shapely.set_srid(ground, crs.NATIONAL_GRID)
    within = bytes(shapely.to_wkb(named, include_srid=True))
    return asset_store.list_assets(session, AssetFilter(within=within), MOST_ASSETS)


def _map(
    result: Reconciliation,
    shown: tuple[list[float], list[Any]],
    assets: AssetPage,
    within: Any,
) -> LevelMap | None:
    pcns = [each for each in result.against if each.target.kind == "pcn"]
    return level_map(*shown, _points(assets), pcns[0] if pcns else None, within)


def _points(assets: AssetPage) -> list[tuple[float, float, str]]:
    """Easting, northing and name of the assets that are points."""
    found = [
        (each.name, each.geometry["coordinates"])
        for each in assets.assets
        if each.geometry is not None and each.geometry["type"] == "Point"
    ]
    degrees = np.array([place[:2] for _, place in found], dtype=float).reshape(-1, 2)
    east, north = crs.to_grid(degrees[:, 0], degrees[:, 1])
    names = [name for name, _ in found]
    return list(zip(east.tolist(), north.tolist(), names, strict=True))
