"""Whole reconciliations on toy town, against numbers done by hand."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from assetmap.boundaries.model import (
    BoundaryNotFound,
    BoundarySetNotFound,
    BoundarySetNotValid,
)
from assetmap.footprints.model import crisp, graded
from assetmap.reconciliation import run
from assetmap.reconciliation.subjects import of_boundaries
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


def test_a_set_is_answered_for_only_on_the_days_it_holds(town: Session) -> None:
    add_set(town, "later", SQUARES, valid_from=date(2099, 1, 1))
    footprint = crisp(box(0, 0, 100, 100), "drawn")
    assert [a.target.name for a in run.reconcile(town, footprint).against] == ["wards"]
    both = run.reconcile(town, footprint, as_at=date(2099, 6, 1))
    assert [each.target.name for each in both.against] == ["later", "wards"]
    with pytest.raises(BoundarySetNotValid):
        run.reconcile(town, footprint, ["later"], date(2025, 1, 1))


def test_a_set_named_twice_is_answered_once_in_the_order_asked(town: Session) -> None:
    add_set(town, "blocks", SQUARES)
    footprint = crisp(box(0, 0, 100, 100), "drawn")
    found = run.reconcile(town, footprint, ["wards", "blocks", "wards"])
    assert [each.target.name for each in found.against] == ["wards", "blocks"]


def test_an_unknown_set_is_told(town: Session) -> None:
    with pytest.raises(BoundarySetNotFound):
        run.reconcile(town, crisp(box(0, 0, 100, 100), "drawn"), ["nowhere"])


def test_rows_come_with_most_people_first_then_most_ground(town: Session) -> None:
    found = run.reconcile(town, crisp(box(0, 0, 200, 130), "drawn"))
    rows = [row.boundary.code for row in found.against[0].rows]
    assert rows == ["E", "W", "NE", "NW"]


def test_an_answer_says_what_it_was_made_from(town: Session) -> None:
    found = run.reconcile(town, crisp(box(0, 0, 100, 100), "drawn"))
    loads = [each for each in found.inputs if each.name != "assets"]
    assert [each[:2] for each in loads] == [("postcodes", 1), ("wards", 1)]
    assert found.attribution == ("Contains wards.", "Contains toy data.")


def test_without_any_set_or_postcode_area_still_answers(session: Session) -> None:
    found = run.reconcile(session, crisp(box(0, 0, 100, 100), "drawn"))
    assert (found.area_m2, found.people, found.measure) == (10_000, 0, "postcodes")
    assert found.against == ()


def test_boundaries_as_a_footprint_hold_the_people_of_their_codes(
    town: Session,
) -> None:
    subject = of_boundaries(town, "wards", ["E", "W"])
    found = run.reconcile(town, subject.footprint, ["wards"], None, subject.coded)
    assert (found.area_m2, found.people) == (20_000, 3)
    assert found.against[0].people.outside == 0
    assert ("wards", 1) in {each[:2] for each in found.inputs}


def test_a_footprint_of_a_code_loses_no_point_on_its_edge(session: Session) -> None:
    add_postcodes(session, {"M1 1AA": (100, 50)})
    add_set(session, "wards", SQUARES)
    for code, expected in (("E", 1), ("W", 0)):
        subject = of_boundaries(session, "wards", [code])
        found = run.reconcile(session, subject.footprint, None, None, subject.coded)
        assert found.people == expected


def test_an_unknown_code_is_told(town: Session) -> None:
    with pytest.raises(BoundaryNotFound, match="'X'"):
        of_boundaries(town, "wards", ["W", "X"])


def test_overlapping_boundaries_give_three_totals_of_people(session: Session) -> None:
    add_postcodes(session, PLACES)
    add_set(session, "strips", {"A": box(0, 0, 120, 100), "B": box(90, 0, 160, 100)})
    subject = of_boundaries(session, "strips", ["A"])
    found = run.reconcile(session, crisp(box(0, 0, 300, 100), "drawn"))
    people = found.against[0].people
    assert found.against[0].target.overlapping
    assert (people.allocated, people.outside, people.with_multiplicity) == (3, 1, 3)
    own = run.reconcile(session, subject.footprint, None, None, subject.coded)
    assert own.people == 1


def test_a_graded_footprint_counts_people_by_their_membership(town: Session) -> None:
    wide, narrow = box(0, 0, 300, 100), box(0, 0, 100, 100)
    found = run.reconcile(town, graded([wide, narrow], [0.5, 0.5], "consensus"))
    assert (found.kind, found.people) == ("graded", 0.5 * 4 + 0.5 * 1)
    overlaps = {r.boundary.code: r.overlap_people for r in found.against[0].rows}
    assert overlaps == {"W": 1.0, "E": 1.0}
    assert found.against[0].people.outside == 0.5


def test_where_nobody_lives_the_main_boundary_is_by_area(town: Session) -> None:
    found = run.reconcile(town, crisp(box(110, 110, 200, 200), "moor"))
    main = found.against[0].main
    assert found.people == 0
    assert main is not None
    assert (main.code, main.by) == ("NE", "area")


def test_a_postcode_off_the_shore_counts_for_the_boundary_it_is_nearest_to(
    session: Session,
) -> None:
    add_postcodes(session, {"M1 1AA": (50, 50), "M1 1AB": (130, 50)})
    add_set(session, "shore", {"E00000001": SQUARES["W"]}, snap_m=40)
    at_sea = crisp(box(120, 40, 140, 60), "drawn, and no piece of the set is near")

    against = run.reconcile(session, at_sea).against[0]

    assert [
        (row.boundary.code, row.overlap_people, row.overlap_m2, row.boundary.total)
        for row in against.rows
    ] == [("E00000001", 1, 0, 2)]
    assert (against.people.outside, against.area.outside) == (0, 400)
