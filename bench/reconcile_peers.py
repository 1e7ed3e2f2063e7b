"""The same overlaps of drawn polygons by other means: the floors, and libraries."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import geopandas
import numpy as np
import psycopg
import shapely
from sqlalchemy.orm import Session

from assetmap.boundaries import items as boundary_items
from assetmap.boundaries import store as boundary_store
from bench.drawn import Drawn
from bench.spread import timed

# Materialised: else a prepared statement reads the polygon again for every row.
BY_POINTS = """
WITH drawn AS MATERIALIZED (SELECT st_setsrid(st_geomfromwkb(%(shape)s), 27700) AS geom)

SELECT postcode.council_code, count(*)
FROM drawn
INNER JOIN postcode ON st_covers(drawn.geom, postcode.geom)
GROUP BY postcode.council_code
"""
BY_AREAS = """
WITH drawn AS MATERIALIZED (SELECT st_setsrid(st_geomfromwkb(%(shape)s), 27700) AS geom)

SELECT
    boundary_part.boundary_set_id,
    boundary_part.ordinal,
    sum(st_area(st_intersection(boundary_part.geom, drawn.geom)))
FROM drawn
INNER JOIN boundary_part ON st_intersects(boundary_part.geom, drawn.geom)
INNER JOIN boundary_set ON boundary_part.boundary_set_id = boundary_set.id
WHERE boundary_set.name = any(%(sets)s) AND boundary_set.replaced_at IS NULL
GROUP BY boundary_part.boundary_set_id, boundary_part.ordinal
"""


def in_sql(
    address: str,
    query: str,
    sets: Sequence[str],
    warm: Sequence[Drawn],
    drawn: Sequence[Drawn],
) -> list[float]:
    """Seconds for each polygon in SQL, after some to warm up."""
    options = "-c jit=off"
    with psycopg.connect(address, autocommit=True, options=options) as connection:

        def ask(shape: bytes) -> None:
            given = {"shape": shape, "sets": list(sets)}
            connection.execute(query, given, prepare=True, binary=True).fetchall()

        shapes = [shapely.to_wkb(each.grid) for each in (*warm, *drawn)]
        return [timed(ask, shape) for shape in shapes][len(warm) :]


def in_memory(
    session: Session, sets: Sequence[str], drawn: Sequence[Drawn]
) -> dict[str, list[float]]:
    """Seconds for each polygon by each library, all layers in memory and indexed."""
    layers = [_layer(session, each) for each in sets]
    found = {}
    for name, work in _libraries(layers).items():
        frames = [geopandas.GeoDataFrame(geometry=[d.grid], crs=27700) for d in drawn]
        work(frames[0])
        found[name] = [timed(work, frame) for frame in frames]
    return found


def _layer(session: Session, name: str) -> geopandas.GeoDataFrame:
    row = boundary_store.get_set(session, name)
    shapes = boundary_items.shapes_of(session, row.id)
    columns = {"place": np.arange(len(shapes))}
    layer = geopandas.GeoDataFrame(columns, geometry=shapes, crs=27700)
    _ = layer.sindex
    return layer


def _libraries(
    layers: Sequence[geopandas.GeoDataFrame],
) -> Mapping[str, Callable[[Any], object]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from tobler.area_weighted import area_interpolate as module  # noqa: F401
        from tobler.area_weighted.area_interpolate import _area_tables_binning

    def tobler(frame: geopandas.GeoDataFrame) -> object:
        return [_area_tables_binning(frame, each, "auto") for each in layers]

    def overlay(frame: geopandas.GeoDataFrame) -> object:
        return [
            geopandas.overlay(frame, each, keep_geom_type=True).geometry.area
            for each in layers
        ]

    return {"tobler, its table": tobler, "geopandas.overlay": overlay}
