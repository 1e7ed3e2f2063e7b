"""Staffordshire's registrations and the national mapping, beside a count by hand.

The hand check adds up the raw file row by row in plain Python, knowing nothing of the
database, and compares what the service says of ten small areas and of every network.
"""

import csv
from collections import Counter, defaultdict
from datetime import date

import geopandas
import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from assetmap.footprints.load import load_boundaries, load_counts, load_postcodes
from assetmap.footprints.pcns import store as catchments
from assetmap.footprints.pcns.by_practices import make_nearest_practice
from assetmap.footprints.pcns.by_registrations import make_by_registrations
from assetmap.footprints.pcns.load_registrations import UnknownLsoas, load_registrations
from assetmap.footprints.pcns.sets import Asked
from assetmap.practices import organisations, store
from assetmap.practices.changes_report import standing_on
from assetmap.practices.ingest import load_practices
from assetmap.practices.model import Source
from assetmap.reconciliation import run, subjects
from assetmap.reconciliation.pcns.by_registrations import of_pcn
from assetmap.reconciliation.pcns.shares import serving
from assetmap.settings import Settings
from assetmap.sources.nhs.ods import is_gp_practice
from assetmap.sources.nhs.practice_files import read_practice_file
from assetmap.sources.nhs.registrations import registration_rows
from assetmap.sources.postcodes.files import read_postcodes
from assetmap.sources.spatial.vector import Layer
from assetmap.sources.tabular.csv_files import rows_of
from tests.databases import fresh_database
from tests.toy_town import RELEASE, description

FOLDER = Settings().test_data
pytestmark = pytest.mark.skipif(
    FOLDER is None, reason="ASSETMAP_TEST_DATA names no folder of publishers' files"
)
OCTOBER = date(2025, 10, 1)
DISTRICTS = (
    "Cannock Chase",
    "East Staffordshire",
    "Lichfield",
    "Newcastle-under-Lyme",
    "South Staffordshire",
    "Stafford",
    "Staffordshire Moorlands",
    "Stoke-on-Trent",
    "Tamworth",
)
TEN = (
    "E01029398",  # Cannock Chase 006B
    "E01029406",  # East Staffordshire 001B
    "E01029515",  # Lichfield 003D
    "E01029558",  # Newcastle-under-Lyme 006E
    "E01029647",  # South Staffordshire 002C
    "E01029703",  # Stafford 001B
    "E01029778",  # Staffordshire Moorlands 012A
    "E01014269",  # Stoke-on-Trent 010A
    "E01014320",  # Stoke-on-Trent 033D
    "E01029849",  # Tamworth 002C
)
"""One of each district, mostly those shared by most networks."""


def source(file):
    said = ("NHS England", "OGL-3.0", "Contains information from NHS England")
    return Source(file, *said, file, file)


@pytest.fixture(scope="module")
def raw():
    """The rows of the file, as they stand."""
    path = FOLDER / "staffordshire" / "registrations_2025-10.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return [(row[0], row[1], int(row[3]), row[4]) for row in rows]


@pytest.fixture(scope="module")
def county(server_url):
    with fresh_database(server_url, "staffordshire") as address:
        engine = create_engine(address)
        with Session(engine) as session:
            yield session
        engine.dispose()


@pytest.fixture(scope="module")
def mapping(county):
    path = FOLDER / "national" / "gp_practice_pcn_2025-10.csv"
    tables = read_practice_file(path)
    return load_practices(county, tables, source(path.name), None, OCTOBER)


@pytest.fixture(scope="module")
def points(county, mapping):
    path = FOLDER / "staffordshire" / "practice_points.csv"
    tables = read_practice_file(path)
    return load_practices(county, tables, source(path.name), None, OCTOBER)


@pytest.fixture(scope="module")
def lsoas(raw):
    """The LSOAs that the file names, and the nine districts' own."""
    frame = geopandas.read_parquet(FOLDER / "national" / "lsoa21.parquet")
    is_own = frame["ltla24_name"].isin(DISTRICTS)
    return frame[frame["lsoa21_code"].isin({row[0] for row in raw}) | is_own]


@pytest.fixture(scope="module")
def postcodes(county):
    """Those of Cannock Chase are among them: elsewhere areas have a point each."""
    table = read_postcodes(FOLDER / "six_areas" / "postcodes.csv.gz")
    load_postcodes(county, table, RELEASE)


@pytest.fixture(scope="module")
def blocks(county, lsoas, postcodes):
    columns = lsoas.drop(columns="geometry").reset_index(drop=True)
    layer = Layer("lsoa21", "c" * 64, columns, lsoas.geometry.to_numpy(), lsoas.crs)
    names = ("lsoa21_code", "lsoa21_name", None)
    return load_boundaries(county, description("lsoa-2021", "lsoa"), layer, names).row


@pytest.fixture(scope="module")
def people(county, lsoas, blocks):
    path = FOLDER / "national" / "lsoa21_population_2022.csv"
    columns = ("lsoacd", "population")
    own = set(lsoas["lsoa21_code"])
    rows = [each for each in rows_of(path, columns) if each.values["lsoacd"] in own]
    load_counts(county, "people", RELEASE, rows, columns, blocks)


@pytest.fixture(scope="module")
def registrations(county, mapping, blocks):
    path = FOLDER / "staffordshire" / "registrations_2025-10.csv"
    issues = []
    rows = registration_rows(path, issues)
    done = load_registrations(county, None, source(path.name), rows, None, OCTOBER)
    return done, issues


@pytest.fixture(scope="module")
def made(county, registrations, points):
    return make_by_registrations(
        county, Asked("pcn-registrations", OCTOBER), registrations[0].row
    )


@pytest.fixture(scope="module")
def cells(county, made):
    """What the service says of the ten small areas."""
    found = catchments.get_catchment_set(county, "pcn-registrations")
    return catchments.cells_of_blocks(county, found, TEN)


def test_the_national_mapping_is_read_whole(county, mapping):
    assert (mapping.practices, mapping.networks) == (6_202, 1_297)
    assert (mapping.without_pcn, mapping.issues) == (71, [])
    assert mapping.days == [OCTOBER]
    areas = Counter(each.kind for each in organisations.list_areas(county).values())
    assert areas == {"sub_icb": 106, "icb": 42}
    found = standing_on(county, OCTOBER)
    assert sum(found.pcn_of(each) is None for each in found.listed) == 71
    names = Counter(each.name for each in organisations.list_pcns(county).values())
    assert [name for name, times in names.items() if times > 1] == ["GRAND UNION PCN"]
    assert None not in {
        each.sub_icb_code for each in organisations.list_pcns(county).values()
    }


def test_practices_with_points_agree_with_the_mapping(points, county):
    assert (points.practices, points.networks, points.issues) == (141, 25, [])
    assert (
        len(organisations.grid_places(county, store.memberships_on(county, OCTOBER)))
        == 141
    )


def test_everybody_is_placed_or_told_why_not(registrations):
    done, issues = registrations
    assert (issues, done.issues) == ([], [])
    assert (done.row.total, done.row.placed) == (1_210_283, 1_210_283 - 1_433)
    assert done.row.unplaced == {
        "empty": 1_048,
        "closed": 333,
        "wales": 24,
        "scotland": 16,
        "northern_ireland": 7,
        "channel_islands": 4,
        "isle_of_man": 1,
    }
    assert done.row.blocks == "lsoa-2021"


def test_the_file_is_what_its_description_says(raw, lsoas):
    assert (len(raw), sum(row[2] for row in raw)) == (16_864, 1_210_283)
    assert sum(1 <= row[2] <= 4 for row in raw) == 9_256
    assert sum(not row[0].startswith("E01") for row in raw) == 264
    own = set(lsoas[lsoas["ltla24_name"].isin(DISTRICTS)]["lsoa21_code"])
    assert (len(own), len(own - {row[0] for row in raw})) == (697, 1)


def by_hand(raw, block):
    """Patients by network of one small area, row by row."""
    found = {}
    for lsoa, _, patients, pcn in raw:
        if lsoa == block:
            found[pcn] = found.get(pcn, 0) + patients
    return found


@pytest.mark.parametrize("block", TEN)
def test_the_shares_of_ten_small_areas_are_those_added_up_by_hand(raw, cells, block):
    patients = by_hand(raw, block)
    whole = sum(patients.values())
    assert whole > 500
    told = {each.pcn_code: each for each in cells if each.block_code == block}
    assert set(told) == set(patients)
    for pcn, count in patients.items():
        assert told[pcn].patients == count
        assert told[pcn].share == pytest.approx(count / whole, abs=1e-12)
    assert sum(each.share for each in told.values()) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("block", TEN)
def test_the_people_of_ten_small_areas_are_served_as_counted_by_hand(
    raw, county, made, people, block
):
    patients = by_hand(raw, block)
    subject = subjects.of_boundaries(county, "lsoa-2021", [block])
    found = serving(county, subject)
    whole = sum(patients.values())
    kept = {pcn: count / whole for pcn, count in patients.items() if count >= 5}
    assert {e.catchment.code: e.share for e in found.rows} == pytest.approx(kept)
    assert found.ledger.withheld == pytest.approx(1 - sum(kept.values()), abs=1e-12)
    expected = sum(kept.values()) ** 2 / sum(each**2 for each in kept.values())
    assert found.effective_number == pytest.approx(expected)
    fits = run.reconcile(
        county, subject.footprint, ["pcn-registrations"], coded=subject.coded
    )
    (against,) = fits.against
    told = {row.boundary.code: row.overlap_people for row in against.rows}
    assert {pcn: held / fits.people for pcn, held in told.items()} == pytest.approx(
        kept
    )
    assert against.people.unplaced == pytest.approx(fits.people - sum(told.values()))


def test_all_patients_of_a_network_are_counted_by_hand(raw, county, made):
    known, areas = Counter(), Counter()
    for lsoa, _, patients, pcn in raw:
        known[pcn] += patients
        if pcn == "U08925" and lsoa.startswith("E01"):
            areas[lsoa] += patients
    found = of_pcn(county, "U08925").patients
    few = sum(count for count in areas.values() if count < 5)
    assert (found.total, found.withheld) == (known["U08925"], few)
    assert found.without_place == known["U08925"] - areas.total()
    assert found.placed == areas.total() - few


def test_the_catchments_and_fidelities_are_those_counted_by_hand(raw, county, made):
    lists, sizes = Counter(), Counter()
    areas = defaultdict(Counter)
    for lsoa, _, patients, pcn in raw:
        sizes[pcn] += patients
        if lsoa.startswith("E01"):
            areas[lsoa][pcn] += patients
            lists[pcn] += patients
    own, registered, blocks = Counter(), Counter(), Counter()
    for cells in areas.values():
        best = sorted(cells, key=lambda pcn: (-cells[pcn], -sizes[pcn], pcn))[0]
        if cells[best] < 5:
            continue
        own[best] += cells[best]
        registered[best] += sum(cells.values())
        blocks[best] += 1
    found = catchments.get_catchment_set(county, "pcn-registrations")
    told = catchments.list_catchments(county, found)
    assert set(told) == set(sizes)
    assert len(told) == 25
    for pcn, each in told.items():
        assert (each.list_size, each.blocks) == (sizes[pcn], blocks[pcn])
        assert each.unplaced == sizes[pcn] - lists[pcn]
        assert each.resident_fidelity == pytest.approx(own[pcn] / registered[pcn])
        assert each.list_fidelity == pytest.approx(own[pcn] / lists[pcn])
    assert sum(each.practices for each in told.values()) == 141
    assert made.row.boundaries == 25


def test_no_catchment_rests_on_fewer_than_five_patients(raw, county, made, blocks):
    found = catchments.get_catchment_set(county, "pcn-registrations")
    told = catchments.list_catchments(county, found)
    areas = {row[0] for row in raw if row[0].startswith("E01")}
    assert sum(each.blocks for each in told.values()) < len(areas)


def test_the_nearest_practice_model_covers_the_nine_districts(county, points, lsoas):
    own = lsoas[lsoas["ltla24_name"].isin(DISTRICTS)]
    columns = own.drop(columns="geometry").reset_index(drop=True)
    layer = Layer("nine", "d" * 64, columns, own.geometry.to_numpy(), own.crs)
    names = ("lsoa21_code", "lsoa21_name", None)
    land = load_boundaries(county, description("nine"), layer, names).row
    made = make_nearest_practice(county, Asked("near", OCTOBER), land, 15_000)
    assert made.row.boundaries == 25
    assert made.row.made_how == "nearest_practice"


def test_areas_that_the_set_lacks_are_named(county, registrations):
    path = FOLDER / "staffordshire" / "registrations_2025-10.csv"
    rows = registration_rows(path, [])
    with pytest.raises(UnknownLsoas, match=r"of 3,\d\d\d LSOAs"):
        load_registrations(county, None, source("x"), rows, "nine", OCTOBER)


def test_other_ods_reports_of_the_layout_are_read_for_later():
    path = FOLDER / "six_areas" / "pharmacies_edispensary.csv"
    (table,) = read_practice_file(path)
    assert (table.layout, len(table.rows)) == ("organisations", 538)
    status = Counter(row.values["status"] for row in table.rows)
    assert status == {"A": 277, "C": 257, "P": 4}
    assert not any(is_gp_practice(row.values["setting"]) for row in table.rows)


def test_practices_of_six_areas_are_read_beside_the_national_list(county, mapping):
    path = FOLDER / "six_areas" / "gp_practices.csv"
    tables = read_practice_file(path)
    done = load_practices(
        county, tables, source(path.name), None, OCTOBER, is_partial=True
    )
    assert (done.practices, done.without_pcn, done.issues) == (149, 6, [])
    assert len(standing_on(county, OCTOBER).listed) == 6_202
