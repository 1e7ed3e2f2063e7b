"""Rows at postcodes that are none any more."""

from assetmap.assets.ingest import load
from assetmap.assets.tables import AssetRow
from assetmap.issues import RawRow
from tests.assets.toy_assets import DEFAULTS, HALL, stored, told

ENDED = {"M1 1AA": (383_050.0, 398_050.0, -2.2571, 53.4786, "2019-05")}


def test_a_postcode_that_ended_is_kept_at_the_place_that_it_had_and_told(session):
    rows = [
        RawRow("a.csv", 2, HALL),
        RawRow("a.csv", 3, {**HALL, "name": "Club", "easting": "383060"}),
    ]
    rows[1].values["northing"] = "398060"

    done = load(session, rows, DEFAULTS, lambda names: ENDED)

    said = "is no postcode any more, since 2019-05: kept"
    assert told(done) == [
        (2, "postcode", f"{said}, at the place that it had", "noted"),
        (3, "postcode", said, "noted"),
    ]
    assert stored(session, AssetRow.postcode) == ["M1 1AA"] * 2
