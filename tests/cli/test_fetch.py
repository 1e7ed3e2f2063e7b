"""``assetmap fetch`` as a person runs it, and what it hands to ``assetmap load``."""

import json

import pytest

from assetmap.publish.cli.fetch import command as fetch_command
from assetmap.sources.source_toml import read_source
from tests.cli.conftest import run_command
from tests.databases import process_on
from tests.fetching import faults
from tests.fetching.publishers import File, Layer, always, publishing

WARDS = """
name = "toy-wards"
title = "Wards of toy town"
publisher = "Toy town council"
licence = "OGL-3.0"
attribution = "Contains wards of toy town"
kind = "ward"
valid_from = 2025-05-01
address = "https://toy.example"
[file]
code = "WD24CD"
name = "WD24NM"
[fetch]
how = "arcgis"
address = "https://toy.example/FeatureServer"
address_is = "recalled"
rows = [5, 9]
find = 'title:"Toy wards"'
[load]
command = "boundaries"
"""
POSTCODES = """
name = "toy-postcodes"
title = "Postcodes of toy town"
publisher = "Toy town council"
licence = "OGL-3.0"
attribution = "Contains postcodes of toy town"
vintage = 2026-05-01
[fetch]
how = "file"
address = "https://toy.example/p.csv"
address_is = "recalled"
columns = ["postcode"]
[load]
command = "postcodes"
"""
CSV = b"postcode,easting,northing\nM1 1AA,383050,398050\nM1 1A?,1,1\n"


@pytest.fixture
def publisher():
    with publishing() as found:
        found.files["/p.csv"] = File(CSV)
        yield found


@pytest.fixture
def home(run, command_url, tmp_path):
    """A home folder of its own; publishers are asked twice, without waiting."""
    haste = {"fetch_wait_s": "0", "fetch_attempts": "2", "fetch_max_bytes": "100000"}
    with process_on(command_url, home=str(tmp_path / "home"), **haste):
        yield tmp_path / "home"


@pytest.fixture
def wards(write, publisher, home):
    source = write("wards.toml", WARDS)

    def fetch(*words):
        at = ("--address", publisher.layer_address)
        return run_command("fetch", source, *at, *words)

    return fetch


@pytest.fixture
def postcodes(write, publisher, home):
    source = write("postcodes.toml", POSTCODES)

    def fetch(*words):
        at = ("--address", publisher.address + "/p.csv")
        return run_command("fetch", source, *at, *words)

    return fetch


def findings(run):
    found = json.loads(run("doctor", "--json").out)["findings"]
    return {each["what"]: each["detail"] for each in found}


def test_a_set_is_fetched_into_the_home_folder_and_its_path_printed(wards, home):
    done = wards()
    path = home / "fetched" / "toy-wards" / "toy-wards.geojson"
    assert (done.code, done.out) == (0, f"{path}\n")
    assert "Fetching Wards of toy town" in done.err
    assert "toy-wards: 7 rows fetched" in done.err
    assert path.is_file()


def test_an_unchanged_set_says_since_when(wards):
    wards()
    done = wards()
    assert done.code == 0
    assert "toy-wards: unchanged since it was fetched on 20" in done.err


def test_a_folder_may_be_chosen_and_the_answer_be_json(wards, tmp_path):
    told = json.loads(wards("--to", tmp_path / "mine", "--json").out)
    assert told["path"] == str(tmp_path / "mine/toy-wards/toy-wards.geojson")
    assert (told["rows"], told["is_new"]) == (7, True)


def test_rows_without_a_shape_are_told(wards, publisher):
    def lose(told):
        told["features"][0]["geometry"] = None

    publisher.fail("page 0", faults.changed(lose))
    assert "1 of 7 rows came without a shape: E05000001" in wards().err


def test_a_failure_names_set_page_address_and_reason_and_ends_by_2(
    wards, publisher, home
):
    publisher.fail("page 3", always(faults.status(500)))
    failed = wards()
    assert (failed.code, failed.out) == (2, "")
    assert (
        "Cannot fetch: toy-wards, page 2 (after 3 rows): the service answered 500 "
        f"Internal Server Error ({publisher.layer_address}/0/query" in failed.said
    )
    assert "What came is kept: the same command goes on from it." in failed.said
    assert not list((home / "fetched" / "toy-wards").glob("*.geojson"))
    publisher.faults.clear()
    assert wards().code == 0
    assert publisher.times("page 0") == 1


def test_a_boundary_set_is_fetched_and_loaded(wards, run, publisher):
    done = wards("--load")
    assert done.code == 0, done.err
    assert "toy-wards: 7 boundaries loaded" in done.err
    assert findings(run)["boundary sets"] == "toy-wards"
    again = wards("--load")
    assert "the same file is loaded already; nothing changed" in again.err


def test_flatgeobuf_is_loaded_too_and_a_code_may_stand_for_a_name(
    write, publisher, home
):
    told = WARDS.replace("rows =", 'format = "fgb"\nfields = ["WD24CD"]\nrows =')
    source = write("wards.toml", told.replace("WD24NM", "WD24CD"))
    at = ("--address", publisher.layer_address)
    done = run_command("fetch", source, *at, "--load")
    assert (done.code, done.out[-5:]) == (0, ".fgb\n"), done.err
    assert "toy-wards: 7 boundaries loaded" in done.err


def test_the_record_is_what_a_load_takes_a_file_to_be(wards, run, home):
    path = wards().out.strip()
    record = home / "fetched" / "toy-wards" / "fetched.json"
    done = run("load", "boundaries", path, "--source", record)
    assert (done.code, "7 boundaries loaded" in done.err) == (0, True)
    assert read_source(record).file["fetched"]


def test_postcodes_are_loaded_with_the_facts_of_their_source(postcodes, run):
    done = postcodes("--load")
    assert done.code == 1, done.err
    assert "1 postcodes loaded" in done.err
    assert "p.csv:3: postcode 'M1 1A?'" in done.out
    assert "Postcodes of toy town" in findings(run)["people"]


def test_a_report_of_the_nhs_is_fetched_and_loaded(write, publisher, home, run):
    told = POSTCODES.replace("postcodes", "practices").replace("vintage", "# vintage")
    told = told.replace('how = "file"', 'how = "report"\nreport = "epraccur"')
    row = ["P0000X", "EXAMPLE SURGERY", "Y62", "QOP", "1 EXAMPLE ROAD", "", "", "", ""]
    row += ["M1 1AA", "19740401", "", "ACTIVE", "B", "14L", "20130401", "", "", "", ""]
    row += ["", "0", "", "14L", "", "RO76", ""]
    lines = (",".join(f'"{each}"' for each in [f"P0000{n}", *row[1:]]) for n in "12")
    publisher.files["/p.csv"] = File("\r\n".join(lines).encode())
    run("load", "postcodes", write("p.csv", CSV))
    source, at = write("practices.toml", told), publisher.address + "/p.csv"
    done = run_command("fetch", source, "--address", at, "--load")
    assert done.code == 0, done.err + done.out
    assert "2 practices" in done.err


def test_a_look_up_of_codes_is_fetched_and_loaded(write, publisher, home):
    publisher.layer = Layer(has_shapes=False)
    for number, row in enumerate(publisher.layer.rows.values(), 1):
        row |= {"LSOA11CD": f"E0100000{number}", "LSOA21CD": f"E0100001{number}"}
    told = WARDS.replace("[file]", "[x]").replace('"boundaries"', '"changes"')
    told = told.split("[x]")[0] + told[told.index("[fetch]") :]
    told = told.replace("[load]", 'shapes = false\ncolumns = ["LSOA11CD"]\n[load]')
    source = write("changes.toml", told.replace('"ward"', '"lsoa"'))
    at = ("--address", publisher.layer_address)
    done = run_command("fetch", source, *at, "--load")
    assert done.code == 0, done.err + done.out
    assert "7 changes of codes loaded" in done.err


def test_what_no_command_loads_is_told_before_it_is_fetched(write, publisher, home):
    source = write("p.toml", POSTCODES.replace('"postcodes"', '"postkarten"'))
    at = publisher.address + "/p.csv"
    failed = run_command("fetch", source, "--address", at, "--load")
    assert failed.code == 2
    assert "toy-postcodes: can be fetched, but no load command takes it" in failed.said
    assert publisher.asked == []


def test_a_failed_load_leaves_the_fetched_file_and_what_was_loaded(
    wards, run, publisher, home, write
):
    path = wards("--load").out.strip()
    bad = write("bad.toml", WARDS.replace('"ward"', '"warp"'))
    failed = run_command("fetch", bad, "--address", publisher.layer_address, "--load")
    assert failed.code == 2
    assert "kind 'warp' is not one of" in failed.said
    assert (home / "fetched" / "toy-wards" / "toy-wards.geojson").samefile(path)
    assert findings(run)["boundary sets"] == "toy-wards"


def test_the_sets_are_listed_with_the_day_they_were_fetched(home):
    listed = run_command("fetch", "--list")
    assert listed.code == 0
    assert "lad-2024" in listed.out
    assert "Office for National Statistics" in listed.out
    folder = home / "fetched" / "lad-2024"
    folder.mkdir(parents=True)
    (folder / "fetched.json").write_text('{"file": {"fetched": "2026-11-24"}}')
    assert "(fetched 2026-11-24)" in run_command("fetch", "--list").out
    told = json.loads(run_command("fetch", "--list", "--json").out)["sets"]
    only = next(each for each in told if each["set"] == "lad-2024")
    assert (only["fetched"], only["loads_as"]) == ("2026-11-24", "boundaries")
    assert only["address_is"] == "verified"


def test_releases_are_searched_for(write, publisher, home):
    source = write("wards.toml", WARDS)
    publisher.found = [
        {"title": "Wards 2026", "url": "https://toy.example/w", "modified": 0}
    ]
    words = ("fetch", source, "--find", "--address", publisher.address)
    found = run_command(*words[:-1], words[-1] + "/sharing/rest/search")
    assert found.out == "1970-01-01  Wards 2026\n            https://toy.example/w\n"
    told = run_command(*words[:-1], words[-1] + "/sharing/rest/search", "--json")
    assert json.loads(told.out)["found"][0]["address"] == "https://toy.example/w"
    publisher.found = []
    none = run_command(*words[:-1], words[-1] + "/sharing/rest/search")
    assert (none.out, "Nothing was found" in none.err) == ("", True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name a set; --list shows them"),
        (
            ("lad-2042",),
            "No set that can be fetched is called 'lad-2042': did you mean",
        ),
        (("zzz",), "is called 'zzz': --list shows all"),
        (("lad-2025",), "No set that can be fetched is called 'lad-2025'"),
    ],
)
def test_a_set_that_is_not_known_is_told(home, words, said):
    failed = run_command("fetch", *words)
    assert failed.code == 2
    assert said in failed.said


def test_a_file_that_is_not_for_fetching_is_told(home, write):
    source = write("wards.toml", WARDS.split("[fetch]")[0])
    failed = run_command("fetch", source)
    assert failed.code == 2
    assert "has no [fetch] table" in failed.said


def test_settings_say_how_patient_a_fetch_is(home):
    told = fetch_command.patience()
    assert (told.attempts, told.wait_s, told.most_bytes) == (2, 0, 100_000)
