"""GeoDataFrames and the service give the same of the same town."""

import geopandas
import numpy as np
import pytest

from assetmap.footprints.load import load_counts
from assetmap.footprints.model import crisp
from assetmap.issues import RawRow
from assetmap.reconciliation import changes, reconcile, run, spread_people
from assetmap.reconciliation.vintages.run import compare_vintages
from tests.toy_town import RELEASE, SQUARES, add_postcodes, add_set, at, box

COUNTS = {"E": 80, "NE": 50, "NW": 30, "W": 90}
PLACES = {
    f"M1 {place}A{letter}": (7 + 23 * place, 11 + 37 * row)
    for row, letter in enumerate("ABDEF")
    for place in range(8)
}
PCNS = {
    "U1": box(0, 0, 130, 100),
    "U2": box(60, 20, 200, 200),
    "U3": box(250, 0, 300, 9),
}
PLACE = box(30, 30, 170, 190).difference(box(60, 60, 90, 90))


@pytest.fixture
def town(session):
    add_postcodes(session, PLACES)
    blocks = add_set(session, "blocks", SQUARES, kind="lsoa")
    counts = [RawRow("c", 2, {"code": c, "count": str(n)}) for c, n in COUNTS.items()]
    load_counts(session, "people", RELEASE, counts, ("code", "count"), blocks)
    add_set(session, "pcns", PCNS, kind="pcn")
    return session


def frame(shapes, **columns):
    return geopandas.GeoDataFrame(
        {"code": list(shapes), **columns}, geometry=list(shapes.values()), crs=27700
    )


@pytest.fixture(name="homes")
def spread_over_places():
    places = geopandas.GeoDataFrame(
        geometry=[at(*each) for each in PLACES.values()], crs=27700
    )
    blocks = frame(SQUARES, people=[COUNTS[each] for each in SQUARES])
    return spread_people(blocks, "code", "people", places)


def test_a_place_against_overlapping_catchments(town, homes):
    there = run.reconcile(town, crisp(PLACE, "place"), ["pcns"]).against[0]
    here = reconcile(
        frame({"P": PLACE}),
        frame(PCNS),
        "code",
        points=homes,
        people="people",
        blocks=frame(SQUARES),
        block_code="code",
    )
    assert here["target"].tolist() == [each.boundary.code for each in there.rows]
    for column, told in {
        "overlap_m2": [each.overlap_m2 for each in there.rows],
        "fractional_m2": [each.fractional_m2 for each in there.rows],
        "people": [each.overlap_people for each in there.rows],
        "people_lower": [each.people_lower for each in there.rows],
        "people_upper": [each.people_upper for each in there.rows],
    }.items():
        assert here[column].tolist() == pytest.approx(told), column
    for measure, totals in {"area": there.area, "people": there.people}.items():
        ledger = here.attrs["ledger"][measure]
        for each in ("allocated", "outside", "total", "with_multiplicity"):
            assert ledger[each] == pytest.approx(getattr(totals, each)), each
    assert here.attrs["main"]["code"] == there.main.code


def test_what_became_of_boundaries(town, homes):
    there = compare_vintages(town, "blocks", "pcns")
    here = changes(
        *(frame(SQUARES), frame(PCNS), "code", "code"), points=homes, people="people"
    )
    assert here["kind"].tolist() == [each.kind for each in there.changes]
    for name in here.columns[3:]:
        told = [getattr(each, name) for each in there.changes]
        assert np.allclose(here[name], told), name
