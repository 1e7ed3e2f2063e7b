"""Toy town written in the formats that publishers use."""

import json
import sqlite3
import zipfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import shapely

from assetmap import crs
from tests.toy_town import SQUARES


def frame(
    shapes: Mapping[str, Any] = SQUARES, epsg: int | str = 27700
) -> geopandas.GeoDataFrame:
    """Shapes with the columns of an ONS file of wards."""
    columns = pd.DataFrame(
        {"WD25CD": list(shapes), "WD25NM": [f"Place {each}" for each in shapes]}
    )
    found: Any = list(shapes.values())
    if epsg != 27700:
        found = crs.wgs84_shapes(found)
    return geopandas.GeoDataFrame(columns, geometry=list(found), crs=epsg)


def geojson(folder: Path) -> Path:
    """As RFC 7946 asks, in longitude and latitude."""
    return _geojson(folder / "w.geojson", frame(epsg="OGC:CRS84"), {})


def old_geojson(folder: Path) -> Path:
    """As it was before: metres, and a member that names the coordinate system."""
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    return _geojson(folder / "old.geojson", frame(), {"crs": named})


def _geojson(path: Path, sent: geopandas.GeoDataFrame, members: Any) -> Path:
    body = json.loads(sent.to_json(drop_id=True))
    body.pop("crs", None)
    path.write_text(json.dumps(body | members), encoding="utf-8")
    return path


def geopackage(folder: Path) -> Path:
    frame().to_file(folder / "w.gpkg", layer="wards")
    return folder / "w.gpkg"


def flatgeobuf(folder: Path) -> Path:
    frame().to_file(folder / "w.fgb")
    return folder / "w.fgb"


def shapefile(folder: Path) -> Path:
    frame().to_file(folder / "wards.shp")
    with zipfile.ZipFile(folder / "w.zip", "w") as packed:
        for part in sorted(folder.glob("wards.*")):
            packed.write(part, part.name)
    return folder / "w.zip"


def geoparquet(folder: Path) -> Path:
    frame().to_parquet(folder / "w.parquet")
    return folder / "w.parquet"


_PLACEMARK = (
    "<Placemark><name>{code}</name><description>Place {code}</description><Polygon>"
    "<outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing>"
    "</outerBoundaryIs></Polygon></Placemark>"
)


def kml(folder: Path) -> Path:
    marks = []
    for code, shape in SQUARES.items():
        points = shapely.get_coordinates(crs.wgs84_shapes([shape])[0])
        ring = " ".join(f"{lon:.9f},{lat:.9f}" for lon, lat in points)
        marks.append(_PLACEMARK.format(code=code, ring=ring))
    body = f"<Document><name>wards</name>{''.join(marks)}</Document>"
    text = f'<kml xmlns="http://www.opengis.net/kml/2.2">{body}</kml>'
    (folder / "w.kml").write_text(text, encoding="utf-8")
    return folder / "w.kml"


FORMATS = (geojson, old_geojson, geopackage, flatgeobuf, shapefile, geoparquet, kml)


def say_system(path: Path, srs_id: int) -> None:
    """Make a GeoPackage state another coordinate system; -1 and 0 are undefined."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE gpkg_geometry_columns SET srs_id = ?", (srs_id,))
