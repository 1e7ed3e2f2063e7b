"""What a load keeps of what is wrong: every reason, its place, and what is left out."""

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from assetmap.boundaries.quality import discrepancies
from assetmap.boundaries.quality import store as report
from assetmap.boundaries.quality.discrepancies import REASONS
from assetmap.footprints.load import load_boundaries
from assetmap.sources.spatial.vector import Layer
from tests.toy_town import EAST, NORTH, SQUARES, add_set, at, box, description

BOW_TIE = shapely.Polygon(
    [(EAST + x, NORTH + y) for x, y in ((300, 0), (400, 100), (400, 0), (300, 100))]
)
FLAT = shapely.Polygon([(EAST + x, NORTH) for x in (0, 100, 50)])
NOTCH = box(690, 40, 710, 60)
ROWS = [
    ("A", "Twin", box(0, 0, 100, 100)),
    ("B", "Twin", box(90, 0, 200, 100)),
    ("C", "", box(199.9999, 0, 290, 100)),
    ("D", "Tie", BOW_TIE),
    ("E", "Left", box(600, 0, 700, 100) - NOTCH),
    ("F", "Right", box(700, 0, 800, 100) - NOTCH),
    ("G", "Half", box(900, 0, 950, 100)),
    ("G", "Half", box(950, 0, 1000, 100)),
    ("", "No code", box(1100, 0, 1200, 100)),
    ("H", "No shape", None),
    ("I", "Empty", shapely.Polygon()),
    ("J", "Point", at(1300, 0)),
    ("K", "Far", shapely.box(-9e6, 0, -8e6, 9)),
    ("L", "Flat", FLAT),
    ({"a": 1}, "Object", box(1400, 0, 1500, 100)),
]


def sent(rows, epsg=27700):
    shapes = np.empty(len(rows), dtype=object)
    shapes[:] = [shape for *_, shape in rows]
    columns = pd.DataFrame({"code": [r[0] for r in rows], "name": [r[1] for r in rows]})
    return Layer("t.gpkg", "9" * 64, columns, shapes, pyproj.CRS(epsg))


def load(session, rows, **more):
    said = description("wards", **more)
    return load_boundaries(session, said, sent(rows), ("code", "name", None)).row


def kept(session, row, **more):
    return report.list_discrepancies(session, row, 1_000, **more)


def test_every_reason_is_kept_with_its_codes_and_its_line(session):
    row = load(session, ROWS)
    found = [
        (e["reason"], e["codes"], e["line"], e["outcome"]) for e in kept(session, row)
    ]
    assert found == [
        ("empty_code", [""], 9, "refused"),
        ("bad_code", ["{'a': 1}"], 15, "refused"),
        ("missing_geometry", ["H"], 10, "refused"),
        ("empty_geometry", ["I"], 11, "refused"),
        ("not_areal", ["J"], 12, "refused"),
        ("off_the_map", ["K"], 13, "refused"),
        ("no_area", ["L"], 14, "refused"),
        ("repeated_code", ["G"], 7, "repaired"),
        ("invalid", ["D"], 4, "repaired"),
        ("overlap", ["A", "B"], None, "noted"),
        ("sliver", ["B", "C"], None, "noted"),
        ("gap", ["E", "F"], None, "noted"),
        ("empty_name", ["C"], None, "noted"),
        ("repeated_name", ["A", "B"], None, "noted"),
    ]
    untold = {"invalid_when_projected", "wrong_winding"}
    assert {each[0] for each in found} == set(REASONS) - untold


def test_what_has_a_place_is_placed_there(session):
    row = load(session, ROWS)
    places = {e["reason"]: (e["easting"], e["northing"]) for e in kept(session, row)}
    assert places["invalid"] == (EAST + 350, NORTH + 50)
    assert places["not_areal"] == (EAST + 1300, NORTH)
    assert places["gap"] == pytest.approx((EAST + 700, NORTH + 50), abs=10)
    for reason in ("missing_geometry", "empty_geometry", "off_the_map"):
        assert places[reason] == (None, None)
    shapes = report.shapes_of_discrepancies(session, row, ["overlap", "gap"])
    assert shapely.area(shapes) == pytest.approx([1_000, 400])


def test_a_repair_keeps_its_areas_and_its_method(session):
    row = load(session, ROWS)
    [tie] = kept(session, row, reasons=["invalid"])
    assert (tie["before_m2"], tie["after_m2"]) == (0, pytest.approx(5_000))
    assert tie["method"] == "linework"
    assert row.quality["repairs_m2"] == pytest.approx(5_000)


def test_the_summary_counts_what_the_report_lists(session):
    row = load(session, ROWS)
    told = row.quality
    assert told["discrepancies"] == dict.fromkeys(
        (e["reason"] for e in kept(session, row)), 1
    )
    assert (told["features"], told["refused"], told["not_listed"]) == (15, 7, {})
    assert (told["slivers"], told["gaps"], told["overlapping_pairs"]) == (1, 1, 2)
    assert (told["repeated_names"], told["names_shared"]) == (2, 1)


def test_a_shape_that_only_metres_break_is_told_from_one_that_came_broken(session):
    """A spike thinner than the millimetre to which metres are rounded."""
    lon, lat = -2.25, 53.48
    corners = [(0, 0), (2e-3, 0), (2e-3, 1e-3), (1e-3, 1e-3), (1e-3, 2e-3)]
    spike = [*corners, (1e-3 - 1e-10, 1e-3), (0, 1e-3)]
    shape = shapely.Polygon([(lon + x, lat + y) for x, y in spike])
    assert shape.is_valid
    layer = sent([("S", "Spike", shape)], 4326)
    columns = ("code", "name", None)
    row = load_boundaries(session, description("wards"), layer, columns).row
    assert row.quality["invalid_when_projected"] == 1
    assert row.quality["invalid"] == 0


@pytest.mark.parametrize("kind", ["pcn", "programme", "custom"])
def test_kinds_that_need_not_tile_have_only_slivers_listed(session, kind):
    row = load(session, ROWS[:6], kind=kind)
    reasons = {each["reason"] for each in kept(session, row)}
    assert reasons == {"invalid", "sliver", "empty_name", "repeated_name"}
    assert (row.quality["gaps"], row.quality["overlapping_pairs"]) == (1, 2)
    assert "not meant to tile" in row.quality["note"]


def test_a_report_that_is_too_long_keeps_the_largest_and_says_so(session, monkeypatch):
    monkeypatch.setattr(discrepancies, "MOST_LISTED", 2)
    strips = {f"S{x}": box(100 * x, 0, 100 * x + 110 + x, 100) for x in range(5)}
    row = add_set(session, "strips", strips)
    found = kept(session, row)
    assert [each["codes"] for each in found] == [["S3", "S4"], ["S2", "S3"]]
    assert row.quality["discrepancies"] == {"overlap": 4}
    assert row.quality["not_listed"] == {"overlap": 2}


def test_a_report_goes_with_the_release_that_it_is_of(session):
    old = load(session, ROWS)
    new = add_set(session, "wards", SQUARES)
    assert kept(session, old) == []
    assert kept(session, new) == []
    assert new.quality["discrepancies"] == {}
