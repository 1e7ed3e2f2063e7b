"""One name may mean several places: which, and who is with none of them."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import scale, translate

from assetmap.footprints.consensus.gathered import alike, banded, by_name
from assetmap.footprints.consensus.many import consensus_of_names
from assetmap.footprints.consensus.named import (
    Asked,
    Named,
    consensus_of_name,
)
from assetmap.footprints.consensus.rivals import (
    jaccard_distances,
    rivals,
    silhouette,
)
from assetmap.footprints.consensus.sweep import shared_table
from assetmap.footprints.consensus.telling import answers_told
from assetmap.footprints.model import as_shapes
from assetmap.neighbourhoods.simulate import simulated_sketches

EAST, NORTH = 383_000, 398_000
ELL = shapely.Polygon(
    [
        (EAST, NORTH),
        (EAST + 1200, NORTH),
        (EAST + 1200, NORTH + 500),
        (EAST + 600, NORTH + 500),
        (EAST + 600, NORTH + 1300),
        (EAST, NORTH + 1300),
    ]
)
EASTWARD = translate(ELL, 600, 0)


def found_in(shapes, fewest=5):
    shapes = as_shapes(shapes)
    return rivals(shared_table(shapes), np.ones(len(shapes)), fewest)


def two_places(seed=1, first=14, second=9):
    one = simulated_sketches(ELL, first, seed)
    other = simulated_sketches(EASTWARD, second, seed + 100)
    return [*one, *other]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("count", [12, 60])
def test_drawings_of_one_place_have_one_definition(seed, count):
    found = found_in(simulated_sketches(ELL, count, seed))

    assert [each.share_of_votes for each in found.definitions] == [1.0]
    assert (len(found.others), len(found.alone)) == (0, 0)


@pytest.mark.parametrize("seed", range(5))
def test_drawings_of_two_places_have_two_with_their_supporters(seed):
    found = found_in(two_places(seed))

    assert [len(each.members) for each in found.definitions] == [14, 9]
    assert found.definitions[0].members.tolist() == list(range(14))
    assert [each.share_of_votes for each in found.definitions] == pytest.approx(
        [14 / 23, 9 / 23]
    )


def test_a_place_and_its_inner_part_are_two_definitions():
    small = simulated_sketches(scale(ELL, 0.55, 0.55), 10, 5)
    found = found_in([*simulated_sketches(ELL, 12, 4), *small])

    assert [len(each.members) for each in found.definitions] == [12, 10]


def test_a_drawing_like_no_other_is_shown_and_in_no_definition():
    far = translate(ELL, 9_000, 0)
    found = found_in([far, *two_places()])

    assert found.alone.tolist() == [0]
    assert [len(each.members) for each in found.definitions] == [14, 9]
    assert sum(each.share_of_votes for each in found.definitions) == pytest.approx(
        23 / 24
    )


def test_a_group_too_small_to_be_told_is_counted_and_no_definition():
    few = simulated_sketches(translate(ELL, 5_000, 0), 3, 8)
    found = found_in([*two_places(), *few])

    assert [len(each.members) for each in found.definitions] == [14, 9]
    assert found.others.tolist() == [23, 24, 25]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 500), st.randoms(use_true_random=False))
def test_the_order_of_drawings_decides_no_definition(seed, shuffler):
    shapes = two_places(seed)
    order = list(range(len(shapes)))
    shuffler.shuffle(order)

    plain, shuffled = found_in(shapes), found_in([shapes[each] for each in order])

    assert [set(each.members.tolist()) for each in plain.definitions] == [
        {order[at] for at in each.members} for each in shuffled.definitions
    ]
    assert plain.silhouette == pytest.approx(shuffled.silhouette)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 500))
def test_each_drawing_twice_with_half_a_vote_changes_no_definition(seed):
    shapes = as_shapes(two_places(seed))
    table = shared_table(shapes)
    twice = np.tile(table, (2, 2))

    once = rivals(table, np.ones(23), 5)
    doubled = rivals(twice, np.full(46, 0.5), 5)

    assert [each.share_of_votes for each in doubled.definitions] == pytest.approx(
        [each.share_of_votes for each in once.definitions]
    )
    assert doubled.silhouette == pytest.approx(once.silhouette)


def test_a_silhouette_is_as_worked_by_hand():
    # Two pairs: 0.2 apart within each, 0.8 from one to the other.
    distances = np.array(
        [[0, 0.2, 0.8, 0.8], [0.2, 0, 0.8, 0.8], [0.8, 0.8, 0, 0.2], [0.8, 0.8, 0.2, 0]]
    )
    label = np.array([0, 0, 1, 1])

    assert silhouette(distances, np.ones(4), label) == pytest.approx(0.75)
    # By itself in its group, one counts 0: its neighbours 0.75 and none.
    alone = np.array([0, 0, 1, 2])
    assert silhouette(distances, np.ones(4), alone) == pytest.approx(2 * 0.75 / 4)


def test_ground_that_nobody_holds_is_no_distance():
    assert jaccard_distances(np.zeros((2, 2))).tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize("count", [1, 2, 4])
def test_few_drawings_are_never_parted(count):
    found = found_in([ELL] * count)

    assert found.silhouette is None
    assert len(found.definitions) == 0


def test_what_a_name_says_is_of_all_its_drawings_and_of_each_definition():
    shapes = as_shapes([translate(ELL, 9_000, 0), *two_places()])
    found = consensus_of_name(Named("Ell", shapes, list(range(24))), Asked())

    assert (found.sketches, found.statistics.sketches) == (24, 24)
    assert [each.label for each in found.definitions] == ["A", "B"]
    assert [each.sketches for each in found.definitions] == [14, 9]
    assert found.alone == [0]
    for part in found.definitions:
        # One is in no definition: all less the two would tell how large it drew.
        assert part.statistics is None
        wide, _, narrow = part.levels
        assert wide.area > narrow.area > 0
    shapes = as_shapes(two_places())
    found = consensus_of_name(Named("Ell", shapes, list(range(23))), Asked())
    for part in found.definitions:
        assert part.statistics.mean_agreement > found.statistics.mean_agreement
        wide, _, narrow = part.levels
        assert wide.area > narrow.area > 0


def test_groups_too_small_are_withheld_and_so_is_the_next_if_few_could_be_told():
    answers = ["a"] * 9 + ["b"] * 6 + ["c"] * 2

    assert answers_told(answers, 5) == (["a"], 2)
    assert answers_told([*answers, *["d"] * 4], 5) == (["a", "b"], 2)
    assert answers_told(["a"] * 9 + [""] * 3, 5) == ([], 1)
    assert answers_told(["a"] * 9 + [""] * 6, 5) == (["a"], 0)
    assert answers_told([], 5) == ([], 0)


def test_answers_in_numbers_come_in_bands_in_their_order():
    answers = ["3", "4.9", "5", "19", "20", "x", "", "nan"]

    found = banded(answers, [20, 5])

    assert found[:5] == [
        "under 5",
        "under 5",
        "5 to under 20",
        "5 to under 20",
        "20 or over",
    ]
    assert found[5:] == ["", "", ""]
    told, _ = answers_told(found[:5] * 5, 5)
    assert told == ["under 5", "5 to under 20", "20 or over"]


def test_names_are_what_was_written_unless_they_are_to_be_merged():
    names = ["Mill Bank", "mill  bank ", "Mill Bank", "Wharf"]
    shapes = as_shapes([ELL] * 4)

    apart = by_name(names, shapes, [1, 2, 3, 4])
    merged = by_name(names, shapes, [1, 2, 3, 4], merged=True)

    assert [each.name for each in apart] == ["Mill Bank", "Wharf", "mill  bank "]
    assert [(each.name, each.rows) for each in merged] == [
        ("Mill Bank", [1, 2, 3]),
        ("Wharf", [4]),
    ]
    assert alike(names) == [["Mill Bank", "mill  bank "]]


def test_processes_find_what_one_finds():
    names = [
        Named("Ell", as_shapes(two_places()), list(range(23))),
        Named("East", as_shapes(simulated_sketches(EASTWARD, 6, 2)), list(range(6))),
    ]
    seen = []

    alone = consensus_of_names(names, Asked(), 1)
    several = consensus_of_names(names, Asked(), 2, lambda *told: seen.append(told))

    assert several == alone
    assert [each.name for each in several] == ["Ell", "East"]
    assert seen[-1][1:] == (2, 2)
