"""The how-to that loads a country is run, command by command, on publishers' files."""

import shlex
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from assetmap.settings import Settings
from tests.cli.conftest import run_command
from tests.databases import fresh_database, process_on
from tests.docs.test_examples import PROJECT, examples

FOLDER = Settings().test_data
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        FOLDER is None, reason="ASSETMAP_TEST_DATA names no folder of publishers' files"
    ),
]
PAGE = PROJECT / "docs" / "how-to" / "load-a-country.md"
COMMANDS = [command for command, _ in examples(PAGE, "publishers' files")]
# Derived layers, tables for people and what belongs to other tests.
NOT_LOADED = {"areas.csv"}
WITH_REFUSED_ROWS = {"sports_clubs_casc.csv"}


@pytest.fixture(scope="module")
def country(server_url, tmp_path_factory):
    """Runs the page's commands, in their order, on an empty database."""
    with (
        fresh_database(server_url, "country") as address,
        process_on(address),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.chdir(tmp_path_factory.mktemp("country"))
        yield address


def words_of(command):
    words = shlex.split(command)[1:]
    return [each.replace("FILES", str(FOLDER), 1) for each in words]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_does_what_it_says(country, command):
    words = words_of(command)
    found = run_command(*words)

    named = {Path(each).name for each in words}
    assert found.code == (1 if named & WITH_REFUSED_ROWS else 0), found.said + found.out


def test_every_publishers_file_is_loaded_by_a_command_of_the_page():
    loaded = {Path(each).name for command in COMMANDS for each in words_of(command)}
    folders = ("national", "six_areas", "staffordshire")
    there = {each.name for name in folders for each in (FOLDER / name).iterdir()}

    assert there - NOT_LOADED <= loaded


def test_every_set_has_a_quality_report(country):
    engine = create_engine(country)
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT name, quality FROM boundary_set ORDER BY name")
        ).all()
    engine.dispose()

    assert len(rows) >= 9
    assert all(quality["features"] > 0 for _, quality in rows)
