"""Categories that a deployment adds to those of the package."""

import pytest

from assetmap.assets import store
from assetmap.assets.feeds.openstreetmap import kinds_of
from assetmap.assets.local_categories import load_categories
from assetmap.issues import RawRow
from tests.assets.toy_assets import HALL, load_rows

SHED = {"code": "place.shed", "parent_code": "place", "label": "Men's shed"}
WIDE = {"osm_tags": "club=mens_shed; amenity=shed+men=yes", "charity_codes": "101-103"}


def add(session, *rows):
    sent = [RawRow("c.csv", line, values) for line, values in enumerate(rows, 2)]
    return load_categories(session, sent)


def test_a_category_of_ones_own_is_used_as_any_other(session):
    added, issues = add(session, {**SHED, **WIDE})
    assert (added, issues) == (1, [])

    assert load_rows(session, {**HALL, "category": "men's shed"}).added == 1
    known = store.list_categories(session)
    (shed,) = [each for each in known if each.is_local]
    assert shed.charity_codes == ("101", "102", "103")
    assert kinds_of(known).of({"club": "mens_shed"}) == ("place.shed", ("club",))


def test_it_stays_when_those_of_the_package_are_stored_anew(session):
    add(session, SHED)
    store.load_taxonomy(session)

    assert [each.code for each in store.list_categories(session) if each.is_local] == [
        "place.shed"
    ]
    assert add(session, SHED) == (1, [])


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({"code": "place.park"}, "code", "is a category that comes with assetmap"),
        ({"code": "Place Shed"}, "code", "is not written as place.warm_hub"),
        ({"label": ""}, "label", "is empty"),
        ({"label": "x" * 201}, "label", "has over 200 characters"),
        ({"parent_code": "nowhere"}, "parent_code", "is no category"),
        (
            {"parent_code": "place.park"},
            "parent_code",
            "is of the second level: there is none",
        ),
        ({"osm_tags": "shed"}, "osm_tags", "is not written as amenity=library"),
        ({"charity_codes": "many"}, "charity_codes", "is no code of three digits"),
    ],
)
def test_a_category_that_cannot_be_is_refused(session, change, column, reason):
    added, (issue,) = add(session, {**SHED, **change}, {**SHED, "code": "place.x"})

    assert added == 1
    assert (issue.column, issue.reason) == (column, reason)


def test_what_has_categories_below_it_stays_above(session):
    top, below = {"code": "sea", "label": "Sea", "parent_code": ""}, {**SHED}
    below["parent_code"], below["code"] = "sea", "sea.shed"
    _, (issue,) = add(session, top, below, {**top, "parent_code": "place"})

    assert issue.reason == "sea has categories below it"
