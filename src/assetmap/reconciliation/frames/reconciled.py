"""A footprint against a layer: rows, bounds, ledgers with three totals, best fits."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from assetmap.reconciliation.against import against
from assetmap.reconciliation.by_area import areas_on, ground_of
from assetmap.reconciliation.by_blocks import blocks_of
from assetmap.reconciliation.centres import centred_in
from assetmap.reconciliation.frames.columns import column_of_codes
from assetmap.reconciliation.frames.layers import Layer, Repairing, layer_of
from assetmap.reconciliation.frames.points import Peopled
from assetmap.reconciliation.frames.subjects import (
    Coded,
    Frame,
    Subject,
    assets_of,
    coded,
    own_code,
    peopled,
    subject_of,
)
from assetmap.reconciliation.frames.systems import BadLayer, same_crs
from assetmap.reconciliation.model import Against, BestFit, Main, Points, Row, Totals

_SET, _BLOCKS = "target", "blocks"


def reconcile(
    footprint: Frame,
    target: Frame,
    target_code: str,
    *,
    points: Frame | None = None,
    people: str | None = None,
    blocks: Frame | None = None,
    block_code: str | None = None,
    assets: Frame | None = None,
    membership: str | None = None,
    slivers: bool = False,
    invalid: Repairing = "repair",
) -> pd.DataFrame:
    """A footprint against every polygon of a layer that it meets.

    The rows of ``footprint`` are one place; with the column ``membership``, each by
    that much. ``points`` are where people live, with how many in the column ``people``
    (absent: each counts 1). People have bounds where ``blocks`` are given, the areas
    that they were counted by. ``assets`` are points, lines or polygons.
    What is not given is nan, and None in the ledger.

    Returns:
        A row for each polygon, the one with most people (or ground) first. ``attrs``
        has the ``ledger`` of each measure with three totals, the ``main`` polygon and
        ``slivers``, which are rows only if asked for.

    Raises:
        BadLayer: a layer cannot be measured, or something needed is not given.
    """
    same_crs(footprint, target)
    subject = subject_of(footprint, membership, invalid)
    layer = layer_of(target, target_code, invalid)
    at = peopled(footprint, points, people)
    of_set = coded(layer, _SET, subject.footprint.bounds, at)
    by_block = None
    if blocks is not None:
        same_crs(footprint, blocks)
        if points is None or block_code is None:
            raise BadLayer("Bounds by blocks need points= and block_code=.")
        block_layer = layer_of(blocks, block_code, invalid)
        by_block = coded(
            block_layer, _BLOCKS, subject.footprint.bounds, at, is_block=True
        )
    held = assets_of(footprint, assets, None)
    found = _against(subject, of_set, by_block, at, held, slivers)
    known = (points is not None, assets is not None)
    return _told(found, layer, subject, *known)


def best_fits(
    footprint: Frame,
    blocks: Frame,
    block_code: str,
    points: Frame,
    people: str | None = None,
    *,
    membership: str | None = None,
    invalid: Repairing = "repair",
) -> pd.DataFrame:
    """Whole blocks that stand in for a footprint, by three rules (Methods 4).

    Columns: rule (``threshold``: half of its people; ``centroid``: the rule of the
    Office for National Statistics; ``best_threshold``), threshold, codes (a list),
    omission, commission, jaccard. No row where nobody lives.

    Raises:
        BadLayer: a layer cannot be measured.
    """
    same_crs(footprint, blocks)
    subject = subject_of(footprint, membership, invalid)
    layer = layer_of(blocks, block_code, invalid)
    at = peopled(footprint, points, people)
    of_set = coded(layer, _SET, subject.footprint.bounds, at, is_block=True)
    none = assets_of(footprint, None, None)
    found = _against(subject, of_set, None, at, none, slivers=False)
    return pd.DataFrame(
        [_fit(each, layer) for each in found.best_fits],
        columns=["rule", "threshold", "codes", "omission", "commission", "jaccard"],
    )


def _fit(fit: BestFit, layer: Layer) -> dict[str, Any]:
    return {
        "rule": fit.rule,
        "threshold": np.nan if fit.threshold is None else fit.threshold,
        "codes": [own_code(layer, each) for each in fit.codes],
        "omission": fit.omission,
        "commission": fit.commission,
        "jaccard": fit.jaccard,
    }


def _against(
    subject: Subject,
    of_set: Coded,
    by_block: Coded | None,
    at: Peopled,
    assets: Any,
    slivers: bool,
) -> Against:
    """The service's own answer for one set."""
    sets = [each for each in (of_set, by_block) if each is not None]
    points = _points(subject, sets, at)
    ground = ground_of(subject.footprint, [each.target for each in sets])
    areas = areas_on(subject.footprint, ground)
    blocks = None
    if by_block is not None:
        blocks = blocks_of(by_block.target, subject.footprint, ground)
    target = of_set.target
    centred: frozenset[int] = frozenset()
    if target.is_building_block:
        centred = centred_in(
            subject.on_map, target, of_set.cells, at.xs, at.ys, at.weights
        )
    return against(
        subject.footprint,
        target,
        areas[_SET],
        points,
        assets,
        blocks,
        "people",
        centred,
        slivers=slivers,
    )


def _points(subject: Subject, sets: list[Coded], at: Peopled) -> Points:
    return Points(
        at.weights,
        subject.on_map.membership_at(at.xs, at.ys),
        {each.target.name: each.cells for each in sets},
        {each.target.name: each.combinations for each in sets},
    )


def _told(
    found: Against, layer: Layer, subject: Subject, has_people: bool, has_assets: bool
) -> pd.DataFrame:
    """An answer as a frame, with its ledgers; what was not given is not nought."""
    whole = subject.footprint.area_m2
    rows = [_row(each, whole, found.people.total) for each in found.rows]
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    codes = [own_code(layer, each.boundary.code) for each in found.rows]
    if not has_people:
        frame[_OF_PEOPLE] = np.nan
    if not has_assets:
        frame["assets"] = np.nan
    frame.insert(0, "target", column_of_codes(codes))
    frame.attrs = {
        "ledger": {
            "area": _ledger(found.area),
            "people": _ledger(found.people) if has_people else None,
            "assets": _ledger(found.assets) if has_assets else None,
        },
        "main": _main(found.main, layer),
        "slivers": {"count": found.slivers, "m2": found.slivers_m2},
        "repaired": layer.repaired,
    }
    return frame


_OF_PEOPLE = [
    *("people", "people_lower", "people_upper"),
    *("share_of_footprint_people", "share_of_target_people", "fractional_people"),
]
_COLUMNS = [
    *("overlap_m2", "share_of_footprint", "share_of_target", "agreement"),
    *("fractional_m2", *_OF_PEOPLE, "assets"),
]


def _row(row: Row, area_m2: float, people: float) -> dict[str, float]:
    of_both = area_m2 + row.boundary.area_m2 - row.overlap_m2
    return {
        "overlap_m2": row.overlap_m2,
        "share_of_footprint": min(row.overlap_m2 / area_m2, 1.0),
        "share_of_target": min(row.overlap_m2 / row.boundary.area_m2, 1.0),
        "agreement": min(row.overlap_m2 / of_both, 1.0),
        "fractional_m2": row.fractional_m2,
        "people": row.overlap_people,
        "people_lower": row.people_lower,
        "people_upper": row.people_upper,
        "share_of_footprint_people": _share(row.overlap_people, people),
        "share_of_target_people": _share(row.overlap_people, row.boundary.total),
        "fractional_people": row.fractional_people,
        "assets": row.assets,
    }


def _share(part: float, whole: float) -> float:
    return min(part / whole, 1.0) if whole > 0 else np.nan


def _ledger(totals: Totals) -> Mapping[str, float]:
    return {
        "allocated": totals.allocated,
        "outside": totals.outside,
        "unplaced": totals.unplaced,
        "total": totals.total,
        "with_multiplicity": totals.with_multiplicity,
        "union": totals.allocated,
        "fractional": sum(totals.fractional.values()),
    }


def _main(main: Main | None, layer: Layer) -> Mapping[str, Any] | None:
    if main is None:
        return None
    share = min(main.share, 1.0)
    return {"code": own_code(layer, main.code), "by": main.by, "share": share}
