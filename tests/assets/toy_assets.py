"""Assets of toy town, and short ways to store and find them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetmap.assets import store
from assetmap.assets.filters import AssetFilter
from assetmap.assets.ingest import AssetsLoaded, load
from assetmap.assets.model import Asset, SourceDefaults
from assetmap.assets.searching import store as searching
from assetmap.assets.tables import AssetRow, ShownAssetRow
from assetmap.issues import RawRow
from tests.toy_town import degrees

DEFAULTS = SourceDefaults("Toy town", "OGL-3.0", "Contains toy data.")
HALL = {"name": "Hall", "category": "place.village_hall", "postcode": "M1 1AA"}
KNOWN = {"M1 1AA": (383_050.0, 398_050.0, -2.2571, 53.4786)}


def find_places(postcodes: list[str]) -> dict[str, tuple[float, float, float, float]]:
    return {each: KNOWN[each] for each in postcodes if each in KNOWN}


def load_rows(session: Session, *rows: Mapping[str, str]) -> AssetsLoaded:
    """Load rows that stand on lines 2, 3 and so on."""
    sent = [RawRow("a.csv", line, values) for line, values in enumerate(rows, 2)]
    return load(session, sent, DEFAULTS, find_places)


def told(loaded: AssetsLoaded) -> list[tuple[int, str, str, str]]:
    return [
        (each.line, each.column, each.reason, each.outcome) for each in loaded.issues
    ]


def stored(session: Session, column: Any) -> list[Any]:
    return list(session.scalars(select(column).order_by(AssetRow.id)))


def asset(name: str, shape: Any = None, **more: Any) -> Asset:
    wgs84 = None if shape is None else degrees(shape)
    said = {"category": "place.park", "source": "toy", "source_ref": name} | more
    return Asset(name=name, geom=shape, geom_wgs84=wgs84, **said)


def add(session: Session, *assets: Asset) -> None:
    store.add_assets(session, assets)


def features(session: Session) -> list[str]:
    """All that is shown, as the texts of GeoJSON features."""
    numbers = session.scalars(select(ShownAssetRow.id).order_by(ShownAssetRow.id))
    return searching.features_of(session, list(numbers))[0]


def names(session: Session, **wanted: Any) -> list[str]:
    page = store.list_assets(session, AssetFilter(**wanted))
    return [each.name for each in page.assets]
