"""A consensus as the public contract writes it: levels on a grid, and statistics."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from sqlalchemy.orm import Session

from assetmap import crs
from assetmap.footprints.consensus import consensus
from assetmap.footprints.consensus.by_area import statistics_by_area
from assetmap.footprints.consensus.consensus import PopulationPoints
from assetmap.footprints.consensus.grid import published_levels
from assetmap.footprints.consensus.statistics import Statistics
from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.people import counts as people_counts
from assetmap.people.model import POSTCODES
from assetmap.publish.export.agreed.definitions import definitions_json
from assetmap.publish.export.agreed.members import statistics_json
from assetmap.publish.export.geojson import feature_collection, rounded
from assetmap.reconciliation import store
from assetmap.reconciliation.counting import counts_for
from assetmap.reconciliation.subjects import sketches_of
from assetmap.settings import Settings

Json = dict[str, Any]

SIMULATED = "The sketches are simulated: nobody drew them."


def consensus_json(
    session: Session,
    row: NeighbourhoodRow,
    measure: str,
    levels: Sequence[float],
    settings: Settings,
) -> Json:
    """Level polygons on the published grid, with the exact statistics.

    Raises:
        TooFewSketches: there are fewer than may be published from.
    """
    shapes, votes = sketches_of(session, row, settings.min_sketches)
    found = _statistics(session, shapes, votes, measure)
    grid = settings.published_grid_m
    ground = published_levels(shapes, votes, levels, grid)
    features = [
        _feature(row, level, shape) for level, shape in zip(levels, ground, strict=True)
    ]
    body = feature_collection(features)
    body["statistics"] = statistics_json(found)
    fewest = settings.min_sketches
    body["definitions"] = definitions_json(shapes, votes, fewest, grid)
    body["published_on"] = f"whole squares of {grid} m of the National Grid"
    body["is_simulated"] = row.is_simulated
    body["notes"] = [SIMULATED] if row.is_simulated else []
    body["attribution"] = _attribution(session, measure)
    return body


def _attribution(session: Session, measure: str) -> list[str]:
    return [] if measure == "area" else people_counts.attributions(session)


def _statistics(session: Session, shapes: Any, votes: Any, measure: str) -> Statistics:
    """By area, or by the people (postcodes while no counts are loaded) at points."""
    if measure == "area":
        return statistics_by_area(shapes, votes)
    whole = consensus.footprint_of(shapes, votes, "consensus")
    counts = counts_for(session, [whole]).counts
    box = tuple(shapely.total_bounds(shapes).tolist())
    near = store.points_near(session, box, {}, counts.id if counts else 0)
    points = PopulationPoints(
        near.xs, near.ys, near.weights, counts.measure if counts else POSTCODES
    )
    return consensus.consensus_at_points(shapes, points, votes)


def _feature(row: NeighbourhoodRow, level: float, shape: Any) -> Json:
    degrees = crs.wgs84_shapes(np.array([shape], dtype=object))[0]
    return {
        "type": "Feature",
        "id": f"{row.slug}-{level:g}",
        "properties": {
            "neighbourhood": row.slug,
            "name": row.name,
            "level": level,
            "area_m2": float(shapely.area(shape)),
            "is_simulated": row.is_simulated,
        },
        "geometry": None if shapely.is_empty(shape) else rounded(degrees),
    }
