"""Two places on GeoDataFrames: what only one of them covers, and what both do."""

from typing import Any

import geopandas
import pandas as pd

from assetmap.reconciliation.comparison.parts import (
    PARTS,
    Amounts,
    Comparison,
    PointsInBoth,
)
from assetmap.reconciliation.comparison.parts import compare as compared
from assetmap.reconciliation.frames.layers import Repairing, scaled
from assetmap.reconciliation.frames.subjects import (
    Frame,
    assets_of,
    peopled,
    subject_of,
)
from assetmap.reconciliation.frames.systems import same_crs


def compare(
    one: Frame,
    other: Frame,
    *,
    points: Frame | None = None,
    people: str | None = None,
    assets: Frame | None = None,
    membership_of_one: str | None = None,
    membership_of_other: str | None = None,
    invalid: Repairing = "repair",
) -> geopandas.GeoDataFrame:
    """Two places compared by area, people and assets; the rows of each are one place.

    A column of memberships makes a place graded: it is shown where these are at least
    0.5, and counted by them.

    Returns:
        A row for each of ``only_a``, ``both`` and ``only_b``, with its ground.
        ``attrs`` has ``hausdorff_m`` (right to 0.1 m) and ``centroid_distance_m``; for
        each measure the ``agreement``, ``share_of_a`` and ``share_of_b``; and, of what
        cannot be told, why: ``undefined``.

    Raises:
        BadLayer: a layer cannot be measured, or they differ in CRS.
    """
    same_crs(one, other)
    a = subject_of(one, membership_of_one, invalid)
    b = subject_of(other, membership_of_other, invalid)
    at = peopled(one, points, people)
    in_a, in_b = (each.on_map.membership_at(at.xs, at.ys) for each in (a, b))
    found = compared(
        a.footprint,
        b.footprint,
        PointsInBoth(at.weights, in_a, in_b),
        assets_of(one, assets, None),
    )
    frame = geopandas.GeoDataFrame(
        {name: _amounts(amounts) for name, amounts in _measures(found).items()},
        geometry=list(scaled(_listed(found), 1 / a.metres)),
        index=pd.Index(PARTS, name="part"),
        crs=one.crs,
    )
    frame.attrs = _told(found)
    return frame


def _listed(found: Comparison) -> Any:
    return geopandas.GeoSeries(list(found.shapes)).to_numpy()


def _measures(found: Comparison) -> dict[str, Amounts | None]:
    return {"area_m2": found.area, "people": found.people, "assets": found.assets}


def _amounts(amounts: Amounts | None) -> list[float | None]:
    return [None if amounts is None else getattr(amounts, each) for each in PARTS]


def _told(found: Comparison) -> dict[Any, Any]:
    measures = {"area": found.area, "people": found.people, "assets": found.assets}
    told: dict[Any, Any] = {
        share: {
            name: None if amounts is None else getattr(amounts, share)
            for name, amounts in measures.items()
        }
        for share in ("agreement", "share_of_a", "share_of_b")
    }
    return told | {
        "hausdorff_m": found.hausdorff_m,
        "centroid_distance_m": found.centroid_distance_m,
        "undefined": dict(found.undefined),
    }
