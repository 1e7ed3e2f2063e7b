"""How a shape begins, as reports of rows show it."""

import pytest
import shapely

from assetmap.sources.spatial.shown import MOST, shown

RING = [(0.5, 0), (1, 0), (1, 1.25), (0, 1)]
AREA = shapely.Polygon(RING)


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (None, ""),
        (shapely.Polygon(), "POLYGON EMPTY"),
        (shapely.Point(1, 2), "POINT (1 2)"),
        (shapely.LineString(RING), "LINESTRING (0.5 0, 1 0, 1 1.25, …"),
        (AREA, "POLYGON ((0.5 0, 1 0, 1 1.25, …"),
        (shapely.MultiPolygon([AREA]), "MULTIPOLYGON (((0.5 0, 1 0, 1 1.25, …"),
    ],
)
def test_a_shape_is_shown_by_its_first_corners(shape, said):
    assert shown(shape) == said


def test_however_long_its_numbers_are_it_is_cut():
    far = shapely.transform(AREA, lambda points: points + 123456.654321)
    assert len(shown(shapely.MultiPolygon([far]))) <= MOST
    assert shown(shapely.MultiPolygon([far])).endswith("…")
