"""What holds of population points whatever the town (Methods 1)."""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from assetmap.boundaries.items import codes_of
from assetmap.footprints import store
from assetmap.footprints.load import load_counts
from assetmap.footprints.model import crisp
from assetmap.issues import RawRow
from assetmap.people.counts import find_count_set
from assetmap.reconciliation import run
from tests.toy_town import EAST, NORTH, RELEASE, add_postcodes, add_set, box

SIDE = 20
COLUMNS, ROWS = 4, 2
BLOCKS = {
    f"B{x}{y}": (SIDE * x, SIDE * y, SIDE * (x + 1), SIDE * (y + 1))
    for x in range(COLUMNS)
    for y in range(ROWS)
}
PLACES = st.tuples(st.integers(0, SIDE * COLUMNS), st.integers(0, SIDE * ROWS))
POSTCODES = st.lists(
    st.tuples(PLACES, st.sampled_from([1, 0, -1])), min_size=1, max_size=25
)
COUNTS = st.lists(st.integers(0, 5_000), min_size=8, max_size=8)
FEW = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def names(many):
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    return [f"M{each // 20 + 1} 1A{letters[each % 20]}" for each in range(many)]


def town(session, postcodes, counts, move=(0, 0), blocks=BLOCKS):
    """Load a town; the session's work is undone by the caller."""
    places = {
        name: (x + move[0], y + move[1])
        for name, ((x, y), _) in zip(names(len(postcodes)), postcodes, strict=True)
    }
    add_postcodes(session, places, is_live=[live for _, live in postcodes])
    shapes = {
        code: box(w + move[0], s + move[1], e + move[0], n + move[1])
        for code, (w, s, e, n) in blocks.items()
    }
    row = add_set(session, "blocks", shapes, kind="lsoa")
    rows = [
        RawRow("c.csv", 2, {"code": code, "count": str(count)})
        for code, count in counts.items()
    ]
    load_counts(session, "people", RELEASE, rows, ("code", "count"), row)
    return row


def weights(session, move=(0, 0)):
    """People at each point, by its place."""
    chunks = store.all_chunks(session)
    counted = find_count_set(session, "people")
    found = store.weights_of(session, counted.id, chunks)
    places = zip(
        np.round(chunks.xs - EAST - move[0], 3).tolist(),
        np.round(chunks.ys - NORTH - move[1], 3).tolist(),
        strict=True,
    )
    return dict(zip(places, np.nan_to_num(found).tolist(), strict=True))


@pytest.fixture
def undone(session):
    """Gives savepoints that are rolled back, so that each example begins anew."""
    return session.begin_nested


@given(POSTCODES, COUNTS, st.integers(1, 8))
@FEW
def test_people_at_points_are_the_people_of_blocks(
    session, undone, postcodes, counts, counted
):
    given_counts = dict(list(zip(BLOCKS, counts, strict=True))[:counted])
    nested = undone()
    row = town(session, postcodes, given_counts)
    chunks = store.all_chunks(session)
    cells = store.cells_of(session, row.id, chunks)
    people = find_count_set(session, "people")
    found = np.nan_to_num(store.weights_of(session, people.id, chunks))
    by_block = np.bincount(cells, weights=found, minlength=row.boundaries + 1)
    ordinals = codes_of(session, row.id)
    for code, count in given_counts.items():
        assert by_block[ordinals[code]] == pytest.approx(count, rel=1e-9)
    assert found.sum() == pytest.approx(sum(given_counts.values()), rel=1e-9)
    nested.rollback()


@given(POSTCODES, COUNTS, st.randoms(use_true_random=False))
@FEW
def test_the_order_of_rows_changes_nothing(session, undone, postcodes, counts, random):
    listed = list(zip(BLOCKS, counts, strict=True))
    found = []
    for _ in range(2):
        nested = undone()
        town(session, postcodes, dict(listed))
        found.append(weights(session))
        nested.rollback()
        random.shuffle(postcodes)
        random.shuffle(listed)
    assert found[1] == pytest.approx(found[0], rel=1e-12)


@given(POSTCODES, COUNTS, st.sampled_from([(64, 32), (1024, 0), (0, -512)]))
@FEW
def test_moving_everything_moves_the_people(session, undone, postcodes, counts, move):
    given_counts = dict(zip(BLOCKS, counts, strict=True))
    found = []
    for by in ((0, 0), move):
        nested = undone()
        town(session, postcodes, given_counts, by)
        found.append(weights(session, by))
        nested.rollback()
    assert found[1] == pytest.approx(found[0], rel=1e-12)


@given(POSTCODES, COUNTS)
@FEW
def test_splitting_a_block_as_its_points_lie_changes_nothing(
    session, undone, postcodes, counts
):
    """A block cut in two, each half with the people that its points had."""
    assume(any(x <= SIDE and y <= SIDE for (x, y), _ in postcodes))
    given_counts = dict(zip(BLOCKS, counts, strict=True))
    whole = crisp(box(0, 0, SIDE * COLUMNS, SIDE * ROWS), "whole")
    part = crisp(box(0, 0, SIDE / 2 + 0.5, SIDE * ROWS), "part")
    # A point on the cut goes to the western half, and one on a side to its old block.
    halves = {"B00": (0, 0, 10.5, SIDE), "B00E": (10.5, 0, SIDE, SIDE)}
    nested = undone()
    row = town(session, postcodes, given_counts)
    chunks = store.all_chunks(session)
    cells = store.cells_of(session, row.id, chunks)
    held = np.nan_to_num(
        store.weights_of(session, find_count_set(session, "people").id, chunks)
    )
    mine = cells == codes_of(session, row.id)["B00"]
    west = chunks.xs - EAST <= 10.5
    split = {
        "B00": repr(float(held[mine & west].sum())),
        "B00E": repr(float(held[mine & ~west].sum())),
    }
    before = weights(session), run.reconcile(session, part, []).people
    nested.rollback()
    nested = undone()
    blocks = {code: each for code, each in BLOCKS.items() if code != "B00"} | halves
    rest = {code: n for code, n in given_counts.items() if code != "B00"}
    town(session, postcodes, rest | split, blocks=blocks)
    after = weights(session)
    assert run.reconcile(session, part, []).people == pytest.approx(before[1], abs=1e-6)
    assert run.reconcile(session, whole, []).people == pytest.approx(sum(counts))
    assert {k: v for k, v in after.items() if v} == pytest.approx(
        {k: v for k, v in before[0].items() if v}, abs=1e-9
    )
    nested.rollback()
