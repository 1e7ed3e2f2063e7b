"""Overlaps and gaps of a set are those that PostGIS finds, to one part in a million."""

import numpy as np
import pytest
from sqlalchemy import select, text

from assetmap.boundaries.tables import DiscrepancyRow
from tests.boundaries.test_faults_found import KINDS, SIDE, planted
from tests.toy_town import add_set, box

PAIRS = text(
    "SELECT one.code, other.code, st_area(st_intersection(one.geom, other.geom)) AS m2"
    " FROM boundary AS one INNER JOIN boundary AS other"
    " ON one.boundary_set_id = other.boundary_set_id AND one.ordinal < other.ordinal"
    " AND st_intersects(one.geom, other.geom)"
    " WHERE one.boundary_set_id = :set_id"
)
HOLES = text(
    "SELECT st_area(st_makepolygon(st_exteriorring(ring.geom))) AS m2"
    " FROM (SELECT st_union(geom) AS geom FROM boundary"
    " WHERE boundary_set_id = :set_id) AS whole,"
    " st_dump(whole.geom) AS part, st_dumprings(part.geom) AS ring"
    " WHERE ring.path[1] > 0"
)
STORED = text(
    "SELECT reason, area_m2, st_area(geom) FROM boundary_discrepancy"
    " WHERE boundary_set_id = :set_id AND reason IN ('overlap', 'sliver', 'gap')"
)
ROUNDING_M2 = 1e-6


def compare(session, row):
    """Check a set's report against PostGIS; how many overlaps and gaps there are."""
    asked = {"set_id": row.id}
    pairs = {
        (one, other): m2
        for one, other, m2 in session.execute(PAIRS, asked)
        if m2 > ROUNDING_M2
    }
    mine = {
        tuple(each.codes): each.area_m2
        for each in session.scalars(
            select(DiscrepancyRow).where(
                DiscrepancyRow.boundary_set_id == row.id,
                DiscrepancyRow.reason.in_(("overlap", "sliver")),
            )
        )
        if each.area_m2 > ROUNDING_M2
    }
    assert mine == {
        codes: pytest.approx(m2, rel=1e-6, abs=ROUNDING_M2)
        for codes, m2 in pairs.items()
    }
    holes = sorted(m2 for (m2,) in session.execute(HOLES, asked) if m2 > ROUNDING_M2)
    stored = session.execute(STORED, asked).all()
    gaps = sorted(m2 for reason, m2, _ in stored if reason == "gap")
    assert gaps == pytest.approx(holes, rel=1e-6, abs=ROUNDING_M2)
    for _, told, area in stored:
        assert area == pytest.approx(told, rel=1e-6, abs=ROUNDING_M2)
    return len(mine), len(gaps)


@pytest.mark.parametrize("seed", range(4))
def test_faults_of_a_tiling_agree(session, seed):
    kinds = np.random.default_rng(seed).choice(KINDS, SIDE * (SIDE - 1))
    shapes, faults = planted(seed, kinds.tolist())
    found = compare(session, add_set(session, "tiles", shapes))
    gaps = sum(kind == "gap" for kind, *_ in faults)
    assert found == (len(faults) - gaps, gaps)


def test_strips_and_a_ring_that_overlap_each_other_agree(session):
    shapes = {f"S{x}": box(x * 50, 0, x * 50 + 80, 300) for x in range(5)}
    ring = box(20, 20, 280, 280) - box(100, 100, 200, 200)
    overlaps, gaps = compare(session, add_set(session, "strips", shapes | {"R": ring}))
    assert (overlaps, gaps) == (4 + 5, 0)
