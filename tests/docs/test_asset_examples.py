"""Each importer of assets does what its example says, in a town of its own."""

import shlex

import pytest

from tests.cli.conftest import run_command
from tests.databases import fresh_database, process_on
from tests.docs.test_examples import PROJECT, README, examples, plain

PAGE = PROJECT / "docs" / "data" / "assets.md"


@pytest.fixture(scope="module")
def town(server_url):
    """Runs commands where the postcodes of the README's town are loaded."""
    with (
        fresh_database(server_url, "importers") as address,
        process_on(address),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.chdir(PROJECT)
        patch.setenv("COLUMNS", "200")
        for line, _ in examples(README, "toy town"):
            if "load postcodes" in line:
                run_command(*shlex.split(line)[1:])
        yield


def test_each_importer_of_assets_does_what_its_example_says(town):
    shown = examples(PAGE, "toy town, assets")
    assert len(shown) >= 12
    for line, output in shown:
        found = run_command(*shlex.split(line)[1:])
        told = " ".join(f"{found.said} {found.out}".split())
        assert output.strip(), line
        for each in plain(output):
            assert " ".join(each.split()) in told, line
