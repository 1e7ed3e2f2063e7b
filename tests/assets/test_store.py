"""Finding and counting assets."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from assetmap.assets import store
from assetmap.assets.filters import AssetFilter
from assetmap.assets.model import Asset, AssetNotFound, BadAsset, UnknownCategory
from assetmap.assets.near import assets_in_box, count_assets
from assetmap.assets.searching import store as searching
from assetmap.assets.searching.model import Behind
from assetmap.errors import BadParameter
from tests.assets.toy_assets import (
    add,
    asset,
    names,
)
from tests.toy_town import at, box, degrees

JUNE, JULY = date(2024, 6, 1), date(2024, 7, 1)


def test_the_taxonomy_has_two_levels_and_loads_twice_alike(town: Session) -> None:
    store.load_taxonomy(town)

    known = {each.code: each for each in store.list_categories(town)}
    assert len(known) == 82
    first = {code for code, each in known.items() if each.parent_code is None}
    assert first == {
        "people",
        "association",
        "institution",
        "place",
        "economy",
        "culture",
    }
    assert {each.parent_code for each in known.values()} == first | {None}
    library = known["institution.library"]
    assert (library.label, library.osm_tags) == ("Library", ("amenity=library",))
    assert len(known["institution.vcse"].charity_codes) == 17


def test_categories_that_a_deployment_added_stay(town: Session) -> None:
    town.execute(
        text(
            "INSERT INTO asset_category (code, parent_code, label) "
            "VALUES ('place.mine', 'place', 'Mine')"
        )
    )

    store.load_taxonomy(town)

    assert "place.mine" in {each.code for each in store.list_categories(town)}


def test_a_category_holds_those_below_it(town: Session) -> None:
    add(town, asset("park"), asset("bank", category="economy.food_bank"))
    add(town, asset("ground", category="place"))

    assert names(town, category="place") == ["park", "ground"]
    assert names(town, category="place.park") == ["park"]


def test_an_unknown_category_is_refused_with_the_nearest(town: Session) -> None:
    with pytest.raises(UnknownCategory, match=r"Did you mean place.park"):
        names(town, category="park")


def test_a_box_in_degrees_finds_what_it_meets(town: Session) -> None:
    add(town, asset("W", at(50, 50)), asset("field", box(90, 0, 200, 100)))
    west, south, east, north = degrees(box(0, 0, 80, 100)).bounds

    assert names(town, bbox=(west, south, east, north)) == ["W"]
    assert names(town, bbox=(west, south, east + 0.001, north)) == ["W", "field"]


def test_within_takes_well_known_text_and_binary(town: Session) -> None:
    add(town, asset("W", at(50, 50)), asset("E", at(150, 50)))
    west = box(0, 0, 100, 100)
    tagged = shapely.to_wkb(shapely.set_srid(west, 27700), include_srid=True)

    assert names(town, within=west.wkt) == ["W"]
    assert names(town, within=west.wkb) == ["W"]
    assert names(town, within=tagged) == ["W"]


def test_near_measures_metres_of_the_ground(town: Session) -> None:
    add(town, asset("near", at(50, 50)), asset("far", at(150, 50)))
    here = degrees(at(50, 50))

    assert names(town, near=(here.x, here.y), within_m=99) == ["near"]
    assert names(town, near=(here.x, here.y), within_m=101) == ["near", "far"]


def test_words_are_found_in_name_description_and_label(town: Session) -> None:
    add(town, asset("Rose Green", description="Bowls and 100% fun"))
    add(town, asset("Library", category="institution.library"))

    assert names(town, q="rose") == ["Rose Green"]
    assert names(town, q="BOWLS green") == ["Rose Green"]
    assert names(town, q="garden rose") == ["Rose Green"]
    assert names(town, q="rose library") == []
    assert names(town, q="100% fun") == ["Rose Green"]
    assert names(town, q="bow") == ["Rose Green"]
    assert names(town, q="'; DROP TABLE asset; --") == []


def test_only_open_and_unverified_assets_are_listed_unless_asked(
    town: Session,
) -> None:
    for status in ("open", "closed", "planned", "unverified"):
        add(town, asset(status, status=status))

    assert names(town) == ["open", "unverified"]
    assert names(town, statuses=("closed", "planned")) == ["closed", "planned"]


def test_the_day_of_valid_to_is_the_first_an_asset_is_not_there(town: Session) -> None:
    add(town, asset("hub", valid_from=JUNE, valid_to=JULY))

    assert names(town, as_at=date(2024, 5, 31)) == []
    assert names(town, as_at=JUNE) == ["hub"]
    assert names(town, as_at=date(2024, 6, 30)) == ["hub"]
    assert names(town, as_at=JULY) == []
    assert names(town) == []


def test_an_asset_that_has_closed_was_open_before(town: Session) -> None:
    add(town, asset("hub", status="closed", valid_to=JULY))
    add(town, asset("unknown", status="closed"))

    assert names(town, as_at=JUNE) == ["hub"]
    assert names(town, as_at=JULY) == []


def test_pages_follow_each_other_without_gap_or_repeat(town: Session) -> None:
    add(town, *(asset(f"a{each}") for each in range(5)))
    after, seen = 0, []
    while after is not None:
        page = store.list_assets(town, AssetFilter(), limit=2, after_id=after)
        seen += [each.name for each in page.assets]
        after = page.next_after

    assert seen == ["a0", "a1", "a2", "a3", "a4"]
    offset = store.list_assets(town, AssetFilter(), limit=2, offset=3)
    assert [each.name for each in offset.assets] == ["a3", "a4"]
    assert store.list_assets(town, AssetFilter(), after_id=2**70).assets == []


def test_features_are_geojson_with_what_a_listed_asset_has(town: Session) -> None:
    add(town, asset("W", at(50, 50), attribution="Toy.", valid_from=JUNE))
    add(town, asset("line", attribution="Phone."), asset("field", box(0, 0, 9, 9)))

    found = searching.page(town, AssetFilter(), "number", Behind(), limit=2)
    features, attributions = searching.features_of(town, found.numbers)
    point, line = map(json.loads, features)

    assert attributions == ["Phone.", "Toy."]
    assert found.next_behind == Behind(line["id"])
    assert (point["type"], point["properties"]["valid_from"]) == (
        "Feature",
        "2024-06-01",
    )
    lon, lat = point["geometry"]["coordinates"]
    assert (round(lon, 6), round(lat, 6)) == (lon, lat)
    assert line["geometry"] is None
    listed = store.get_asset(town, point["id"])
    assert {*point["properties"], "id", "geometry"} == set(vars(listed))


def test_counts_by_category_follow_the_filter(town: Session) -> None:
    add(town, asset("a", at(50, 50)), asset("b", at(150, 50)))
    add(town, asset("c", at(50, 50), category="economy.market"))

    west = box(0, 0, 100, 100).wkt
    counted = store.count_by_category(town, AssetFilter(within=west))
    assert counted == {"economy.market": 1, "place.park": 1}


def test_a_box_of_the_grid_gives_open_assets_in_columns(town: Session) -> None:
    add(town, asset("W", at(50, 50)), asset("shut", at(50, 50), status="closed"))
    add(town, asset("away", at(500, 500)), asset("line"))
    add(town, asset("old", at(60, 60), valid_to=JULY))

    today = assets_in_box(town, 383_000, 398_000, 383_200, 398_200)
    then = assets_in_box(town, 383_000, 398_000, 383_200, 398_200, JUNE)

    assert today.names.tolist() == ["W"]
    assert today.categories.tolist() == ["place.park"]
    assert today.shapes[0].equals(at(50, 50))
    assert today.ids.dtype == "int64"
    assert then.names.tolist() == ["W", "old"]
    assert today.without_place == then.without_place == 1
    west = (383_000, 398_000, 383_200, 398_200)
    assert (count_assets(town, west), count_assets(town, west, JUNE)) == (1, 2)


def test_assets_are_known_by_a_hash_of_what_may_be_seen_of_them(town: Session) -> None:
    def read() -> tuple[str, int, int]:
        found = assets_in_box(town, 383_000, 398_000, 383_200, 398_200)
        return found.sha256, found.version, len(found.ids)

    hall = asset("Hall", at(50, 50), source_ref="1")
    add(town, hall)
    first = read()
    add(town, asset("away", at(500, 500)))
    assert read() == first == (first[0], 1, 1)
    add(town, replace(hall, name="Old hall"))
    changed = read()
    assert changed[0] != first[0]
    assert changed[1:] == (2, 1)
    add(town, asset("Nowhere"))
    assert read()[0] != changed[0]


def test_an_empty_box_gives_empty_columns(town: Session) -> None:
    found = assets_in_box(town, 0, 0, 1, 1)

    columns = (found.ids, found.names, found.categories, found.shapes)
    assert [len(each) for each in (*columns, found.attributions)] == [0] * 5
    assert found.without_place == 0


@pytest.mark.parametrize("asset_id", [0, -1, 12345678, 2**70])
def test_an_asset_that_is_not_there_is_not_found(town: Session, asset_id: int) -> None:
    with pytest.raises(AssetNotFound):
        store.get_asset(town, asset_id)


@pytest.mark.parametrize(
    "wanted",
    [
        {"q": "a\0b"},
        {"q": "\ud800"},
        {"category": "a\0b"},
        {"statuses": ("shut",)},
        {"bbox": (3.0, 50.0, 2.0, 51.0)},
        {"bbox": (float("nan"), 50.0, 2.0, 51.0)},
        {"within_m": 5.0},
        {"q": "%_"},
        {"near": (float("inf"), 51.0), "within_m": 5.0},
        {"near": (0.0, 51.0), "within_m": -1.0},
        {"near": (0.0, 51.0), "within_m": float("nan")},
        {"near": (-122.7, 51.0), "within_m": 5.0},
        {"within": "POLYGON ((0 0"},
        {"within": b"\x01\x02"},
        {"within": shapely.to_wkb(shapely.set_srid(at(0, 0), 4326), include_srid=True)},
    ],
)
def test_a_filter_that_cannot_be_met_is_refused(
    town: Session, wanted: dict[str, Any]
) -> None:
    with pytest.raises(BadParameter):
        names(town, **wanted)


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "shut"},
        {"location_visibility": "secret"},
        {"valid_from": JULY, "valid_to": JUNE},
        {"geom": at(0, 0)},
    ],
)
def test_an_asset_that_cannot_be_is_not_made(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadAsset):
        Asset("Hall", "place", "toy", "1", **wrong)
