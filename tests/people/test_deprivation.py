"""Scores of deprivation: what is stored, refused and told, and made of by people."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.footprints.model import crisp
from assetmap.issues import RawRow
from assetmap.people.deprivation import store as deprivation
from assetmap.people.deprivation.ingest import load_deprivation
from assetmap.people.deprivation.model import (
    DeprivationNotFound,
    DomainScores,
    NoScores,
    Scores,
    odd_deciles,
)
from assetmap.people.model import UnknownBlocks
from assetmap.reconciliation.deprivation.run import deprivation_of
from assetmap.reconciliation.deprivation.scores import deprived
from assetmap.reconciliation.subjects import Subject, of_boundaries
from assetmap.sources.deprivation_files import Domain
from tests.people.test_counts import load as load_counts
from tests.toy_town import RELEASE, SQUARES, add_postcodes, add_set, box

IMD = Domain("imd", "Index of Multiple Deprivation", "score", "rank", "decile")
CRIME = Domain("crime", "Crime", "crime")
PLACES = {"M1 1AA": (20, 50), "M1 1AB": (80, 50), "M1 1AD": (150, 50)}
NAMES = ("score", "rank", "decile", "crime")
ROWS = {"W": ("40", "1", "3"), "E": ("10", "2", "5"), "NE": ("5", "3", "8")}


@pytest.fixture
def blocks(session):
    add_postcodes(session, PLACES)
    return add_set(session, "blocks", SQUARES, kind="lsoa")


def load(session, blocks, rows, domains=(IMD,), prefix=""):
    raw = [
        RawRow(
            "d.csv",
            line,
            {"code": code, **dict(zip(NAMES, each, strict=False))},
        )
        for line, (code, each) in enumerate(rows, 2)
    ]
    ordinals = {code: place for place, code in enumerate(sorted(SQUARES), 1)}
    return load_deprivation(
        session, "imd", RELEASE, raw, "code", domains, (blocks.id, "blocks"),
        ordinals, prefix,
    )  # fmt: skip


def told(issues):
    return [(each.line, each.column, each.reason, each.outcome) for each in issues]


def drawn(*corners):
    return Subject(crisp(box(*corners), "drawn"))


def test_the_score_of_a_footprint_is_the_mean_over_its_people(session, blocks):
    load_counts(session, [("W", "300"), ("E", "100")], blocks)
    load(session, blocks, ROWS.items())
    found = deprivation_of(session, drawn(50, 0, 200, 100))
    [imd] = found.domains
    assert (found.measure, found.people) == ("people", 250)
    assert imd.score == pytest.approx((150 * 40 + 100 * 10) / 250)
    assert imd.by_decile[2] == 150
    assert imd.by_decile[4] == 100
    assert imd.share_of_deciles(3) == pytest.approx(0.6)
    assert (imd.people, imd.without) == (250, 0)


def test_a_boundary_is_known_by_its_codes(session, blocks):
    load_counts(session, [("W", "300"), ("E", "100")], blocks)
    load(session, blocks, ROWS.items())
    found = deprivation_of(session, of_boundaries(session, "blocks", ["W"], None))
    assert found.domains[0].score == 40
    assert ("imd", 1) in {each[:2] for each in found.inputs}


def test_people_without_a_score_are_told_apart(session, blocks):
    load_counts(session, [("W", "300"), ("E", "100")], blocks)
    _, issues = load(session, blocks, [("W", ROWS["W"])])
    assert "3 blocks of the set have no score" in issues[0].reason
    [imd] = deprivation_of(session, drawn(0, 0, 200, 100)).domains
    assert (imd.score, imd.people, imd.without) == (40, 300, 100)


def test_where_nobody_lives_there_is_no_score(session, blocks):
    load_counts(session, [("W", "300"), ("E", "0")], blocks)
    load(session, blocks, ROWS.items())
    [imd] = deprivation_of(session, drawn(110, 0, 200, 100)).domains
    assert (imd.score, imd.people, imd.share_of_deciles(2)) == (None, 0, None)


def test_postcodes_stand_for_people_until_they_are_counted(session, blocks):
    load(session, blocks, ROWS.items())
    found = deprivation_of(session, drawn(0, 0, 200, 100))
    assert found.measure == "postcodes"
    assert found.domains[0].score == pytest.approx(30)


def test_without_scores_it_is_told(session, blocks):
    with pytest.raises(DeprivationNotFound, match="No scores of deprivation are"):
        deprivation.get_deprivation(session)
    load(session, blocks, ROWS.items())
    with pytest.raises(DeprivationNotFound, match="called 'cni'; there are: imd"):
        deprivation.get_deprivation(session, "cni")


@pytest.mark.parametrize(
    ("code", "values", "column", "reason"),
    [
        ("E", ("x", "2", "5"), "score", "is not a number"),
        ("E", ("inf", "2", "5"), "score", "is not a number"),
        ("E", ("1", "0", "5"), "rank", "is not a whole number from 1 to 10000000"),
        ("E", ("1", "1.5", "5"), "rank", "is not a whole number from 1 to 10000000"),
        ("E", ("1", "2", "11"), "decile", "is not a whole number from 1 to 10"),
        ("", ("1", "2", "5"), "code", "is empty"),
        ("W", ("1", "2", "5"), "code", "stands on line 2 too"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused(
    session, blocks, code, values, column, reason
):
    stored, issues = load(session, blocks, [("W", ROWS["W"]), (code, values)])
    assert stored.blocks == 1
    assert told(issues)[0] == (3, column, reason, "refused")


def test_nothing_usable_and_other_vintages_are_refused_whole(session, blocks):
    with pytest.raises(NoScores, match=r"holds no score that can be used: d\.csv:2"):
        load(session, blocks, [("W", ("x", "1", "1"))])
    with pytest.raises(UnknownBlocks, match="1 of 2 codes are not in 'blocks': W2"):
        load(session, blocks, [("W", ROWS["W"]), ("W2", ROWS["W"])])
    assert deprivation.list_deprivation(session) == []


def test_scores_commas_and_gaps_are_read(session, blocks):
    rows = [("W", ("1,040.5", "1", "", "-1.7")), ("E", ("3", "", "5", ""))]
    _, issues = load(session, blocks, rows, (IMD, CRIME))
    found = deprivation.get_deprivation(session)
    scores = deprivation.scores_at(session, found, [1, 4])
    imd, crime = scores.domains
    assert imd.scores.tolist() == [3, 1040.5]
    assert (imd.ranks.tolist(), imd.deciles.tolist()) == ([0, 1], [5, 0])
    assert crime.scores.tolist()[1] == -1.7
    assert np.isnan(crime.scores[0])
    reasons = [each.reason for each in issues]
    assert "1 scores are missing: kept as they are" in reasons


def test_ranks_that_repeat_and_deciles_that_do_not_fit_are_noted(session, blocks):
    rows = [("W", ("4", "1", "3")), ("E", ("3", "2", "9")), ("NE", ("3", "2", "7"))]
    _, issues = load(session, blocks, rows)
    reasons = [each.reason for each in issues]
    assert "1 ranks stand twice: kept as they are" in reasons
    assert "2 deciles are not a tenth of the ranks each: kept as they are" in reasons


def test_scores_loaded_again_take_the_place_of_the_old(session, blocks):
    load(session, blocks, ROWS.items())
    again, _ = load(session, blocks, [("W", ("7", "1", "1"))])
    assert (again.version, again.blocks) == (2, 1)
    scores = deprivation.scores_at(session, again, [4])
    assert scores.domains[0].scores.tolist() == [7]


def test_a_new_release_of_the_blocks_lets_their_scores_go(session, blocks):
    load(session, blocks, ROWS.items())
    add_set(session, "blocks", SQUARES, kind="lsoa", sha256="b" * 64)
    assert deprivation.list_deprivation(session) == []


def test_only_rows_that_begin_so_are_taken(session, blocks):
    rows = [("W", ROWS["W"]), ("X1", ROWS["W"])]
    stored, _ = load(session, blocks, rows, prefix="W")
    assert stored.blocks == 1


def domain(scores, ranks, deciles):
    return DomainScores(
        "imd", "IMD", np.array(scores, float), np.array(ranks), np.array(deciles)
    )


def test_a_decile_is_a_tenth_of_the_ranks_rounded_up():
    ranks = np.arange(1, 26)
    right = np.ceil(10 * ranks / 25).astype(int)
    assert odd_deciles(domain(ranks, ranks, right)).tolist() == []
    wrong = right.copy()
    wrong[3] = 9
    assert odd_deciles(domain(ranks, ranks, wrong)).tolist() == [3]


def test_of_a_part_of_the_ranks_no_decile_is_judged():
    assert odd_deciles(domain([1, 2], [500, 1000], [1, 1])).tolist() == []


@given(
    st.lists(
        st.tuples(st.floats(0, 100), st.integers(1, 10), st.floats(0.1, 1e4)),
        min_size=1,
        max_size=12,
    ),
    st.floats(0.1, 0.9),
)
def test_splitting_a_block_or_the_order_of_blocks_changes_nothing(blocks, part):
    def found(rows):
        ordinals = np.arange(1, len(rows) + 1, dtype=np.int32)
        scores, deciles, _ = zip(*rows, strict=True)
        all_of = domain(scores, [0] * len(rows), deciles)
        people = {place: row[2] for place, row in enumerate(rows, 1)}
        [answer] = deprived(people, 0, Scores(ordinals, (all_of,)))
        return answer.score, answer.by_decile

    score, decile, people = blocks[0]
    split = [
        (score, decile, people * part),
        (score, decile, people * (1 - part)),
        *blocks[1:],
    ]
    whole = found(blocks)
    for other in (split, blocks[::-1]):
        assert found(other)[0] == pytest.approx(whole[0], rel=1e-9)
        assert found(other)[1] == pytest.approx(whole[1], rel=1e-9)


def test_a_score_is_never_outside_those_of_its_blocks():
    all_of = domain([1, 9], [2, 1], [10, 1])
    [found] = deprived(
        {1: 3.0, 2: 1.0, 7: 5.0}, 2.0, Scores(np.array([1, 2]), (all_of,))
    )
    assert found.score == 3
    assert (found.people, found.without) == (4, 7)
    assert found.by_decile[0] == 1
