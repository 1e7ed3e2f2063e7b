"""What a register of changes says of codes, without a database."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from assetmap.boundaries.succession import Chains, Succession, successions_of

DAY = date(2023, 4, 1)


def pair(old, new):
    """Two codes, each named after its first letter unless a name is given."""
    return (tuple(old.split("/")), tuple(new.split("/")))


def hows(*pairs):
    found = successions_of([pair(*each) for each in pairs], DAY)
    return {(each.code_from, each.code_to): each.how for each in found}


def test_a_code_that_stays_under_its_name_is_no_succession():
    assert hows(("A/Ash", "A/Ash")) == {}


def test_one_code_for_another_is_recoded_and_another_name_is_renamed():
    assert hows(("A/Ash", "B/Ash")) == {("A", "B"): "recoded"}
    assert hows(("A/Ash", "A/Oak")) == {("A", "A"): "renamed"}


def test_several_that_become_one_are_merged_and_one_that_becomes_several_is_split():
    assert hows(("A/Ash", "N/New"), ("B/Bay", "N/New")) == {
        ("A", "N"): "merged",
        ("B", "N"): "merged",
    }
    assert hows(("A/Ash", "M/Mill"), ("A/Ash", "N/New")) == {
        ("A", "M"): "split",
        ("A", "N"): "split",
    }


def test_one_that_keeps_its_code_while_another_joins_it_came_from_both():
    assert hows(("A/Ash", "A/Ash"), ("B/Bay", "A/Ash")) == {
        ("A", "A"): "merged",
        ("B", "A"): "merged",
    }


def test_a_code_under_two_names_on_one_day_has_one_of_them():
    found = successions_of([pair("A/Ash", "B/Bay"), pair("A/Asche", "B/Bay")], DAY)

    assert [(each.name_from, each.how) for each in found] == [("Asche", "recoded")]


def test_two_that_go_on_by_name_and_exchange_ground_are_not_followed_crosswise():
    found = hows(
        ("F1/Fold", "F2/Fold"),
        ("F1/Fold", "P2/Pike"),
        ("P1/Pike", "F2/Fold"),
        ("P1/Pike", "P2/Pike"),
    )

    assert found[("F1", "F2")] == found[("P1", "P2")] == "recoded"
    assert found[("F1", "P2")] == found[("P1", "F2")] == "exchanged"


def test_many_to_many_without_names_that_go_on_is_complex():
    found = hows(("A/Ash", "M/Mill"), ("A/Ash", "N/New"), ("B/Bay", "N/New"))

    assert set(found.values()) == {"complex"}


@given(
    st.lists(
        st.tuples(
            st.tuples(st.sampled_from("ABC"), st.sampled_from("xy")),
            st.tuples(st.sampled_from("DEF"), st.sampled_from("xy")),
        ),
        max_size=8,
    ),
    st.randoms(),
)
def test_the_order_of_rows_and_repeats_change_nothing(pairs, random):
    shuffled = [*pairs, *pairs]
    random.shuffle(shuffled)

    assert successions_of(pairs, DAY) == successions_of(shuffled, DAY)


def test_chains_tell_the_last_beginning_and_the_next_end():
    steps = [
        Succession("A", "Ash", "B", "Bay", date(2010, 4, 1), "recoded"),
        Succession("B", "Bay", "C", "Cove", date(2020, 4, 1), "recoded"),
    ]
    chains = Chains(steps)

    assert chains.began("B", date(2015, 1, 1)) == [steps[0]]
    assert chains.ended("B", date(2015, 1, 1)) == [steps[1]]
    assert chains.began("A", date(2015, 1, 1)) == []
    assert chains.ended("B", date(2020, 4, 1)) == []
