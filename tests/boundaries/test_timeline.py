"""When which boundary held a place: sets of several days and changes put together."""

from datetime import date

import pytest

from assetmap.boundaries.succession import Chains, Succession
from assetmap.boundaries.timeline import Claim, Span, timeline

MERGED = date(2023, 4, 1)
OLD, NEW = date(2016, 4, 1), date(2024, 5, 1)
TODAY = date(2026, 1, 1)

MERGER = [
    Succession("A", "Ash", "N", "New", MERGED, "merged"),
    Succession("B", "Bay", "N", "New", MERGED, "merged"),
]


def held(claims, steps=(), until=TODAY):
    """Code, first day and first day after of each span."""
    spans = timeline(claims, Chains(steps), "register", until)
    return [(each.code, each.valid_from, each.valid_to) for each in spans]


def test_without_changes_a_place_was_what_its_sets_say_on_their_days():
    claims = [
        Claim("lad-2022", "A", "Ash", OLD, MERGED),
        Claim("lad-2024", "N", "New", MERGED, None),
    ]

    assert held(claims) == [("A", OLD, MERGED), ("N", MERGED, None)]


def test_both_councils_are_told_when_an_old_set_knows_which_it_was():
    claims = [
        Claim("lad-2022", "A", "Ash", date(2022, 4, 1), MERGED),
        Claim("lad-2024", "N", "New", NEW, None),
    ]
    found = timeline(claims, Chains(MERGER), "register", TODAY)

    assert [each.code for each in found] == ["A", "N"]
    assert found[0].valid_to == found[1].valid_from == MERGED
    assert not found[0].one_of
    assert found[1].known_by == ("lad-2024", "register")


def test_without_an_old_set_all_that_it_may_have_been_are_told_as_such():
    claims = [Claim("lad-2024", "N", "New", NEW, None)]
    found = timeline(claims, Chains(MERGER), "register", TODAY)

    assert [(each.code, each.one_of) for each in found] == [
        ("A", True),
        ("B", True),
        ("N", False),
    ]


def test_an_old_set_alone_is_followed_forward_to_what_became_of_it():
    claims = [Claim("lad-2020", "A", "Ash", OLD, None)]

    assert held(claims, MERGER) == [("A", OLD, MERGED), ("N", MERGED, None)]
    assert held(claims, MERGER, until=date(2022, 1, 1)) == [("A", OLD, MERGED)]


def test_a_code_older_than_its_set_has_no_known_beginning():
    other = [Succession("X", "Xis", "Y", "Yew", date(2019, 4, 1), "recoded")]
    claims = [Claim("lad-2024", "G", "Gate", NEW, None)]

    assert held(claims, other) == [("G", None, None)]
    assert held(claims) == [("G", NEW, None)]


def test_a_chain_of_changes_is_followed_step_by_step_and_a_loop_ends():
    steps = [
        Succession("A", "Ash", "B", "Ash", date(2010, 4, 1), "recoded"),
        Succession("B", "Ash", "C", "Ash", date(2015, 4, 1), "recoded"),
        Succession("C", "Ash", "B", "Ash", date(2018, 4, 1), "recoded"),
    ]
    claims = [Claim("now", "B", "Ash", NEW, None)]

    assert held(claims, steps) == [
        ("A", None, date(2010, 4, 1)),
        ("B", date(2010, 4, 1), date(2015, 4, 1)),
        ("C", date(2015, 4, 1), date(2018, 4, 1)),
        ("B", date(2018, 4, 1), None),
    ]


def test_ground_that_was_exchanged_is_not_followed():
    steps = [
        Succession("F1", "Fold", "F2", "Fold", MERGED, "recoded"),
        Succession("F1", "Fold", "P2", "Pike", MERGED, "exchanged"),
    ]
    claims = [Claim("now", "P2", "Pike", NEW, None)]

    assert [code for code, *_ in held(claims, steps)] == ["P2"]


def test_releases_that_say_the_same_are_one_span():
    claims = [
        Claim("2022", "G", "Gate", date(2022, 5, 1), date(2023, 5, 1)),
        Claim("2023", "G", "Gate", date(2023, 5, 1), None),
    ]
    (span,) = timeline(claims, Chains(()), "", TODAY)

    assert span == Span("G", "Gate", date(2022, 5, 1), None, ("2022", "2023"))


@pytest.mark.parametrize(
    ("day", "holds"), [(OLD, True), (MERGED, False), (date(2016, 3, 31), False)]
)
def test_a_span_holds_from_its_first_day_until_before_its_end(day, holds):
    assert Span("A", "Ash", OLD, MERGED, ()).holds(day) is holds
