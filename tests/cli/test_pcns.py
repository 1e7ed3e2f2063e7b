"""Practices, registrations and networks on the command line."""

import json

import geopandas
import pytest

from tests.practices.nhs_files import MAPPING, mapped, write_csv
from tests.practices.pcn_town import LSOAS, PATIENTS, POSTCODES
from tests.toy_town import EAST, NORTH, box

DAY = ("--as-at", "2025-10-01")
LSOA = ("--set", "lsoa-2021", "--kind", "lsoa", "--valid-from", "2021-03-21")


@pytest.fixture
def town(run, tmp_path):
    """The town of three small areas, from files and by commands."""
    lines = ["postcode,easting,northing"]
    lines += [f"{k},{EAST + x},{NORTH + y}" for k, (x, y) in POSTCODES.items()]
    (tmp_path / "p.csv").write_text("\n".join(lines))
    frame = geopandas.GeoDataFrame(
        {"LSOA21CD": list(LSOAS), "LSOA21NM": list(LSOAS)},
        geometry=list(LSOAS.values()),
        crs=27700,
    )
    frame.to_file(tmp_path / "l.gpkg")
    networks = {"P00001": "U00001", "P00002": "U00002", "P00003": "U00003"}
    rows = [mapped(each, pcn) for each, pcn in networks.items()]
    write_csv(tmp_path / "map.csv", [MAPPING, *rows, mapped("P00004", "U")])
    cells = [(b, p, str(n)) for b, each in PATIENTS.items() for p, n in each.items()]
    names = ["LSOA_CODE", "PRACTICE_CODE", "NUMBER_OF_PATIENTS"]
    write_csv(tmp_path / "r.csv", [names, *cells, ("EMPTY", "P00001", "3")])
    geopandas.GeoDataFrame(geometry=[box(50, 0, 170, 100)], crs=27700).to_file(
        tmp_path / "drawn.gpkg"
    )
    assert run("load", "postcodes", tmp_path / "p.csv").code == 0
    assert run("load", "boundaries", tmp_path / "l.gpkg", *LSOA).code == 0
    return tmp_path


@pytest.fixture
def made(run, town):
    assert run("load", "practices", town / "map.csv").code == 0
    found = run("load", "registrations", town / "r.csv", "--extract-date", "2025-10-01")
    assert found.code == 0
    found = run("make", "pcn-set", "--how", "registrations", "--set", "reg", *DAY)
    assert found.code == 0, found.err
    return town


def test_practices_say_what_came_of_them(run, town):
    found = run("load", "practices", town / "map.csv")
    assert found.code == 0
    assert "map.csv: 4 practices and 3 PCNs, as at 2025-10-01" in found.said
    assert "1 practices are in no PCN" in found.said
    again = run("load", "practices", town / "map.csv")
    assert (again.code, "nothing changed" in again.said) == (0, True)


def test_rows_at_fault_are_listed_and_told_by_the_exit_code(run, town):
    report = town / "report.csv"
    path = write_csv(town / "bad.csv", [MAPPING, mapped("P00001"), mapped("?")])
    found = run("load", "practices", path, "--report", report)
    assert found.code == 1
    assert "bad.csv:3: code '?': is not an ODS code" in found.out
    assert "bad.csv,3,code,?" in report.read_text()
    (town / "x.csv").write_text("a,b\n1,2\n")
    assert run("load", "practices", town / "x.csv").code == 2
    assert run("load", "practices", town / "absent.csv").code == 2


def test_registrations_tell_everybody_and_who_has_no_place(run, town):
    found = run("load", "registrations", town / "r.csv", "--extract-date", "2025-10-01")
    assert found.out.splitlines() == [
        "registrations-2025-10: 3,003 patients on 2025-10-01, "
        "3,000 of them in lsoa-2021",
        "  3 unplaced: no LSOA given",
    ]
    again = run("load", "registrations", town / "r.csv", "--extract-date", "2025-10-01")
    assert "nothing changed" in again.out
    assert run("load", "registrations", town / "r.csv").code == 2
    assert run("load", "registrations", town / "none.csv").code == 2
    write_csv(town / "x.csv", [["LSOA_CODE", "PRACTICE_CODE"], ["E01000001", "P00001"]])
    wrong = run("load", "registrations", town / "x.csv", "--extract-date", "2025-10-01")
    assert "Is it a file of patients by practice and LSOA?" in wrong.said


def test_who_serves_a_place_is_a_table_or_json(run, made):
    found = run("pcns", made / "drawn.gpkg")
    assert found.code == 0
    lines = [" ".join(each.split()) for each in found.out.splitlines()]
    assert "U00002 PCN 55.0 %" in lines
    assert "Effective number of PCNs: 2.30" in lines
    body = json.loads(run("pcns", made / "drawn.gpkg", "--json", *DAY).out)
    assert body["ledger"]["total"] == pytest.approx(1)
    one = run("pcns", "lsoa-2021/E01000001", "--set", "reg", *DAY)
    assert "60.0 %" in one.out
    assert run("pcns", "nowhere").code == 2


def test_a_set_made_twice_is_made_once(run, made):
    found = run("make", "pcn-set", "--how", "registrations", "--set", "reg", *DAY)
    assert "made already; nothing changed" in found.said


def test_the_other_ways_need_land_or_catchments(run, made):
    near = ("make", "pcn-set", "--how", "nearest_practice", "--set", "near", *DAY)
    assert run(*near).code == 2
    # All four stand at one postcode: each network holds the ground.
    assert run(*near, "--land", "lsoa-2021", "--within-m", "1000").code == 0
    sent = ("make", "pcn-set", "--how", "practice_submitted", "--set", "sent", *DAY)
    assert run(*sent).code == 2
    frame = geopandas.GeoDataFrame(
        {"practice_code": ["P00001"]}, geometry=[box(0, 0, 9, 9)], crs=27700
    )
    frame.to_file(made / "c.gpkg")
    assert run(*sent, "--catchments", made / "c.gpkg").code == 0
    assert run("make", "pcn-set", "--how", "magic", "--set", "x", *DAY).code == 2


def test_changes_are_a_table_or_json(run, made):
    assert run("practices", "changes", "2025-10-01", "2025-10-02").out.startswith(
        "From 2025-10-01 to 2025-10-02"
    )
    later = [mapped(f"P0000{n}", f"U0000{n}", day="01Jan2026") for n in (1, 2)]
    later += [mapped("P00003", "U00001", day="01Jan2026", name="NEW")]
    path = write_csv(made / "later.csv", [MAPPING, *later])
    assert run("load", "practices", path).code == 0
    found = run("practices", "changes", "2025-10-01", "2026-01-01").out
    assert "P00003 NEW: U00003 → U00001, after 2025-10-01 and by 2026-01-01" in found
    assert "P00003 NEW, before: P00003 SURGERY" in found
    assert "Closed: 1" in found
    body = json.loads(
        run("practices", "changes", "2025-10-01", "2026-01-01", "--json").out
    )
    assert body["counts"]["moved"] == 1
    assert run("practices", "changes", "2025-10-01", "2025-10-01").code == 2


def test_a_network_and_boundaries_joined_are_taken_as_the_interface_takes_them(
    run, made
):
    graded = run("reconcile", "pcn:U00001", "--against", "lsoa-2021", *DAY, "--json")
    assert graded.code == 0, graded.said
    assert json.loads(graded.out)["footprint"]["kind"] == "graded"
    named = run("reconcile", "reg/U00001", "--against", "reg", *DAY, "--json")
    body = json.loads(named.out)
    assert body["footprint"]["made_how"] == "registrations"
    assert body["against"][0]["graded"]
    assert body["footprint"] == json.loads(graded.out)["footprint"]
    ledger = body["ledger"]["patients"]
    assert (ledger["allocated"], ledger["unplaced"]) == (700, 3)
    two = run("reconcile", "reg/U00001, U00002", "--against", "reg", *DAY, "--json")
    assert json.loads(two.out)["ledger"]["patients"]["total"] == 2_003
    codes = list(LSOAS)[:2]
    joined = run("reconcile", f"lsoa-2021/{','.join(codes)}", "--json")
    shapes = [LSOAS[each] for each in codes]
    area = json.loads(joined.out)["footprint"]["area_m2"]
    assert area == pytest.approx(sum(each.area for each in shapes))
    compared = run("compare", "pcn:U00001", f"lsoa-2021/{','.join(codes)}", *DAY)
    assert compared.code == 0, compared.said


def test_a_heading_says_that_networks_are_counted_by_their_shares(run, made):
    told = run("reconcile", "lsoa-2021/" + next(iter(LSOAS)), "--against", "reg", *DAY)
    assert "by share of registered patients (reg)" in told.out
    assert "have no edge" in " ".join(told.out.split())


def test_codes_of_which_one_is_unknown_are_told(run, made):
    found = run("reconcile", "lsoa-2021/NOBODY,NOWHERE")
    assert (found.code, found.out) == (2, "")
    assert "NOBODY" in found.said
