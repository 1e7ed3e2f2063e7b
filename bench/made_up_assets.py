"""Assets that nobody has: as many as a county keeps, where people live."""

import numpy as np
import shapely
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from assetmap import crs
from assetmap.assets import store as asset_store
from assetmap.assets.model import Asset
from assetmap.assets.tables import AssetRow
from assetmap.people.tables import PostcodeRow

SOURCE = "made-up"
COUNT = 5_000
SEED = 20260102


def are_there(session: Session) -> bool:
    """Whether they are stored."""
    return bool(session.scalar(select(exists().where(AssetRow.source == SOURCE))))


def load(session: Session) -> None:
    """Store them at random postcodes, of every category in turn."""
    asset_store.load_taxonomy(session)
    known = asset_store.list_categories(session)
    codes = [each.code for each in known if each.parent_code is not None]
    xs, ys = _places(session)
    lon, lat = crs.to_lon_lat(xs, ys)
    rows = [
        Asset(
            f"Made-up asset {number}",
            codes[number % len(codes)],
            SOURCE,
            str(number),
            shapely.Point(x, y),
            shapely.Point(east, north),
        )
        for number, (x, y, east, north) in enumerate(zip(xs, ys, lon, lat, strict=True))
    ]
    asset_store.add_assets(session, rows)


def _places(session: Session) -> tuple[np.ndarray, np.ndarray]:
    """Eastings and northings of random postcodes of England."""
    found = session.execute(
        select(PostcodeRow.geom.ST_X(), PostcodeRow.geom.ST_Y())
        .where(PostcodeRow.geom.is_not(None), PostcodeRow.council_code.like("E%"))
        .order_by(PostcodeRow.postcode)
    ).all()
    random = np.random.default_rng(SEED)
    picked = np.array(found, float)[random.integers(len(found), size=COUNT)]
    return picked[:, 0].copy(), picked[:, 1].copy()
