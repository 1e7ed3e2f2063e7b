"""``assetmap changes``: what became of boundaries, as a table and as JSON."""

import json


def test_a_table_counts_changes_and_names_those_with_most_people(town):
    found = town("changes", "old-wards", "wards")
    assert found.code == 0
    assert found.out.splitlines()[0] == "From Old-Wards to Wards"
    assert "split: Place OLD (OLD) → Place E (E), Place NE (NE)" in found.out
    assert "(100 moved)" in found.out
    lines = [" ".join(each.split()) for each in found.out.splitlines()]
    heads = lines.index("boundaries old new")
    assert lines[heads + 1 : heads + 3] == ["split: one became several 1 4", "all 1 4"]
    heads = lines.index("people kept moved along edges in none")
    assert lines[heads + 1 : heads + 3] == ["split 300 100 0 0", "all 300 100 0 0"]
    assert "Contains old-wards." in found.out


def test_boundaries_that_nothing_took_the_place_of_are_told(town):
    found = town("changes", "wards", "pcns", "--as-at", "2021-03-21")
    assert found.code == 0
    lines = [" ".join(each.split()) for each in found.out.splitlines()]
    assert {"gone: nothing took their place 2 0", "gone 0 0 0 0"} <= {*lines}


def test_as_json_it_is_the_answer_of_the_service(town):
    body = json.loads(town("changes", "old-wards", "wards", "--json").out)
    assert body["people_moved"] == 100


def test_a_set_that_is_not_there_is_told(town):
    found = town("changes", "wards", "none")
    assert (found.code, found.out) == (2, "")
    assert "No boundary set is called 'none'" in found.said
