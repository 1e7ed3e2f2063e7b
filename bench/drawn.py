"""Shapes as people draw them, around places where people live; the same each run."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
import shapely

from assetmap import crs

SEED = 20260101
NEIGHBOURS = 450
"""Postcodes that about 10,000 residents have, terminated ones among them."""
TRIES = 8
SMALLEST_M = 250
"""Least radius. Hundreds of postcodes share one spot where firms get their letters."""


@dataclass(frozen=True)
class Drawn:
    """A drawn polygon, in National Grid metres and as GeoJSON in degrees."""

    grid: shapely.Polygon
    geometry: dict[str, Any]


def drawings(address: str, count: int, seed: int = SEED) -> list[Drawn]:
    """Polygons that hold about 450 postcodes each, around random postcodes."""
    random = np.random.default_rng(seed)
    with psycopg.connect(address) as connection:
        return [
            _drawing(connection, random, place)
            for place in _places(connection, random, count)
        ]


def _places(
    connection: psycopg.Connection[Any], random: np.random.Generator, count: int
) -> list[tuple[float, float]]:
    """Random postcodes of England and Wales: where people live, there are many."""
    rows = connection.execute(
        "SELECT st_x(geom), st_y(geom) FROM postcode"
        " WHERE geom IS NOT NULL AND council_code ~ '^[EW]'"
        ' AND hashtext(postcode) % 50 = 0 ORDER BY postcode COLLATE "C"'
    ).fetchall()
    return [rows[each] for each in random.integers(len(rows), size=count).tolist()]


def _drawing(
    connection: psycopg.Connection[Any],
    random: np.random.Generator,
    place: tuple[float, float],
) -> Drawn:
    """A star-shaped outline of 10 to 40 vertices, made larger or smaller to fit."""
    vertices = int(random.integers(10, 41))
    angles = np.sort(random.uniform(0, 2 * np.pi, vertices))
    reach = random.uniform(0.7, 1.3, vertices)
    outline = np.column_stack([reach * np.cos(angles), reach * np.sin(angles)])
    radius = _distance_of_last(connection, place)
    grid = shapely.Polygon(np.array(place) + radius * outline)
    for _ in range(TRIES):
        held = _postcodes_in(connection, grid)
        if 0.9 * NEIGHBOURS <= held <= 1.1 * NEIGHBOURS:
            break
        radius *= float(np.clip(np.sqrt(NEIGHBOURS / max(held, 1)), 0.5, 2))
        radius = max(radius, SMALLEST_M)
        grid = shapely.Polygon(np.array(place) + radius * outline)
    return Drawn(grid, _geojson(grid))


def _distance_of_last(
    connection: psycopg.Connection[Any], place: tuple[float, float]
) -> float:
    """How far the farthest of the nearest postcodes is, in metres."""
    row = connection.execute(
        "WITH here AS (SELECT st_setsrid(st_makepoint(%s, %s), 27700) AS geom)"
        " SELECT st_distance(postcode.geom, here.geom) FROM postcode, here"
        " ORDER BY postcode.geom <-> here.geom OFFSET %s LIMIT 1",
        (*place, NEIGHBOURS - 1),
    ).fetchone()
    return max(float(row[0]), SMALLEST_M) if row else 1_000.0


def _postcodes_in(connection: psycopg.Connection[Any], grid: shapely.Polygon) -> int:
    row = connection.execute(
        "SELECT count(*) FROM postcode"
        " WHERE st_covers(st_setsrid(st_geomfromwkb(%s), 27700), geom)",
        (shapely.to_wkb(grid),),
    ).fetchone()
    return int(row[0]) if row else 0


def _geojson(grid: shapely.Polygon) -> dict[str, Any]:
    corners = shapely.get_coordinates(grid)
    lon, lat = crs.to_lon_lat(corners[:, 0].copy(), corners[:, 1].copy())
    ring = np.column_stack([lon, lat]).round(6).tolist()
    return {"type": "Polygon", "coordinates": [ring]}
