"""Pairs found among the lists of six areas, held against pairs that were judged."""

import csv
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
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
JUDGED = Path(__file__).parent / "labelled_pairs.csv"
FILES = {
    "library list": ("libraries_schema.csv",),
    "libraries 2023": ("libraries_england_2023.csv",),
    "sports clubs": ("sports_clubs_casc.csv",),
    "co-operatives": ("cooperatives_2023q2.csv",),
    "practices": ("gp_practices.csv",),
    "pharmacies": ("pharmacies_edispensary.csv", "--layout", "ods-pharmacies"),
}
KNOWN = text("SELECT id, source, source_ref FROM asset")
FOUND = text("SELECT first_id, second_id, score FROM asset_pair WHERE basis <> 'shown'")


@pytest.fixture(scope="module")
def scores(server_url):
    """The score of each pair that the commands find, by list and reference."""
    with fresh_database(server_url, "twins") as address:
        engine = create_engine(address)
        with Session(engine) as session, session.begin():
            table = read_postcodes(FOLDER / "six_areas" / "postcodes.csv.gz")
            load_postcodes(session, table, RELEASE)
        names = {}
        with process_on(address), engine.connect() as connection:
            for name, (file, *options) in FILES.items():
                run_command("load", "assets", FOLDER / "six_areas" / file, *options)
                for number, _, ref in connection.execute(KNOWN):
                    names.setdefault(number, (name, ref))
                connection.rollback()
            done = run_command("duplicates", "find")
            assert done.code == 0, done.said
            listed = run_command("duplicates", "list", "--limit", "3")
            assert "their names are alike by 1.00 of 1" in listed.out
            found = {
                frozenset((names[first], names[second])): score
                for first, second, score in connection.execute(FOUND)
            }
        engine.dispose()
        yield found


def judged(part):
    with JUDGED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["part"] == part:
                ends = (
                    (row[f"{n}_list"], row[f"{n}_ref"]) for n in ("first", "second")
                )
                yield frozenset(ends), row["said"]


@pytest.mark.parametrize(
    ("part", "least", "precision", "recall"),
    [
        ("unseen", 0.5, 0.97, 0.95),
        ("unseen", 0.9, 0.99, 0.80),
        ("tuning", 0.5, 0.96, 0.96),
    ],
)
def test_pairs_that_were_judged_are_found_as_the_docs_say(
    scores, part, least, precision, recall
):
    called = {"same": [0, 0], "different": [0, 0], "succeeded": [0, 0]}
    for pair, said in judged(part):
        called[said][scores.get(pair, 0) >= least] += 1
    missed, right = called["same"]
    wrong = called["different"][1]

    assert right / (right + wrong) >= precision, called
    assert right / (right + missed) >= recall, called


def test_what_shares_a_place_and_no_name_is_not_called_the_same(scores):
    """Surgeries with a pharmacy in them; three practices in one health centre."""
    sites = [{"pharmacies", "practices"}, {"practices", "library list"}]
    assert not [pair for pair in scores if {name for name, _ in pair} in sites]
