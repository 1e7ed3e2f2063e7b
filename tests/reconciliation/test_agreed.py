"""The consensus of a stored neighbourhood: parts, groups, and who stands alone.

In metres from toy town's corner, all of them 100 m high:

     0        100       200       300       400       500
     |---- W: newcomers ----|---- E: old hands -------|
"""

import pytest
import shapely

from assetmap.errors import BadParameter
from assetmap.neighbourhoods import store
from assetmap.neighbourhoods.ingest import load_sketches
from assetmap.neighbourhoods.model import Neighbourhood, TooFewSketches
from assetmap.reconciliation.agreed.found import consensus_of
from assetmap.reconciliation.agreed.wanted import Wanted
from tests.toy_town import at, box, layer

W, E = box(0, 0, 200, 100), box(200, 0, 500, 100)
FAR = box(5_000, 0, 5_200, 100)


def wanted(**asked):
    return Wanted(5, 25.0, 200, **asked)


def drawn(session, *shapes, years=None, slug="par-bay", weight=None):
    """A neighbourhood of some sketches, each by a resident of their own."""
    row = store.add_neighbourhood(session, Neighbourhood(slug, "Par Bay"))
    sent = layer({f"{slug}{place}": each for place, each in enumerate(shapes)})
    columns = sent.columns
    if years is not None:
        columns["years_lived"] = years
    if weight is not None:
        columns["weight"] = weight
        columns["weight_reason"] = "agreed"
    load_sketches(session, row, sent, "toy")
    return row


def test_rivals_are_told_with_their_share_and_who_stands_alone_is_counted(session):
    row = drawn(session, *[W] * 6, *[E] * 5, FAR)

    found = consensus_of(session, row, wanted()).named

    told = [(each.label, each.sketches) for each in found.definitions]
    assert told == [("A", 6), ("B", 5)]
    assert found.definitions[0].share_of_sketches == pytest.approx(6 / 12)
    assert found.definitions[0].majority.equals(at_grid(W))
    assert len(found.alone) == 1
    assert found.sketches == 12
    mean = (6 * 20_000 + 5 * 30_000 + 20_000) / 12
    assert found.statistics.mean == pytest.approx(mean)


def at_grid(shape):
    return shapely.MultiPolygon([shape])


def test_shares_are_of_votes(session):
    row = drawn(session, *[W] * 5, *[E] * 5, weight=[3] * 5 + [1] * 5)

    found = consensus_of(session, row, wanted()).named

    assert [each.share_of_sketches for each in found.definitions] == [0.75, 0.25]


def test_those_who_answered_alike_have_a_consensus_and_groups_are_compared(session):
    row = drawn(session, *[W] * 5, *[E] * 6, years=[1] * 5 + [30] * 6)

    found = consensus_of(session, row, wanted(by="years_lived", breaks=[10])).named

    assert [(each.label, each.sketches) for each in found.groups] == [
        ("under 10", 5),
        ("10 or over", 6),
    ]
    assert found.groups[1].statistics.mean == pytest.approx(30_000)
    (difference,) = found.differences
    assert (difference.one, difference.other) == ("under 10", "10 or over")
    assert difference.agreement == 0


def test_a_group_too_small_is_withheld_and_so_is_what_would_tell_of_it(session):
    row = drawn(session, *[W] * 12, years=[1] * 5 + [12] * 6 + [40])

    found = consensus_of(session, row, wanted(by="years_lived", breaks=[10, 20])).named

    # One of 40 years: with the group of 5 beside it, nobody can be told apart.
    assert [each.label for each in found.groups] == ["10 to under 20"]
    assert found.withheld == 2


def test_alike_groups_agree_wholly(session):
    row = drawn(session, *[W] * 10, years=[1, 30] * 5)

    found = consensus_of(session, row, wanted(by="years_lived")).named

    assert found.differences[0].agreement == pytest.approx(1)


def test_what_nobody_was_asked_parts_nobody(session):
    row = drawn(session, *[W] * 5)
    with pytest.raises(BadParameter, match="was not asked"):
        consensus_of(session, row, wanted(by="colour"))


def test_too_few_have_no_consensus(session):
    row = drawn(session, *[W] * 4)
    with pytest.raises(TooFewSketches):
        consensus_of(session, row, wanted())


def test_over_the_limit_squares_are_counted_and_that_is_said(session):
    row = drawn(session, *[W] * 6)

    exact = consensus_of(session, row, wanted()).statistics
    squares = consensus_of(session, row, Wanted(5, 25.0, 5)).statistics

    assert exact.computed_by == "exact"
    assert squares.computed_by == "squares of 5 m"
    assert squares.mean == pytest.approx(exact.mean)
    assert at(0, 0).x % 25 == 0
