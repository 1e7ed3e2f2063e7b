"""Changes between two releases of boundaries, as JSON."""

from collections.abc import Sequence
from typing import Any

from assetmap.boundaries.model import BoundarySet
from assetmap.publish.export.figures import whole
from assetmap.publish.export.provenance import METHODS, made_json
from assetmap.publish.export.reconciliation.answers import NOT_PEOPLE
from assetmap.reconciliation.vintages.model import KINDS, Change, Vintage
from assetmap.reconciliation.vintages.run import Vintages

Json = dict[str, Any]

M2_IN_KM2 = 1_000_000
TOLD_FROM_M = 1.0
"""Lines that are less apart are told in the method, and not warned of."""
OVERLAPPING = "Where boundaries of a set overlap, people are shared in equal parts."
MUCH_COARSER = 2
PARTS = ("kept", "moved", "along_edges", "outside")
"""What became of the people of old boundaries: these four are all of them."""


def vintages_json(found: Vintages) -> Json:
    """The answer; boundaries that did not change are counted and not listed."""
    return {
        "old": _set(found.old),
        "new": _set(found.new),
        "summary": {kind: summary_json(found, kind) for kind in KINDS},
        **_people(found, found.changes),
        "along_edges_m2": sum(each.area_along_edges_m2 for each in found.changes),
        "outside": outside_json(found),
        "changes": [
            _change(found, each) for each in found.changes if each.kind != "unchanged"
        ],
        "measure": found.measure,
        **made_json(_method(found), found.settings, found.inputs),
        "notes": notes_of(found),
        "attribution": list(found.attribution),
    }


def _method(found: Vintages) -> Json:
    return {
        "area": METHODS["area"],
        found.measure: METHODS[found.measure],
        "linked_from_share_of_people": found.linking.people,
        "linked_from_share_of_area": found.linking.area,
        "lines": _lines(found),
    }


def _lines(found: Vintages) -> Json:
    """How far apart lines are taken for one line, and how that is known."""
    lines = found.lines
    return {
        "tolerance_m": found.linking.tolerance_m if is_known(found) else None,
        "measured": lines is not None,
        "compared": lines.compared if lines else None,
        "usual_edge_m": list(lines.edge_m) if lines else None,
        "resolution": [found.old.resolution, found.new.resolution],
    }


def is_known(found: Vintages) -> bool:
    """Whether it is known how far apart lines are that did not change."""
    return found.lines is None or found.lines.tolerance_m is not None


def _people(found: Vintages, changes: Sequence[Change]) -> Json:
    """What became of the people of some changes: together they are all of them."""
    return {
        f"{found.measure}_{part}": sum(
            getattr(each, f"people_{part}") for each in changes
        )
        for part in PARTS
    }


def notes_of(found: Vintages) -> list[str]:
    """What is to be said of the whole answer."""
    said = [NOT_PEOPLE] if found.measure != "people" else []
    if _overlap(found):
        said.append(OVERLAPPING)
    return [*said, *_of_lines(found), *found.notes]


def _of_lines(found: Vintages) -> list[str]:
    """That the releases are generalised differently, and what that hides."""
    if not is_known(found):
        return _unlike(found)
    tolerance = found.linking.tolerance_m or 0.0
    if tolerance < TOLD_FROM_M:
        return []
    people = sum(each.people_along_edges for each in found.changes)
    ground = sum(each.area_along_edges_m2 for each in found.changes)
    how = "were asked to be" if found.lines is None else "are"
    return [
        f"Lines that did not change {how} up to {whole(tolerance)} m apart in the two "
        f"releases{_edges(found)}: they are generalised differently. What is no wider "
        f"than that and changed hands along an edge is taken for the same edge: "
        f"{whole(people)} {found.measure} and {ground / M2_IN_KM2:,.1f} km² are told "
        "as along edges, neither kept nor moved. Changes that narrow cannot be seen "
        "here: releases that are generalised alike would show them."
    ]


def _edges(found: Vintages) -> str:
    if found.lines is None:
        return ""
    one, other = (whole(each) for each in found.lines.edge_m)
    return f" (a usual edge is {one} m long in the old, {other} m in the new)"


def _unlike(found: Vintages) -> list[str]:
    """A warning where the releases look unlike and no tolerance could be measured."""
    one, other = found.old.resolution, found.new.resolution
    edges = found.lines.edge_m if found.lines else (0.0, 0.0)
    is_coarser = min(edges) > 0 and max(edges) > MUCH_COARSER * min(edges)
    if not is_coarser and (not one or not other or one == other):
        return []
    return [
        "The two releases seem to be generalised differently"
        f"{_edges(found) if is_coarser else f' (old: {one}; new: {other})'}, and too "
        "few boundaries are plainly the same to measure how far apart their lines are: "
        "strips along edges may be told as changes. A tolerance in metres can be given."
    ]


def _overlap(found: Vintages) -> bool:
    return found.old.overlapping or found.new.overlapping


def _set(row: BoundarySet) -> Json:
    return {
        "set": row.name,
        "title": row.title,
        "kind": row.kind,
        "version": row.version,
        "count": row.boundaries,
    }


def summary_json(found: Vintages, kind: str) -> Json:
    """The changes of a kind, and what became of their people."""
    own = [each for each in found.changes if each.kind == kind]
    return {
        "changes": len(own),
        "old": sum(len(each.old) for each in own),
        "new": sum(len(each.new) for each in own),
        found.measure: sum(each.people for each in own),
        **_people(found, own),
    }


def outside_json(found: Vintages) -> Json | None:
    """What the other release does not cover; not told where boundaries overlap."""
    if _overlap(found):
        return None
    people = float(found.pairs.people.sum())
    ground = float(found.pairs.area_m2.sum())
    return {
        side: {
            found.measure: max(float(vintage.people.sum()) - people, 0.0),
            "m2": max(float(vintage.area_m2.sum()) - ground, 0.0),
        }
        for side, vintage in (
            ("of_old", found.old_boundaries),
            ("of_new", found.new_boundaries),
        )
    }


def _change(found: Vintages, each: Change) -> Json:
    return {
        "change": each.kind,
        "old": _named(found.old_boundaries, each.old),
        "new": _named(found.new_boundaries, each.new),
        found.measure: each.people,
        **_people(found, [each]),
        "moved_m2": each.area_moved_m2,
        "along_edges_m2": each.area_along_edges_m2,
        "outside_m2": None if _overlap(found) else each.area_outside_m2,
    }


def _named(vintage: Vintage, places: Sequence[int]) -> list[Json]:
    return [{"code": vintage.codes[at], "name": vintage.names[at]} for at in places]
