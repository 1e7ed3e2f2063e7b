"""Places on GeoDataFrames: reconciled, fitted, compared, severed, changed, by hand."""

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from assetmap.reconciliation import (
    best_fits,
    changes,
    compare,
    crosswalk,
    reconcile,
    sever,
    spread_people,
)
from assetmap.reconciliation.frames.systems import BadLayer

FEET = 3937 / 1200
"""In a metre: EPSG:32030 is in feet of the United States."""


def layer(shapes, crs=27700, **columns):
    codes = pd.Series(list(shapes), dtype=object)
    return geopandas.GeoDataFrame(
        {"code": codes, **columns}, geometry=list(shapes.values()), crs=crs
    )


def at(places, crs=27700, **columns):
    shapes = [shapely.Point(*each) for each in places]
    return geopandas.GeoDataFrame(columns, geometry=shapes, crs=crs)


def box(west, south, east, north):
    return shapely.box(west, south, east, north)


PLACE = layer({"P": box(0, 0, 100, 100)})
WARDS = layer({7: box(50, 0, 150, 100), 3: box(0, 0, 60, 100)})
"""Both hold the strip from 50 to 60."""
HOMES = at([(10, 50), (55, 50), (90, 50), (140, 50)], people=[30.0, 10, 20, 40])
BLOCKS = layer({"east": box(80, 0, 200, 100), "west": box(0, 0, 80, 100)})


def test_a_place_against_wards_that_overlap():
    found = reconcile(
        PLACE, WARDS, "code", points=HOMES, people="people", assets=at([(99, 9)])
    )
    assert found["target"].tolist() == [3, 7]
    assert found["overlap_m2"].tolist() == pytest.approx([6_000, 5_000])
    assert found["fractional_m2"].tolist() == pytest.approx([5_500, 4_500])
    assert found["share_of_footprint"].tolist() == pytest.approx([0.6, 0.5])
    assert found["share_of_target"].tolist() == pytest.approx([1, 0.5])
    assert found["agreement"].tolist() == pytest.approx([0.6, 5 / 15])
    assert found["people"].tolist() == [40, 30]
    assert found["share_of_footprint_people"].tolist() == pytest.approx([4 / 6, 0.5])
    assert found["share_of_target_people"].tolist() == pytest.approx([1, 3 / 7])
    assert found["assets"].tolist() == [0, 1]
    assert found.attrs["main"] == {
        "code": 3,
        "by": "people",
        "share": pytest.approx(2 / 3),
    }


def test_three_totals_and_what_is_outside():
    wide = layer({"P": box(0, 0, 200, 100)})
    found = reconcile(wide, WARDS, "code", points=HOMES, people="people")
    assert found.attrs["ledger"]["area"] == pytest.approx(
        {
            "allocated": 15_000,
            "outside": 5_000,
            "unplaced": 0,
            "total": 20_000,
            "with_multiplicity": 16_000,
            "union": 15_000,
            "fractional": 15_000,
        }
    )
    people = found.attrs["ledger"]["people"]
    assert (people["allocated"], people["with_multiplicity"]) == (100, 110)
    plain = reconcile(wide, WARDS, "code")
    assert plain.attrs["ledger"]["people"] is None
    assert plain[["people", "people_upper", "assets"]].isna().all(axis=None)
    assert plain.attrs["ledger"]["assets"] is None
    assert plain.attrs["main"]["by"] == "area"


def test_bounds_by_the_blocks_that_people_were_counted_by():
    """The west block lies wholly in the place; the east one is cut."""
    council = layer({"C": box(-50, -50, 250, 150)})
    found = reconcile(
        PLACE,
        council,
        "code",
        points=HOMES,
        people="people",
        blocks=BLOCKS,
        block_code="code",
    ).to_dict("records")[0]
    assert found["people"] == 60
    assert (found["people_lower"], found["people_upper"]) == (40, 100)


def test_a_graded_place_counts_by_membership():
    halves = layer(
        {"A": box(0, 0, 50, 100), "B": box(50, 0, 100, 100)}, held=[1.0, 0.5]
    )
    found = reconcile(halves, WARDS, "code", membership="held", points=HOMES)
    assert found.attrs["ledger"]["area"]["total"] == pytest.approx(7_500)
    assert dict(zip(found["target"], found["people"], strict=True)) == {3: 1.5, 7: 1.0}


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ([0.5, 1.5], "'held', row 1: a membership of 1.5 is above 1"),
        ([0.7, 0.7], "[0, 1], add up to 1.4"),
        ([0.0, 0.0], "'held' is above 0"),
        ([0.5, None], "'held', row 1: nan is missing"),
    ],
)
def test_memberships_that_cannot_be_are_refused(held, said):
    both = layer({"A": box(0, 0, 60, 100), "B": box(40, 0, 100, 100)}, held=held)
    with pytest.raises(BadLayer) as raised:
        reconcile(both, WARDS, "code", membership="held")
    assert said in str(raised.value)


def test_what_a_place_lacks_is_said():
    with pytest.raises(BadLayer, match="no row"):
        reconcile(PLACE.iloc[:0], WARDS, "code")
    with pytest.raises(BadLayer, match="column of points=, not given"):
        reconcile(PLACE, WARDS, "code", people="people")
    with pytest.raises(BadLayer, match="Bounds by blocks need points="):
        reconcile(PLACE, WARDS, "code", blocks=BLOCKS, block_code="code")
    with pytest.raises(BadLayer, match="Points and layers are in different"):
        reconcile(PLACE, WARDS, "code", points=HOMES.to_crs(32630))
    nowhere = geopandas.GeoDataFrame(geometry=[None], crs=27700)
    with pytest.raises(BadLayer, match="Assets without a place: 1: 0"):
        reconcile(PLACE, WARDS, "code", assets=nowhere)
    with pytest.raises(BadLayer, match="no length above 0"):
        sever(PLACE, {}, HOMES, HOMES, bandwidth_m=0)


def strip(west, crs=27700):
    """Five blocks side by side, 300 people each at ten places; and a place over them.

    The place holds all, 8, 5, 3 and none of the places of each.
    """
    blocks = {f"B{n}": box(n * 100, 0, n * 100 + 100, 100) for n in range(5)}
    places = [(n * 100 + 5 + 10 * k, 50) for n in range(5) for k in range(10)]
    held = [box(n * 100, 0, n * 100 + each, 100) for n, each in enumerate(west) if each]
    place = layer({"P": shapely.union_all(held)}, crs)
    return layer(blocks, crs), at(places, crs, people=[30.0] * 50), place


def test_best_fits_as_the_oracle_says():
    blocks, homes, place = strip([100, 80, 50, 30, 0])
    found = best_fits(place, blocks, "code", homes, "people").set_index("rule")
    half = found.loc["threshold"]
    assert half["codes"] == ["B0", "B1", "B2"]
    assert half["omission"] == pytest.approx(90 / 780)
    assert half["commission"] == pytest.approx(210 / 900)
    assert half["jaccard"] == pytest.approx(0.69697, abs=1e-5)
    assert found.loc["centroid", "codes"] == ["B0", "B1", "B2"]
    assert np.isnan(found.loc["centroid", "threshold"])
    assert found.loc["best_threshold", "jaccard"] >= half["jaccard"]
    nobody = best_fits(place, blocks, "code", homes.iloc[:0], "people")
    assert len(nobody) == 0


def in_feet(frame):
    scaled = frame.geometry.scale(FEET, FEET, origin=(0, 0))
    return frame.set_geometry(scaled.set_crs(32030, allow_override=True))


def test_all_is_the_same_in_feet():
    one = reconcile(PLACE, WARDS, "code", points=HOMES, people="people")
    other = reconcile(
        *map(in_feet, (PLACE, WARDS)), "code", points=in_feet(HOMES), people="people"
    )
    pd.testing.assert_frame_equal(one, other)
    metres = compare(PLACE, BLOCKS.iloc[1:], points=HOMES)
    feet = compare(in_feet(PLACE), in_feet(BLOCKS.iloc[1:]), points=in_feet(HOMES))
    assert feet["area_m2"].tolist() == pytest.approx(metres["area_m2"].tolist())
    assert feet.area.tolist() == pytest.approx((metres.area * FEET**2).tolist())
    assert feet.attrs["hausdorff_m"] == pytest.approx(metres.attrs["hausdorff_m"])
    parted = [
        sever(
            *(how(PLACE), {"wards": (how(WARDS), "code")}, how(HOMES), how(HOMES)),
            bandwidth_m=50,
        )
        for how in (lambda each: each, in_feet)
    ]
    pd.testing.assert_frame_equal(*parted)


def test_two_places_compared_with_how_far_their_outlines_lie_apart():
    other = layer({"O": box(50, 0, 150, 100)})
    found = compare(
        PLACE, other, points=HOMES, people="people", assets=at([(75, 5), (1, 1)])
    )
    assert found.index.tolist() == ["only_a", "both", "only_b"]
    assert found["area_m2"].tolist() == pytest.approx([5_000, 5_000, 5_000])
    assert found.area.tolist() == pytest.approx([5_000, 5_000, 5_000])
    assert found["people"].tolist() == [30, 30, 40]
    assert found["assets"].tolist() == [1, 1, 0]
    assert found.attrs["agreement"]["area"] == pytest.approx(1 / 3)
    assert found.attrs["agreement"]["people"] == pytest.approx(0.3)
    assert found.attrs["share_of_a"]["people"] == pytest.approx(0.5)
    assert found.attrs["hausdorff_m"] == pytest.approx(50, abs=0.1)
    assert found.attrs["centroid_distance_m"] == pytest.approx(50)
    assert found.attrs["undefined"] == {}
    assert found.crs == PLACE.crs
    alone = compare(PLACE, other)
    assert alone.attrs["agreement"]["people"] is None
    assert alone.attrs["undefined"]["people"] == "nobody is in either"


def test_layers_ranked_by_whom_they_part_from_assets(tmp_path):
    """Two homes as near to the club, one on the other side of the line."""
    place = layer({"P": box(-100, -100, 100, 100)})
    homes = at([(-10, 0), (10, 0)], people=[30.0, 10.0])
    club = at([(0, 5)]).set_index(pd.Index(["club"]))
    split = layer({1: box(-500, -500, 0, 500), 2: box(0, -500, 500, 500)})
    whole = layer({"W": box(-500, -500, 500, 500)})
    sets = {"split": (split, "code"), "whole": (whole, "code")}
    found = sever(place, sets, club, homes, "people", bandwidth_m=100)
    use = np.exp(-(10**2 + 5**2) / (2 * 100**2))
    assert found["boundary_set"].tolist() == ["whole", "split"]
    assert found["severance"].tolist() == pytest.approx([0, 0.25])
    assert found["wrong_side"].tolist() == pytest.approx([0, 0.25])
    assert found["people_parted"].tolist() == pytest.approx([0, 10 * use])
    assert found.attrs["using"] == pytest.approx(40 * use)
    told = pd.DataFrame(found.attrs["assets"]).set_index("boundary_set")
    assert told["asset"].tolist() == ["club", "club"]
    assert told.loc["split", "side"] == 1
    assert found["covered"].tolist() == [1, 1]
    away = {"away": (layer({"A": box(900, 0, 950, 50)}), "code"), **sets}
    beside = sever(place, away, club, homes, "people", bandwidth_m=100)
    assert beside["boundary_set"].tolist() == ["whole", "split", "away"]
    assert beside["covered"].tolist() == [1, 1, 0]
    beside.to_parquet(tmp_path / "severed.parquet")
    beside.merge(beside, on="boundary_set")
    none = sever(place, sets, at([(900, 0)]), homes)
    assert none["people_parted"].tolist() == [0, 0]
    assert none["severance"].isna().all()


def test_what_became_of_a_layer():
    old = layer(
        {1: box(0, 0, 100, 100), 2: box(100, 0, 200, 100), 3: box(300, 0, 400, 100)},
        name=["Ash", "Beech", "Cedar"],
    )
    new = layer(
        {
            1: box(0, 0, 100, 100),
            21: box(100, 0, 160, 100),
            22: box(160, 0, 200, 100),
            3: box(300, 0, 400, 100),
        },
        name=["Ash", "B", "B", "Cyprus"],
    )
    homes = at([(50, 50), (110, 50), (190, 50), (350, 50)], people=[1.0, 70, 30, 5])
    found = changes(
        old,
        new,
        "code",
        "code",
        old_name="name",
        new_name="name",
        points=homes,
        people="people",
    ).set_index("kind")
    assert found["old"].to_dict() == {"renamed": [3], "split": [2], "unchanged": [1]}
    assert found.loc["split", "new"] == [21, 22]
    assert found.loc["split", ["people", "people_moved"]].tolist() == [100, 30]
    assert found.loc["split", "area_moved_m2"] == pytest.approx(4_000)
    by_ground = changes(old, new, "code", "code")
    assert by_ground["kind"].tolist() == ["split", "unchanged", "unchanged"]
    with pytest.raises(BadLayer, match="no column 'title'"):
        changes(old, new, "code", "code", old_name="title")


def test_a_polygon_that_lost_half_of_its_ground_has_shrunk():
    half = layer({"W": box(0, 0, 50, 100)})
    homes = at([(10, 10), (60, 10)], people=[3.0, 1.0])
    found = changes(
        layer({"W": box(0, 0, 100, 100)}),
        *(half, "code", "code"),
        points=homes,
        people="people",
    ).to_dict("records")[0]
    assert (found["kind"], found["people"], found["people_outside"]) == ("shrunk", 4, 1)
    assert found["area_outside_m2"] == pytest.approx(5_000)


def test_people_of_blocks_are_spread_over_places():
    """Two of the four points of the west block are at one place: one share."""
    blocks = BLOCKS.assign(people=[40, 90])
    homes = at([(10, 10), (20, 10), (20, 10), (30, 10), (500, 0)])
    found = spread_people(blocks, "code", "people", homes)
    west = found[found["block"] == "west"]
    assert west["people"].tolist() == [30, 30, 30]
    east = found[found["block"] == "east"]
    assert east["people"].tolist() == [40]
    assert shapely.within(east.geometry.iloc[0], BLOCKS.geometry.iloc[0])
    assert found.attrs == {"total": 130, "at_one_place": ["east"], "uncounted": []}
    assert found.crs == blocks.crs
    weights = crosswalk(
        PLACE, blocks, "code", "code", by="people", points=found, people="people"
    )
    assert weights["overlap"].sum() == pytest.approx(90)


def test_people_are_spread_by_weight_where_it_is_known():
    blocks = BLOCKS.assign(people=[None, 90])
    homes = at([(10, 10), (20, 10), (150, 10)], homes=[1.0, 2.0, 5.0])
    found = spread_people(blocks, "code", "people", homes, "homes")
    assert sorted(found["people"]) == [30, 60]
    assert found.attrs["uncounted"] == ["east"]
    with pytest.raises(BadLayer, match="no column 'n'"):
        spread_people(blocks, "code", "n", homes)
