"""Publishers' own files, where ``ASSETMAP_TEST_DATA`` names the folder of them."""

import pytest
import shapely
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from assetmap.footprints.load import load_boundaries, load_counts, load_postcodes
from assetmap.footprints.model import crisp
from assetmap.people.model import Release
from assetmap.reconciliation import run
from assetmap.settings import Settings
from assetmap.sources.boundaries.columns import Wanted, understood
from assetmap.sources.postcodes.files import read_postcodes
from assetmap.sources.spatial.vector import read_layer
from assetmap.sources.tabular.csv_files import rows_of
from tests.databases import fresh_database
from tests.toy_town import RELEASE, description

FOLDER = Settings().test_data
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        FOLDER is None, reason="ASSETMAP_TEST_DATA names no folder of publishers' files"
    ),
]
PEOPLE_OF_ENGLAND = 57_106_398
KM2 = 1e6


@pytest.fixture(scope="module")
def england(server_url):
    """A session on a database with LSOAs, their people and some postcodes."""
    with fresh_database(server_url, "england") as address:
        engine = create_engine(address)
        with Session(engine) as session:
            yield session
        engine.dispose()


@pytest.fixture(scope="module")
def postcodes(england):
    table = read_postcodes(FOLDER / "six_areas" / "postcodes.csv.gz")
    return load_postcodes(england, table, RELEASE)


@pytest.fixture(scope="module")
def lsoas(england, postcodes):
    layer = read_layer(FOLDER / "national" / "lsoa21.parquet")
    layer, found = understood(layer, Wanted())
    columns = (found.code, found.name, found.name_cy)
    said = description("lsoa21", "lsoa")
    return load_boundaries(england, said, layer, columns)


@pytest.fixture(scope="module")
def people(england, lsoas):
    path = FOLDER / "national" / "lsoa21_population_2022.csv"
    release = Release(**vars(RELEASE) | {"source": path.name})
    columns = ("lsoacd", "population")
    rows = rows_of(path, columns)
    return load_counts(england, "people", release, rows, columns, lsoas.row, "E")


@pytest.fixture(scope="module")
def pcns(england, postcodes):
    layer = read_layer(FOLDER / "national" / "pcn_2020_catchments.gpkg")
    layer, found = understood(layer, Wanted())
    columns = (found.code, found.name, found.name_cy)
    said = description("pcn-2020", "pcn", made_how="practice_submitted")
    return load_boundaries(england, said, layer, columns)


def test_every_postcode_is_kept_and_148_have_no_place(postcodes):
    assert (postcodes.sent, postcodes.stored) == (66_993, 66_993)
    assert postcodes.without_place == 148
    assert postcodes.issues == []


def test_every_lsoa_is_loaded_without_a_fault(lsoas):
    assert lsoas.row.boundaries == 33_755
    assert lsoas.issues == []
    assert lsoas.row.quality["overlapping_pairs"] == pytest.approx(4_559, rel=0.02)
    assert lsoas.row.quality["overlap_m2"] == pytest.approx(2.459 * KM2, rel=0.01)


def test_the_people_of_england_are_all_counted(people):
    stored, issues = people
    assert stored.total == PEOPLE_OF_ENGLAND
    assert [each.reason for each in issues] == [
        "1917 rows do not begin with E: not loaded"
    ]


def test_the_people_of_all_points_are_the_people_of_all_blocks(england, people):
    count_set = people[0].id
    total = text(
        "SELECT sum(total) FROM boundary_total WHERE count_set_id = :id AND ordinal > 0"
    )
    assert england.scalar(total, {"id": count_set}) == pytest.approx(
        PEOPLE_OF_ENGLAND, rel=1e-12
    )


def test_pcn_catchments_overlap_as_their_readme_says(england, pcns):
    asked = {"set_id": pcns.row.id}
    areas = text("SELECT sum(area_m2) FROM boundary WHERE boundary_set_id = :set_id")
    again = text(
        "SELECT sum(st_area(geom) * (cardinality(members) - 1)) FROM overlap_cell"
        " WHERE boundary_set_id = :set_id"
    )
    whole = england.scalar(areas, asked)
    union = whole - england.scalar(again, asked)
    assert whole / KM2 == pytest.approx(228_965, abs=10)
    assert union / KM2 == pytest.approx(127_446, abs=5)
    assert pcns.row.overlapping


def test_the_invalid_catchments_are_repaired_and_told_with_their_areas(pcns):
    mended = {each.value: each.reason for each in pcns.issues}
    assert pcns.row.boundaries == 1_278
    assert {each.outcome for each in pcns.issues} == {"repaired"}
    # Seven are invalid as sent; which four become so depends on the transformation.
    sent = {"U25405", "U39345", "U44050", "U65562", "U66344", "U68552", "U72231"}
    assert sent < set(mended)
    assert len(mended) == 11
    assert all("m²" in reason for reason in mended.values())


@pytest.mark.parametrize(
    ("east", "north", "reach"),
    [
        (527_000, 175_500, 600),
        (382_500, 215_500, 900),
        (343_000, 463_500, 3_000),
        (303_000, 536_000, 8_000),
        (400_000, 300_000, 60_000),
    ],
    ids=["Battersea", "Gloucester", "Morecambe", "Maryport", "the Midlands"],
)
def test_the_ledger_of_a_drawn_polygon_balances(
    england, people, pcns, east, north, reach
):
    drawn = crisp(shapely.Point(east, north).buffer(reach), "drawn")
    found = run.reconcile(england, drawn, ["lsoa21", "pcn-2020"])
    assert found.measure == "people"
    for against in found.against:
        for totals in (against.area, against.people):
            parts = totals.allocated + totals.outside + totals.unplaced
            assert parts == pytest.approx(totals.total, rel=1e-9)
            shared = sum(totals.fractional.values()) + totals.outside
            assert shared == pytest.approx(totals.total, rel=1e-6)
        for row in against.rows:
            assert row.people_lower - 1e-6 <= row.overlap_people
            assert row.overlap_people <= row.people_upper + 1e-6


def test_battersea_has_as_many_people_as_its_blocks_allow(england, people):
    drawn = crisp(shapely.Point(527_000, 175_500).buffer(600), "drawn")
    blocks = run.reconcile(england, drawn, ["lsoa21"])
    shares = sum(row.overlap_people for row in blocks.against[0].rows)
    assert shares == pytest.approx(blocks.people, rel=1e-9)
    # 1.13 km² of inner London: from 8,000 to 20,000 people on each square kilometre.
    assert 9_000 < blocks.people < 23_000
