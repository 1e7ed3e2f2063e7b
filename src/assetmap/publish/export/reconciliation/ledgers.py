"""Ledgers of a reconciliation: where the whole of each measure went."""

from typing import Any

from assetmap.reconciliation.model import Reconciliation, Totals
from assetmap.reconciliation.pcns.told import Patients

Json = dict[str, Any]


def nowhere(result: Reconciliation) -> Json:
    """The ledger without a set: all of the footprint is outside."""
    wholes = {
        "area": result.area_m2,
        result.measure: result.people,
        "assets": result.assets,
    }
    return {
        each: {"allocated": 0.0, "outside": whole, "unplaced": 0.0, "total": whole}
        for each, whole in wholes.items()
    }


def patients_json(patients: Patients) -> Json:
    """What becomes of all the patients of networks."""
    return {
        "allocated": patients.placed,
        "outside": 0,
        "unplaced": patients.withheld + patients.without_place,
        "total": patients.total,
        "withheld": patients.withheld,
        "without_place": patients.without_place,
    }


def ledger_json(totals: Totals) -> Json:
    """Where the whole went; of a graded set also why what is outside is."""
    return _whole(totals) | _outside_by(totals)


def _whole(totals: Totals) -> Json:
    return {
        "allocated": totals.allocated,
        "outside": totals.outside,
        "unplaced": totals.unplaced,
        "total": totals.total,
    }


def _outside_by(totals: Totals) -> Json:
    """Why what is outside a graded set is."""
    return {"outside_by": dict(totals.outside_by)} if totals.outside_by else {}


def totals_json(totals: Totals, overlapping: bool) -> Json:
    """The ledger, and three totals where boundaries overlap."""
    if not overlapping:
        return _whole(totals)
    return {
        **_whole(totals),
        "with_multiplicity": totals.with_multiplicity,
        "union": totals.allocated,
        "fractional": sum(totals.fractional.values()),
    }
