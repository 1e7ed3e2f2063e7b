"""ONS's registers of changed codes, where ``ASSETMAP_TEST_DATA`` names their folder."""

from collections import Counter
from datetime import date

import pytest

from assetmap.boundaries.succession import Chains, successions_of
from assetmap.db.migrate import project_folder
from assetmap.settings import Settings
from assetmap.sources.changes import read_changes

FOLDER = Settings().test_data
pytestmark = pytest.mark.skipif(
    FOLDER is None, reason="ASSETMAP_TEST_DATA names no folder of publishers' files"
)
CUMBERLAND_DAY = date(2023, 4, 1)


def successions(path):
    issues = []
    changes = read_changes(path, None, issues)
    assert issues == []
    found = []
    for day in sorted({each.on for each in changes}):
        pairs = [(each.old, each.new) for each in changes if each.on == day]
        found += successions_of(pairs, day)
    return found


@pytest.fixture(scope="module")
def councils():
    return successions(FOLDER / "national" / "lookup_lad_changes_2016_2024.csv")


def test_three_councils_became_cumberland_on_1_april_2023(councils):
    made = Chains(councils).began("E06000063", date(2024, 1, 1))

    assert [each.name_from for each in made] == ["Allerdale", "Carlisle", "Copeland"]
    assert {(each.on, each.how) for each in made} == {(CUMBERLAND_DAY, "merged")}


def test_326_districts_of_england_became_296(councils):
    steps = [each for each in councils if each.code_from.startswith("E")]
    ended = {each.code_from for each in steps}
    begun = {each.code_to for each in steps}

    assert 326 - len(ended - begun) + len(begun - ended) == 296


def test_fife_and_perth_are_not_followed_crosswise(councils):
    chains = Chains(councils)
    became = chains.ended("S12000015", date(2017, 1, 1))

    assert [each.name_to for each in became] == ["Fife"]
    crossed = [each for each in councils if each.how == "exchanged"]
    assert len(crossed) == 2


def test_lsoas_split_and_merged_between_the_censuses():
    path = FOLDER / "national" / "lookup_lsoa11_lsoa21_lad22.csv.gz"
    found = successions(path)
    count = Counter(each.how for each in found)

    assert count["complex"] == 10
    assert (count["split"], count["merged"]) == (1_900, 239)


def test_our_own_changes_of_councils_are_those_of_the_register(councils):
    own = successions(project_folder("data") / "changes" / "councils" / "changes.csv")
    since = date(2019, 4, 1)
    theirs = {
        each for each in councils if each.on >= since and each.code_from.startswith("E")
    }

    assert theirs == {each for each in own if each.on <= CUMBERLAND_DAY}
