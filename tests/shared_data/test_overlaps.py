"""Areas of overlap on publishers' own layers, beside GEOS and other libraries."""

import warnings
from functools import cache

import geopandas
import numpy as np
import pytest
import shapely

from assetmap.footprints.areas.edges import edges_of
from assetmap.footprints.areas.shared import areas_by_geos, box_pairs, shared_by_shapes
from assetmap.reconciliation import crosswalk, interpolate_counts, overlaps
from assetmap.settings import Settings
from assetmap.sources.spatial.shapes import mended

FOLDER = Settings().test_data
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        FOLDER is None, reason="ASSETMAP_TEST_DATA names no folder of publishers' files"
    ),
]
PROVIDENCE = 32030
LONDON = 4_835
"""LSOAs of London: the first in order of code."""


@cache
def national(name):
    path = FOLDER / "national" / name
    read = geopandas.read_file if path.suffix == ".gpkg" else geopandas.read_parquet
    return read(path).to_crs(27700)


def polygons(name):
    return mended(national(name).geometry.values, "linework")


@pytest.mark.parametrize("name", ["wd20.parquet", "pcn_2020_catchments.gpkg"])
def test_every_pair_of_two_national_sets_shares_what_geos_says(name):
    ones, others = polygons("lsoa21.parquet"), polygons(name)
    one, other = box_pairs(edges_of(ones), edges_of(others))
    exact = areas_by_geos(ones, others, one, other)
    found = shared_by_shapes(ones, others)
    assert found.computed_by == "edge sums"
    by_pair = np.zeros(len(one))
    key = one * len(others) + other
    by_pair[np.searchsorted(key, found.one * len(others) + found.other)] = found.area_m2
    np.testing.assert_allclose(by_pair, exact, rtol=1e-6, atol=1e-6)
    assert found.area_m2.sum() == pytest.approx(exact.sum(), rel=1e-12)


@pytest.fixture(scope="module")
def providence():
    folder = FOLDER / "peers" / "providence"
    layers = []
    for name in ("blocks", "new_precincts"):
        layer = geopandas.read_file(folder / f"{name}.zip").to_crs(PROVIDENCE)
        layer["code"] = layer.index.astype(str)
        layers.append(layer)
    return layers


def test_people_of_providence_by_exact_area_share(providence):
    """Two well-known libraries say 121,735 by default: 990 too many at the edge."""
    blocks, precincts = providence
    assert len(blocks) == 3_014
    found = crosswalk(blocks, precincts, "code", "code", slivers=True)
    counts = blocks.set_index("code")["TOTPOP"].astype(float)
    carried = interpolate_counts(counts, found)
    assert carried.sum() == pytest.approx(120_745.07, abs=0.005)
    told = carried.attrs
    assert told["allocated"] + told["outside"] == pytest.approx(told["sent"], rel=1e-9)


def test_people_of_providence_by_a_point_in_each_block(providence):
    blocks, precincts = providence
    points = blocks[["TOTPOP"]].copy()
    points = points.set_geometry(blocks.representative_point())
    found = crosswalk(
        blocks, precincts, "code", "code", "points", points, "TOTPOP", slivers=True
    )
    people = found[(found["weighted_by"] == "TOTPOP") & found["target"].notna()]
    assert people["overlap"].sum() == pytest.approx(120_758)


@pytest.mark.filterwarnings("ignore")
def test_wards_of_london_get_what_other_libraries_give_them():
    """Equal to what single precision allows, where targets cover the sources."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tobler = pytest.importorskip("tobler.area_weighted")
        maup = pytest.importorskip("maup")
    blocks = national("lsoa21.parquet").iloc[:LONDON].reset_index(drop=True)
    blocks["people"] = np.arange(1.0, len(blocks) + 1)
    wards = national("wd20.parquet").copy()
    wards["geometry"] = polygons("wd20.parquet")
    near = wards[wards.intersects(shapely.box(*blocks.total_bounds))]
    near = near.reset_index(drop=True)
    found = crosswalk(blocks, near, "lsoa21_code", "WD20CD", slivers=True)
    counts = blocks.set_index("lsoa21_code")["people"]
    ours = interpolate_counts(counts, found).reindex(near["WD20CD"]).fillna(0)
    theirs = tobler.area_interpolate(
        blocks, near, extensive_variables=["people"], allocate_total=False
    )
    np.testing.assert_allclose(ours, theirs["people"], rtol=1e-5, atol=1e-2)
    pieces = maup.intersections(blocks, near, area_cutoff=0)
    share = pieces.area / blocks.area.loc[pieces.index.get_level_values(0)].to_numpy()
    prorated = maup.prorate(pieces, blocks["people"], weights=share)
    prorated = prorated.reindex(near.index).fillna(0)
    np.testing.assert_allclose(ours, prorated, rtol=1e-9, atol=1e-6)


def test_shares_both_ways_are_of_the_same_overlap():
    blocks = national("lsoa21.parquet").iloc[:300]
    districts = national("lad24.gpkg")
    there = overlaps(blocks, districts, "lsoa21_code", "ltla24_code")
    back = overlaps(districts, blocks, "ltla24_code", "lsoa21_code")
    assert len(there) == len(back)
    pairs = there.merge(
        back, left_on=["source", "target"], right_on=["target", "source"]
    )
    np.testing.assert_allclose(
        pairs["share_of_source_x"], pairs["share_of_target_y"], rtol=1e-9, atol=1e-12
    )
