"""A boundary and those it is made of, lies in and lies beside, with shares."""

from collections.abc import Iterator, Sequence
from typing import Any

from assetmap import __version__
from assetmap.boundaries.model import BoundarySet
from assetmap.footprints.inputs import inputs_of
from assetmap.publish.export.provenance import inputs_json
from assetmap.publish.export.reconciliation.answers import share_of
from assetmap.reconciliation.lookups.neighbours import Neighbour
from assetmap.reconciliation.model import Against, Reconciliation, Row

Json = dict[str, Any]

CHILD, PARENT = "child", "parent"


def relations_json(
    result: Reconciliation, row: BoundarySet, code: str, wanted: str, least: float
) -> Json:
    """The children or the parents of a boundary, of which so much is shared at least.

    ``least`` is the share of the child, by people where anybody is counted in it and
    by area otherwise. Both shares of both measures are told, each named by whose it is.
    """
    own = PARENT if wanted == CHILD else CHILD
    return {
        "set": row.name,
        "code": code,
        "name": result.label,
        "area_m2": result.area_m2,
        result.measure: result.people,
        {"child": "children", "parent": "parents"}[wanted]: [
            {
                "set": each.target.name,
                "kind": each.target.kind,
                "overlapping": each.target.overlapping,
                "boundaries": list(_related(result, each, wanted, own, least)),
                "outside": _outside(result, each),
            }
            for each in result.against
        ],
        "measure": result.measure,
        "assetmap": __version__,
        "inputs": inputs_json(result.inputs),
        "notes": list(result.notes),
        "attribution": list(result.attribution),
    }


def _related(
    result: Reconciliation, against: Against, wanted: str, own: str, least: float
) -> Iterator[Json]:
    for row in against.rows:
        if _share_of_child(result, row, wanted) >= least:
            yield _told(result, row, wanted, own)


def _share_of_child(result: Reconciliation, row: Row, wanted: str) -> float:
    """How much of whichever of the two is the child lies in the other."""
    whole, area = row.boundary.total, row.boundary.area_m2
    if wanted == PARENT:
        whole, area = result.people, result.area_m2
    return row.overlap_people / whole if whole > 0 else row.overlap_m2 / area


def _told(result: Reconciliation, row: Row, wanted: str, own: str) -> Json:
    measure, boundary = result.measure, row.boundary
    return {
        "code": boundary.code,
        "name": boundary.name,
        "overlap_m2": row.overlap_m2,
        f"overlap_{measure}": row.overlap_people,
        f"share_of_{wanted}_area": share_of(row.overlap_m2, boundary.area_m2),
        f"share_of_{wanted}_{measure}": share_of(row.overlap_people, boundary.total),
        f"share_of_{own}_area": share_of(row.overlap_m2, result.area_m2),
        f"share_of_{own}_{measure}": share_of(row.overlap_people, result.people),
    }


def _outside(result: Reconciliation, against: Against) -> Json:
    return {"m2": against.area.outside, result.measure: against.people.outside}


def neighbours_json(
    row: BoundarySet, code: str, found: Sequence[Neighbour], within_m: float
) -> Json:
    """The boundaries beside one of its set."""
    return {
        "set": row.name,
        "code": code,
        "within_m": within_m,
        "neighbours": [
            {
                "code": each.code,
                "name": each.name,
                "border_m": each.border_m,
                "share_of_border": each.share_of_border,
                "overlap_m2": each.overlap_m2,
                "is_corner": each.is_corner,
            }
            for each in found
        ],
        "assetmap": __version__,
        "inputs": inputs_json(inputs_of([row])),
        "attribution": [row.attribution],
    }
