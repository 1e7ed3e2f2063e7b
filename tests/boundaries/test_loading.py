"""Loads of boundary sets: what is refused, mended, replaced or left alone."""

from datetime import date

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from sqlalchemy import func, select

from assetmap.boundaries import items, store
from assetmap.boundaries.model import (
    BadBoundarySet,
    BoundaryNotFound,
    BoundarySetNotFound,
    BoundarySetNotValid,
    SeriesOverlap,
)
from assetmap.boundaries.replacing import MOST_VERTICES
from assetmap.boundaries.tables import BoundaryPartRow, BoundaryRow, OverlapCellRow
from assetmap.footprints.load import load_boundaries
from assetmap.sources.spatial.vector import Layer
from tests.toy_town import EAST, NORTH, SQUARES, add_set, box, description, layer

BOW_TIE = shapely.Polygon(
    [
        (EAST + 300, NORTH),
        (EAST + 400, NORTH + 100),
        (EAST + 400, NORTH),
        (EAST + 300, NORTH + 100),
    ]
)
STRIPS = {
    "A": box(0, 0, 300, 100),
    "B": box(100, 0, 400, 100),
    "C": box(200, 0, 500, 100),
}


def rows(*features, epsg=27700, file="toy.geojson"):
    """A layer of (code, name, shape)."""
    shapes = np.empty(len(features), dtype=object)
    shapes[:] = [shape for *_, shape in features]
    columns = pd.DataFrame(
        {"code": [each[0] for each in features], "name": [each[1] for each in features]}
    )
    return Layer(file, "e" * 64, columns, shapes, pyproj.CRS(epsg))


def load(session, sent, name="wards", **more):
    said = description(name, **more)
    return load_boundaries(session, said, sent, ("code", "name", None))


def told(done):
    return [(each.line, each.column, each.reason, each.outcome) for each in done.issues]


def codes(session, name="wards"):
    return list(items.codes_of(session, store.get_set(session, name).id))


def test_the_same_file_under_the_same_description_changes_nothing(session):
    first = add_set(session, "wards", SQUARES)
    before = (first.id, first.version, first.loaded_at)
    again = load(session, layer(SQUARES))
    assert not again.is_new
    assert (again.row.id, again.row.version, again.row.loaded_at) == before


def test_a_new_release_takes_the_place_of_the_old_and_its_version_rises(session):
    old = add_set(session, "wards", SQUARES)
    new = add_set(session, "wards", {"X": box(0, 0, 200, 200)}, sha256="a" * 64)
    assert (old.version, new.version) == (1, 2)
    assert codes(session) == ["X"]
    assert session.scalar(select(func.count()).select_from(BoundaryRow)) == 1
    assert session.scalar(select(func.count()).select_from(BoundaryPartRow)) == 1


def test_the_same_file_under_new_words_is_a_new_version(session):
    add_set(session, "wards", SQUARES)
    assert add_set(session, "wards", SQUARES, licence="CC0-1.0").version == 2


def test_a_load_that_fails_leaves_the_old_set_serving(session):
    add_set(session, "wards", SQUARES)
    with pytest.raises(BadBoundarySet), session.begin_nested():
        load(session, rows(("X", "X", shapely.Point(EAST, NORTH))))
    assert codes(session) == ["E", "NE", "NW", "W"]


def test_an_invalid_shape_is_repaired_and_told_with_its_areas(session):
    done = load(session, rows(("W", "West", SQUARES["W"]), ("T", "Tie", BOW_TIE)))
    said = "was invalid; area 0.0 → 5000.0 m² (Self-intersection)"
    assert told(done) == [(2, "geometry", said, "repaired")]
    assert done.row.quality["repaired"] == [
        f"toy.geojson:2: geometry 'T': {said} (repaired)"
    ]
    assert items.get_boundary(session, done.row, "T").area_m2 == pytest.approx(5_000)


def test_what_is_stored_is_valid_in_both_coordinate_systems(session):
    done = load(session, rows(("T", "Tie", BOW_TIE)))
    valid = func.ST_IsValid(BoundaryRow.geom), func.ST_IsValid(BoundaryRow.geom_wgs84)
    query = select(*valid).where(BoundaryRow.boundary_set_id == done.row.id)
    assert session.execute(query).all() == [(True, True)]


def test_rows_of_one_code_and_name_are_joined_and_told(session):
    halves = (("W", "West", box(0, 0, 50, 100)), ("W", "West", box(50, 0, 100, 100)))
    done = load(session, rows(*halves, ("E", "East", SQUARES["E"])))
    assert told(done) == [
        (1, "code", "stands in 2 rows of one name: joined", "repaired")
    ]
    assert items.get_boundary(session, done.row, "W").area_m2 == pytest.approx(10_000)


def test_rows_of_one_code_and_several_names_are_all_refused(session):
    twice = (("W", "West", SQUARES["W"]), ("W", "Wet", SQUARES["NW"]))
    done = load(session, rows(*twice, ("E", "East", SQUARES["E"])))
    reason = "is used by several names"
    assert told(done) == [(each, "code", reason, "refused") for each in (1, 2)]
    assert codes(session) == ["E"]


FLAT = shapely.Polygon([(EAST, NORTH), (EAST + 100, NORTH), (EAST + 50, NORTH)])


@pytest.mark.parametrize(
    ("feature", "column", "reason"),
    [
        (("X", "X", None), "geometry", "is missing"),
        (("X", "X", shapely.Polygon()), "geometry", "is empty"),
        (("X", "X", shapely.Point(EAST, NORTH)), "geometry", "is not a polygon"),
        (
            ("X", "X", shapely.LineString([(EAST, NORTH), (EAST, 9)])),
            "geometry",
            "is not a polygon",
        ),
        (
            ("X", "X", shapely.box(-9e6, 0, -8e6, 9)),
            "geometry",
            "lies off the National Grid",
        ),
        (("X", "X", FLAT), "geometry", "has no area after repair"),
        (("", "X", SQUARES["W"]), "code", "is empty"),
        ((None, "X", SQUARES["W"]), "code", "is empty"),
        (("  ", "X", SQUARES["W"]), "code", "is empty"),
    ],
)
def test_a_feature_that_cannot_be_used_is_refused_with_its_line(
    session, feature, column, reason
):
    done = load(session, rows(("E", "East", SQUARES["E"]), feature))
    assert told(done) == [(2, column, reason, "refused")]
    assert done.issues[0].value == (feature[0] or "").strip()
    assert codes(session) == ["E"]


def test_a_set_of_which_nothing_can_be_used_is_refused_with_a_reason(session):
    with pytest.raises(BadBoundarySet, match="is missing"):
        load(session, rows(("X", "X", None)))
    assert store.find_set(session, "wards") is None


def test_an_unknown_column_lists_the_columns(session):
    with pytest.raises(BadBoundarySet, match="no column 'gss'; it has code, name"):
        load_boundaries(
            session, description("wards"), layer(SQUARES), ("gss", "name", None)
        )


def snapshot(session, row):
    """Everything of a set that the order of rows could change."""
    ordinals = items.codes_of(session, row.id)
    cells = session.execute(
        select(OverlapCellRow.members, func.ST_Area(OverlapCellRow.geom)).where(
            OverlapCellRow.boundary_set_id == row.id
        )
    )
    return ordinals, sorted((tuple(each), round(area, 6)) for each, area in cells)


def test_the_order_of_rows_decides_nothing(session):
    pairs = list((SQUARES | STRIPS).items())
    first = snapshot(session, add_set(session, "wards", dict(pairs)))
    pairs = pairs[::2] + pairs[1::2][::-1]
    second = snapshot(session, add_set(session, "wards", dict(pairs), sha256="b" * 64))
    assert first == second
    assert first[0] == {"A": 1, "B": 2, "C": 3, "E": 4, "NE": 5, "NW": 6, "W": 7}


def test_a_set_holds_from_its_first_day_until_the_day_before_its_last(session):
    add_set(session, "wards", SQUARES, valid_to=date(2024, 5, 2))
    for day, is_held in (
        (date(2019, 12, 31), False),
        (date(2020, 1, 1), True),
        (date(2024, 5, 1), True),
        (date(2024, 5, 2), False),
    ):
        assert bool(store.list_sets(session, day)) is is_held
        if not is_held:
            with pytest.raises(BoundarySetNotValid):
                store.get_set(session, "wards", day)


def test_a_set_may_not_end_before_it_begins():
    with pytest.raises(BadBoundarySet, match="is not after valid_from"):
        description("wards", valid_to=date(2020, 1, 1))


@pytest.mark.parametrize("name", ["", "Wards", "wards 2025", "wards_2025", "wards-"])
def test_a_name_of_a_set_is_lower_case_words_joined_by_hyphens(name):
    with pytest.raises(BadBoundarySet, match="hyphens"):
        description(name)


def test_a_kind_that_is_not_known_lists_the_kinds():
    with pytest.raises(BadBoundarySet, match="lad, ward, lsoa"):
        description("wards", kind="county")


def test_two_sets_of_one_series_may_not_hold_on_one_day(session):
    add_set(session, "wards-2020", SQUARES, series="wards")
    with pytest.raises(SeriesOverlap) as told, session.begin_nested():
        add_set(
            session, "wards-2024", SQUARES, series="wards", valid_from=date(2024, 5, 2)
        )
    said = str(told.value)
    assert "'wards-2024'" in said
    assert "'wards-2020'" in said
    assert "valid_to 2024-05-02" in said
    assert [row.name for row in store.list_sets(session)] == ["wards-2020"]


def test_two_sets_of_one_series_may_follow_each_other(session):
    turn = date(2024, 5, 2)
    add_set(session, "wards-2020", SQUARES, series="wards", valid_to=turn)
    add_set(session, "wards-2024", SQUARES, series="wards", valid_from=turn)
    assert [row.name for row in store.list_sets(session, turn)] == ["wards-2024"]


def test_a_set_of_a_series_may_be_ended_by_loading_it_again(session):
    turn = date(2024, 5, 2)
    add_set(session, "wards-2020", SQUARES, series="wards")
    add_set(session, "wards-2020", SQUARES, series="wards", valid_to=turn)
    new = add_set(session, "wards-2024", SQUARES, series="wards", valid_from=turn)
    assert new.version == 1


def test_an_unknown_set_and_an_unknown_code_are_told(session):
    with pytest.raises(BoundarySetNotFound, match="'nowhere'"):
        store.get_set(session, "nowhere")
    row = add_set(session, "wards", SQUARES)
    with pytest.raises(BoundaryNotFound, match="'X'"):
        items.get_boundary(session, row, "X")


def test_a_welsh_name_is_kept(session):
    sent = rows(("W", "West", SQUARES["W"]))
    sent.columns["welsh"] = ["Gorllewin"]
    done = load_boundaries(
        session, description("wards"), sent, ("code", "name", "welsh")
    )
    assert items.get_boundary(session, done.row, "W").name_cy == "Gorllewin"


def test_empty_and_repeated_names_are_counted_not_refused(session):
    sent = [
        ("A", "", SQUARES["W"]),
        ("B", "Same", SQUARES["E"]),
        ("C", "Same", BOW_TIE),
    ]
    quality = load(session, rows(*sent)).row.quality
    assert (quality["empty_names"], quality["repeated_names"]) == (1, 2)
    assert (quality["features"], quality["refused"]) == (3, 0)


def test_a_large_boundary_is_kept_in_parts_of_few_vertices_that_make_it_up(session):
    star = shapely.Point(EAST + 500, NORTH + 500).buffer(400, quad_segs=250)
    add_set(session, "wards", {"S": star})
    query = select(func.ST_AsBinary(BoundaryPartRow.geom))
    parts = shapely.from_wkb([bytes(each) for each in session.scalars(query)])
    assert len(parts) > 5
    assert max(shapely.get_num_coordinates(parts)) <= MOST_VERTICES
    assert shapely.area(parts).sum() == pytest.approx(star.area, rel=1e-9)
