"""A consensus as the public contract writes it: levels on a grid, and statistics."""

from collections.abc import Sequence
from typing import Any

import shapely
from sqlalchemy.orm import Session

from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.people import counts as people_counts
from assetmap.publish.export.agreed.definitions import parts_json, published
from assetmap.publish.export.agreed.members import differences_json, statistics_json
from assetmap.publish.export.agreed.shown import decided, shown_consensus
from assetmap.publish.export.agreed.withheld import release_json, suppressed_json
from assetmap.publish.export.geojson import feature_collection
from assetmap.reconciliation.agreed.found import Found
from assetmap.reconciliation.agreed.published import questions_of
from assetmap.reconciliation.agreed.wanted import Wanted
from assetmap.settings import Settings

Json = dict[str, Any]

SIMULATED = "The sketches are simulated: nobody drew them."


def wanted_of(settings: Settings, **asked: Any) -> Wanted:
    """What is asked of a consensus, by what the deployment says of publishing."""
    return Wanted(
        settings.min_sketches,
        settings.published_grid_m,
        settings.exact_sketches,
        **asked,
    )


def consensus_json(session: Session, row: NeighbourhoodRow, wanted: Wanted) -> Json:
    """Level polygons on the published grid, with statistics, definitions and groups.

    Raises:
        TooFewSketches: there are fewer than may be published from.
        BadParameter: residents were not asked what they are to be grouped by.
    """
    wanted = decided(row, wanted)
    found = shown_consensus(session, row, wanted)
    body = feature_collection(_features(row, wanted.levels, found))
    body["statistics"] = statistics_json(found.statistics, found.named.shown_levels)
    body["definitions"] = parts_json(found.named.definitions, found.named.shown_levels)
    body["alone"] = len(found.named.alone)
    body["in_no_definition"] = found.named.in_no_definition
    if found.made is not None:
        body["questions"] = questions_of(found.made)
    if wanted.by is not None:
        body |= _groups(wanted.by, found)
    side = f"{wanted.grid_m:g}"
    body["published_on"] = f"whole squares of {side} m of the National Grid"
    if found.made is not None:
        body["release"] = release_json(found.made)
        body["suppressed"] = suppressed_json(found.made, wanted.levels)
    body["is_simulated"] = row.is_simulated
    body["weights"] = weights_told(found)
    body["notes"] = notes_of(row, found)
    body["attribution"] = _attribution(session, wanted.measure)
    return body


def weights_told(found: Found) -> list[Json]:
    """Every weight other than one, with its reason: nothing is weighted in secret.

    How many drawings have it is not told: that could be watched change by one.
    """
    told = found.made.weights if found.made else ()
    return [{"weight": weight, "reason": reason} for weight, reason in told]


def _groups(by: str, found: Found) -> Json:
    return {
        "by": by,
        "groups": parts_json(found.named.groups, found.named.shown_levels),
        "groups_withheld": found.named.withheld,
        "differences": differences_json(found.named),
    }


def notes_of(row: NeighbourhoodRow, found: Found) -> list[str]:
    """What must be known to read a consensus."""
    notes = [SIMULATED] if row.is_simulated else []
    alone = len(found.named.alone)
    if alone:
        said = "drawing resembles" if alone == 1 else "drawings resemble"
        notes.append(f"{alone} {said} no other: counted, and in no definition.")
    return notes


def _attribution(session: Session, measure: str) -> list[str]:
    return [] if measure == "area" else people_counts.attributions(session)


def _features(
    row: NeighbourhoodRow, levels: Sequence[float], found: Found
) -> list[Json]:
    shapes = found.named.levels
    return [
        {
            "type": "Feature",
            "id": f"{row.slug}-{level:g}",
            "properties": {
                "neighbourhood": row.slug,
                "name": row.name,
                "level": level,
                "area_m2": float(shapely.area(shape)),
                "is_simulated": row.is_simulated,
            },
            "geometry": geometry,
        }
        for level, shape, geometry in zip(
            levels, shapes, published(shapes), strict=True
        )
    ]
