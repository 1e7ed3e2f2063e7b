"""Every version of an asset is kept, however it is written."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from assetmap.assets.tables import AssetRow
from assetmap.assets.versions.tables import AssetVersionRow
from tests.assets.toy_assets import add, asset
from tests.toy_town import at

OF_ITSELF = {
    "words",
    *("id", "version", "created_by", "created_at", "updated_at"),
    *("source_hash", "contact_erased_at"),
}


def versions(session):
    rows = session.execute(
        select(
            AssetVersionRow.name,
            AssetVersionRow.version,
            AssetVersionRow.changed,
            AssetVersionRow.until_at,
        ).order_by(AssetVersionRow.asset_id, AssetVersionRow.version)
    )
    return [(name, number, told, end is None) for name, number, told, end in rows]


def test_an_asset_of_a_file_has_a_version_for_each_load_that_changed_it(town):
    first = asset("Hall", at(1, 1), phone="1")
    add(town, first)
    add(town, first)
    add(town, replace(first, name="New hall", phone=None))
    assert versions(town) == [
        ("Hall", 1, [], False),
        ("New hall", 2, ["name", "phone"], True),
    ]


@pytest.mark.parametrize("count", [3, 150])
def test_few_and_many_that_change_at_once_are_kept_alike(town, count):
    """Over a hundred are planned for otherwise."""
    before = [asset(f"Hall {each}", at(each, 1)) for each in range(count)]
    add(town, *before)
    add(town, *(replace(each, geom=at(0, 0), cost="1") for each in before[1:]))
    kept = versions(town)
    assert len(kept) == 2 * count - 1
    assert kept[0] == ("Hall 0", 1, [], True)
    assert {(number, tuple(told), last) for _, number, told, last in kept[1:]} == {
        (1, (), False),
        (2, ("cost", "geometry"), True),
    }


def test_no_asset_changes_without_another_version(town):
    add(town, asset("Hall", at(1, 1)))
    with pytest.raises(IntegrityError, match="version was not raised"):
        town.execute(text("UPDATE asset SET cost = '1'"))


def test_a_version_has_every_column_that_an_asset_is_found_or_shown_by():
    kept = set(AssetVersionRow.__table__.c.keys())
    assert set(AssetRow.__table__.c.keys()) - OF_ITSELF <= kept
