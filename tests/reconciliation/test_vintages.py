"""What became of boundaries from one release to the next, by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.boundaries.model import BoundarySetNotFound
from assetmap.reconciliation.vintages.changes import changes
from assetmap.reconciliation.vintages.model import Linking, Pairs, Vintage
from assetmap.reconciliation.vintages.run import compare_vintages
from tests.toy_town import SQUARES, add_postcodes, add_set, box


def vintage(**boundaries):
    """Boundaries by code: name and people; each person has 10 m²."""
    people = np.array([count for _, count in boundaries.values()], dtype=float)
    names = [name for name, _ in boundaries.values()]
    return Vintage(list(boundaries), names, people, people * 10 + 1)


def pairs(old, new, shared):
    """What boundaries share, by their codes."""
    olds = np.array([old.codes.index(one) for one, _ in shared], dtype=np.intp)
    news = np.array([new.codes.index(other) for _, other in shared], dtype=np.intp)
    people = np.array(list(shared.values()), dtype=float)
    return Pairs(olds, news, people, people * 10)


def told(old, new, shared, **linking):
    found = changes(old, new, pairs(old, new, shared), Linking(**linking))
    return [
        (
            each.kind,
            "".join(old.codes[at] for at in each.old),
            "".join(new.codes[at] for at in each.new),
            each.people_moved,
        )
        for each in found
    ]


def test_the_same_code_and_name_is_unchanged_and_another_name_renamed():
    old = vintage(A=("Ash", 100), B=("Beech", 100))
    new = vintage(A=("Ash", 100), B=("Birch", 100))
    found = told(old, new, {("A", "A"): 100, ("B", "B"): 100})
    assert found == [("renamed", "B", "B", 0), ("unchanged", "A", "A", 0)]


def test_another_code_for_the_same_people_is_recoded():
    old, new = vintage(A=("Ash", 100)), vintage(Z=("Ash", 100))
    assert told(old, new, {("A", "Z"): 100}) == [("recoded", "A", "Z", 0)]


def test_a_split_moves_those_who_are_not_in_its_largest_part():
    old, new = vintage(A=("Ash", 100)), vintage(B=("B", 70), C=("C", 30))
    found = told(old, new, {("A", "B"): 70, ("A", "C"): 30})
    assert found == [("split", "A", "BC", 30)]


def test_a_merger_moves_nobody_away_from_their_neighbours():
    old, new = vintage(B=("B", 70), C=("C", 30)), vintage(A=("Ash", 100))
    found = told(old, new, {("B", "A"): 70, ("C", "A"): 30})
    assert found == [("merged", "BC", "A", 0)]


def test_boundaries_that_hand_people_round_are_one_complex_change():
    old = vintage(A=("A", 100), B=("B", 100), C=("C", 100))
    new = vintage(A=("A", 90), B=("B", 90), D=("D", 120))
    shared = {("A", "A"): 90, ("A", "D"): 10, ("B", "B"): 90}
    shared |= {("B", "D"): 10, ("C", "D"): 100}
    assert told(old, new, shared) == [("complex", "ABC", "ABD", 20)]


def test_the_same_codes_with_edges_moved_between_them_are_redrawn():
    old, new = vintage(A=("A", 100), B=("B", 100)), vintage(A=("A", 90), B=("B", 110))
    shared = {("A", "A"): 90, ("A", "B"): 10, ("B", "B"): 100}
    assert told(old, new, shared) == [("redrawn", "AB", "AB", 10)]


@pytest.mark.parametrize(
    ("before", "after", "kind", "outside"),
    [
        (100, 50, "shrunk", 50),
        (50, 100, "grown", 0),
        (1_000, 995, "unchanged", 5),
    ],
)
def test_a_boundary_that_lost_or_gained_what_none_other_has_is_told(
    before, after, kind, outside
):
    old, new = vintage(A=("Ash", before)), vintage(A=("Ash", after))
    [found] = changes(old, new, pairs(old, new, {("A", "A"): min(before, after)}))
    assert (found.kind, found.people_outside, found.people_moved) == (kind, outside, 0)
    assert found.area_outside_m2 == pytest.approx(outside * 10 + 1, abs=1)


def test_a_boundary_that_lost_some_and_gained_others_is_redrawn_whatever_its_code():
    old, new = vintage(A=("Ash", 100)), vintage(Z=("Ash", 90))
    [found] = changes(old, new, pairs(old, new, {("A", "Z"): 60}))
    assert (found.kind, found.people_outside) == ("redrawn", 40)


def test_those_of_a_boundary_that_is_gone_are_in_no_new_one():
    [found] = changes(vintage(A=("A", 100)), vintage(), pairs(vintage(), vintage(), {}))
    assert (found.kind, found.people_moved, found.people_outside) == ("gone", 0, 100)


def test_what_has_no_successor_is_gone_and_what_had_no_forerunner_is_added():
    old, new = vintage(A=("A", 100)), vintage(B=("B", 50))
    assert told(old, new, {}) == [("gone", "A", "", 0), ("added", "", "B", 0)]


def test_a_line_drawn_a_little_differently_is_no_change():
    old = vintage(A=("A", 1_000), B=("B", 1_000))
    new = vintage(A=("A", 995), B=("B", 1_005))
    shared = {("A", "A"): 995, ("A", "B"): 5, ("B", "B"): 1_000}
    assert told(old, new, shared) == [
        ("unchanged", "A", "A", 0),
        ("unchanged", "B", "B", 0),
    ]
    first, _ = changes(old, new, pairs(old, new, shared))
    assert (first.people_kept, first.people_along_edges) == (995, 5)
    assert first.area_along_edges_m2 == pytest.approx(50)
    assert told(old, new, shared, people=0.005)[0][0] == "redrawn"


def test_ground_without_people_links_boundaries_too():
    old = Vintage(["A"], ["A"], np.zeros(1), np.array([1_000.0]))
    new = Vintage(["B", "C"], ["B", "C"], np.zeros(2), np.array([900.0, 100.0]))
    each = Pairs(np.zeros(2, int), np.arange(2), np.zeros(2), new.area_m2)
    [found] = changes(old, new, each)
    assert (found.kind, found.area_moved_m2) == ("split", 100)


shared_people = st.dictionaries(
    st.tuples(st.sampled_from("ABCD"), st.sampled_from("PQRS")), st.integers(1, 99)
)


@given(shared_people, st.randoms())
def test_every_boundary_is_in_one_change_whatever_the_order_of_rows(shared, random):
    old = vintage(
        **{
            code: (code, sum(n for (a, _), n in shared.items() if a == code))
            for code in "ABCD"
        }
    )
    new = vintage(
        **{
            code: (code, sum(n for (_, b), n in shared.items() if b == code))
            for code in "PQRS"
        }
    )
    found = told(old, new, shared)
    assert sorted("".join(a for _, a, _, _ in found)) == list("ABCD")
    assert sorted("".join(b for _, _, b, _ in found)) == list("PQRS")
    rows = list(shared.items())
    random.shuffle(rows)
    assert told(old, new, dict(rows)) == found


@given(shared_people, st.floats(0, 0.6), st.randoms(use_true_random=False))
def test_whoever_was_in_an_old_boundary_is_told_once(shared, people, random):
    kept = {
        code: sum(n for (a, _), n in shared.items() if a == code) for code in "ABCD"
    }
    old = vintage(**{code: (code, count + 7) for code, count in kept.items()})
    new = vintage(**{code: (code, 400) for code in "PQRS"})
    found = pairs(old, new, shared)
    wide = np.array([random.random() < 0.5 for _ in shared], dtype=bool)
    for each in (found, replace(found, wide=wide)):
        told = changes(old, new, each, Linking(people=people))
        assert sum(one.people for one in told) == sum(old.people)
        for one in told:
            parts = (one.people_kept, one.people_moved, one.people_along_edges)
            assert sum(parts) + one.people_outside == pytest.approx(one.people)


@pytest.fixture
def town(session):
    """W is split at x = 50; E and NE are joined; NW stays as it was."""
    places = {"M1 1AA": (20, 50), "M1 1AB": (30, 50), "M1 1AD": (80, 50)}
    places |= {"M1 1AE": (150, 50), "M1 1AF": (150, 150), "M1 1AG": (250, 50)}
    add_postcodes(session, places)
    add_set(session, "wards", SQUARES)
    new = {"W1": box(0, 0, 50, 100), "W2": box(50, 0, 100, 100)}
    new |= {"X": box(100, 0, 200, 200), "NW": SQUARES["NW"]}
    add_set(session, "new-wards", new)
    return session


def named(found):
    return [
        (
            each.kind,
            [found.old_boundaries.codes[at] for at in each.old],
            [found.new_boundaries.codes[at] for at in each.new],
            each.people_moved,
            each.area_moved_m2,
        )
        for each in found.changes
    ]


def test_stored_sets_are_compared_by_postcodes_and_ground(town):
    found = compare_vintages(town, "wards", "new-wards")
    assert found.measure == "postcodes"
    assert named(found) == [
        ("split", ["W"], ["W1", "W2"], 1, 5_000),
        ("merged", ["E", "NE"], ["X"], 0, 0),
        ("unchanged", ["NW"], ["NW"], 0, 0),
    ]


def test_a_set_and_itself_are_unchanged(town):
    found = compare_vintages(town, "wards", "wards")
    assert {each.kind for each in found.changes} == {"unchanged"}
    assert sum(each.people_moved for each in found.changes) == 0


def test_where_boundaries_overlap_people_are_shared_in_equal_parts(town):
    add_set(town, "pcns", {"U1": box(0, 0, 200, 100), "U2": box(100, 0, 200, 200)})
    found = compare_vintages(town, "wards", "pcns")
    # E's one postcode is half in each: no more than half of it is in one.
    assert sum(found.pairs.people) == pytest.approx(5)
    assert sum(each.people_moved for each in found.changes) == pytest.approx(0.5)


def test_without_postcodes_ground_alone_tells(session):
    add_set(session, "wards", SQUARES)
    add_set(session, "whole", {"T": box(0, 0, 200, 200)})
    [found] = compare_vintages(session, "wards", "whole").changes
    assert (found.kind, found.people) == ("merged", 0)


def test_a_boundary_cut_in_half_is_shrunk_by_who_is_in_no_new_one(town):
    halved = {**SQUARES, "W": box(0, 0, 25, 100)}
    add_set(town, "halved", halved)
    found = compare_vintages(town, "wards", "halved")
    [cut] = [each for each in found.changes if each.kind != "unchanged"]
    assert (cut.kind, cut.people, cut.people_moved) == ("shrunk", 3, 0)
    assert (cut.people_outside, cut.area_outside_m2) == (2, pytest.approx(7_500))


def test_people_of_overlapping_boundaries_are_not_outside(town):
    overlapping = {"U1": box(0, 0, 200, 200), "U2": box(100, 0, 200, 200)}
    add_set(town, "pcns", overlapping)
    found = compare_vintages(town, "pcns", "wards")
    assert sum(each.people_outside for each in found.changes) == 0


def test_sets_that_are_not_there_are_refused(town):
    with pytest.raises(BoundarySetNotFound):
        compare_vintages(town, "wards", "none")
