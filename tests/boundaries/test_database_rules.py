"""Rules that the database keeps, whoever writes to it: plain SQL breaks none."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError, InternalError

from assetmap.boundaries.tables import BoundarySetRow
from tests.toy_town import SQUARES, add_set, box

HOLE = box(90, 90, 110, 110)
FAULTY = {code: shape - HOLE for code, shape in SQUARES.items()}


def copied(**changed):
    """Add a copy of the set in which some columns differ."""
    columns = {each.name: each.name for each in BoundarySetRow.__table__.columns}
    columns |= {"name": "'other'", "series": "'other'"} | changed
    del columns["id"]
    return (
        f"INSERT INTO boundary_set ({', '.join(columns)}) "  # noqa: S608 - all are ours
        f"SELECT {', '.join(columns.values())} FROM boundary_set"
    )


def boundary(**changed):
    """Add a copy of a boundary in which some columns differ."""
    columns = {
        "boundary_set_id": "boundary_set_id",
        "ordinal": "99",
        "code": "'new'",
        "name": "name",
        "area_m2": "area_m2",
        "geom": "geom",
        "geom_wgs84": "geom_wgs84",
    } | changed
    return (
        f"INSERT INTO boundary ({', '.join(columns)}) "  # noqa: S608 - all are ours
        f"SELECT {', '.join(columns.values())} FROM boundary LIMIT 1"
    )


EMPTY = "st_geomfromtext('MULTIPOLYGON EMPTY', 27700)"
LINE = "st_geomfromtext('LINESTRING (0 0, 1 1)', 27700)"
BROKEN = {
    "a set that ends on the day it begins": (
        "UPDATE boundary_set SET valid_to = valid_from",
        "ck_boundary_set_valid",
    ),
    "a set that ends before it begins": (
        "UPDATE boundary_set SET valid_to = valid_from - 1",
        "ck_boundary_set_valid",
    ),
    "a kind that is none of ours": (
        "UPDATE boundary_set SET kind = 'county'",
        "ck_boundary_set_kind",
    ),
    "a name that is no slug": (
        "UPDATE boundary_set SET name = 'Wards 2025'",
        "ck_boundary_set_name",
    ),
    "two current sets of one name": (
        copied(name="name"),
        "uq_boundary_set_name_current",
    ),
    "two sets of one series on one day": (
        copied(series="series"),
        "ex_boundary_set_series_valid",
    ),
    "a set of its series that begins before it ends": (
        copied(series="series", valid_from="valid_from + 1000"),
        "ex_boundary_set_series_valid",
    ),
    "a reach below nought": (
        "UPDATE boundary_set SET snap_m = -1",
        "ck_boundary_set_snap_m",
    ),
    "a set without boundaries": (
        "UPDATE boundary_set SET boundaries = 0",
        "ck_boundary_set_boundaries",
    ),
    "an empty code": (boundary(code="''"), "ck_boundary_code"),
    "a code with a space at its end": (boundary(code="'E1 '"), "ck_boundary_code"),
    "one code twice in a set": (
        boundary(code="code"),
        "uq_boundary_set_code",
    ),
    "one place twice in a set's order": (
        boundary(ordinal="ordinal"),
        "uq_boundary_set_ordinal",
    ),
    "a place before the first": (boundary(ordinal="0"), "ck_boundary_ordinal"),
    "a boundary without an area": (boundary(area_m2="0"), "ck_boundary_area_m2"),
    "an area that is no number": (boundary(area_m2="'nan'"), "ck_boundary_area_m2"),
    "a boundary of no set": (boundary(boundary_set_id="-1"), "fk_boundary"),
    "an empty geometry": (boundary(geom=EMPTY), "ck_boundary_geom"),
    "a line for a boundary": (boundary(geom=LINE), "Geometry type"),
    "degrees among the metres": (boundary(geom="geom_wgs84"), "SRID"),
    "a part of no boundary": (
        "UPDATE boundary_part SET boundary_id = -1",
        "fk_boundary_part",
    ),
    "shared ground of no set": (
        "INSERT INTO overlap_cell (boundary_set_id, members, geom)"
        " SELECT -1, ARRAY[1, 2], geom FROM boundary_part LIMIT 1",
        "fk_overlap_cell",
    ),
    "shared ground that one holds": (
        "INSERT INTO overlap_cell (boundary_set_id, members, geom)"
        " SELECT boundary_set_id, ARRAY[1], geom FROM boundary_part LIMIT 1",
        "ck_overlap_cell_members",
    ),
    "a discrepancy of no set": (
        "UPDATE boundary_discrepancy SET boundary_set_id = -1",
        "fk_boundary_discrepancy",
    ),
    "a reason that is none of ours": (
        "UPDATE boundary_discrepancy SET reason = 'wolf'",
        "ck_boundary_discrepancy_reason",
    ),
    "an outcome that is none of ours": (
        "UPDATE boundary_discrepancy SET outcome = 'ignored'",
        "ck_boundary_discrepancy_outcome",
    ),
    "a discrepancy that says nothing": (
        "UPDATE boundary_discrepancy SET detail = ''",
        "ck_boundary_discrepancy_detail",
    ),
    "a place in one system only": (
        "UPDATE boundary_discrepancy SET geom_wgs84 = NULL",
        "ck_boundary_discrepancy_geom",
    ),
    "an area below nought": (
        "UPDATE boundary_discrepancy SET area_m2 = -1",
        "ck_boundary_discrepancy_area_m2",
    ),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_rule_cannot_be_broken(session, rule):
    add_set(session, "wards", FAULTY)
    statement, told = BROKEN[rule]
    with (
        pytest.raises((IntegrityError, DataError, InternalError), match=told),
        session.begin_nested(),
    ):
        session.execute(text(statement))


def test_what_belongs_to_a_set_goes_with_it(session):
    add_set(session, "wards", FAULTY)
    session.execute(text("DELETE FROM boundary_set"))
    for table in ("boundary", "boundary_part", "overlap_cell", "boundary_discrepancy"):
        assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0  # noqa: S608
