"""What holds for any footprint and any boundary set (Methods 2 and 11)."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assetmap.footprints.model import crisp, graded
from assetmap.reconciliation.by_area import areas_of
from assetmap.reconciliation.by_people import people_of
from assetmap.reconciliation.model import LedgerOpen, Totals, balanced
from tests.reconciliation.towns import listed, points, reconciled, target

EXACT = 1e-9
FEW = settings(max_examples=60, deadline=None)

discs = st.builds(
    lambda x, y, r, sides: shapely.Point(x, y).buffer(r, quad_segs=sides),
    st.floats(0, 1000),
    st.floats(0, 1000),
    st.floats(20, 500),
    st.integers(1, 8),
)
drawn = discs.map(lambda shape: crisp(shape, "drawn"))
overlapping_sets = st.lists(discs, min_size=1, max_size=6).map(
    lambda shapes: target({f"D{place}": each for place, each in enumerate(shapes)})
)
towns = st.lists(
    st.tuples(st.floats(-200, 1200), st.floats(-200, 1200)), min_size=1, max_size=40
)


@st.composite
def tilings(draw):
    """Squares of 250 m, some missing, each in one of a few boundaries."""
    owners = draw(st.lists(st.integers(0, 4), min_size=16, max_size=16))
    squares = {}
    for place, owner in enumerate(owners):
        x, y = 250 * (place % 4), 250 * (place // 4)
        squares.setdefault(owner, []).append(shapely.box(x, y, x + 250, y + 250))
    shapes = {
        f"T{owner}": shapely.union_all(each) for owner, each in squares.items() if owner
    }
    return target(shapes or {"T1": shapely.box(0, 0, 250, 250)})


def edges_m(footprint, to):
    """Metres of edges: noding may move each by a micrometre."""
    shapes = (footprint.shapes, to.parts, to.cells)
    return float(sum(shapely.length(each).sum() for each in shapes))


any_set = st.one_of(tilings(), overlapping_sets)


@given(drawn, any_set)
@FEW
def test_area_is_allocated_or_outside_to_one_part_in_a_thousand_million(footprint, to):
    totals = areas_of(footprint, [to])[to.name].totals
    union = shapely.union_all(to.parts)
    held = footprint.shapes[0].intersection(union).area
    moved = 1e-6 * edges_m(footprint, to)
    assert totals.allocated == pytest.approx(held, rel=EXACT, abs=moved)
    assert totals.allocated + totals.outside + totals.unplaced == pytest.approx(
        footprint.area_m2, rel=EXACT
    )
    assert totals.outside >= 0


@given(drawn, any_set)
@FEW
def test_overlaps_are_those_of_the_shapes_and_the_sum_counts_each(footprint, to):
    areas = areas_of(footprint, [to])[to.name]
    for place, shape in enumerate(to.parts, 1):
        expected = footprint.shapes[0].intersection(shape).area
        assert areas.overlap_m2.get(place, 0) == pytest.approx(expected, abs=1e-5)
    assert areas.totals.with_multiplicity == pytest.approx(
        sum(areas.overlap_m2.values()), rel=EXACT
    )


@given(drawn, any_set)
@FEW
def test_fractions_and_what_is_outside_make_the_whole(footprint, to):
    totals = areas_of(footprint, [to])[to.name].totals
    whole = sum(totals.fractional.values()) + totals.outside
    moved = 1e-6 * edges_m(footprint, to)
    assert whole == pytest.approx(footprint.area_m2, rel=EXACT, abs=moved)


@given(drawn, any_set, towns)
@FEW
def test_people_are_allocated_or_outside_exactly(footprint, to, places):
    population = points(footprint, places, range(1, len(places) + 1), to)
    totals = people_of(population, to).totals
    whole = float((population.weights * population.membership).sum())
    assert totals.allocated + totals.outside == pytest.approx(whole, rel=EXACT)
    shared = sum(totals.fractional.values()) + totals.outside
    assert shared == pytest.approx(whole, rel=EXACT)
    assert totals.with_multiplicity >= totals.allocated - EXACT


@given(st.lists(discs, min_size=1, max_size=4), any_set)
@example(
    [shapely.box(400, -200, 1200, 300)],
    target(
        {
            "D0": shapely.Point(467, 78).buffer(500, quad_segs=8),
            "D1": shapely.Point(997, 0).buffer(186, quad_segs=7),
        }
    ),
)
@FEW
def test_a_graded_footprint_is_the_weighted_sum_of_its_shapes(shapes, to):
    weight = 1 / len(shapes)
    whole = areas_of(graded(shapes, [weight] * len(shapes), "g"), [to])[to.name]
    alone = [areas_of(crisp(each, "c"), [to])[to.name] for each in shapes]
    for ordinal in range(1, to.last_ordinal + 1):
        expected = sum(weight * each.overlap_m2.get(ordinal, 0) for each in alone)
        found = whole.overlap_m2.get(ordinal, 0.0)
        assert found == pytest.approx(expected, rel=EXACT, abs=1e-6)
    outside = sum(weight * each.totals.outside for each in alone)
    moved = 1e-6 * edges_m(graded(shapes, [1 / 9] * len(shapes), "g"), to)
    assert whole.totals.outside == pytest.approx(outside, rel=EXACT, abs=moved)


@given(st.lists(discs, min_size=2, max_size=6), drawn, st.randoms())
@FEW
def test_the_order_of_boundaries_decides_nothing(shapes, footprint, order):
    named = {f"D{place}": each for place, each in enumerate(shapes)}
    mixed = list(named.items())
    order.shuffle(mixed)
    first = areas_of(footprint, [target(named)])["wards"]
    second = areas_of(footprint, [target(dict(mixed))])["wards"]
    assert first.overlap_m2 == second.overlap_m2
    assert first.totals == second.totals


@given(drawn, any_set, towns, st.floats(-1e5, 1e5), st.floats(-1e5, 1e5))
@FEW
def test_moving_everything_changes_nothing(footprint, to, places, east, north):
    def moved(shape):
        return shapely.transform(shape, lambda xy: xy + np.array([east, north]))

    there = crisp(moved(footprint.shapes[0]), "drawn")
    set_there = target(
        {to.boundaries[k].code: moved(to.parts[k - 1]) for k in to.boundaries}
    )
    here_m2 = areas_of(footprint, [to])["wards"].overlap_m2
    there_m2 = areas_of(there, [set_there])["wards"].overlap_m2
    for ordinal in here_m2 | there_m2:
        assert there_m2.get(ordinal, 0) == pytest.approx(
            here_m2.get(ordinal, 0), abs=1e-3
        )


@given(discs, discs)
@FEW
def test_swapping_the_sides_swaps_the_shares(one, other):
    there = reconciled(crisp(one, "one"), target({"other": other}))
    back = reconciled(crisp(other, "other"), target({"one": one}))
    first = there.rows[0].overlap_m2 if there.rows else there.slivers_m2
    second = back.rows[0].overlap_m2 if back.rows else back.slivers_m2
    assert first == pytest.approx(second, rel=EXACT, abs=1e-6)


@given(discs, towns)
@FEW
def test_a_footprint_against_itself_agrees_wholly(shape, places):
    footprint, to = crisp(shape, "it"), target({"it": shape})
    row = reconciled(footprint, to, points(footprint, places, [1] * len(places), to))
    assert row.rows[0].overlap_m2 == pytest.approx(shape.area, rel=EXACT)
    assert row.area.outside == 0
    assert row.people.outside == 0
    assert row.main.share == pytest.approx(1)


@given(drawn, tilings(), towns)
@FEW
def test_splitting_a_boundary_changes_nothing_outside(footprint, to, places):
    first = to.parts[0]
    west = first.intersection(shapely.box(-1e4, -1e4, 400, 1e4))
    east = first.intersection(shapely.box(400, -1e4, 1e4, 1e4))
    split = {f"X{place}": each for place, each in enumerate((west, east)) if each.area}
    rest = {to.boundaries[k].code: to.parts[k - 1] for k in to.boundaries if k > 1}
    cut = areas_of(footprint, [target(split | rest)])["wards"].totals
    whole = areas_of(footprint, [to])["wards"].totals
    moved = 1e-6 * edges_m(footprint, to)
    assert cut.outside == pytest.approx(whole.outside, rel=EXACT, abs=moved)


def test_several_sets_at_once_answer_as_each_alone():
    footprint = crisp(shapely.box(50, 0, 250, 100), "drawn")
    one = target({"W": shapely.box(0, 0, 100, 100)}, "one")
    none = target({"Z": shapely.box(900, 0, 950, 9)}, "none")
    two = target({"E": shapely.box(100, 0, 200, 100)}, "two")
    together = areas_of(footprint, [one, none, two])
    assert together["one"].overlap_m2 == {1: 5_000}
    assert together["none"].overlap_m2 == {}
    assert together["two"].overlap_m2 == {1: 10_000}


def test_a_cut_of_many_vertices_keeps_its_area():
    star = shapely.Point(500, 500).buffer(400, quad_segs=500)
    grid = {
        f"T{x}{y}": shapely.box(x * 200, y * 200, x * 200 + 200, y * 200 + 200)
        for x in range(5)
        for y in range(5)
    }
    totals = areas_of(crisp(star, "star"), [target(grid)])["wards"].totals
    assert totals.allocated == pytest.approx(star.area, rel=EXACT)
    assert totals.outside == 0


def test_a_ledger_that_does_not_balance_is_never_answered():
    with pytest.raises(LedgerOpen, match="area against wards: out by"):
        balanced(Totals(1.0, 1.0, 0.0, 3.0, 1.0, {}), "area against wards")


def test_less_than_nothing_outside_is_never_answered():
    with pytest.raises(LedgerOpen, match="out by"):
        balanced(Totals(4.0, -1.0, 0.0, 3.0, 4.0, {}), "area against wards")


def test_cells_that_do_not_fit_their_boundaries_are_noticed():
    strips = {"A": shapely.box(0, 0, 60, 100), "B": shapely.box(40, 0, 100, 100)}
    broken = replace(target(strips), cell_members=(), cells=listed([]))
    with pytest.raises(LedgerOpen, match="area against wards"):
        areas_of(crisp(shapely.box(0, 0, 100, 100), "drawn"), [broken])


def test_a_gap_thinner_than_a_micrometre_is_not_ground_outside():
    to = target({"W": shapely.box(0, 0, 99.9999999, 100)})
    totals = areas_of(crisp(shapely.box(0, 0, 100, 100), "drawn"), [to])["wards"].totals
    assert (totals.outside, totals.allocated) == (0, 10_000)


def test_the_strips_of_the_methods_give_their_three_totals():
    strips = {f"S{x}": shapely.box(x, 0, x + 3, 1) for x in (0, 1, 2)}
    to = target(strips)
    totals = areas_of(crisp(shapely.box(0, 0, 6, 1), "drawn"), [to])["wards"].totals
    assert totals.with_multiplicity == pytest.approx(9)
    assert totals.allocated == pytest.approx(5)
    assert totals.outside == pytest.approx(1)
    # 1 + 1/2 + 1/3, three thirds less a half of each side, and the first again.
    assert totals.fractional == pytest.approx({1: 11 / 6, 2: 8 / 6, 3: 11 / 6})


def test_a_square_of_the_prorating_example_shares_exactly():
    squares = {
        f"Q{x}{y}": shapely.box(x, y, x + 1, y + 1) for x in (0, 1) for y in (0, 1)
    }
    footprint = crisp(shapely.box(0, 0.5, 1.5, 2), "drawn")
    overlap = areas_of(footprint, [target(squares)])["wards"].overlap_m2
    # Q00, Q01, Q10, Q11 in the order of their codes.
    assert overlap == pytest.approx({1: 0.5, 2: 1.0, 3: 0.25, 4: 0.5})
    assert sum(overlap.values()) == 2.25


def test_nothing_near_is_all_outside():
    to = target({"far": shapely.box(9_000, 0, 9_100, 100)})
    found = reconciled(crisp(shapely.box(0, 0, 10, 10), "drawn"), to)
    assert found.rows == ()
    assert found.main is None
    assert (found.area.outside, found.area.total) == (100, 100)


def test_a_set_without_parts_nearby_is_all_outside():
    to = target({"far": shapely.box(9_000, 0, 9_100, 100)})
    bare = replace(to, parts=listed([]), ordinals=np.empty(0, int))
    found = areas_of(crisp(shapely.box(0, 0, 10, 10), "drawn"), [bare])
    assert found["wards"].totals.outside == 100


def test_no_main_boundary_holds_more_than_all():
    """The pieces of a footprint of many vertices add up to a little more than it."""
    field = target({"F": shapely.box(-1_000, -1_000, 2_000, 2_000)})
    shares = []
    for place in range(40):
        disc = shapely.Point(7.3 * place, 3.1 * place).buffer(97.7 + place, 100)
        main = reconciled(crisp(disc, "disc"), field).main
        shares.append(main.share)
    assert max(shares) <= 1
    assert min(shares) == pytest.approx(1)
