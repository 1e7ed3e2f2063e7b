"""Rings that run against the rule of their file's format are noted, never refused."""

import json

import geopandas
import pytest
import shapely

from assetmap import crs
from assetmap.boundaries.features import boundaries_of
from assetmap.sources.spatial.vector import read_layer
from tests.boundaries.map_files import frame
from tests.toy_town import SQUARES, box

RING = box(0, 0, 100, 100) - box(40, 40, 60, 60)
SHAPES = {"W": shapely.orient_polygons(RING), "E": SQUARES["E"]}
TURNED = {code: shapely.reverse(shape) for code, shape in SHAPES.items()}


def wrong(path):
    """How each code is wound wrongly, with its line."""
    boundaries, found = boundaries_of(read_layer(path), "WD25CD", "WD25NM")
    assert (shapely.is_ccw(shapely.get_exterior_ring(_first(boundaries.shapes)))).all()
    return {
        each.codes[0]: (each.line, each.outcome, each.detail)
        for each in found
        if each.reason == "wrong_winding"
    }


def _first(shapes):
    return shapely.get_geometry(shapes, 0)


def geojson(folder, shapes, epsg="OGC:CRS84", members=None):
    """GeoJSON whose rings run as the shapes' do: nothing turns them on their way."""
    found = list(shapes.values())
    if epsg != 27700:
        found = crs.wgs84_shapes(found)
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(shapely.to_geojson(shape)),
            "properties": {"WD25CD": code, "WD25NM": code},
        }
        for code, shape in zip(shapes, found, strict=True)
    ]
    body = {"type": "FeatureCollection", "features": features} | (members or {})
    (folder / "w.geojson").write_text(json.dumps(body), encoding="utf-8")
    return folder / "w.geojson"


def test_geojson_asks_for_outer_rings_counter_clockwise(tmp_path):
    assert wrong(geojson(tmp_path, SHAPES)) == {}
    said = "rings are wound the wrong way round for GeoJSON (RFC 7946)"
    assert wrong(geojson(tmp_path, TURNED)) == {
        "W": (1, "noted", f"2 {said}"),
        "E": (2, "noted", f"1 {said}"),
    }


def test_geojson_older_than_the_rule_may_be_wound_as_it_likes(tmp_path):
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    assert wrong(geojson(tmp_path, TURNED, 27700, {"crs": named})) == {}


def test_a_geopackage_asks_for_neither(tmp_path):
    for shapes in (SHAPES, TURNED):
        frame(shapes).to_file(tmp_path / "w.gpkg")
        assert wrong(tmp_path / "w.gpkg") == {}


def turn_shapefile(path):
    """Turn the only ring of each record of a Shapefile round, in its bytes."""
    data = bytearray(path.read_bytes())
    place = 100
    while place < len(data):
        words = int.from_bytes(data[place + 4 : place + 8], "big")
        start = place + 8
        parts = int.from_bytes(data[start + 36 : start + 40], "little")
        points = int.from_bytes(data[start + 40 : start + 44], "little")
        first = start + 44 + 4 * parts
        pairs = [
            data[first + 16 * each : first + 16 * (each + 1)] for each in range(points)
        ]
        data[first : first + 16 * points] = b"".join(reversed(pairs))
        place = start + 2 * words
    path.write_bytes(data)


@pytest.mark.parametrize("turned", [False, True])
def test_a_shapefile_asks_for_outer_rings_clockwise(tmp_path, turned):
    path = tmp_path / "w.shp"
    geopandas.GeoDataFrame(frame({"E": SQUARES["E"]})).to_file(path)
    if turned:
        turn_shapefile(path)
    found = wrong(path)
    assert set(found) == ({"E"} if turned else set())
