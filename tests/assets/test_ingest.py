"""Assets from rows: what is kept, repaired and told."""

import pytest
from sqlalchemy import func, text
from sqlalchemy.orm import Session

from assetmap.assets.filters import AssetFilter
from assetmap.assets.ingest import load
from assetmap.assets.store import list_assets
from assetmap.assets.tables import AssetRow
from assetmap.issues import RawRow
from tests.assets.toy_assets import DEFAULTS, HALL, find_places, load_rows, stored, told


def test_a_row_is_stored_with_the_place_of_its_postcode(session: Session) -> None:
    loaded = load_rows(session, {**HALL, "postcode": "m11aa"})

    (hall,) = list_assets(session, AssetFilter()).assets
    assert (loaded.added, loaded.issues) == (1, [])
    assert hall.postcode == "M1 1AA"
    assert hall.geometry == {"type": "Point", "coordinates": [-2.2571, 53.4786]}
    assert (hall.source, hall.licence) == ("Toy town", "OGL-3.0")
    assert hall.attribution == "Contains toy data."
    assert hall.status == "open"


def test_coordinates_go_before_the_postcode(session: Session) -> None:
    load_rows(session, {**HALL, "easting": "383,100", "northing": "398100.5"})

    assert stored(session, func.ST_AsText(AssetRow.geom)) == ["POINT(383100 398100.5)"]


def test_degrees_and_metres_of_one_point_agree_to_a_centimetre(
    session: Session,
) -> None:
    tower = {"name": "Water tower", "category": "culture.heritage"}
    degrees = {"longitude": "1.716073973", "latitude": "52.658007833"}
    metres = {"easting": "651409.804", "northing": "313177.450"}

    load_rows(session, {**tower, **degrees}, {**tower, **metres})

    apart_m = session.scalar(
        text("SELECT max(st_distance(a.geom, b.geom)) FROM asset a, asset b")
    )
    assert apart_m < 0.01
    (west, east) = stored(session, func.ST_X(AssetRow.geom_wgs84))
    assert west == 1.716073973
    assert east == pytest.approx(1.716073973, abs=1e-7)


def test_a_category_may_be_named_by_its_label(session: Session) -> None:
    load_rows(session, {**HALL, "category": "LIBRARY"})

    assert stored(session, AssetRow.category_code) == ["institution.library"]


def test_a_row_that_says_no_place_is_kept_unplaced_and_noted(session: Session) -> None:
    loaded = load_rows(session, {**HALL, "postcode": ""})

    reason = "no place is given: kept, and counted in no area"
    assert told(loaded) == [(2, "postcode", reason, "noted")]
    assert stored(session, AssetRow.geom) == [None]


def test_a_bad_postcode_beside_coordinates_does_not_refuse_the_row(
    session: Session,
) -> None:
    here = {"easting": "383050", "northing": "398050"}

    loaded = load_rows(
        session,
        {**HALL, **here, "postcode": "none"},
        {**HALL, **here, "postcode": "M9 9ZZ"},
        {**HALL, "postcode": "M1 1AA", "easting": "383050", "northing": "428050"},
    )

    assert loaded.added == 3
    assert told(loaded) == [
        (
            2,
            "postcode",
            "does not have the form of a postcode: left out",
            "repaired",
        ),
        (3, "postcode", "is not known; the coordinates say where it is", "noted"),
        (
            4,
            "postcode",
            "lies 30 km from the coordinates, which are kept",
            "noted",
        ),
    ]
    assert stored(session, AssetRow.postcode) == [None, "M9 9ZZ", "M1 1AA"]


def test_control_characters_go_and_markup_stays_as_text(session: Session) -> None:
    loaded = load_rows(
        session, {**HALL, "name": "<b>Ha\x00ll</b>\u202e", "description": "=1+1\nTwo"}
    )

    said = "control characters were taken out"
    assert told(loaded) == [(2, "name", said, "repaired")]
    assert stored(session, AssetRow.name) == ["<b>Hall</b>"]
    assert stored(session, AssetRow.description) == ["=1+1\nTwo"]


def test_an_address_of_the_web_without_its_scheme_is_completed(
    session: Session,
) -> None:
    loaded = load_rows(session, {**HALL, "url": "www.toy.town"})

    said = "was taken for https://www.toy.town"
    assert told(loaded) == [(2, "url", said, "repaired")]
    assert stored(session, AssetRow.url) == ["https://www.toy.town"]


def test_headings_match_without_case_spaces_and_underscores(session: Session) -> None:
    load_rows(session, {**HALL, "Opening Hours": "Mo-Fr 09:00-17:00"})

    assert stored(session, AssetRow.opening_hours) == ["Mo-Fr 09:00-17:00"]


def test_a_column_that_is_not_read_is_noted_once(session: Session) -> None:
    loaded = load_rows(
        session, {**HALL, "ward": "A"}, {**HALL, "name": "B", "ward": "A"}
    )

    said = "is not a column that is read: ignored"
    assert told(loaded) == [(2, "ward", said, "noted")]
    assert loaded.added == 2


def test_the_same_rows_again_change_nothing(session: Session) -> None:
    full = {
        **HALL,
        "description": "Warm",
        "languages": "en; cy",
        "uprn": "000012",
        "valid_from": "2024-01-01",
        "note": "by hand",
    }
    unplaced = {"name": "Helpline", "category": "economy.advice"}
    load_rows(session, full, unplaced)

    again = load_rows(session, full, unplaced)

    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    assert stored(session, AssetRow.version) == [1, 1]
    assert stored(session, AssetRow.languages) == [["en", "cy"], []]
    assert stored(session, AssetRow.uprn) == ["12", None]


def test_a_changed_row_changes_the_asset_of_its_reference(session: Session) -> None:
    load_rows(session, {**HALL, "source_ref": "7"}, {**HALL, "source_ref": "8"})

    moved = load_rows(
        session,
        {**HALL, "source_ref": "7", "easting": "383000", "northing": "398000"},
        {**HALL, "source_ref": "8"},
        {**HALL, "source_ref": "9"},
    )

    assert (moved.added, moved.changed, moved.unchanged) == (1, 1, 1)
    assert stored(session, AssetRow.version) == [2, 1, 1]
    assert stored(session, func.ST_X(AssetRow.geom)) == [383_000, 383_050, 383_050]
    assert stored(session, func.ST_X(AssetRow.shown_geom))[0] == 383_000


def test_one_reference_twice_in_a_file_is_told_and_the_first_is_kept(
    session: Session,
) -> None:
    first = {**HALL, "source_ref": "7"}

    loaded = load_rows(session, first, first, {**first, "name": "Other"}, HALL, HALL)

    assert told(loaded) == [
        (3, "source_ref", "repeats line 2", "noted"),
        (4, "source_ref", "is on line 2 already, with other values", "refused"),
        (6, "name", "repeats line 5", "noted"),
    ]
    assert stored(session, AssetRow.name) == ["Hall", "Hall"]


def test_one_reference_of_two_sources_is_two_assets(session: Session) -> None:
    loaded = load_rows(
        session, {**HALL, "source_ref": "7"}, {**HALL, "source_ref": "7", "source": "B"}
    )

    assert loaded.added == 2
    assert stored(session, AssetRow.attribution) == ["Contains toy data.", "B"]


def test_nothing_remains_of_a_load_that_its_caller_undoes(session: Session) -> None:
    with session.begin_nested() as attempt:
        load_rows(session, HALL)
        attempt.rollback()

    assert stored(session, AssetRow.name) == []


def test_progress_tells_the_rows_that_were_read(session: Session) -> None:
    heard: list[tuple[str, int, int]] = []

    def listen(doing: str, done: int, total: int) -> None:
        heard.append((doing, done, total))

    rows = [RawRow("a.csv", 2, HALL)]
    load(session, rows, DEFAULTS, find_places, progress=listen)

    assert heard == [("Loading assets", 1, 0)]


@pytest.mark.parametrize("east", ["lon", "lng", "long", "LON", "Longitude"])
def test_short_headings_of_longitude_and_latitude_are_read(session, east):
    done = load_rows(session, HALL | {east: "-2.2571", "Lat": "53.4786"})
    assert told(done) == []
    found = stored(session, func.ST_AsText(AssetRow.geom_wgs84))
    assert found == ["POINT(-2.2571 53.4786)"]


def test_two_headings_of_one_column_may_say_the_same(session):
    place = {"longitude": "-2.2571", "lon": " -2.2571 ", "lat": "53.4786"}
    assert told(load_rows(session, HALL | place | {"latitude": " "})) == []
