"""``assetmap crosswalk`` as a person runs it."""

import csv
import json

import pyarrow.parquet as pq
import pytest

from tests.boundaries.map_files import geopackage
from tests.cli.conftest import SET


@pytest.fixture
def two_sets(blocks, tmp_path):
    assert blocks("load", "boundaries", geopackage(tmp_path), *SET).code == 0
    return blocks


def test_a_crosswalk_is_written_with_its_dictionary(two_sets, tmp_path):
    to = tmp_path / "out.csv"
    found = two_sets("crosswalk", "wards", "wards", "--by", "area", "-o", to)
    assert found.code == 0
    assert "by area" in found.out
    assert "The amounts were found by edge sums." in found.out
    rows = list(csv.DictReader(to.read_text().splitlines()))
    own = [each for each in rows if each["source"] == each["target"]]
    assert own
    assert {each["weight"] for each in own} == {"1"}
    told = json.loads((tmp_path / "out.csv-metadata.json").read_text())
    assert told["url"] == "out.csv"
    assert [each["name"] for each in told["tableSchema"]["columns"]] == list(rows[0])


def test_the_same_again_gives_the_same_bytes(two_sets, tmp_path):
    for form in ("csv", "json", "parquet"):
        files = [tmp_path / f"{name}.{form}" for name in ("one", "other")]
        for each in files:
            assert two_sets("crosswalk", "wards", "wards", "-o", each).code == 0
        assert files[0].read_bytes() == files[1].read_bytes()
    assert pq.read_table(tmp_path / "one.parquet").num_rows > 0
    assert not list(tmp_path.glob("*.part"))


def test_json_tells_how_it_was_made(two_sets):
    found = two_sets("crosswalk", "wards", "wards", "--json")
    told = json.loads(found.out)
    assert told["by"] == "people"
    assert told["summary"]["total"] == told["summary"]["allocated"]


def test_wrong_use_does_nothing_and_says_why(two_sets, tmp_path):
    named = two_sets("crosswalk", "wards", "wards", "-o", tmp_path / "out.xlsx")
    assert (named.code, "out.xlsx does not end in" in named.said) == (2, True)
    lost = two_sets("crosswalk", "wards", "wards", "-o", tmp_path / "no" / "out.csv")
    assert (lost.code, "cannot be written" in lost.said) == (2, True)
    none = two_sets("crosswalk", "wards", "towns")
    assert (none.code, "'towns'" in none.said) == (2, True)


TABLE = "area,homes,homes_moe\nW,30,6\nE,*,2\nZ,5,1\n"


def carry(run, write, tmp_path, *more, text=TABLE):
    to = tmp_path / "out.csv"
    along = ("--along", "wards", "wards", "--by", "area")
    asked = ("interpolate", write("t.csv", text), *along, "-o", to, *more)
    return run(*asked), to


def test_a_table_is_carried_and_what_went_where_is_told(two_sets, write, tmp_path):
    found, to = carry(
        two_sets, write, tmp_path, "--count", "homes", "--moe", "homes:homes_moe"
    )
    assert found.code == 1
    lines = [each.split() for each in found.out.splitlines()]
    assert ["homes", "35.0", "30.0", "0.0", "5.0"] in lines
    assert "t.csv:4: area 'Z': is no code of wards" in found.out
    rows = {each["code"]: each for each in csv.DictReader(to.read_text().splitlines())}
    assert (rows["W"]["homes"], rows["W"]["homes_moe"]) == ("30", "6")
    assert (rows["E"]["homes"], rows["E"]["homes_known_share"]) == ("", "0")


def test_a_clean_table_ends_well_and_json_tells_it(two_sets, write, tmp_path):
    clean = "area,homes\nW,30\n"
    found, _ = carry(
        two_sets, write, tmp_path, "--count", "homes", "--json", text=clean
    )
    assert found.code == 0
    told = json.loads(found.out)
    assert told["totals"]["homes"]["allocated"] == pytest.approx(30)


def test_a_column_that_looks_like_no_count_is_told_on_stderr(two_sets, write, tmp_path):
    text = "area,imd_score\nW,25.3\n"
    found, to = carry(two_sets, write, tmp_path, "--count", "imd_score", text=text)
    assert found.code == 0
    assert "looks like no count (score)" in " ".join(found.err.split())
    assert "looks like no count" not in found.out
    assert "(column imd_score)" in to.read_text()


def test_a_table_that_cannot_be_carried_writes_nothing(two_sets, write, tmp_path):
    found, to = carry(two_sets, write, tmp_path, "--count", "cars")
    assert (found.code, to.exists()) == (2, False)
    found, to = carry(two_sets, write, tmp_path)
    assert (found.code, to.exists()) == (2, False)
    nowhere = tmp_path / "no" / "out.csv"
    along = ("--along", "wards", "wards", "--by", "area", "-o", nowhere)
    table = write("t.csv", TABLE)
    lost = two_sets("interpolate", table, *along, "--count", "homes")
    assert (lost.code, "cannot be written" in lost.said) == (2, True)


def test_saved_crosswalks_are_listed_and_only_stale_ones_made_anew(two_sets, tmp_path):
    assert "None is saved" in two_sets("crosswalks").out
    for by in ("area", "people"):
        assert two_sets("crosswalk", "wards", "wards", "--by", by).code == 0
    assert two_sets("crosswalks").out.count("serves") == 2
    # New postcodes change where people are counted, and no ground.
    more = tmp_path / "more.csv"
    more.write_text("postcode,easting,northing\nM1 1AA,383050,398050\n")
    assert two_sets("load", "postcodes", more, "--replace").code == 0
    listed = json.loads(two_sets("crosswalks", "--json").out)["crosswalks"]
    assert [(each["by"], each["state"]) for each in listed] == [
        ("area", "serves"),
        ("people", "stale"),
    ]
    assert two_sets("crosswalks", "--refresh").out.count("serves") == 2
