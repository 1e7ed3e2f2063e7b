"""Scores of deprivation on the command line."""

import json

SCORES = (
    "lsoa21_code,IMD_decile,IMD_rank,IMD_score\n"
    "W,1,1,40.5\nE,5,2,20\nNE,8,3,5\nNW,10,4,1\n"
)
COUNTS = "code,count\nW,300\nE,100\nNE,0\nNW,0\n"


def loaded(blocks, write):
    path = write("c.csv", COUNTS)
    assert blocks("load", "counts", path, "--blocks", "wards").code == 0
    path = write("imd.csv", SCORES)
    return blocks("load", "deprivation", path, "--blocks", "wards")


def test_scores_are_loaded_and_their_domains_told(blocks, write):
    found = loaded(blocks, write)
    assert found.code == 0
    assert "imd: scores of 4 blocks of wards" in found.said
    assert found.said.endswith("imd")


def test_a_boundary_is_told_as_a_table_and_as_json(blocks, write):
    loaded(blocks, write)
    shown = blocks("deprivation", "wards/W")
    assert shown.code == 0
    assert "300 people; Deprivation of imd.csv" in shown.out
    assert "Index of Multiple Deprivation" in shown.out
    assert "40.500" in shown.out
    assert "100.0 %" in shown.out
    assert "Counting who lives there …" in shown.said
    body = json.loads(blocks("deprivation", "wards/E", "--json").out)
    assert body["domains"][0]["score"] == 20
    assert body["footprint"]["people"] == 100


def test_without_scores_it_is_told(blocks):
    found = blocks("deprivation", "wards/W")
    assert found.code == 2
    assert "use assetmap load deprivation" in found.said


def test_rows_at_fault_are_listed_with_their_lines(blocks, write):
    path = write("imd.csv", SCORES + "W,1,1,1\n")
    found = blocks("load", "deprivation", path, "--blocks", "wards")
    assert found.code == 1
    assert "imd.csv:6: lsoa21_code 'W': stands on line 2 too (refused)" in found.out


def test_scores_of_other_blocks_are_refused_whole(blocks, write):
    path = write("imd.csv", SCORES + "E01000001,1,1,1\n")
    found = blocks("load", "deprivation", path, "--blocks", "wards")
    assert found.code == 2
    assert "1 of 5 codes are not in 'wards': E01000001" in found.said
    assert blocks("deprivation", "wards/W").code == 2


def test_a_place_in_a_file_is_told(blocks, write):
    loaded(blocks, write)
    ring = "[[-2.257,53.478],[-2.255,53.478],[-2.255,53.480],[-2.257,53.480]]"
    ring = ring[:-1] + ",[-2.257,53.478]]"
    path = write("place.geojson", '{"type":"Polygon","coordinates":[' + ring + "]}")
    found = blocks("deprivation", path)
    assert found.code == 0
    assert "place" in found.out
