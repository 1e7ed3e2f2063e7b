"""OGC API Features Part 2 (18-058r1): its abstract tests, each by its identifier."""

import pyproj
import pytest
import shapely

from tests.publish.ogc.asking import (
    COLLECTIONS,
    CRS84,
    DEGREES,
    EPSG,
    GRID,
    WEB,
    bbox_of,
    distance,
    ids,
    items,
    names,
    shapes,
)
from tests.publish.problems import check_problem
from tests.toy_town import SQUARES, at, degrees

ALL = [CRS84, DEGREES, GRID, WEB]
TO_WEB = pyproj.Transformer.from_crs(4326, 3857, always_xy=True).transform


def expected(square, uri):
    """A square as it must come out in a system."""
    if uri == GRID:
        return square
    place = degrees(square)
    if uri == WEB:
        return shapely.transform(place, TO_WEB, interleaved=False)
    return shapely.transform(place, lambda xy: xy[:, ::-1]) if uri == DEGREES else place


def test_crs_crs_uri(ogc):
    """/conf/crs/crs-uri, fc-md-crs-list: every collection names its systems."""
    for each in ogc.get("/collections").json()["collections"]:
        assert CRS84 in each["crs"]
        if each["id"] != "organisations":
            assert each["crs"] == ALL


def test_crs_fc_md_storage_crs(ogc):
    """/conf/crs/fc-md-storageCrs, -valid-value: stored in one of them."""
    for name in COLLECTIONS:
        told = ogc.get(f"/collections/{name}").json()
        assert told["storageCrs"] in told["crs"]


@pytest.mark.parametrize("uri", ALL)
def test_crs_fc_crs_action(ogc, uri):
    """/conf/crs/crs-parameter, fc-crs-action, ogc-crs-header: axes in their order."""
    answer = items(ogc, "wards", crs=uri)
    assert answer.headers["content-crs"] == f"<{uri}>"
    exact = 1e-6 if uri in (CRS84, DEGREES) else 0.011
    for code, place in shapes(answer).items():
        assert distance(place, expected(SQUARES[code], uri)) < exact * 1.5
    one = ogc.get("/collections/wards/items/W", params={"crs": uri})
    assert one.headers["content-crs"] == f"<{uri}>"
    found = shapely.geometry.shape(one.json()["geometry"])
    assert distance(found, expected(SQUARES["W"], uri)) < exact * 1.5
    assert "crs" not in one.json()["geometry"]


def test_crs_fc_crs_default(ogc):
    """/conf/crs/crs-default, fc-crs-default-value: CRS84 without being asked."""
    assert items(ogc, "wards").headers["content-crs"] == f"<{CRS84}>"


@pytest.mark.parametrize("bad", [EPSG.format(4258), "EPSG:27700", "27700", "", "x"])
def test_crs_fc_crs_valid_value(ogc, bad):
    """/conf/crs/crs-parameter-invalid: a system that is not given is refused."""
    for name in ("crs", "bbox-crs"):
        asked = {name: bad, "bbox": "0,0,1,1"}
        answer = ogc.get("/collections/wards/items", params=asked)
        assert check_problem(answer, 400)["parameter"] == name


@pytest.mark.parametrize("uri", ALL)
def test_crs_fc_bbox_crs_action(ogc, uri):
    """/conf/crs/bbox-crs-parameter, fc-bbox-crs-action: a box in every system."""
    inner = shapely.buffer(at(50, 50), 10, cap_style="square")
    box = bbox_of(expected(inner, uri))
    assert ids(ogc, "wards", bbox=box, bbox_crs=uri) == ["W"]
    shared = shapely.buffer(at(100, 100), 10, cap_style="square")
    box = bbox_of(expected(shared, uri))
    assert ids(ogc, "wards", bbox=box, bbox_crs=uri, limit=9) == ["E", "NE", "NW", "W"]


def test_crs_fc_bbox_crs_default(ogc):
    """/conf/crs/bbox-crs-default-value: degrees, longitude first."""
    box = bbox_of(degrees(at(50, 50)), 1e-5)
    assert ids(ogc, "wards", bbox=box) == ids(ogc, "wards", bbox=box, bbox_crs=CRS84)


def test_a_box_in_metres_is_as_sharp_as_metres(ogc):
    for x, found in ((99.0, ["W"]), (101.0, ["E"])):
        box = bbox_of(shapely.buffer(at(x, 50), 0.4, cap_style="square"))
        assert ids(ogc, "wards", bbox=box, bbox_crs=GRID) == found


def test_an_approximate_place_is_found_at_its_square_only(ogc):
    square = shapely.buffer(at(500, 500), 1, cap_style="square")
    assert "Cafe" in names(ogc, bbox=bbox_of(square), bbox_crs=GRID)
    true = shapely.buffer(at(130, 130), 50, cap_style="square")
    for uri in ALL:
        box = bbox_of(expected(true, uri))
        assert "Cafe" not in names(ogc, bbox=box, bbox_crs=uri)
