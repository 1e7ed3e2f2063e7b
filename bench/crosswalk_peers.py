"""What other tools take for the same overlaps, from the same shapes and points."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas
import numpy as np
import psycopg
import shapely
from sqlalchemy.orm import Session

from assetmap.boundaries import items as boundary_items
from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet
from assetmap.footprints import store as footprint_store
from assetmap.footprints.areas.edges import Edges
from assetmap.footprints.areas.prepared import edges_of_set
from assetmap.footprints.areas.shared import areas_by_geos, box_pairs

AREAS_IN_SQL = """
SELECT one.ordinal, other.ordinal, st_area(st_intersection(one.geom, other.geom))
FROM boundary AS one
INNER JOIN boundary AS other ON st_intersects(one.geom, other.geom)
WHERE one.boundary_set_id = %s AND other.boundary_set_id = %s
"""
PEOPLE_IN_SQL = """
SELECT one.ordinal, other.ordinal, count(*)
FROM postcode
INNER JOIN boundary_part AS one ON st_covers(one.geom, postcode.geom)
INNER JOIN boundary_part AS other ON st_covers(other.geom, postcode.geom)
WHERE one.boundary_set_id = %s AND other.boundary_set_id = %s
GROUP BY one.ordinal, other.ordinal
"""

MOST_S = 25
"""After which a statement is stopped: it is far over its target then."""


@dataclass(frozen=True)
class Both:
    """Two sets as all of them are given: rows, shapes, prepared edges and frames."""

    source: BoundarySet
    target: BoundarySet
    shapes: tuple[Any, Any]
    edges: tuple[Edges, Edges]
    frames: tuple[geopandas.GeoDataFrame, geopandas.GeoDataFrame]


def both(session: Session, source: str, target: str) -> Both:
    """Two sets of a loaded home."""
    rows = [boundary_store.get_set(session, each) for each in (source, target)]
    shapes = [boundary_items.shapes_of(session, each.id) for each in rows]
    edges = [edges_of_set(session, each) for each in rows]
    frames = [_frame(each) for each in shapes]
    return Both(
        rows[0],
        rows[1],
        (shapes[0], shapes[1]),
        (edges[0], edges[1]),
        (frames[0], frames[1]),
    )


def _frame(shapes: Any) -> geopandas.GeoDataFrame:
    columns = {"place": np.arange(len(shapes))}
    return geopandas.GeoDataFrame(columns, geometry=shapes, crs=27700)


def points(session: Session) -> geopandas.GeoDataFrame:
    """Every population point."""
    chunks = footprint_store.all_chunks(session)
    places = shapely.points(chunks.xs, chunks.ys)
    return geopandas.GeoDataFrame(geometry=places, crs=27700)


def by_area(given: Both, address: str) -> Mapping[str, Callable[[], object]]:
    """Each peer's way to all overlaps by area, by name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import maup
        from tobler.area_weighted import area_interpolate as module  # noqa: F401
        from tobler.area_weighted.area_interpolate import _area_tables_binning

    source, target = given.frames

    def geos() -> object:
        return areas_by_geos(*given.shapes, *box_pairs(*given.edges))

    return {
        "tobler, its table": lambda: _area_tables_binning(source, target, "auto"),
        "geopandas.overlay": lambda: _areas(
            geopandas.overlay(source, target, keep_geom_type=True)
        ),
        "maup.intersections": lambda: maup.intersections(source, target, area_cutoff=0),
        "PostGIS, SQL": lambda: asked(address, AREAS_IN_SQL, given),
        "GEOS on cut pairs": geos,
    }


def by_people(
    given: Both, address: str, places: geopandas.GeoDataFrame
) -> Mapping[str, Callable[[], object]]:
    """Each peer's way to all overlaps by points, by name."""

    def joined() -> object:
        found = places
        for side, frame in zip(("one", "other"), given.frames, strict=True):
            named = frame.rename(columns={"place": side})
            found = geopandas.sjoin(found, named, predicate="within")
            found = found.drop(columns="index_right")
        return found.groupby(["one", "other"]).size()

    return {
        "geopandas.sjoin": joined,
        "PostGIS, SQL": lambda: asked(address, PEOPLE_IN_SQL, given),
    }


def asked(address: str, query: str, given: Both) -> object:
    """What a statement finds between two sets; PostgreSQL may use all processors.

    None where it took ``MOST_S`` and was stopped.
    """
    limited = f"-c jit=off -c statement_timeout={MOST_S}s"
    with psycopg.connect(address, options=limited) as connection:
        try:
            found = connection.execute(query, (given.source.id, given.target.id))
        except psycopg.errors.QueryCanceled:
            return None
        return found.fetchall()


def _areas(frame: geopandas.GeoDataFrame) -> float:
    return float(frame.geometry.area.sum())
