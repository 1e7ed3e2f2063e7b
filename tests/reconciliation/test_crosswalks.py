"""Crosswalks between boundary sets on toy town, each number worked out by hand."""

import sys
from datetime import date

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from assetmap.boundaries.model import BoundarySetNotFound, BoundarySetNotValid
from assetmap.footprints.areas import kernel as area_kernel
from assetmap.footprints.load import load_counts
from assetmap.issues import RawRow
from assetmap.people.model import NoPostcodes
from assetmap.reconciliation.crosswalks import store as saved
from assetmap.reconciliation.crosswalks.pairs import cells_of, people_overlaps
from assetmap.reconciliation.crosswalks.question import CountsNotFound, question_of
from assetmap.reconciliation.crosswalks.rows import normalised, without_slivers
from assetmap.reconciliation.crosswalks.run import (
    computed,
    find_crosswalk,
    make_crosswalk,
)
from tests.toy_town import RELEASE, SQUARES, add_postcodes, add_set, box

HALVES = {"H1": box(0, 0, 100, 200), "H2": box(100, 0, 200, 200)}
THREE_QUARTERS = {"T1": box(0, 0, 75, 100), "T2": box(25, 0, 100, 100)}


def made(session, source, target, by="area", **more):
    return make_crosswalk(
        session, lambda it: question_of(it, source, target, by, **more)
    )


def told(session, answer, rows=None):
    """Rows by codes: weight, fractional weight; None is outside."""
    rows = answer.rows if rows is None else rows
    sides = saved.sides_of(session, answer.run)
    one, other = sides.source.codes, sides.target.codes
    return {
        (one[source - 1], other[target - 1] if target else None): (weight, share)
        for source, target, weight, share in zip(
            rows.source.tolist(),
            rows.target.tolist(),
            rows.weight.tolist(),
            rows.fractional.tolist(),
            strict=True,
        )
    }


def weights(session, answer, rows=None):
    return {pair: each for pair, (each, _) in told(session, answer, rows).items()}


@pytest.fixture
def squares(session):
    return add_set(session, "squares", SQUARES)


def test_weights_by_area_and_what_lies_outside(session, squares):
    add_set(session, "drawn", {"S": box(50, 0, 250, 100)})
    found = made(session, "drawn", "squares")
    assert weights(session, found) == pytest.approx(
        {("S", "W"): 0.25, ("S", "E"): 0.5, ("S", None): 0.25}
    )
    assert found.run.computed_by == "edge sums"
    assert found.run.summary["outside"] == pytest.approx(5_000)


def test_a_target_of_five_percent_takes_five_percent(session):
    """A library that allocates every total gives it the whole."""
    add_set(session, "blocks", {"B": box(0, 0, 100, 100)})
    add_set(session, "small", {"T": box(95, 0, 300, 100)})
    found = weights(session, made(session, "blocks", "small"))
    assert found == pytest.approx({("B", "T"): 0.05, ("B", None): 0.95})


def test_two_targets_of_three_quarters_each_hold_the_whole_once(session):
    """150 of 100 people with multiplicity, 50 and 50 fractionally, 100 in the union."""
    add_set(session, "blocks", {"B": box(0, 0, 100, 100)})
    add_set(session, "pair", THREE_QUARTERS)
    found = made(session, "blocks", "pair")
    assert told(session, found) == {
        ("B", "T1"): pytest.approx((0.75, 0.5)),
        ("B", "T2"): pytest.approx((0.75, 0.5)),
        ("B", None): (0.0, 0.0),
    }
    assert found.run.is_fractional


def test_three_targets_share_what_they_hold_together(session):
    targets = {
        "A": box(0, 0, 60, 100),
        "B": box(20, 0, 80, 100),
        "C": box(40, 0, 90, 100),
    }
    add_set(session, "blocks", {"S": box(0, 0, 100, 100)})
    add_set(session, "three", targets)
    found = told(session, made(session, "blocks", "three"))
    third = 20 / 3
    assert found["S", "A"] == pytest.approx((0.6, (20 + 10 + third) / 100))
    assert found["S", "B"] == pytest.approx((0.6, (10 + third + 10) / 100))
    assert found["S", "C"] == pytest.approx((0.5, (third + 10 + 10) / 100))
    assert found["S", None] == pytest.approx((0.1, 0.1))


def test_a_set_with_itself_is_each_boundary_alone(session, squares):
    found = weights(session, made(session, "squares", "squares"))
    inside = {pair: weight for pair, weight in found.items() if pair[1]}
    assert inside == pytest.approx({(code, code): 1.0 for code in SQUARES})


def test_sets_that_do_not_meet_have_everything_outside(session, squares):
    add_set(session, "far", {"F": box(5_000, 0, 5_100, 100)})
    found = made(session, "squares", "far")
    assert weights(session, found) == {(code, None): 1.0 for code in SQUARES}
    assert found.run.summary["pairs"] == 0


def test_swapping_source_and_target_swaps_the_shares(session, squares):
    add_set(session, "drawn", {"S": box(50, 0, 250, 150), "R": box(0, 120, 60, 200)})
    there = made(session, "squares", "drawn").rows
    back = made(session, "drawn", "squares").rows
    one = {
        (s, t): overlap
        for s, t, overlap in zip(there.source, there.target, there.overlap, strict=True)
        if t
    }
    other = {
        (t, s): overlap
        for s, t, overlap in zip(back.source, back.target, back.overlap, strict=True)
        if t
    }
    assert one == pytest.approx(other)


def test_slivers_are_told_apart_and_their_weight_is_not_lost(session):
    add_set(session, "blocks", {"B": box(0, 0, 100, 100)})
    targets = {"T1": box(0, 0, 99.995, 100), "T2": box(99.995, 0, 300, 100)}
    add_set(session, "cut", targets)
    found = made(session, "blocks", "cut")
    assert found.run.summary["slivers"] == {
        "count": 1,
        "m2": pytest.approx(0.5),
        "largest_m2": pytest.approx(0.5),
    }
    kept = without_slivers(found.rows)
    assert weights(session, found, kept) == pytest.approx(
        {("B", "T1"): 0.99995, ("B", None): 0.00005}
    )
    assert kept.overlap.sum() == pytest.approx(10_000)
    assert len(found.rows) == 3


def test_weights_over_what_lies_inside_only_if_asked(session, squares):
    add_set(session, "drawn", {"S": box(50, 0, 250, 100), "X": box(300, 0, 400, 100)})
    found = made(session, "drawn", "squares")
    assert weights(session, found, normalised(found.rows)) == pytest.approx(
        {
            ("S", "W"): 1 / 3,
            ("S", "E"): 2 / 3,
            ("S", None): 0.0,
            ("X", None): 1.0,
        }
    )


@pytest.fixture
def peopled(session, squares):
    """W has 300 people at two places, E 100 at one, NE none, NW 50 at no postcode."""
    places = {"M1 1AA": (20, 50), "M1 1AB": (80, 50), "M1 1AD": (160, 50)}
    add_postcodes(session, places)
    blocks = add_set(session, "blocks", SQUARES, kind="lsoa")
    people = {"W": "300", "E": "100", "NW": "50", "NE": "0"}
    rows = [RawRow("c", 2, {"code": k, "count": v}) for k, v in people.items()]
    load_counts(session, "people", RELEASE, rows, ("code", "count"), blocks)
    return blocks


def test_weights_by_people_follow_the_places_of_postcodes(session, peopled):
    add_set(session, "drawn", {"T": box(50, 0, 250, 100)})
    found = made(session, "blocks", "drawn", "people")
    rows = found.rows
    assert weights(session, found) == pytest.approx(
        {
            ("W", "T"): 0.5,
            ("W", None): 0.5,
            ("E", "T"): 1.0,
            ("E", None): 0.0,
            ("NW", None): 1.0,
            ("NE", None): 1.0,
        }
    )
    assert rows.overlap[(rows.target == 1) & (rows.source == 1)] == pytest.approx(100)
    assert found.run.measure == "people"


def test_where_nobody_lives_weights_are_by_area_and_say_so(session, peopled):
    add_set(session, "drawn", {"T": box(100, 0, 150, 200)})
    found = made(session, "blocks", "drawn", "people")
    assert weights(session, found)["NE", "T"] == pytest.approx(0.5)
    by_area = {
        (code, target)
        for (code, target), flag in zip(
            told(session, found), found.rows.by_area.tolist(), strict=True
        )
        if flag
    }
    assert by_area == {("NE", "T"), ("NE", None)}
    assert found.run.summary["sources_by_area"] == 1
    # 5,000 m² of the empty square are not among the people.
    assert found.run.summary["total"] == pytest.approx(450)


def test_overlapping_sources_and_targets_by_people(session, peopled):
    """U1 holds W and the place at x = 160 is in U2 and U3 as well."""
    sources = {"U1": box(0, 0, 170, 100), "U2": box(150, 0, 200, 100)}
    targets = {"V1": box(0, 0, 90, 100), "V2": box(70, 0, 200, 100)}
    add_set(session, "pcns", sources, kind="pcn")
    add_set(session, "teams", targets, kind="neighbourhood_team")
    found = told(session, made(session, "pcns", "teams", "people"))
    # U1 has 150 at x = 20 (V1), 150 at x = 80 (both) and 100 at x = 160 (V2).
    assert found["U1", "V1"] == pytest.approx((300 / 400, (150 + 75) / 400))
    assert found["U1", "V2"] == pytest.approx((250 / 400, (75 + 100) / 400))
    assert found["U2", "V2"] == pytest.approx((1.0, 1.0))
    assert ("U2", "V1") not in found


def test_until_counts_are_loaded_postcodes_are_counted_and_named_so(session, squares):
    add_postcodes(session, {"M1 1AA": (20, 50), "M1 1AB": (80, 50)})
    found = made(session, "squares", "squares", "people")
    assert found.run.measure == "postcodes"
    assert found.run.summary["total"] == 2


def test_what_cannot_be_asked_says_why(session, squares):
    with pytest.raises(NoPostcodes):
        made(session, "squares", "squares", "people")
    add_postcodes(session, {"M1 1AA": (20, 50)})
    with pytest.raises(CountsNotFound):
        made(session, "squares", "squares", "people", counts="census")
    with pytest.raises(BoundarySetNotFound):
        made(session, "squares", "none")
    with pytest.raises(BoundarySetNotValid):
        made(session, "squares", "squares", as_at=date(2010, 1, 1))


def runs(session):
    return {
        (each.source, each.target, each.measured_by)
        for each in saved.list_runs(session)
    }


def test_a_saved_crosswalk_is_given_again_to_the_last_digit(session, squares):
    add_set(session, "drawn", {"S": box(50, 0, 250, 100)})
    first = made(session, "drawn", "squares")
    again = made(session, "drawn", "squares")
    for one, other in zip(
        vars(first.rows).values(), vars(again.rows).values(), strict=True
    ):
        np.testing.assert_array_equal(one, other)
    assert first.run == again.run
    assert session.scalar(text("SELECT count(*) FROM crosswalk")) == len(first.rows)


def test_a_new_release_makes_its_own_crosswalks_stale_and_no_other(session, squares):
    add_set(session, "drawn", {"S": box(50, 0, 250, 100)})
    add_set(session, "halves", HALVES)
    made(session, "drawn", "squares")
    made(session, "halves", "squares")
    add_set(session, "drawn", {"S": box(0, 0, 100, 100)}, sha256="a")
    stale = question_of(session, "drawn", "squares", "area")
    kept = question_of(session, "halves", "squares", "area")
    assert find_crosswalk(session, stale) is None
    assert find_crosswalk(session, kept) is not None
    found = made(session, "drawn", "squares")
    assert weights(session, found)["S", "W"] == pytest.approx(1.0)
    assert len(saved.list_runs(session)) == 2
    counted = session.scalar(text("SELECT count(*) FROM crosswalk"))
    assert counted == sum(each.rows for each in saved.list_runs(session))


def test_new_counts_and_new_postcodes_make_crosswalks_by_people_stale(session, peopled):
    made(session, "blocks", "squares", "people")
    made(session, "blocks", "squares", "area")
    rows = [RawRow("c", 2, {"code": "W", "count": "5"})]
    load_counts(session, "people", RELEASE, rows, ("code", "count"), peopled)
    people = question_of(session, "blocks", "squares", "people")
    assert find_crosswalk(session, people) is None
    made(session, "blocks", "squares", "people")
    add_postcodes(session, {"M1 1AA": (20, 50)})
    assert (
        find_crosswalk(session, question_of(session, "blocks", "squares", "people"))
        is None
    )
    area = question_of(session, "blocks", "squares", "area")
    assert find_crosswalk(session, area) is not None
    assert runs(session) == {
        ("blocks", "squares", "people"),
        ("blocks", "squares", "area"),
    }


def test_without_a_compiler_the_same_weights_say_that_geos_made_them(
    session, monkeypatch
):
    add_set(session, "blocks", {"B": box(0, 0, 100, 100)})
    add_set(session, "pair", THREE_QUARTERS)
    question = question_of(session, "blocks", "pair", "area")
    _, by_edges = computed(session, question)
    monkeypatch.setitem(sys.modules, "numba", None)
    area_kernel.compiled.cache_clear()
    run, by_geos = computed(session, question)
    area_kernel.compiled.cache_clear()
    assert run.computed_by == "GEOS overlay"
    np.testing.assert_allclose(by_geos.fractional, by_edges.fractional, atol=1e-12)


def blobs(seed, count):
    dice = np.random.default_rng(seed)
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    found = {}
    for place in range(count):
        radii = dice.uniform(100, 500, 24)
        x, y = dice.uniform(0, 1_500, 2)
        points = np.column_stack(
            [x + radii * np.cos(angles), y + radii * np.sin(angles)]
        )
        corner = np.array(box(0, 0, 1, 1).bounds[:2])
        found[f"B{place:02}"] = shapely.Polygon(points + corner)
    return found


IN_POSTGIS = text("""
    SELECT one.code, other.code, st_area(st_intersection(one.geom, other.geom))
    FROM boundary AS one
    INNER JOIN boundary AS other ON st_intersects(one.geom, other.geom)
    WHERE one.boundary_set_id = :source AND other.boundary_set_id = :target
""")
UNION_IN_POSTGIS = text("""
    SELECT one.code, st_area(st_difference(one.geom, whole.geom))
    FROM boundary AS one
    CROSS JOIN (
        SELECT st_union(geom) AS geom FROM boundary WHERE boundary_set_id = :target
    ) AS whole
    WHERE one.boundary_set_id = :source
""")


@pytest.mark.parametrize("seed", range(3))
def test_overlaps_and_what_is_outside_are_those_of_postgis(session, seed):
    one = add_set(session, "one", blobs(seed, 12))
    other = add_set(session, "other", blobs(100 + seed, 12))
    found = made(session, "one", "other")
    asked = {"source": one.id, "target": other.id}
    theirs = {
        (s, t): m2 for s, t, m2 in session.execute(IN_POSTGIS, asked) if m2 > 1e-3
    }
    outside = dict(session.execute(UNION_IN_POSTGIS, asked).all())
    ours = dict(zip(told(session, found), found.rows.overlap.tolist(), strict=True))
    for pair, m2 in ours.items():
        expected = theirs.get(pair, 0.0) if pair[1] else outside[pair[0]]
        assert m2 == pytest.approx(expected, rel=1e-6, abs=1e-2), pair
    assert {pair for pair in ours if pair[1]} >= set(theirs)
    for source in range(1, 13):
        own = found.rows.source == source
        assert found.rows.fractional[own].sum() == pytest.approx(1, rel=1e-9)


COMBINATIONS = {6: (1, 2), 7: (2, 3, 5)}


@given(
    st.lists(
        st.tuples(st.integers(0, 7), st.integers(0, 7), st.floats(0, 1e4)), max_size=40
    ),
    st.randoms(),
)
def test_people_are_conserved_and_the_order_of_points_decides_nothing(points, dice):
    cells = cells_of(5, COMBINATIONS)
    shuffled = list(points)
    dice.shuffle(shuffled)

    def overlaps(rows):
        one, other, people = (
            (list(each) for each in zip(*rows, strict=True)) if rows else ([], [], [])
        )
        return people_overlaps(
            np.array(one, dtype=np.int32),
            np.array(other, dtype=np.int32),
            np.array(people, dtype=float),
            cells,
            cells,
        )

    found, again = overlaps(points), overlaps(shuffled)
    np.testing.assert_array_equal(found.source, again.source)
    np.testing.assert_allclose(found.overlap, again.overlap, rtol=1e-12)
    for source in range(1, 6):
        held = [
            (other, people)
            for one, other, people in points
            if source in COMBINATIONS.get(one, (one,))
        ]
        own = found.source == source
        whole = sum(people for _, people in held)
        assert found.total[source - 1] == pytest.approx(whole, rel=1e-9)
        ledger = found.fractional[own].sum() + found.outside[source - 1]
        assert ledger == pytest.approx(whole, rel=1e-9)
        for target in range(1, 6):
            shared = found.overlap[own & (found.target == target)].sum()
            exact = sum(
                people
                for other, people in held
                if target in COMBINATIONS.get(other, (other,))
            )
            assert shared == pytest.approx(exact, rel=1e-9)


def test_a_small_place_within_a_large_one_is_no_sliver(session):
    """900 m² of 2,500 km²: under a millionth of the council, and all of the place."""
    add_set(session, "place", {"P": box(0, 0, 30, 30)})
    add_set(session, "council", {"C": box(-20_000, -20_000, 30_000, 30_000)})
    found = made(session, "place", "council")
    assert weights(session, found) == pytest.approx({("P", "C"): 1.0, ("P", None): 0.0})
    assert found.run.summary["slivers"]["count"] == 0
