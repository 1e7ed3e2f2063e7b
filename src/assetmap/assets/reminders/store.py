"""Queries of the assets that need to be verified."""

from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from assetmap.assets.filters import AssetFilter, conditions
from assetmap.assets.model import STATUSES, ShownAsset
from assetmap.assets.published import shown_asset, shown_columns
from assetmap.assets.tables import AssetCategoryRow, ShownAssetRow

DAYS = 365
"""Days after which an asset needs to be verified again, unless that is said."""

_LIVING = tuple(each for each in STATUSES if each != "closed")


def list_to_verify(
    session: Session,
    days: int,
    category: str | None = None,
    limit: int = 100,
    offset: int = 0,
    is_own: bool = True,
) -> list[ShownAsset]:
    """Assets that were verified never, or longer ago; those never verified first.

    ``is_own``: only those that whoever acts may verify.
    """
    row = ShownAssetRow
    since = func.now() - timedelta(days=days)
    wanted = AssetFilter(category=category, statuses=_LIVING)
    query = (
        select(*shown_columns())
        .join(AssetCategoryRow)
        .where(*conditions(wanted))
        .where(or_(row.verified_at.is_(None), row.verified_at < since))
        .order_by(row.verified_at.asc().nulls_first(), row.id)
    )
    if is_own:
        query = query.where(row.may_verify)
    rows = session.execute(query.limit(limit).offset(offset)).mappings()
    return [shown_asset(each) for each in rows]
