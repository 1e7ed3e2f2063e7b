"""Boundary sets from layers of shapes: checked, mended where it is safe, and stored."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from assetmap.boundaries import outlines, replacing
from assetmap.boundaries.features import boundaries_of
from assetmap.boundaries.model import (
    Boundaries,
    BoundarySet,
    SetDescription,
)
from assetmap.boundaries.quality import coverage, names
from assetmap.boundaries.quality import store as report
from assetmap.boundaries.quality.discrepancies import (
    Discrepancy,
    counts_of,
    not_listed,
    row_issues,
)
from assetmap.boundaries.quality.ground import ground_of
from assetmap.issues import RowIssue
from assetmap.jobs.progress import Progress, unseen
from assetmap.sources.spatial.vector import Layer

MOST_TOLD = 100
"""Repaired features that the summary of a set names; the report has them all."""


@dataclass(frozen=True)
class Loaded:
    """What a load did: the set as stored, whether it is new, and the rows at fault."""

    row: BoundarySet
    is_new: bool
    issues: list[RowIssue]


def load(
    session: Session,
    description: SetDescription,
    layer: Layer,
    code: str,
    name: str,
    name_cy: str | None = None,
    loaded_by: str = "command line",
    progress: Progress = unseen,
    is_drawn: bool = True,
) -> Loaded:
    """Store a layer as a boundary set beside the current one of its name, and switch.

    The same file under the same description changes nothing. Refused features are
    listed; the others are stored. ``is_drawn``: with outlines for maps of a country.

    Raises:
        BadBoundarySet: no feature could be used.
    """
    description = replace(description, sha256=description.sha256 or layer.sha256)
    same = replacing.find_same(session, description)
    if same is not None:
        return Loaded(same, is_new=False, issues=[])
    progress("Checking shapes", 0, len(layer.shapes))
    boundaries, found = boundaries_of(layer, code, name, name_cy)
    tiles = description.is_meant_to_tile
    # Outlines are drawn while all else is stored and checked; PostgreSQL cuts
    # boundaries up while their fit is checked.
    with ThreadPoolExecutor(2) as beside:
        drawing = None
        if is_drawn and tiles:
            drawing = beside.submit(outlines.drawn, boundaries.wgs84, True)
        progress("Storing boundaries", 0, len(boundaries.codes))
        set_id = replacing.add(session, description, boundaries, loaded_by)
        progress("Checking coverage", 0, len(boundaries.codes))
        cutting = beside.submit(replacing.subdivide, session, set_id)
        ground = ground_of(boundaries.shapes)
        found += coverage.places(boundaries, ground, tiles)
        found += names.name_discrepancies(boundaries)
        cutting.result()
        issues = row_issues(layer.file, found)
        checked = coverage.quality(boundaries.shapes, ground)
        facts = _facts(layer, boundaries, found, issues) | checked.facts
        facts |= _told_of_tiling(tiles)
        replacing.add_cells(session, set_id, ground.cells)
        report.add_discrepancies(session, set_id, found)
        row = replacing.finish(session, set_id, replace(checked, facts=facts))
        if is_drawn:
            progress("Drawing outlines", 0, len(boundaries.codes))
            _draw(session, row, boundaries, drawing)
    return Loaded(row, is_new=True, issues=issues)


def _draw(
    session: Session,
    row: BoundarySet,
    boundaries: Boundaries,
    drawing: Future[outlines.Outlines] | None,
) -> None:
    """Store the outlines that were drawn; anew if boundaries overlap after all."""
    if drawing is None or row.overlapping:
        found = outlines.drawn(boundaries.wgs84, not row.overlapping)
    else:
        found = drawing.result()
    outlines.store(session, row.id, found)


def _facts(
    layer: Layer,
    boundaries: Boundaries,
    found: Sequence[Discrepancy],
    issues: Sequence[RowIssue],
) -> dict[str, Any]:
    """What the summary of a set says of its features."""
    counts = counts_of(found)
    sharing, shared = names.repeated(boundaries)
    mended = [each for each in found if each.reason.startswith("invalid")]
    repaired = [str(each) for each in issues if each.outcome == "repaired"]
    return {
        "features": len(layer.shapes),
        "how_read": list(layer.notes),
        "refused": sum(each.outcome == "refused" for each in issues),
        "repaired": repaired[:MOST_TOLD],
        "invalid": counts.get("invalid", 0),
        "invalid_when_projected": counts.get("invalid_when_projected", 0),
        "repairs_m2": round(sum(each.area_m2 or 0.0 for each in mended), 3),
        "empty_names": counts.get("empty_name", 0),
        "repeated_names": sharing,
        "names_shared": shared,
        "discrepancies": counts,
        "not_listed": not_listed(counts),
    }


def _told_of_tiling(tiles: bool) -> dict[str, Any]:
    """Whether overlaps and gaps are mistakes in a set of this kind."""
    if tiles:
        return {"is_meant_to_tile": True}
    note = (
        "Boundaries of this kind are not meant to tile the ground: their overlaps and "
        "gaps are counted, and only slivers are listed."
    )
    return {"is_meant_to_tile": False, "note": note}
