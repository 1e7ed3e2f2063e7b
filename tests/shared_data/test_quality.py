"""The dirt in publishers' own files, counted; ``ASSETMAP_TEST_DATA`` names them."""

from dataclasses import replace
from functools import cache

import numpy as np
import pyproj
import pytest
import shapely

from assetmap.boundaries.features import boundaries_of
from assetmap.boundaries.quality import coverage
from assetmap.boundaries.quality.ground import ground_of
from assetmap.boundaries.quality.names import repeated
from assetmap.footprints.load import load_boundaries
from assetmap.settings import Settings
from assetmap.sources.boundaries.columns import Wanted, understood
from assetmap.sources.spatial.vector import read_layer
from tests.agreement.test_quality import compare
from tests.toy_town import description

FOLDER = Settings().test_data
pytestmark = pytest.mark.skipif(
    FOLDER is None, reason="ASSETMAP_TEST_DATA names no folder of publishers' files"
)
KM2 = 1e6
AS_SENT = {"U25405", "U39345", "U44050", "U65562", "U66344", "U68552", "U72231"}
LSOA, PCN, WARD = "lsoa21.parquet", "pcn_2020_catchments.gpkg", "wd20.parquet"
COUNCIL, SUB_ICB = "lad24.gpkg", "sicbl22.geojson"


@cache
def layer(name):
    return read_layer(FOLDER / "national" / name)


@cache
def checked(name):
    sent, said = understood(layer(name), Wanted())
    boundaries, found = boundaries_of(sent, said.code, said.name)
    return boundaries, found, ground_of(boundaries.shapes)


def facts(name):
    boundaries, _, ground = checked(name)
    return coverage.quality(boundaries.shapes, ground).facts


def codes(name, reason):
    return {each.codes[0] for each in checked(name)[1] if each.reason == reason}


def pairs_over(name, least_m2):
    pairs = coverage.shared_by_pair(checked(name)[2].cells)
    return sum(shared > least_m2 for shared in pairs.values())


def test_catchments_invalid_as_they_came_are_told_from_those_only_in_metres():
    assert len(checked(PCN)[0].codes) == 1_278
    assert codes(PCN, "invalid") == AS_SENT
    assert len(codes(PCN, "invalid_when_projected")) == 4


def test_which_catchments_only_metres_break_depends_on_the_transformation():
    """The four that are named were found with seven parameters, not with OSTN15."""
    sent = layer(PCN)
    seven = "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad"
    seven += " +step +proj=cart +ellps=WGS84 +step +inv +proj=helmert +x=446.448"
    seven += " +y=-125.157 +z=542.06 +rx=0.15 +ry=0.247 +rz=0.842 +s=-20.489"
    seven += " +convention=position_vector +step +inv +proj=cart +ellps=airy"
    seven += " +step +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000"
    seven += " +y_0=-100000 +ellps=airy"
    move = pyproj.Transformer.from_pipeline(seven)
    moved = shapely.transform(
        shapely.force_2d(sent.shapes), lambda xy: np.column_stack(move.transform(*xy.T))
    )
    own = replace(sent, shapes=moved, crs=pyproj.CRS(27700))
    _, found = boundaries_of(own, "PCN_Code", "PCN_Name")
    wrong = {each.codes[0]: each for each in found if each.reason == "invalid"}
    assert set(wrong) == AS_SENT | {"U21222", "U65434", "U80264", "U92151"}
    assert wrong["U65562"].after_m2 / KM2 == pytest.approx(346.340, abs=5e-4)
    by_structure = shapely.make_valid(
        moved[list(sent.columns["PCN_Code"]).index("U65562")], method="structure"
    )
    assert by_structure.area / KM2 == pytest.approx(346.352, abs=5e-4)


def test_a_repair_tells_the_area_before_and_after():
    found = {each.codes[0]: each for each in checked(PCN)[1] if each.codes}
    told = found["U65562"]
    assert told.method == "linework"
    assert told.after_m2 / KM2 == pytest.approx(346.332, abs=5e-4)
    assert told.area_m2 == pytest.approx(told.after_m2 - told.before_m2)


def test_five_wards_are_invalid_and_names_are_repeated():
    assert codes(WARD, "invalid") == {
        "E05004205",
        "E05010399",
        "E05011739",
        "E05012462",
        "E05012538",
    }
    # 841 wards share 297 names: 544 are more than the first of their name.
    sharing, shared = repeated(checked(WARD)[0])
    assert (sharing, shared, sharing - shared) == (841, 297, 544)
    assert facts(WARD)["overlapping_pairs"] == 0


def test_lsoas_overlap_in_the_pairs_that_are_known():
    found = facts(LSOA)
    assert found["overlapping_pairs"] == 4_559
    assert pairs_over(LSOA, 1.0) == 1_106
    assert found["overlap_m2"] / KM2 == pytest.approx(2.459, abs=5e-4)
    assert found["unaccounted_m2"] < 1e-3
    assert checked(LSOA)[1] == []


def test_lsoas_leave_the_slivers_inside_districts_that_are_known():
    """Dissolving finds 7,466, of which 59 are rounding (under a square millimetre)."""
    boundaries, _, _ = checked(LSOA)
    sent = layer(LSOA).columns
    district = dict(zip(sent["lsoa21_code"], sent["ltla24_code"], strict=True))
    of = np.array([district[each] for each in boundaries.codes])
    holes = np.concatenate(
        [
            shapely.area(ground_of(boundaries.shapes[of == each]).holes)
            for each in np.unique(of)
        ]
    )
    dissolved = np.array(
        [
            shapely.area(shapely.Polygon(ring))
            for each in np.unique(of)
            for part in shapely.get_parts(
                shapely.union_all(boundaries.shapes[of == each])
            )
            for ring in part.interiors
        ]
    )
    small, theirs = holes[holes < 1_000], dissolved[dissolved < 1_000]
    assert (len(theirs), int((theirs < 1e-6).sum())) == (7_466, 59)
    assert len(small) == 7_466 - 59
    assert small.sum() == pytest.approx(9_127.44, abs=0.01)
    assert small.sum() == pytest.approx(theirs.sum(), rel=1e-6)


def test_councils_overlap_in_111_pairs_by_more_than_a_square_metre():
    found = facts(COUNCIL)
    assert found["overlapping_pairs"] == 175
    assert pairs_over(COUNCIL, 1.0) == 111
    assert found["overlap_m2"] / KM2 == pytest.approx(0.79, abs=5e-3)


def test_nothing_is_wrong_with_the_sub_icbs():
    found = facts(SUB_ICB)
    assert checked(SUB_ICB)[1] == []
    assert (found["overlapping_pairs"], found["gaps"]) == (0, 0)


def test_real_overlaps_and_gaps_agree_with_postgis(session):
    """The LSOAs of a district with simplified ones, and of its neighbours."""
    sent = layer(LSOA)
    simplified = sent.shapes[(sent.columns["geom_source"] == "simplified").to_numpy()]
    near = shapely.dwithin(sent.shapes, shapely.union_all(simplified), 2_000)
    some = replace(
        sent,
        shapes=sent.shapes[near],
        columns=sent.columns[near].reset_index(drop=True),
        sha256="5" * 64,
    )
    columns = ("lsoa21_code", "lsoa21_name", None)
    row = load_boundaries(session, description("some", "lsoa"), some, columns).row
    overlaps, gaps = compare(session, row)
    assert overlaps > 50
    assert gaps > 20
