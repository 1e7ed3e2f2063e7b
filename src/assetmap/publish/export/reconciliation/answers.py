"""A reconciliation as the public contract writes it.

People are named for what was counted: while no counts are loaded every ``people`` in
a name reads ``postcodes``.
"""

from collections.abc import Collection
from typing import Any

from assetmap.boundaries.quality.coverage import SLIVER_M2, SLIVER_SHARE
from assetmap.publish.export.agreed.withheld import people_withheld, suppressed_json
from assetmap.publish.export.provenance import METHODS, made_json
from assetmap.publish.export.reconciliation.ledgers import (
    ledger_json,
    nowhere,
    patients_json,
    totals_json,
)
from assetmap.publish.export.reconciliation.measures import drop, kept_of
from assetmap.reconciliation.counting import MOST_UNCOUNTED
from assetmap.reconciliation.model import (
    Against,
    BestFit,
    Main,
    Reconciliation,
    Row,
)
from assetmap.reconciliation.subjects import Subject

Json = dict[str, Any]


NOT_PEOPLE = "People are not counted here: postcodes are, those at one point once."


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
    every = {"area", result.measure, "assets"}
    kept = every if measures is None else kept_of(measures, result.measure)
    body = _whole(result)
    if subject is not None:
        _add_subject(body, subject)
    if result.measure != "people" and (measures is None or "people" in measures):
        body["notes"].append(NOT_PEOPLE)
    body["suppressed"] += _withheld_people(result)
    if left_out := every - kept:
        drop(body, left_out)
    return body


def _withheld_people(result: Reconciliation) -> list[Json]:
    """What counts of people are withheld, and of which boundaries."""
    rows = [
        ({"set": each.target.name, "code": row.boundary.code}, row.overlap_people)
        for each in result.against
        for row in each.rows
    ]
    return people_withheld([*rows, ({}, result.people)])


def _add_subject(body: Json, subject: Subject) -> None:
    """What is said of the footprint itself, and of all the patients of networks."""
    body["settings"] |= subject.settings
    if subject.made is not None:
        body["suppressed"] = suppressed_json(subject.made)
    body["notes"] = list(dict.fromkeys([*subject.notes, *body["notes"]]))
    said = [*body["attribution"], *subject.attribution]
    body["attribution"] = list(dict.fromkeys(said))
    if subject.patients is not None:
        body["ledger"] = body["ledger"] | {"patients": patients_json(subject.patients)}


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
            f"{result.measure}_lower": result.people_lower,
            f"{result.measure}_upper": result.people_upper,
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
        "ledger": sets[0]["ledger"] if sets else nowhere(result),
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
        "graded": target.graded,
        "made_how": target.made_how,
        "rows": [_row(row, result, target.overlapping) for row in against.rows],
        "slivers": {"count": against.slivers, "m2": against.slivers_m2},
        "outside": {
            "m2": against.area.outside,
            measure: against.people.outside,
            "assets": against.assets.outside,
        },
        "totals": {
            "area": totals_json(against.area, target.overlapping),
            measure: totals_json(against.people, target.overlapping),
            "assets": totals_json(against.assets, target.overlapping),
        },
        "ledger": {
            "area": ledger_json(against.area),
            measure: ledger_json(against.people),
            "assets": ledger_json(against.assets),
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
