"""A reconciliation as the public contract writes it.

People are named for what was counted: while no counts are loaded every ``people`` in
a name reads ``postcodes``.
"""

from collections.abc import Collection
from typing import Any

from assetmap.boundaries.quality.coverage import SLIVER_M2, SLIVER_SHARE
from assetmap.errors import Invalid
from assetmap.people.model import POSTCODES
from assetmap.publish.export.provenance import METHODS, made_json
from assetmap.reconciliation.counting import MOST_UNCOUNTED
from assetmap.reconciliation.model import (
    Against,
    BestFit,
    Main,
    Reconciliation,
    Row,
    Totals,
)
from assetmap.reconciliation.subjects import Subject

Json = dict[str, Any]


MEASURES = ("area", "people", "assets")
NOT_PEOPLE = "People are not counted here: postcodes are, those at one point once."


class MeasureNotCounted(Invalid):
    """A measure is asked for by which nothing is counted here."""

    title = "Measure not counted"

    def __init__(self) -> None:
        reason = "Postcodes are not counted where people are: ask for people."
        super().__init__(reason, measure=POSTCODES, measures=MEASURES)


def reconciliation_json(
    result: Reconciliation,
    measures: Collection[str] | None = None,
    subject: Subject | None = None,
) -> Json:
    """The answer, by the measures that are asked for or by all.

    ``ledger`` is that of the first set; each set has its own. ``subject`` adds what is
    said of the footprint itself.

    Raises:
        MeasureNotCounted: postcodes are asked for where people are counted.
    """
    if "postcodes" in (measures or ()) and result.measure != POSTCODES:
        raise MeasureNotCounted()
    body = _whole(result)
    if subject is not None:
        body["settings"] |= subject.settings
        body["notes"] = list(dict.fromkeys([*subject.notes, *body["notes"]]))
        said = [*body["attribution"], *subject.attribution]
        body["attribution"] = list(dict.fromkeys(said))
    if result.measure != "people" and (measures is None or "people" in measures):
        body["notes"].append(NOT_PEOPLE)
    if measures is not None:
        kept = {result.measure if each == "people" else each for each in measures}
        _drop(body, {"area", result.measure, "assets"} - kept)
    return body


_OF_AREA = ("overlap_m2", "m2", "area_m2", "fractional_m2")


def _drop(body: Any, measures: Collection[str]) -> None:
    """Take out whatever an answer says by some measures."""
    if isinstance(body, list):
        for each in body:
            _drop(each, measures)
    if not isinstance(body, dict):
        return
    for key in list(body):
        if any(_is_by(key, measure) for measure in measures):
            del body[key]
        elif isinstance(body[key], dict) and body[key].get("by") in measures:
            body[key] = None
        elif key == "measures":
            body[key] = [each for each in body[key] if each not in measures]
        else:
            _drop(body[key], measures)


def _is_by(key: str, measure: str) -> bool:
    if measure == "assets" and key in {"severed_assets", "assets_by_category"}:
        return True
    if measure == "area" and key in _OF_AREA:
        return True
    parts = key.split("_")
    return key == measure or parts[-1] == measure or parts[0] == measure != "assets"


def _whole(result: Reconciliation) -> Json:
    sets = [_against(result, each) for each in result.against]
    return {
        "footprint": {
            "label": result.label,
            "kind": result.kind,
            "made_how": result.made_how,
            "sha256": result.sha256,
            "area_m2": result.area_m2,
            result.measure: result.people,
            f"{result.measure}_at": result.people_at,
            "assets": result.assets,
        },
        "measures": ["area", result.measure, "assets"],
        "against": sets,
        "severed_assets": [
            {
                "id": each.asset_id,
                "name": each.name,
                "category": each.category,
                "set": each.boundary_set,
                "code": each.code,
            }
            for against in result.against
            for each in against.severed
        ],
        "ledger": sets[0]["ledger"] if sets else {},
        "assets_without_place": result.assets_without_place,
        **made_json(_method(result), _settings(result), result.inputs),
        "suppressed": [],
        "notes": list(result.notes),
        "attribution": list(result.attribution),
    }


def _method(result: Reconciliation) -> Json:
    return {
        "area": METHODS["area"],
        result.measure: METHODS[result.measure],
        "assets": METHODS["assets"],
    }


def _settings(result: Reconciliation) -> Json:
    return {
        **result.settings,
        "sliver_m2": SLIVER_M2,
        "sliver_share": SLIVER_SHARE,
        "most_uncounted": MOST_UNCOUNTED,
    }


def _against(result: Reconciliation, against: Against) -> Json:
    target, measure = against.target, result.measure
    return {
        "set": target.name,
        "kind": target.kind,
        "title": target.title,
        "overlapping": target.overlapping,
        "made_how": target.made_how,
        "rows": [_row(row, result, target.overlapping) for row in against.rows],
        "slivers": {"count": against.slivers, "m2": against.slivers_m2},
        "outside": {
            "m2": against.area.outside,
            measure: against.people.outside,
            "assets": against.assets.outside,
        },
        "totals": {
            "area": _totals(against.area, target.overlapping),
            measure: _totals(against.people, target.overlapping),
            "assets": _totals(against.assets, target.overlapping),
        },
        "ledger": {
            "area": _ledger(against.area),
            measure: _ledger(against.people),
            "assets": _ledger(against.assets),
        },
        "main": _main(against.main),
        "best_fit": _best_fit(against.best_fit),
        "best_fits": [_best_fit(each) for each in against.best_fits],
    }


def _row(row: Row, result: Reconciliation, overlapping: bool) -> Json:
    measure, boundary = result.measure, row.boundary
    body = {
        "code": boundary.code,
        "name": boundary.name,
        "overlap_m2": row.overlap_m2,
        "share_of_footprint_area": share_of(row.overlap_m2, result.area_m2),
        "share_of_boundary_area": share_of(row.overlap_m2, boundary.area_m2),
        "agreement_area": _agreement(row.overlap_m2, result.area_m2, boundary.area_m2),
        f"overlap_{measure}": row.overlap_people,
        f"share_of_footprint_{measure}": share_of(row.overlap_people, result.people),
        f"share_of_boundary_{measure}": share_of(row.overlap_people, boundary.total),
        f"agreement_{measure}": _agreement(
            row.overlap_people, result.people, boundary.total
        ),
        f"{measure}_lower": row.people_lower,
        f"{measure}_upper": row.people_upper,
        "assets": row.assets,
        "assets_by_category": dict(row.assets_by_category),
    }
    if overlapping:
        body["fractional_m2"] = row.fractional_m2
        body[f"fractional_{measure}"] = row.fractional_people
    return body


def share_of(part: float, whole: float) -> float | None:
    """Part over whole; None where there is no whole to have a share of."""
    return min(part / whole, 1.0) if whole > 0 else None


def _agreement(overlap: float, one: float, other: float) -> float | None:
    union = one + other - overlap
    return min(overlap / union, 1.0) if union > 0 else None


def _ledger(totals: Totals) -> Json:
    return {
        "allocated": totals.allocated,
        "outside": totals.outside,
        "unplaced": totals.unplaced,
        "total": totals.total,
    }


def _totals(totals: Totals, overlapping: bool) -> Json:
    if not overlapping:
        return _ledger(totals)
    return {
        **_ledger(totals),
        "with_multiplicity": totals.with_multiplicity,
        "union": totals.allocated,
        "fractional": sum(totals.fractional.values()),
    }


def _main(main: Main | None) -> Json | None:
    if main is None:
        return None
    return {
        "code": main.code,
        "name": main.name,
        "by": main.by,
        "share": main.share,
        "share_of_footprint": main.share,
    }


def _best_fit(fit: BestFit | None) -> Json | None:
    if fit is None:
        return None
    return {
        "blocks": list(fit.codes),
        "by": fit.by,
        "rule": fit.rule,
        "threshold": fit.threshold,
        "omission": fit.omission,
        "commission": fit.commission,
        "jaccard": fit.jaccard,
    }
