"""Values that cannot be used, and what is told of them."""

import pytest
from sqlalchemy.orm import Session

from assetmap.assets.tables import AssetRow
from tests.assets.toy_assets import HALL, load_rows, stored, told


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({"name": " "}, "name", "is empty"),
        ({"name": "x" * 301}, "name", "has over 300 characters"),
        ({"category": ""}, "category", "is empty"),
        (
            {"category": "warm hub"},
            "category",
            "is not a category: did you mean place.warm_hub or institution.family_hub?",
        ),
        ({"category": "zzz"}, "category", "is not a category"),
        ({"postcode": "M1"}, "postcode", "does not have the form of a postcode"),
        (
            {"postcode": "M9 9ZZ"},
            "postcode",
            "is not known, and there are no coordinates",
        ),
        (
            {"longitude": "-122.7", "latitude": "51.8"},
            "longitude, latitude",
            "lies outside Great Britain",
        ),
        (
            {"longitude": "53.48", "latitude": "-2.25"},
            "longitude, latitude",
            "longitude and latitude are swapped",
        ),
        (
            {"longitude": "0", "latitude": "0.0"},
            "longitude, latitude",
            "is what is written where no place is known",
        ),
        (
            {"longitude": "-0,17", "latitude": "51,46"},
            "longitude",
            "is not a number",
        ),
        ({"longitude": "nan", "latitude": "51.4"}, "longitude", "is not a number"),
        ({"longitude": "-2.2"}, "latitude", "is empty"),
        ({"lng": "-2.2"}, "latitude", "is empty"),
        (
            {"longitude": "-2.25", "latitude": "53.48", "lon": "-2.26"},
            "lon",
            "differs from '-2.25' under another heading for it",
        ),
        (
            {"easting": "0", "northing": "0"},
            "easting, northing",
            "is what is written where no place is known",
        ),
        (
            {"easting": "-2.2", "northing": "53.5"},
            "easting, northing",
            "are degrees, not metres of the National Grid",
        ),
        (
            {"easting": "1200000", "northing": "320000"},
            "easting, northing",
            "easting and northing are swapped",
        ),
        (
            {"easting": "900000", "northing": "900000"},
            "easting, northing",
            "lies outside Great Britain",
        ),
        (
            {"longitude": "2.05", "latitude": "49.8"},
            "longitude, latitude",
            "lies outside Great Britain",
        ),
        (
            {"url": "javascript:alert(1)"},
            "url",
            "is not an address that begins with http(s)://",
        ),
        (
            {"url": "http://[broken"},
            "url",
            "is not an address that begins with http(s)://",
        ),
        (
            {"email": "hall at toy.town"},
            "email",
            "does not have the form of an e-mail address",
        ),
        ({"uprn": "12 34"}, "uprn", "is not a number of up to 12 digits"),
        (
            {"valid_from": "01/02/2024"},
            "valid_from",
            "is not a date written as 2025-01-31",
        ),
        (
            {"valid_to": "2024-02-30"},
            "valid_to",
            "is not a date written as 2025-01-31",
        ),
        (
            {"valid_from": "2024-02-01", "valid_to": "2024-02-01"},
            "valid_to",
            "is not after 2024-02-01",
        ),
        (
            {"status": "shut"},
            "status",
            "is not one of open, closed, planned, unverified",
        ),
        (
            {"location_visibility": "secret"},
            "location_visibility",
            "is not one of exact, approximate, hidden",
        ),
    ],
)
def test_a_value_that_cannot_be_used_refuses_its_row_only(
    session: Session, change: dict[str, str], column: str, reason: str
) -> None:
    loaded = load_rows(session, {**HALL, **change}, {**HALL, "name": "Good"})

    assert told(loaded) == [(2, column, reason, "refused")]
    assert stored(session, AssetRow.name) == ["Good"]
