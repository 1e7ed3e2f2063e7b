"""Every shape in an answer of any form, in metres of the National Grid."""

import csv
import io
import json
import re
from typing import NamedTuple

import geopandas as gpd
import pyarrow.parquet as pq
import pyogrio
import shapely
from shapely.geometry import shape

from assetmap import crs
from tests.publish.disclosure.place import on_grid

TILE = "/WebMercatorQuad/"


class Found(NamedTuple):
    """A shape, and how exactly the form of its answer writes places, in metres."""

    place: shapely.Geometry
    exact_m: float


def shapes_of(way, answer, folder):
    """The polygons of an answer, whatever it is written as."""
    kind = answer.headers["content-type"].partition(";")[0]
    if kind == "application/geo+json-seq":
        told = [json.loads(each) for each in answer.text.split("\x1e")[1:]]
        return _in_degrees(polygons(told), way)
    if "json" in kind:
        return _in_degrees(polygons(answer.json()), way)
    if kind == "text/csv":
        rows = csv.DictReader(io.StringIO(answer.text, newline=""))
        texts = [row["wkt"] for row in rows if row.get("wkt")]
        return _in_degrees(shapely.from_wkt(texts), way)
    if kind in ENDS:
        return list(_in_file(way, answer, folder / f"answer.{ENDS[kind]}"))
    return []


ENDS = {
    "application/flatgeobuf": "fgb",
    "application/geopackage+sqlite3": "gpkg",
    "application/vnd.apache.parquet": "parquet",
    "application/vnd.mapbox-vector-tile": "mvt",
}


def _in_degrees(found, way):
    if re.search("[?&]crs=", way.path):
        return [Found(each, 0.02) for each in found]
    return [Found(on_grid(each), 0.13) for each in found]


def _in_file(way, answer, path):
    path.write_bytes(answer.content)
    for frame in _frames(way, path):
        places = frame.geometry[~frame.geometry.is_empty & frame.geometry.notna()]
        exact_m = _of_a_tile(way) if path.suffix == ".mvt" else 0.13
        system = places.crs.to_epsg()
        for each in places if system == crs.NATIONAL_GRID else places.to_crs(4326):
            is_there = system == crs.NATIONAL_GRID
            yield Found(each if is_there else on_grid(each), exact_m)


def _frames(way, path):
    if path.suffix == ".parquet":
        if b"geo" in pq.read_schema(path).metadata:
            yield gpd.read_parquet(path)
        return
    if path.suffix == ".mvt":
        z, y, x = way.path.partition(TILE)[2].split("?")[0].split("/")
        yield pyogrio.read_dataframe(path, X=x, Y=y, Z=z, CLIP="NO")
        return
    for name, kind in pyogrio.list_layers(path):
        if kind is not None:
            yield pyogrio.read_dataframe(path, layer=name)


def _of_a_tile(way):
    """Half of the 4,096th part of a tile's side, and a little for the projection."""
    zoom = int(way.path.partition(TILE)[2].split("/")[0])
    return 0.13 + 40_075_016 * 0.6 / 2**zoom / 4_096 / 2


def polygons(told):
    """Every polygon anywhere in what JSON says."""
    if isinstance(told, list):
        for each in told:
            yield from polygons(each)
    elif isinstance(told, dict):
        if told.get("type") in {"Polygon", "MultiPolygon"}:
            yield shape(told)
        for each in told.values():
            yield from polygons(each)
