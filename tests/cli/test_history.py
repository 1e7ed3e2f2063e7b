"""``load changes``, ``make boundaries`` and ``history``, as a person runs them."""

import pytest

from tests.boundaries.map_files import geopackage
from tests.cli.conftest import POSTCODES, SET

CHANGES = (
    "code_from,name_from,code_to,name_to,changed_on\n"
    "OLD1,Ash,NEW,New town,2023-04-01\n"
    "OLD2,Bay,NEW,New town,2023-04-01\n"
)
REGISTER = ("--name", "council-changes", "--kind", "lad", "--publisher", "Toy town")
LOOKUP = "block,council,name\nE,NEW,New town\nW,NEW,New town\nNE,X,Xis\nNW,X,Xis\n"
OLD_LOOKUP = "block,council,name\nE,OLD1,Ash\nW,OLD2,Bay\nNE,X,Xis\nNW,X,Xis\n"
JOIN = ("--block", "block", "--code", "council", "--name", "name", "--kind", "lad")


@pytest.fixture
def town(run, tmp_path, write):
    """Four blocks, three postcodes and a register of what became of two councils."""
    assert run("load", "postcodes", write("p.csv", POSTCODES)).code == 0
    lsoa = ("--set", "blocks", "--kind", "lsoa", *SET[4:])
    assert run("load", "boundaries", geopackage(tmp_path), *lsoa).code == 0
    assert run("load", "changes", write("changes.csv", CHANGES), *REGISTER).code == 0
    return run


def make(run, path, name, *more):
    dates = ("--valid-from", "2023-04-01", "--series", "lad")
    if name == "lad-2022":
        dates = ("--valid-from", "2016-04-01", "--valid-to", "2023-04-01", *dates[2:])
    words = (path, "--blocks", "blocks", *JOIN, "--set", name, *dates, *more)
    return run("make", "boundaries", *words)


def test_which_council_was_and_is_this_is_answered_with_both(town, write):
    assert make(town, write("old.csv", OLD_LOOKUP), "lad-2022").code == 0
    assert make(town, write("new.csv", LOOKUP), "lad-2023").code == 0

    told = town("history", "M1 1AB").out
    lines = [line.split(maxsplit=2) for line in told.splitlines()]

    assert ["Ash", "OLD1", "from 1 April 2016 until 31 March 2023"] in lines
    assert "New town  NEW        from 1 April 2023" in told
    assert "Bay" not in told


def test_without_an_old_set_each_that_it_may_have_been_is_told(town, write):
    assert make(town, write("new.csv", LOOKUP), "lad-2023").code == 0

    told = town("history", "M1 1AB").out

    assert "Ash       OLD1       until 31 March 2023 (one of these)" in told
    assert "Bay       OLD2       until 31 March 2023 (one of these)" in told


def test_a_code_tells_what_became_of_it(town):
    told = town("history", "OLD1").out

    assert "1 April 2023: Ash (OLD1) became part of New town (NEW)" in told
    assert "Source: Toy town" in told


def test_what_nobody_knows_is_said_and_exits_2(town):
    for asked in ("NOBODY", "M1 1ZZ"):
        found = town("history", asked)
        assert found.code == 2
        assert asked in found.said


def test_the_same_register_again_changes_nothing(town, write):
    again = town("load", "changes", write("changes.csv", CHANGES), *REGISTER)

    assert "nothing changed" in again.said


def test_a_register_needs_a_name_and_a_kind_that_is_known(town, write):
    path = write("changes.csv", CHANGES)

    assert "Give --name and --kind" in town("load", "changes", path).said
    odd = town("load", "changes", path, "--name", "x", "--kind", "county")
    assert (odd.code, "kind 'county' is not one of" in odd.said) == (2, True)


def test_a_block_given_to_two_is_refused_where_it_is_given_away_again(town, write):
    twice = LOOKUP + "E,X,Xis\n"
    found = make(town, write("twice.csv", twice), "lad-2023")

    assert found.code == 1
    assert "twice.csv:6: council 'X': is given to NEW on line 2 already" in found.out


def test_blocks_left_out_refuse_the_look_up_unless_it_may_be_partial(town, write):
    path = write("part.csv", "block,council,name\nE,NEW,New town\nQ,NEW,New town\n")

    refused = make(town, path, "lad-2023")
    assert refused.code == 2
    assert "3 of 4 building blocks are not in the look-up: NE, NW, W" in refused.said
    made = make(town, path, "lad-2023", "--partial")
    assert made.code == 0
    assert "1 rows are of blocks that blocks does not have" in made.out


def test_making_the_same_again_changes_nothing(town, write):
    path = write("new.csv", LOOKUP)
    assert "2 boundaries made" in make(town, path, "lad-2023").said

    assert "nothing changed" in make(town, path, "lad-2023").said
