"""Publishers' own boundary files, loaded by the documented command with few options."""

import json

import pytest
from typer.testing import CliRunner

from assetmap.publish.cli.main import app
from assetmap.settings import Settings
from tests.databases import fresh_database, process_on

FOLDER = Settings().test_data
pytestmark = pytest.mark.skipif(
    FOLDER is None, reason="ASSETMAP_TEST_DATA names no folder of publishers' files"
)


@pytest.fixture(scope="module")
def command(server_url):
    """Runs a command on a database of its own; tells its exit code and its JSON."""

    def run(*words):
        found = CliRunner().invoke(app, [str(each) for each in words])
        assert found.exit_code in {0, 1}, found.stderr
        return found.exit_code, json.loads(found.stdout)

    with fresh_database(server_url, "files") as address, process_on(address):
        yield run


@pytest.mark.parametrize(
    ("file", "options", "expected"),
    [
        (
            "lsoa21.parquet",
            (),
            {
                "set": "lsoa-2021",
                "kind": "lsoa",
                "vintage": "2021",
                "valid_from": "2021-03-21",
                "boundaries": 33_755,
                "format": "geoparquet",
            },
        ),
        (
            "wd20.parquet",
            ("--valid-from", "2020-12-31"),
            {"set": "ward-2020", "kind": "ward", "boundaries": 7_219},
        ),
        (
            "lad24.gpkg",
            ("--valid-from", "2024-04-01"),
            {"set": "lad-2024", "kind": "lad", "boundaries": 296, "format": "gpkg"},
        ),
        (
            "pcn_2020_catchments.gpkg",
            ("--set", "pcn-2020", "--valid-from", "2020-04-01"),
            {"set": "pcn-2020", "kind": "pcn", "boundaries": 1_278, "crs": "EPSG:4326"},
        ),
        (
            "sicbl22.geojson",
            ("--valid-from", "2022-07-01"),
            {"set": "sub-icb-2022", "kind": "sub_icb", "boundaries": 106},
        ),
    ],
)
def test_a_publishers_file_is_loaded_with_few_options(command, file, options, expected):
    code, found = command(
        "load", "boundaries", FOLDER / "national" / file, *options, "--json"
    )
    assert code == 0
    assert {each: found[each] for each in expected} == expected
    assert found["quality"]["features"] == expected["boundaries"]
    assert "discrepancies" in found["quality"]
    assert (found["notes"], found["is_new"]) == ([], True)
    again = command(
        "load", "boundaries", FOLDER / "national" / file, *options, "--json"
    )
    assert not again[1]["is_new"]
