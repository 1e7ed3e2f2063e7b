"""Loading postcodes and counts of people on the command line."""

import json

from tests.cli.conftest import POSTCODES

COUNTS = 'code,count\nW,300\nE,"1,100"\nNW,0\nNE,0\n'


def test_postcodes_are_loaded_merged_and_replaced(run, write):
    first = run("load", "postcodes", write("p.csv", POSTCODES))
    assert (first.code, first.out) == (0, "")
    assert "3 rows: 3 postcodes loaded, 0 of them without a place" in first.err
    more = write("q.csv", "\ufeffPostcode,lat,long\n\nm11ae,53.478,-2.256\n")
    assert "4 are known now" in run("load", "postcodes", more).err
    assert "1 are known now" in run("load", "postcodes", more, "--replace").err


def test_a_row_that_is_no_postcode_is_listed_with_its_line(run, write, tmp_path):
    path = write("p.csv", POSTCODES + "nonsense,1,1\nM1 1AA,383150,398050\n")
    report = tmp_path / "r.csv"
    found = run("load", "postcodes", path, "--report", report)
    assert found.code == 1
    assert "p.csv:5: postcode 'nonsense'" in found.out
    assert "p.csv:6: postcode 'M1 1AA': stands on line 2 too" in found.out
    assert len(report.read_text(encoding="utf-8").splitlines()) == 3


def test_a_row_whose_place_is_no_number_is_listed_and_not_loaded(run, write):
    path = write("p.csv", POSTCODES + "M1 1AE,1.2.3,398050\n")
    found = run("load", "postcodes", path)
    assert found.code == 1
    assert "p.csv:5: easting '1.2.3': is not a number (refused)" in found.out
    assert "4 rows: 3 postcodes loaded" in found.err


def test_many_issues_are_cut_on_screen_and_whole_in_the_report(run, write, tmp_path):
    path = write("p.csv", POSTCODES + "x,1,1\n" * 30)
    found = run("load", "postcodes", path)
    assert "… and 10 more; --report FILE.csv lists them all" in found.out
    run("load", "postcodes", path, "--report", tmp_path / "r.csv")
    assert len((tmp_path / "r.csv").read_text(encoding="utf-8").splitlines()) == 31


def test_a_report_that_cannot_be_written_is_told_before_any_load(run, write, tmp_path):
    path = write("p.csv", POSTCODES + "x,1,1\n")
    found = run("load", "postcodes", path, "--report", tmp_path / "no" / "r.csv")
    assert found.code == 2
    assert "there is no folder" in found.said
    assert run("doctor", "--json").out.count("no postcodes are loaded") == 1


def test_counts_are_loaded_by_the_blocks_of_a_set(blocks, write):
    found = blocks("load", "counts", write("c.csv", COUNTS), "--blocks", "wards")
    assert found.code == 0
    assert "people: 1,400 people counted by the blocks of wards" in found.said


def test_counts_of_unknown_blocks_are_named_and_nothing_is_loaded(blocks, write):
    path = write("c.csv", COUNTS + "E01000001,5\n")
    found = blocks("load", "counts", path, "--blocks", "wards")
    assert found.code == 2
    assert "1 of 5 codes are not in 'wards': E01000001" in found.said
    people = json.loads(blocks("doctor", "--json").out)["findings"][-1]["detail"]
    assert people.endswith("3 postcodes")


def test_counts_without_the_column_name_the_options(blocks, write):
    path = write("c.csv", "place,heads\n" + "W,300\n" * 20)
    found = blocks("load", "counts", path, "--blocks", "wards")
    assert found.code == 2
    assert "c.csv: has no column named code, count; line 1 has place, heads" in (
        found.said
    )
    assert "Name its columns with --code and --count" in found.said


def test_counts_are_found_by_how_publishers_call_them(blocks, write):
    path = write("c.csv", "\ufefflsoacd, population\nW,300\nE,100\nNE,0\nNW,0\n")
    found = blocks("load", "counts", path, "--blocks", "wards")
    assert (found.code, found.out) == (0, "")
    assert "people: 400 people counted" in found.said
    assert "columns 'lsoacd' and 'population' of c.csv, as at" in found.said


def test_counts_of_more_countries_than_the_set_has_are_told_of_only(blocks, write):
    path = write("c.csv", COUNTS + "S01000001,5\nS01000002,5\n")
    found = blocks("load", "counts", path, "--blocks", "wards")
    assert found.code == 2
    assert "Then load them with --only E or --only N or --only W." in found.said
    same = write("d.csv", COUNTS + "E2,5\nS01000002,5\n")
    found = blocks("load", "counts", same, "--blocks", "wards")
    assert "--only" not in found.said


def test_counts_of_an_unknown_set_are_told(blocks, write):
    found = blocks("load", "counts", write("c.csv", COUNTS), "--blocks", "no")
    assert found.code == 2
    assert "No boundary set is called 'no'" in found.said


def test_counts_with_bad_rows_exit_1_and_list_them(blocks, write):
    path = write("c.csv", COUNTS + "W,5\nSW,-1\n,3\n")
    found = blocks("load", "counts", path, "--blocks", "wards")
    assert found.code == 1
    assert "c.csv:6: code 'W': stands on line 2 too (refused)" in found.out
    assert "c.csv:7: count '-1'" in found.out
    assert "c.csv:8: code '': is empty" in found.out


def test_only_codes_of_one_country_are_taken_if_asked(blocks, write):
    path = write("c.csv", "lsoacd,population\nW,300\nX1,5\n")
    words = ("--code", "lsoacd", "--count", "population", "--only", "W")
    found = blocks("load", "counts", path, "--blocks", "wards", *words)
    assert found.code == 0
    assert "1 rows do not begin with W" in found.out
