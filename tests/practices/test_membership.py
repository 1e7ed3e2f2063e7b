"""When a practice was in which network: dated, between two lists, or by the first."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from assetmap.issues import RawRow
from assetmap.practices.dated_records import consistent
from assetmap.practices.membership import Seen, clashes, disagreements, memberships
from assetmap.practices.model import Membership, Spell

OCTOBER, JANUARY, APRIL = date(2025, 10, 1), date(2026, 1, 1), date(2026, 4, 1)
P = "P00001"


def seen(day, is_whole=True, **pcns):
    return Seen(day, is_whole, pcns)


def spell(pcn, began, ended=None, practice=P):
    return Spell(practice, pcn, began, ended)


def test_the_first_list_says_by_when_and_no_more():
    (found,) = memberships([], None, [seen(OCTOBER, P00001="U00001")])
    assert found == Membership(P, "U00001", OCTOBER, None, "by")


def test_a_change_between_two_lists_is_dated_between():
    lists = [seen(OCTOBER, P00001="U00001"), seen(JANUARY, P00001="U00002")]
    first, second = memberships([], None, lists)
    assert (first.valid_to, first.ended_after) == (JANUARY, OCTOBER)
    assert second == Membership(P, "U00002", JANUARY, None, "between", OCTOBER)


def test_lists_that_agree_make_one_membership():
    lists = [seen(each, P00001="U00001") for each in (APRIL, OCTOBER, JANUARY)]
    (found,) = memberships([], None, lists)
    assert (found.valid_from, found.valid_to) == (date(2025, 10, 1), None)


def test_a_practice_without_a_network_is_in_none_until_it_joins():
    lists = [seen(OCTOBER, P00001=None), seen(JANUARY, P00001="U00001")]
    (found,) = memberships([], None, lists)
    assert found == Membership(P, "U00001", JANUARY, None, "between", OCTOBER)


def test_a_whole_list_ends_what_it_lacks_and_a_partial_one_does_not():
    start = seen(OCTOBER, P00001="U00001", P00002="U00001")
    ended = memberships([], None, [start, seen(JANUARY, P00002="U00001")])
    assert [each.valid_to for each in ended] == [JANUARY, None]
    kept = memberships([], None, [start, seen(JANUARY, False, P00002="U00001")])
    assert [each.valid_to for each in kept] == [None, None]


def test_a_practice_that_comes_back_is_a_member_twice():
    lists = [seen(OCTOBER, P00001="U1"), seen(JANUARY), seen(APRIL, P00001="U1")]
    first, second = memberships([], None, lists)
    assert (first.valid_from, first.valid_to) == (OCTOBER, JANUARY)
    assert (second.valid_from, second.began_after) == (APRIL, JANUARY)


def test_dated_records_go_before_lists_up_to_the_day_they_were_made():
    spells = [
        spell("U1", date(2019, 7, 1), date(2025, 11, 14)),
        spell("U2", date(2025, 11, 15)),
    ]
    lists = [seen(OCTOBER, P00001="U9"), seen(APRIL, P00001="U2")]
    first, second = memberships(spells, JANUARY, lists)
    assert (first.valid_from, first.valid_to) == (date(2019, 7, 1), date(2025, 11, 15))
    assert second == Membership(P, "U2", date(2025, 11, 15), None, "dated")
    assert disagreements(spells, JANUARY, lists) == [(P, OCTOBER, "U9", "U1")]


def test_a_list_after_the_dated_records_ends_what_they_leave_open():
    lists = [seen(APRIL, P00001="U2")]
    first, second = memberships([spell("U1", OCTOBER)], JANUARY, lists)
    assert (first.valid_to, first.ended_after) == (APRIL, JANUARY)
    assert (second.began_how, second.began_after) == ("between", JANUARY)


def test_a_whole_list_goes_before_a_partial_one_of_its_day_and_the_clash_is_told():
    lists = [seen(OCTOBER, False, P00001="U2"), seen(OCTOBER, P00001="U1")]
    for order in (lists, lists[::-1]):
        (found,) = memberships([], None, order)
        assert found.pcn_code == "U1"
        assert clashes(order) == [(P, OCTOBER, ["U1", "U2"])]


def sent(*spells):
    return [(RawRow("e.csv", line, {}), each) for line, each in enumerate(spells, 2)]


def test_a_practice_in_two_networks_from_one_day_is_refused_in_both():
    kept, issues = consistent(sent(spell("U1", OCTOBER), spell("U2", OCTOBER)))
    assert kept == []
    assert [each.outcome for each in issues] == ["refused", "refused"]
    assert "U1 (line 2) and U2 (line 3)" in issues[0].reason


def test_a_move_whose_end_was_not_entered_is_ended_and_told():
    for rows in ((0, 1), (1, 0)):
        spells = (spell("U1", OCTOBER), spell("U2", JANUARY))
        kept, issues = consistent(sent(*(spells[each] for each in rows)))
        assert [each.ended for each in kept] == [date(2025, 12, 31), None]
        assert [each.outcome for each in issues] == ["repaired"]


def test_an_end_on_the_day_of_the_next_start_needs_no_telling():
    kept, issues = consistent(sent(spell("U1", OCTOBER, JANUARY), spell("U2", JANUARY)))
    assert kept[0].ended == date(2025, 12, 31)
    assert issues == []


def test_a_repeated_record_counts_once_with_a_note():
    kept, issues = consistent(sent(spell("U1", OCTOBER), spell("U1", OCTOBER)))
    assert len(kept) == 1
    assert [(each.line, each.outcome) for each in issues] == [(3, "noted")]


days = st.integers(0, 60).map(lambda n: OCTOBER + timedelta(days=n))
pcns = st.sampled_from(["U1", "U2", "U3"])
spells_of_one = st.lists(
    st.builds(
        lambda pcn, began, length: spell(
            pcn, began, None if length is None else began + timedelta(days=length)
        ),
        pcns,
        days,
        st.none() | st.integers(0, 40),
    ),
    max_size=6,
)
some_lists = st.lists(
    st.builds(
        lambda day, is_whole, pcn: Seen(day, is_whole, pcn),
        days,
        st.booleans(),
        st.dictionaries(
            st.sampled_from(["P00001", "P00002"]), st.none() | pcns, max_size=2
        ),
    ),
    max_size=5,
)


@given(spells_of_one, some_lists, days, st.randoms())
def test_no_practice_is_in_two_networks_on_one_day_whatever_is_sent(
    spells, lists, made, random
):
    kept, _ = consistent(sent(*spells))
    found = memberships(kept, made, lists)
    for practice in {each.practice_code for each in found}:
        own = [each for each in found if each.practice_code == practice]
        for one, other in pairwise(own):
            assert one.valid_to is not None
            assert one.valid_from < one.valid_to <= other.valid_from
        for each in own:
            assert each.began_after is None or each.began_after < each.valid_from
            assert each.ended_after is None or each.ended_after < each.valid_to
    shuffled = sent(*spells)
    random.shuffle(shuffled)
    again, _ = consistent(shuffled)
    assert sorted(again, key=str) == sorted(kept, key=str)


@given(some_lists)
def test_what_a_whole_list_says_holds_on_its_day(lists):
    whole = {each.day: each for each in lists if each.is_whole}
    if len(whole) < sum(each.is_whole for each in lists):
        return
    found = memberships([], None, lists)
    for day, each in whole.items():
        for practice, pcn in each.pcns.items():
            held = [
                one.pcn_code
                for one in found
                if one.practice_code == practice
                and one.valid_from <= day
                and (one.valid_to is None or day < one.valid_to)
            ]
            assert held == ([] if pcn is None else [pcn])
