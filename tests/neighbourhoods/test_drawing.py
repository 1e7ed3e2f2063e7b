import numpy as np
import pyproj
import pytest
import shapely
from shapely.affinity import translate

from assetmap import crs
from assetmap.neighbourhoods.drawing import drawing_of
from assetmap.neighbourhoods.model import BadSketch

GRID = pyproj.CRS(27700)
DEGREES = pyproj.CRS(4326)


def at(*points):
    """A polygon by metres from a place on land."""
    return shapely.Polygon([(383_000 + x, 398_000 + y) for x, y in points])


SQUARE = at((0, 0), (100, 0), (100, 100), (0, 100))


def test_a_good_drawing_is_kept_as_it_was_drawn_and_in_degrees():
    found = drawing_of(SQUARE, GRID)

    assert found.repaired is None
    assert found.shape.geom_type == "MultiPolygon"
    assert found.shape.equals(SQUARE)
    lon, lat = crs.to_lon_lat(np.array([383_000.0]), np.array([398_000.0]))
    assert found.wgs84.bounds[:2] == pytest.approx((lon[0], lat[0]), abs=1e-5)


def test_degrees_become_metres_by_ostn15():
    lon, lat = crs.CHECK_LON_LAT
    found = drawing_of(shapely.box(lon, lat, lon + 0.01, lat + 0.01), DEGREES)

    nearest = shapely.Point(crs.CHECK_EAST_NORTH).distance(found.shape)
    assert nearest < 0.01


def test_holes_and_parts_are_kept():
    ring = SQUARE.difference(at((40, 40), (60, 40), (60, 60), (40, 60)))
    parts = shapely.MultiPolygon([ring, at((200, 0), (210, 0), (210, 10))])

    found = drawing_of(parts, GRID)

    assert found.shape.area == pytest.approx(10_000 - 400 + 50)
    assert found.repaired is None


def test_polygons_in_a_collection_are_a_drawing_of_several_parts():
    both = shapely.GeometryCollection([SQUARE, at((200, 0), (210, 0), (210, 10))])

    assert drawing_of(both, GRID).shape.area == pytest.approx(10_050)


def test_of_a_bow_tie_both_lobes_are_kept_and_it_is_told():
    tie = at((0, 0), (100, 100), (100, 0), (0, 100))

    found = drawing_of(tie, GRID)

    assert found.shape.is_valid
    assert found.wgs84.is_valid
    assert found.shape.area == pytest.approx(5000)
    assert "Self-intersection" in found.repaired
    assert "it covers 5000.0 m²" in found.repaired


def test_a_line_traced_twice_is_counted_once():
    ring = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]

    found = drawing_of(at(*ring, *ring[1:]), GRID)

    assert found.shape.area == pytest.approx(10_000)
    assert found.repaired is not None


def test_heights_are_left_out():
    high = shapely.force_3d(SQUARE, 12.0)

    assert not drawing_of(high, GRID).shape.has_z


FAR = translate(SQUARE, 900_000)
NOWHERE = shapely.transform(
    SQUARE, lambda points: np.where(points > 398_050, np.nan, points)
)
MANY = shapely.segmentize(SQUARE, 0.0039)


@pytest.mark.parametrize(
    ("shape", "sent_crs", "reason"),
    [
        (None, GRID, "is missing"),
        (shapely.Polygon(), GRID, "is empty"),
        (shapely.Point(383_000, 398_000), GRID, "is a Point"),
        (SQUARE.exterior, GRID, "is a LinearRing"),
        (shapely.GeometryCollection([SQUARE, shapely.Point(0, 0)]), GRID, "is a Geom"),
        (at((0, 0), (100, 0), (0, 0)), GRID, "holds no ground"),
        (at((0, 0), (0.5, 0), (0.5, 0.5)), GRID, "holds no ground"),
        (NOWHERE, GRID, "not a finite number"),
        (FAR, GRID, "lies off Great Britain"),
        (shapely.box(-87.7, 41.8, -87.6, 41.9), DEGREES, "lies off Great Britain"),
        (shapely.box(-3, 53, 177, 54), DEGREES, "lies off Great Britain"),
        (shapely.box(53.0, -2.1, 53.1, -2.0), DEGREES, "latitude before longitude"),
        (shapely.box(300_000, 300_000, 350_000, 350_000), GRID, "2,000 km² is the mo"),
        (MANY, GRID, "vertices; 100,000 is the most"),
    ],
)
def test_what_cannot_be_a_neighbourhood_is_refused_with_the_reason(
    shape, sent_crs, reason
):
    with pytest.raises(BadSketch) as refusal:
        drawing_of(shape, sent_crs)

    assert reason in refusal.value.reason
    assert str(refusal.value) == f"The sketch {refusal.value.reason}."
