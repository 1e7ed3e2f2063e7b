"""Assets whose place may not be shown tell it in no answer."""

from datetime import date

import pytest

from assetmap.assets import store
from assetmap.footprints.model import crisp
from assetmap.reconciliation import run
from tests.assets.toy_assets import add, asset
from tests.toy_town import SQUARES, add_set, at, box


@pytest.fixture
def town(session):
    store.load_taxonomy(session)
    add_set(session, "wards", SQUARES)
    return session


def found(session, shape=SQUARES["W"], as_at=None):
    return run.reconcile(session, crisp(shape, "drawn"), ["wards"], as_at)


def test_a_hidden_asset_counts_nowhere_and_is_told_as_without_a_place(town):
    add(town, asset("refuge", at(50, 50), location_visibility="hidden"))
    result = found(town)
    assert (result.assets, result.assets_without_place) == (0, 1)


def test_an_approximate_asset_counts_at_the_centre_of_its_square(town):
    add(town, asset("club", at(50, 50), location_visibility="approximate"))
    assert found(town).assets == 0
    assert found(town, box(450, 450, 550, 550)).assets == 1


def test_an_asset_without_a_place_is_told_and_counts_nowhere(town):
    add(town, asset("helpline"), asset("hall", at(50, 50)))
    result = found(town)
    assert (result.assets, result.assets_without_place) == (1, 1)


def test_a_closed_asset_is_not_counted(town):
    add(town, asset("old hall", at(50, 50), status="closed"), asset("hall", at(60, 50)))
    assert found(town).assets == 1


def test_an_asset_counts_on_the_days_it_is_open(town):
    first, end = date(2024, 1, 1), date(2025, 1, 1)
    add(town, asset("fair", at(50, 50), valid_from=first, valid_to=end))
    days = (date(2023, 12, 31), first, date(2024, 12, 31), end)
    assert [found(town, as_at=day).assets for day in days] == [0, 1, 1, 0]


def test_the_sources_of_the_assets_are_attributed(town):
    add(town, asset("hall", at(50, 50), attribution="Contains halls."))
    assert found(town).attribution == ("Contains wards.", "Contains halls.")
