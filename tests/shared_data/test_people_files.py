"""Publishers' files of people, loaded as the documented commands load them."""

import numpy as np
import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from assetmap.boundaries.store import list_sets
from assetmap.footprints import store
from assetmap.footprints.holding import Holding
from assetmap.footprints.load import load_boundaries
from assetmap.jobs.progress import unseen
from assetmap.people.deprivation import store as deprivation
from assetmap.publish.loads.deprivation import DeprivationOptions, load_deprivation
from assetmap.publish.loads.people import (
    CountOptions,
    PostcodeOptions,
    load_counts,
    load_postcodes,
)
from assetmap.publish.loads.registry import Given
from assetmap.reconciliation.deprivation.run import deprivation_of
from assetmap.reconciliation.subjects import of_boundaries
from assetmap.settings import Settings
from assetmap.sources.boundaries.columns import Wanted, understood
from assetmap.sources.spatial.vector import read_layer
from tests.databases import fresh_database
from tests.toy_town import description

FOLDER = Settings().test_data
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        FOLDER is None, reason="ASSETMAP_TEST_DATA names no folder of publishers' files"
    ),
]
SETS = (
    ("lsoa-2021", "lsoa", "lsoa21.parquet"),
    ("lad-2024", "lad", "lad24.gpkg"),
    ("pcn-2020", "pcn", "pcn_2020_catchments.gpkg"),
)


def given(*path):
    return Given(FOLDER.joinpath(*path))


@pytest.fixture(scope="module")
def england(server_url):
    """A session on a database with three national sets and the six areas' postcodes."""
    with fresh_database(server_url, "people") as address:
        engine = create_engine(address)
        with Session(engine) as session:
            for name, kind, file in SETS:
                layer = read_layer(FOLDER / "national" / file)
                layer, found = understood(layer, Wanted())
                columns = (found.code, found.name, found.name_cy)
                load_boundaries(session, description(name, kind), layer, columns)
            path = given("six_areas", "postcodes.csv.gz")
            load_postcodes(session, path, PostcodeOptions(), unseen)
            yield session
        engine.dispose()


@pytest.fixture(scope="module")
def people(england):
    path = given("national", "lsoa21_population_2022.csv")
    options = CountOptions(blocks="lsoa-2021", only="E")
    return load_counts(england, path, options, unseen)


@pytest.fixture(scope="module")
def scores(england):
    path = given("national", "imd2025_lsoa21.csv.gz")
    options = DeprivationOptions(blocks="lsoa-2021")
    return load_deprivation(england, path, options, unseen)


def test_compiled_code_finds_what_geos_finds_in_every_set(england):
    chunks = store.all_chunks(england)
    for row in list_sets(england):
        asked = Holding(store.set_parts(england, row).shapes)
        one, other = (
            np.unique(np.column_stack(way(chunks.xs.copy(), chunks.ys.copy())), axis=0)
            for way in (asked.compiled, asked.by_geos)
        )
        assert len(one) > 60_000
        assert np.array_equal(one, other), row.name


def test_the_people_of_england_are_counted_by_columns_that_nobody_named(people):
    assert (people.table.code, people.table.count) == ("lsoacd", "population")
    assert people.stored.total == 57_106_398
    assert [each.reason for each in people.issues] == [
        "1917 rows do not begin with E: not loaded"
    ]


def test_every_lsoa_has_every_score_and_repeated_ranks_are_told(scores):
    stored, domains, issues = scores
    assert stored.blocks == 33_755
    assert set(domains) == {
        "imd", "income", "employment", "education", "health", "crime", "barriers",
        "living-environment",
    }  # fmt: skip
    assert {each.outcome for each in issues} == {"noted"}
    told = {each.column: each.reason for each in issues}
    assert told == {
        "Income": "3 ranks stand twice: kept as they are",
        "Education, Skills and Training": "1 ranks stand twice: kept as they are",
        "Barriers to Housing and Services": "1 ranks stand twice: kept as they are",
    }


def test_the_first_lsoa_of_london_has_its_published_scores(england, scores):
    stored, *_ = scores
    found = deprivation.scores_at(england, stored, [1])
    imd = next(each for each in found.domains if each.slug == "imd")
    assert imd.scores.tolist() == [8.742]
    assert (imd.ranks.tolist(), imd.deciles.tolist()) == ([26525], [8])


def test_a_district_has_the_mean_score_of_its_people(england, people, scores):
    gloucester = of_boundaries(england, "lad-2024", ["E07000081"], None)
    found = deprivation_of(england, gloucester)
    imd = next(each for each in found.domains if each.slug == "imd")
    assert found.people == pytest.approx(people_of_gloucester(), rel=0.001)
    assert sum(imd.by_decile) == pytest.approx(found.people, rel=1e-9)
    assert 5 < imd.score < 60
    assert imd.without == pytest.approx(0, abs=1e-6)


def people_of_gloucester():
    rows = (FOLDER / "six_areas" / "areas.csv").read_text("utf-8-sig").splitlines()
    place = rows[0].replace('"', "").split(",").index("population_2022")
    [row] = [each for each in rows if "E07000081" in each]
    return float(row.replace('"', "").split(",")[place])
