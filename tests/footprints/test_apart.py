"""What is told of groups beside the whole: every part keeps enough counts possible.

Worlds are all ways in which the members of the parts may hold a square. Whoever reads
what is told may rule out all worlds that would be told otherwise; of those that are
left none may narrow what a part holds to fewer than five counts.
"""

from collections import defaultdict
from itertools import product

import numpy as np
import pytest
import shapely

from assetmap.disclosure import Disclosure
from assetmap.footprints.consensus.apart import is_apart, needs, told_apart
from assetmap.footprints.consensus.parts import Drawn, definitions, groups
from assetmap.footprints.consensus.released import released_of
from assetmap.footprints.consensus.rivals import rivals
from assetmap.footprints.consensus.sweep import shared_table

FEWEST = 5


def worlds(sizes):
    """Every count of each part, as told: by the whole and by the parts."""
    counts = np.array(list(product(*(range(each + 1) for each in sizes)))).T
    of = sum(sizes)
    held = counts.sum(axis=0)
    whole = np.rint(Disclosure().told_of(held, of) * of).astype(np.int64)
    needed = needs(np.array(sizes), FEWEST)
    told = told_apart(whole, of, counts, np.array(sizes), needed)
    return counts, whole, told


@pytest.mark.parametrize(
    "sizes",
    [(10, 21), (10, 10), (6, 25), (12, 11, 8), (10, 12, 2), (11, 10, 10), (14, 5)],
)
def test_what_is_told_leaves_every_part_five_counts(sizes):
    counts, whole, told = worlds(sizes)
    alike = defaultdict(list)
    for world in range(len(whole)):
        alike[(whole[world], *told[:, world])].append(world)
    for said, left in alike.items():
        possible = counts[:, left]
        for part, size in enumerate(sizes):
            many = len(np.unique(possible[part]))
            assert many >= min(FEWEST, size + 1), (said, part)


def test_a_group_that_differs_is_told_to_differ():
    """Of 31 the 10 newcomers leave out what all 21 others hold, and the other way."""
    counts = np.array([[0, 10, 5], [21, 0, 11]])
    sizes = np.array([10, 21])
    told = told_apart(counts.sum(axis=0), 31, counts, sizes, needs(sizes, FEWEST))
    shares = told / sizes[:, None]
    assert (shares[0] >= 0.5).tolist() == [False, True, True]
    assert (shares[1] >= 0.5).tolist() == [True, False, True]


def test_where_too_few_would_be_told_of_a_group_counts_as_everybody():
    """Six hold a square: whether five of them are newcomers would tell of one other."""
    sizes = np.array([10, 21])
    told = [
        told_apart(
            np.array([6]), 31, np.array([[of_it], [6 - of_it]]), sizes, needs(sizes, 5)
        ).tolist()
        for of_it in range(7)
    ]
    assert all(each == told[0] for each in told)


def test_groups_that_nearly_are_one_are_not_both_told():
    one = np.arange(40) < 20
    nearly, other = np.arange(40) < 22, np.arange(40) % 2 == 0
    assert not is_apart(nearly, [one], FEWEST)
    assert not is_apart(~nearly, [one], FEWEST)
    assert is_apart(one, [one], FEWEST)
    assert is_apart(other, [one], FEWEST)


def box_at(seed, west=0, east=400):
    hand = np.random.default_rng(seed).uniform(3, 20, 4)
    return shapely.box(west + hand[0], hand[1], east + hand[2], 400 + hand[3])


def release(answers, shapes=None):
    drawn = shapes or [
        box_at(seed) for seed in range(len(next(iter(answers.values()))))
    ]
    return released_of(np.array(drawn, object), None, Disclosure(), answers)


def labels(made, question):
    return [each.label for each in made.parts if each.question == question]


def test_only_groups_that_are_big_enough_on_both_sides_are_told():
    made = release({"tenure": ["rent"] * 9 + ["own"] * 22})
    assert labels(made, "tenure") == ["own"]
    assert made.facts["groups"]["tenure"]["withheld"] == 1
    made = release({"tenure": ["rent"] * 3 + ["own"] * 28})
    assert labels(made, "tenure") == []  # all but them would be the three
    made = release({"tenure": ["rent"] * 10 + ["own"] * 21})
    assert labels(made, "tenure") == ["own", "rent"]


def test_of_two_questions_answered_nearly_alike_only_the_first_is_told():
    first = ["yes"] * 15 + ["no"] * 16
    second = ["old"] * 17 + ["new"] * 14
    made = release({"a": first, "b": second})
    assert (labels(made, "a"), labels(made, "b")) == (["no", "yes"], [])
    apart = (["old"] * 8 + ["new"] * 8) * 2
    made = release({"a": first, "b": apart[:31]})
    assert labels(made, "b") == ["new", "old"]


def test_groups_show_where_they_differ():
    shapes = [box_at(seed, east=200) for seed in range(12)]
    shapes += [box_at(seed, west=200) for seed in range(12, 31)]
    given = ["west"] * 12 + ["east"] * 19
    made = release({"side": given}, shapes)
    east, west = (
        next(each for each in made.parts if each.label == label)
        for label in ("east", "west")
    )
    assert east.squares.start[east.squares.held >= 10].min() * 25 >= 200
    assert west.squares.end[west.squares.held >= 6].max() * 25 <= 250
    ((_, _, agreement),) = made.facts["groups"]["side"]["differences"]
    assert agreement < 0.3


def test_definitions_do_not_tell_what_the_one_drawing_beside_them_holds():
    """Two places and a drawing like no other: what all hold less what the two do."""
    shapes = [box_at(seed, east=300) for seed in range(20)]
    shapes += [box_at(seed, west=250, east=700) for seed in range(20, 32)]
    alone = shapely.box(40, 210, 90, 1_900)
    with_it, without = [*shapes, alone], [*shapes, shapely.box(5_000, 0, 5_050, 900)]
    said = []
    for drawn in (with_it, without):
        sketches = np.array(drawn, object)
        votes, shared = np.ones(len(drawn)), shared_table(sketches)
        found = rivals(shared, votes, FEWEST)
        parts = definitions(Drawn(sketches, votes, shared, Disclosure()), found)
        assert [each.sketches for each in parts] == [20, 12]
        said.append([each.squares for each in parts])
    # What is told of the two is the same function of the whole, whoever stands alone.
    squares = [set(zip(each.row, each.start, strict=True)) for each in said[0]]
    assert squares[0]
    assert squares[1]
    rest_counts = defaultdict(set)
    sizes, needed = np.array([20, 12, 1]), np.array([1, 1, 2])
    counts = np.array(list(product(range(21), range(13), range(2)))).T
    whole = counts.sum(axis=0)
    told = told_apart(whole, 33, counts, sizes, needed)
    for world in np.flatnonzero((whole >= FEWEST) & (33 - whole >= FEWEST)):
        key = (whole[world], *told[:2, world])
        rest_counts[key].add(counts[2, world])
    assert all(each == {0, 1} for each in rest_counts.values())


def test_no_question_no_groups():
    sketches = np.array([box_at(seed) for seed in range(12)], object)
    drawn = Drawn(sketches, np.ones(12), shared_table(sketches), Disclosure())
    assert groups(drawn, {}) == ([], {})


def test_one_group_alone_differs_from_none():
    made = release({"tenure": ["rent"] * 3 + ["own"] * 11 + [""] * 17})
    assert labels(made, "tenure") == ["own"]
    assert made.facts["groups"]["tenure"]["differences"] == []


def test_groups_without_a_majority_agree_on_nothing_and_not_by_a_number():
    """Everybody drew elsewhere: no square is held by half of any group."""
    shapes = [box_at(seed, 3_000 * seed, 3_000 * seed + 400) for seed in range(30)]
    made = release({"side": ["east"] * 15 + ["west"] * 15}, shapes)
    assert labels(made, "side") == ["east", "west"]
    ((_, _, agreement),) = made.facts["groups"]["side"]["differences"]
    assert agreement is None
