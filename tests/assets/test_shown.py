"""What may be published of where assets are."""

from dataclasses import replace

import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assetmap.assets import store
from assetmap.assets.filters import AssetFilter
from assetmap.assets.near import assets_in_box
from tests.assets.toy_assets import add, asset, features, names
from tests.toy_town import at, box, degrees


def test_an_exact_location_is_shown_as_it_is(town: Session) -> None:
    add(town, asset("park", at(50, 50), postcode="M1 1AA", address="Here", uprn="1"))

    (shown,) = store.list_assets(town, AssetFilter()).assets
    lon, lat = shown.geometry["coordinates"]
    assert (lon, lat) == pytest.approx(degrees(at(50, 50)).coords[0], abs=5e-7)
    assert (shown.postcode, shown.address, shown.uprn) == ("M1 1AA", "Here", "1")
    assert (shown.source_ref, shown.category_label) == ("park", "Public park or garden")


def test_an_approximate_location_is_the_centre_of_its_square(town: Session) -> None:
    add(town, asset("refuge", at(50, 50), location_visibility="approximate"))

    found = assets_in_box(town, 383_000, 398_000, 384_000, 399_000)

    assert [each.wkt for each in found.shapes] == ["POINT (383500 398500)"]
    (shown,) = store.list_assets(town, AssetFilter()).assets
    centre = degrees(shapely.Point(383_500, 398_500)).coords[0]
    assert shown.geometry["coordinates"] == pytest.approx(centre, abs=5e-7)


@pytest.mark.parametrize("visibility", ["approximate", "hidden"])
def test_what_would_tell_a_withheld_place_is_withheld(
    town: Session, visibility: str
) -> None:
    told = {"postcode": "M1 1AA", "address": "1 Quiet Street", "uprn": "100011223344"}
    add(town, asset("refuge", at(50, 50), location_visibility=visibility, **told))

    (shown,) = store.list_assets(town, AssetFilter()).assets
    (feature,) = features(town)

    for secret in (*told.values(), "383050", f"{degrees(at(50, 50)).x:.4f}"):
        assert secret not in repr(replace(shown, updated_at=None))
        assert secret not in feature
    assert shown.source_ref is None


def test_no_filter_of_place_finds_a_hidden_asset(town: Session) -> None:
    add(town, asset("refuge", at(50, 50), location_visibility="hidden"))
    here = degrees(at(50, 50))

    assert names(town) == ["refuge"]
    assert store.list_assets(town, AssetFilter()).assets[0].geometry is None
    assert names(town, bbox=(-9, 49, 3, 61)) == []
    assert names(town, within=box(0, 0, 100, 100).wkt) == []
    assert names(town, near=(here.x, here.y), within_m=100_000) == []
    everywhere = assets_in_box(town, 0, 0, 700_000, 1_300_000)
    assert len(everywhere.ids) == 0
    assert everywhere.without_place == 1


def test_no_filter_of_place_finds_an_approximate_asset_where_it_is(
    town: Session,
) -> None:
    add(town, asset("refuge", at(50, 50), location_visibility="approximate"))
    here = degrees(at(50, 50))

    assert names(town, within=box(0, 0, 100, 100).wkt) == []
    assert names(town, near=(here.x, here.y), within_m=600) == []
    assert names(town, near=(here.x, here.y), within_m=700) == ["refuge"]


def test_the_database_refuses_to_show_what_is_hidden(town: Session) -> None:
    add(town, asset("refuge", at(50, 50), location_visibility="hidden"))

    with pytest.raises(IntegrityError, match="ck_asset_hidden"):
        town.execute(
            text("UPDATE asset SET shown_geom = geom, shown_geom_wgs84 = geom_wgs84")
        )


@pytest.mark.parametrize("visibility", ["exact", "approximate"])
def test_the_database_holds_a_shown_place_to_its_visibility(
    town: Session, visibility: str
) -> None:
    add(town, asset("refuge", at(50, 50), location_visibility=visibility))

    with pytest.raises(IntegrityError, match=f"ck_asset_{visibility}"):
        town.execute(text("UPDATE asset SET shown_geom = st_translate(geom, 1, 1)"))


def test_a_shape_that_is_shown_about_is_a_point_of_its_own_square(
    town: Session,
) -> None:
    field = box(900, 0, 1100, 100)
    add(town, asset("field", field, location_visibility="approximate"))

    found = assets_in_box(town, 380_000, 390_000, 390_000, 400_000)

    assert found.shapes[0].wkt in ("POINT (383500 398500)", "POINT (384500 398500)")
