"""Whole reconciliations on toy town, against numbers done by hand."""

import pytest
from sqlalchemy.orm import Session

from assetmap.footprints.model import crisp
from assetmap.reconciliation import run
from tests.toy_town import SQUARES, add_postcodes, add_set, box

PLACES = {
    "M1 1AA": (50, 50),
    "M1 1AB": (150, 50),
    "M1 1AD": (150, 60),
    "M1 1AE": (50, 150),
    "M1 1AF": (250, 50),
}


@pytest.fixture
def town(session: Session) -> Session:
    """Four wards, and five postcodes of which one lies outside them."""
    add_postcodes(session, PLACES)
    add_set(session, "wards", SQUARES)
    return session


def test_area_is_shared_out_and_what_is_left_is_outside(town: Session) -> None:
    found = run.reconcile(town, crisp(box(50, 0, 250, 100), "drawn"))
    against = found.against[0]
    overlaps = {row.boundary.code: row.overlap_m2 for row in against.rows}
    assert overlaps == pytest.approx({"E": 10_000, "W": 5_000})
    assert against.area.outside == pytest.approx(5_000)
    assert against.area.total == pytest.approx(20_000)


def test_postcodes_are_counted_where_they_lie(town: Session) -> None:
    found = run.reconcile(town, crisp(box(0, 0, 300, 100), "drawn"))
    against = found.against[0]
    assert found.measure == "postcodes"
    assert {r.boundary.code: r.overlap_people for r in against.rows} == {"E": 2, "W": 1}
    assert (against.people.allocated, against.people.outside) == (3, 1)
    assert against.main is not None
    assert (against.main.code, against.main.by, against.main.share) == (
        "E",
        "postcodes",
        0.5,
    )
