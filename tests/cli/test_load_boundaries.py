"""What a boundary set says of itself, by options, by a source, or by its file."""

import json
import os
import pwd

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.boundaries.map_files import frame, geopackage
from tests.cli.conftest import SET
from tests.settings_of import set_to
from tests.toy_town import SQUARES, box

FACTS = {
    "title": "Wards of Toy town",
    "vintage": "2025-05",
    "valid_from": "2025-05-01",
    "valid_to": "2026-05-01",
    "series": "wards",
    "resolution": "as drawn",
    "publisher": "Toy town",
    "licence": "OGL-3.0",
    "attribution": "Contains wards.",
    "made_how": "drawn by hand",
    "snap_m": "250.5",
    "note": "Mind the gap.",
    "loaded_by": "an analyst",
}


def told(found):
    assert found.code in {0, 1}, found.err
    return json.loads(found.out)


def count(command_url):
    """How many sets and boundaries are stored."""
    engine = create_engine(command_url, poolclass=NullPool)
    with engine.connect() as connection:
        sets = connection.scalar(text("SELECT count(*) FROM boundary_set"))
        return sets, connection.scalar(text("SELECT count(*) FROM boundary"))


def test_every_fact_can_be_given_and_is_kept(run, tmp_path):
    words = [
        word
        for key, value in FACTS.items()
        for word in (f"--{key.replace('_', '-')}", value)
    ]
    address = ("--address", "https://example.org/wards")
    found = told(
        run(
            "load",
            "boundaries",
            geopackage(tmp_path),
            *SET[:2],
            *words,
            *address,
            "--json",
        )
    )
    kept = {key: str(found[key]) for key in FACTS}
    assert kept == FACTS
    assert found["source"] == address[1]
    assert (found["kind"], found["set"], found["boundaries"]) == ("ward", "wards", 4)
    assert len(found["sha256"]) == 64
    assert found["loaded_at"]


def test_a_file_of_ons_tells_kind_name_vintage_and_resolution(run, tmp_path):
    path = tmp_path / "LSOA_2021_EW_BGC_V5.gpkg"
    columns = {"WD25CD": "LSOA21CD", "WD25NM": "LSOA21NM"}
    frame().rename(columns=columns).to_file(path)
    found = told(run("load", "boundaries", path, "--json"))
    assert (found["set"], found["kind"], found["vintage"]) == (
        "lsoa-2021",
        "lsoa",
        "2021",
    )
    assert found["resolution"] == "BGC (generalised to 20 m, clipped to the coastline)"
    assert found["valid_from"] == "2021-03-21"
    assert found["columns"] == {
        "code": "LSOA21CD",
        "name": "LSOA21NM",
        "name_cy": None,
    }
    assert (found["publisher"], found["crs"]) == ("not stated", "EPSG:27700")


def test_what_cannot_be_known_is_asked(run, tmp_path):
    found = run("load", "boundaries", geopackage(tmp_path))
    assert found.code == 2
    assert "Give --valid-from, or --source FILE.toml that says so." in found.said
    plain = frame().rename(columns={"WD25CD": "code", "WD25NM": "name"})
    plain.to_file(tmp_path / "p.gpkg")
    found = run("load", "boundaries", tmp_path / "p.gpkg")
    assert "Give --set and --valid-from, or --source" in found.said


def test_columns_that_cannot_be_told_are_asked_with_their_values(run, tmp_path):
    two = frame().assign(LAD25CD=["L1", "L2", "L3", "L4"])
    two.to_file(tmp_path / "w.gpkg")
    words = ("load", "boundaries", tmp_path / "w.gpkg", "--valid-from", "2025-05-01")
    found = run(*words)
    assert found.code == 2
    assert "it has codes in WD25CD (E, NE), LAD25CD (L1, L2)" in found.said
    assert run(*words, "--kind", "ward").code == 0
    assert told(run(*words, "--kind", "lad", "--json"))["columns"]["code"] == "LAD25CD"


SOURCE = """
name = "wards"
kind = "ward"
title = "Wards of Toy town"
valid_from = 2020-01-01
vintage = 2020-01-01
publisher = "Toy town"
licence = "OGL-3.0"
attribution = "Contains wards."
address = "https://example.org"
snap_m = 100
[file]
layer = "wards"
crs = "EPSG:27700"
"""


def test_options_go_before_a_source_and_a_source_before_the_file(run, tmp_path, write):
    source = write("source.toml", SOURCE)
    path = geopackage(tmp_path)
    frame().iloc[:1].to_file(path, layer="others")
    words = ("--source", source, "--title", "Other wards", "--json")
    found = told(run("load", "boundaries", path, *words))
    assert (found["title"], found["publisher"]) == ("Other wards", "Toy town")
    assert (found["vintage"], found["snap_m"]) == ("2020-01-01", 100.0)
    assert (found["source"], found["layer"]) == ("https://example.org", "wards")


def test_a_source_with_words_for_a_number_is_told(run, tmp_path, write):
    source = write("source.toml", SOURCE.replace("100", '"far"'))
    found = run("load", "boundaries", geopackage(tmp_path), "--source", source)
    assert (found.code, "snap_m 'far' is no number" in found.said) == (2, True)


def test_a_set_of_the_project_is_a_source_by_its_name(run, tmp_path):
    path = tmp_path / "s.gpkg"
    columns = {"WD25CD": "SICBL22CD", "WD25NM": "SICBL22NM"}
    frame().rename(columns=columns).to_file(path)
    found = told(run("load", "boundaries", path, "--source", "sub-icb-2022", "--json"))
    assert (found["set"], found["valid_from"]) == ("sub-icb-2022", "2022-07-01")
    assert found["publisher"] == "Office for National Statistics"
    unknown = run("load", "boundaries", path, "--source", "nowhere-2022")
    assert unknown.code == 2
    assert "nowhere-2022: is no file, and no set of" in unknown.said
    assert "sub-icb-2022" in unknown.said
    lost = run("load", "boundaries", path, "--source", tmp_path / "no.toml")
    assert (lost.code, "there is no" in lost.said) == (2, True)


def test_who_loads_is_the_user_unless_a_setting_or_an_option_says_otherwise(
    run, tmp_path
):
    words = ("load", "boundaries", geopackage(tmp_path), *SET, "--json")
    user = pwd.getpwuid(os.getuid()).pw_name
    assert told(run(*words))["loaded_by"] == user
    with set_to(loaded_by="the night job"):
        again = told(run(*words, "--title", "Again"))
    assert again["loaded_by"] == "the night job"


def test_a_dry_run_checks_everything_and_stores_nothing(run, tmp_path, command_url):
    shapes = SQUARES | {"": box(300, 0, 400, 100)}
    frame(shapes).to_file(tmp_path / "w.gpkg")
    report = tmp_path / "report.csv"
    words = ("load", "boundaries", tmp_path / "w.gpkg", *SET, "--dry-run")
    found = run(*words, "--report", report)
    assert found.code == 1
    assert "wards: 4 boundaries would be loaded (nothing is stored)" in found.err
    assert "w.gpkg:5: WD25CD '': is empty (refused)" in found.out
    assert "is empty" in report.read_text(encoding="utf-8")
    assert told(run(*words, "--json"))["is_dry_run"]
    assert count(command_url) == (0, 0)


def test_a_dry_run_beside_a_set_leaves_it_serving(run, tmp_path, command_url):
    path = geopackage(tmp_path)
    run("load", "boundaries", path, *SET)
    same = run("load", "boundaries", path, *SET, "--dry-run")
    assert "loaded already; nothing would change" in same.err
    other = run("load", "boundaries", path, *SET, "--dry-run", "--title", "Other")
    assert "4 boundaries would be loaded" in other.err
    assert count(command_url) == (1, 4)


def test_json_tells_how_a_file_was_read_and_every_row_at_fault(run, tmp_path):
    shapes = SQUARES | {"X": None, "Y": None}
    frame(shapes).to_file(tmp_path / "w.gpkg")
    report = tmp_path / "report.csv"
    words = ("load", "boundaries", tmp_path / "w.gpkg", *SET, "--json")
    found = run(*words, "--report", report)
    assert found.code == 1
    body = told(found)
    assert (body["format"], body["layer"], body["notes"]) == ("gpkg", "w", [])
    refused = [each["line"] for each in body["issues"] if each["outcome"] == "refused"]
    assert refused == [5, 6]
    assert (
        len(report.read_text(encoding="utf-8").splitlines()) == len(body["issues"]) + 1
    )
    again = told(run(*words))
    assert (again["is_new"], again["set"]) == (False, "wards")


def test_notes_on_how_a_file_was_read_are_told_and_kept(run, tmp_path):
    turned = frame(epsg=4326)
    turned["geometry"] = turned.geometry.map(
        lambda each: type(each)([(y, x) for x, y in each.exterior.coords])
    )
    turned.to_file(tmp_path / "w.gpkg")
    words = ("load", "boundaries", tmp_path / "w.gpkg", *SET)
    assert "load it with --swap-axes" in run(*words).said
    found = run(*words, "--swap-axes")
    assert "note: the two coordinates of each position are swapped" in found.err
    body = told(run(*words, "--swap-axes", "--json", "--dry-run", "--title", "Again"))
    assert body["quality"]["how_read"] == body["notes"] != []


@pytest.mark.parametrize("words", [("--snap-m", "-1"), ("--snap-m", "far")])
def test_a_distance_that_cannot_be_is_refused(run, tmp_path, words):
    assert run("load", "boundaries", geopackage(tmp_path), *SET, *words).code == 2
