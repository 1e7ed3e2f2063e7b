"""Assets counted in footprints and boundaries: points, lines, areas, edges."""

import numpy as np
import pytest
import shapely

from assetmap.assets.model import AssetsInBox
from assetmap.footprints.model import crisp, graded
from assetmap.reconciliation.by_assets import assets_of, held_by, shares_in
from tests.reconciliation.towns import listed, points, reconciled, target

W, E = shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)
WARDS = target({"W": W, "E": E})
TOWN = crisp(shapely.box(0, 0, 300, 100), "town")
E_, W_ = 1, 2


def assets(**shapes):
    """Assets by name, numbered in the order given."""
    return AssetsInBox(
        np.arange(1, len(shapes) + 1),
        np.array(list(shapes), dtype=object),
        np.array(["park"] * len(shapes), dtype=object),
        listed(list(shapes.values())),
    )


def shares(found):
    pairs = zip(found.asset.tolist(), found.ordinal.tolist(), found.share, strict=True)
    return {(asset, ordinal): float(share) for asset, ordinal, share in pairs}


def test_a_point_counts_where_it_lies():
    found = assets_of(TOWN, assets(hall=shapely.Point(50, 50)), WARDS)
    assert shares(found) == {(0, W_): 1.0}


def test_a_point_on_a_shared_edge_is_counted_once_for_the_lowest_code():
    found = assets_of(TOWN, assets(club=shapely.Point(100, 50)), WARDS)
    assert shares(found) == {(0, E_): 1.0}
    assert found.totals.allocated == 1


def test_a_point_outside_every_boundary_is_outside():
    found = assets_of(TOWN, assets(pier=shapely.Point(250, 50)), WARDS)
    assert (found.totals.allocated, found.totals.outside, found.totals.total) == (
        0,
        1,
        1,
    )


def test_an_asset_outside_the_footprint_is_not_counted():
    found = assets_of(crisp(W, "w"), assets(hall=shapely.Point(150, 50)), WARDS)
    assert found.totals.total == 0


def test_an_area_counts_by_its_share_on_each_side():
    park = shapely.box(75, 0, 175, 40)
    found = assets_of(TOWN, assets(park=park), WARDS)
    assert shares(found) == pytest.approx({(0, W_): 0.25, (0, E_): 0.75})


def test_a_line_counts_by_its_length_on_each_side_and_beyond():
    path = shapely.LineString([(50, 50), (250, 50)])
    found = assets_of(TOWN, assets(path=path), WARDS)
    assert shares(found) == pytest.approx({(0, W_): 0.25, (0, E_): 0.5})
    assert found.totals.outside == pytest.approx(0.25)


def test_a_footprint_holds_the_share_of_an_area_that_lies_in_it():
    assert held_by(crisp(W, "w"), assets(p=shapely.box(50, 0, 150, 100))) == [0.5]


def test_a_graded_footprint_holds_an_asset_by_its_membership():
    both = graded([W, shapely.box(0, 0, 200, 100)], [0.5, 0.5], "g")
    sent = assets(hall=shapely.Point(50, 50), club=shapely.Point(150, 50))
    assert held_by(both, sent).tolist() == [1.0, 0.5]


def test_where_boundaries_overlap_an_asset_has_three_totals():
    strips = target(
        {"A": shapely.box(0, 0, 120, 100), "B": shapely.box(80, 0, 200, 100)}
    )
    found = assets_of(TOWN, assets(hall=shapely.Point(100, 50)), strips)
    assert shares(found) == {(0, 1): 1.0, (0, 2): 1.0}
    assert found.totals.with_multiplicity == 2
    assert found.totals.allocated == 1
    assert found.totals.fractional == {1: 0.5, 2: 0.5}


def test_shares_of_nothing_are_nothing():
    assert shares_in(listed([]), W).tolist() == []


def severed(sent, footprint=TOWN):
    population = points(footprint, [(150, 50), (160, 50), (50, 50)], [1, 1, 1], WARDS)
    found = reconciled(footprint, WARDS, population, assets=sent)
    return found.main.code, [(each.name, each.code) for each in found.severed]


def test_assets_that_the_main_boundary_does_not_hold_are_severed():
    sent = assets(
        hall=shapely.Point(50, 50),
        club=shapely.Point(150, 50),
        pier=shapely.Point(250, 9),
    )
    assert severed(sent) == ("E", [("hall", "W"), ("pier", None)])


def test_an_asset_mostly_in_the_main_boundary_is_not_severed():
    assert severed(assets(park=shapely.box(75, 0, 175, 40))) == ("E", [])
    assert severed(assets(park=shapely.box(25, 0, 125, 40))) == ("E", [("park", "W")])


def test_an_asset_half_or_less_in_the_footprint_is_not_its_to_lose():
    half = crisp(shapely.box(50, 0, 300, 100), "half")
    assert severed(assets(park=shapely.box(0, 0, 100, 100)), half) == ("E", [])


def test_building_blocks_sever_nothing():
    blocks = target({"W": W, "E": E}, is_building_block=True)
    population = points(TOWN, [(150, 50)], [1], blocks)
    sent = assets(hall=shapely.Point(50, 50))
    assert reconciled(TOWN, blocks, population, assets=sent).severed == ()


def test_assets_are_counted_by_category():
    sent = assets(hall=shapely.Point(50, 50), park=shapely.box(50, 0, 150, 40))
    rows = {r.boundary.code: r for r in reconciled(TOWN, WARDS, assets=sent).rows}
    assert rows["W"].assets_by_category == {"park": 1.5}
    assert rows["E"].assets == 0.5


def test_a_thin_overlap_without_people_or_assets_is_a_sliver_counted_apart():
    edge = crisp(shapely.box(0, 0, 100.001, 100), "edge")
    found = reconciled(edge, WARDS)
    assert [row.boundary.code for row in found.rows] == ["W"]
    assert found.slivers == 1
    assert found.slivers_m2 == pytest.approx(0.1)
    assert found.area.allocated == pytest.approx(edge.area_m2)


def test_a_thin_overlap_with_an_asset_is_no_sliver():
    edge = crisp(shapely.box(0, 0, 100.001, 100), "edge")
    found = reconciled(edge, WARDS, assets=assets(post=shapely.Point(100.0005, 50)))
    assert found.slivers == 0


def test_the_main_boundary_has_most_people_and_where_nobody_lives_most_ground():
    footprint = crisp(shapely.box(10, 0, 150, 100), "drawn")
    crowd = points(footprint, [(140, 50)], [9], WARDS)
    assert reconciled(footprint, WARDS, crowd).main.code == "E"
    empty = reconciled(footprint, WARDS).main
    assert (empty.code, empty.by) == ("W", "area")
    assert empty.share == pytest.approx(90 / 140)
