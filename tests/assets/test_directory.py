"""What a directory says of assets, and what loading again does to it."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text

from assetmap.assets import store
from assetmap.assets.closing import NothingClosed
from assetmap.assets.filters import AssetFilter
from assetmap.assets.ingest import load
from assetmap.assets.providers.model import circular
from assetmap.assets.providers.tables import ProviderRow
from assetmap.assets.tables import AssetRow
from assetmap.issues import RawRow
from tests.assets.toy_assets import (
    DEFAULTS,
    HALL,
    add,
    asset,
    features,
    find_places,
    load_rows,
    stored,
    told,
)
from tests.toy_town import at

SITES = '[{"name": "Old mill", "longitude": -2.2571, "latitude": 53.4786}]'
GROUND = (
    '{"type": "Polygon", "coordinates": '
    "[[[-2.26, 53.47], [-2.25, 53.47], [-2.25, 53.48], [-2.26, 53.47]]]}"
)
CLUB = {"name": "Club", "category": "association.youth", "source_ref": "c"}


def close_absent(session, *rows):
    sent = [RawRow("a.csv", line, values) for line, values in enumerate(rows, 2)]
    return load(session, sent, DEFAULTS, find_places, close_absent=True)


def shown(session):
    return store.list_assets(session, AssetFilter()).assets[0]


def test_an_asset_without_a_place_may_say_whom_it_serves(session):
    names = '{"pa": "\u0a15\u0a32\u0a71\u0a2c"}'
    said = {"service_codes": "E08000003; E07000192", "service_area": GROUND}
    load_rows(session, {**CLUB, **said, "name_cy": "Clwb", "names": names})

    found = shown(session)
    assert found.geometry is None
    assert found.service_codes == ["E07000192", "E08000003"]
    assert found.service_area["type"] == "Polygon"
    assert (found.name_cy, found.names) == ("Clwb", {"pa": "\u0a15\u0a32\u0a71\u0a2c"})


def test_an_asset_of_several_sites_is_found_at_each(session):
    load_rows(session, {**CLUB, "sites": "M1 1AA; M9 9ZZ"}, {**HALL, "sites": SITES})

    club, hall = store.list_assets(session, AssetFilter()).assets
    assert club.geometry["type"] == "Point"
    assert [each["postcode"] for each in club.sites] == ["M1 1AA", "M9 9ZZ"]
    assert hall.sites[0]["name"] == "Old mill"


@pytest.mark.parametrize("visibility", ["approximate", "hidden"])
def test_sites_that_are_not_shown_exactly_are_shown_to_nobody(session, visibility):
    load_rows(session, {**CLUB, "sites": SITES, "location_visibility": visibility})

    assert shown(session).sites == []
    (feature,) = features(session)
    assert "Old mill" not in feature
    assert "53.4786" not in feature


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("names", "[1]", 'is not written as {"pa": "a name"}'),
        ("names", "{", "is no JSON"),
        ("names", '{"Punjabi": "x"}', "is no code of a language"),
        ("service_codes", "E08 / ?", "is no code of a boundary"),
        ("service_area", "POINT (-2.2 53.4)", "covers no ground"),
        ("service_area", "somewhere", "is neither GeoJSON nor well-known text"),
        ("sites", "here", "does not have the form of a postcode"),
        ("sites", '["M1 1AA"]', "is no list of sites"),
        ("sites", '[{"longitude": 0, "latitude": 0}]', "is what is written"),
        ("sites", '[{"longitude": "x", "latitude": 0}]', "has no numbers"),
        ("verified_on", "2999-01-01", "is still to come"),
        ("name", "x" * 10_000, "has over 300 characters"),
    ],
)
def test_what_cannot_be_used_refuses_its_row(session, column, value, reason):
    (issue,) = load_rows(session, {**CLUB, column: value}).issues

    assert (issue.column, issue.outcome) == (column, "refused")
    assert issue.reason.startswith(reason)


def test_hours_that_nobody_can_read_are_kept_and_marked(session):
    words, hours = "Some mornings, ask Jo", "Mo-Fr 09:00-17:00; PH off"
    done = load_rows(
        session,
        {**CLUB, "opening_hours": words},
        {**CLUB, "source_ref": "d", "opening_hours": hours},
        {**CLUB, "source_ref": "e"},
    )

    assert stored(session, AssetRow.opening_hours) == [words, hours, None]
    assert stored(session, AssetRow.has_readable_hours) == [False, True, None]
    assert [each[3] for each in told(done) if each[1] == "opening_hours"] == ["noted"]


def test_what_was_changed_here_stays_until_its_source_says_something_new(session):
    load_rows(session, {**CLUB, "cost": "Free"})
    session.execute(text("UPDATE asset SET cost = '1 pound', version = version + 1"))

    again = load_rows(session, {**CLUB, "cost": "Free"})
    assert (again.changed, stored(session, AssetRow.cost)) == (0, ["1 pound"])

    newer = load_rows(session, {**CLUB, "cost": "2 pounds"})
    assert (newer.changed, stored(session, AssetRow.cost)) == (1, ["2 pounds"])


def test_contact_data_that_was_erased_is_not_loaded_again(session):
    load_rows(session, {**CLUB, "phone": "0161 496 0000"})
    session.execute(
        text(
            "UPDATE asset SET phone = NULL, contact_erased_at = now(),"
            " version = version + 1"
        )
    )
    load_rows(session, {**CLUB, "phone": "0161 496 0000", "cost": "Free"})

    assert stored(session, AssetRow.phone) == [None]
    assert stored(session, AssetRow.cost) == ["Free"]


def test_what_left_its_source_is_closed_only_when_that_is_said(session):
    other = {**CLUB, "source": "Another"}
    load_rows(session, CLUB, {**HALL, "source_ref": "h"}, other)
    load_rows(session, CLUB)
    assert stored(session, AssetRow.status) == ["open"] * 3

    done = close_absent(session, CLUB)
    assert done.closed == 1
    assert stored(session, AssetRow.status) == ["open", "closed", "open"]
    assert stored(session, AssetRow.valid_to)[1] is not None
    assert close_absent(session, CLUB).closed == 0


def test_what_comes_back_is_open_again(session):
    load_rows(session, CLUB, {**HALL, "source_ref": "h"})
    close_absent(session, CLUB)

    back = close_absent(session, CLUB, {**HALL, "source_ref": "h"})
    assert (back.changed, back.closed) == (1, 0)
    assert stored(session, AssetRow.status) == ["open", "open"]
    assert stored(session, AssetRow.valid_to) == [None, None]


def test_a_row_that_is_refused_has_not_left(session):
    hall = {**HALL, "source_ref": "h"}
    load_rows(session, CLUB, hall)

    bad, lost = {**hall, "email": "none"}, {**CLUB, "postcode": "M9 9ZZ"}
    done = close_absent(session, bad, lost, {**CLUB, "source_ref": "new"})
    assert (done.closed, len(done.issues)) == (0, 3)


def test_nothing_is_closed_where_it_cannot_be_told_what_has_left(session):
    load_rows(session, HALL, CLUB)

    with pytest.raises(NothingClosed, match="line 2"):
        close_absent(session, {**HALL, "email": "none"}, CLUB)
    with pytest.raises(NothingClosed, match="Nothing in the feed"):
        close_absent(session, {**CLUB, "source": "Another"})


def test_who_runs_an_asset_is_told_with_whom_it_belongs_to(session):
    branch = {"provider": "Branch", "provider_ref": "b", "provider_parent_ref": "p"}
    parent = {"provider": "Parent", "provider_ref": "p", "charity_number": "1000001"}
    rows = ({**CLUB, **branch}, {**HALL, **parent})
    load_rows(session, *rows)

    assert shown(session).provider == "Branch"
    found = dict(session.execute(select(ProviderRow.name, ProviderRow.id)).all())
    query = select(ProviderRow.parent_id).where(ProviderRow.name == "Branch")
    assert session.scalar(query) == found["Parent"]
    before = session.scalars(select(ProviderRow.updated_at)).all()
    assert load_rows(session, *rows).unchanged == 2
    assert session.scalars(select(ProviderRow.updated_at)).all() == before


def test_those_who_belong_to_themselves_are_told_and_belong_to_nobody(session):
    a = {"provider": "A", "provider_ref": "a", "provider_parent_ref": "b"}
    b = {"provider": "B", "provider_ref": "b", "provider_parent_ref": "a"}
    done = load_rows(session, {**CLUB, **a}, {**HALL, **b})

    repaired = [each[1] for each in told(done) if each[3] == "repaired"]
    assert repaired == ["provider_parent_ref"] * 2
    assert session.scalars(select(ProviderRow.parent_id)).all() == [None, None]


def test_only_the_circle_is_circular():
    assert circular({"a": "b", "b": "c", "c": "b", "d": "a", "e": "e"}) == [
        *("b", "c", "e")
    ]


def test_the_place_of_an_asset_in_the_other_form_makes_another_version(town):
    first = asset("Hall", at(1, 1))
    add(town, first)
    add(town, replace(first, service_codes=("E08000003",)))

    query = text("SELECT changed FROM asset_version ORDER BY version")
    assert town.scalars(query).all() == [[], ["service_codes"]]
