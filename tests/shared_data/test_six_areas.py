"""Assets of six areas in their publishers' layouts, in one directory."""

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from assetmap.footprints.load import load_postcodes
from assetmap.settings import Settings
from assetmap.sources.postcodes.files import read_postcodes
from tests.cli.conftest import run_command
from tests.databases import fresh_database, process_on
from tests.toy_town import RELEASE

FOLDER = Settings().test_data
pytestmark = pytest.mark.skipif(
    FOLDER is None, reason="ASSETMAP_TEST_DATA names no folder of publishers' files"
)


@pytest.fixture(scope="module")
def directory(server_url):
    """Runs commands on a database that holds the postcodes of the six areas."""
    with fresh_database(server_url, "six") as address:
        engine = create_engine(address)
        with Session(engine) as session, session.begin():
            table = read_postcodes(FOLDER / "six_areas" / "postcodes.csv.gz")
            load_postcodes(session, table, RELEASE)
        engine.dispose()
        with process_on(address):
            yield run_command


@pytest.mark.parametrize(
    ("file", "layout", "added", "refused"),
    [
        ("libraries_schema.csv", "library-list", 120, 0),
        ("libraries_england_2023.csv", "library-basic-dataset", 128, 0),
        ("sports_clubs_casc.csv", "sports-clubs-casc", 244, 2),
        ("cooperatives_2023q2.csv", "co-operatives", 272, 0),
        ("gp_practices.csv", "practice-pcn-mapping", 149, 0),
    ],
)
def test_each_file_loads_by_its_own_layout(directory, file, layout, added, refused):
    found = directory("load", "assets", FOLDER / "six_areas" / file)

    assert f"Read as {layout}" in found.said
    assert f"{added} assets added" in found.said
    assert found.code == (1 if refused else 0)
    assert found.out.count("(refused)") <= refused


def test_the_pharmacies_load_once_they_are_named(directory):
    path = FOLDER / "six_areas" / "pharmacies_edispensary.csv"
    found = directory("load", "assets", path, "--layout", "ods-pharmacies")

    assert "538 assets added" in found.said
    assert found.code == 0
