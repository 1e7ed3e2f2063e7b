"""What every table has in common."""

from datetime import datetime
from typing import Any, ClassVar

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, DateTime, ForeignKey, MetaData, func, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


ACTING = "(nullif(current_setting('assetmap.account', true), ''))::bigint"
"""The account that acts in a transaction, as the service tells it; else null."""

ACTING_KEY = "nullif(current_setting('assetmap.key', true), '')"
"""The public id of the key by which it acts; null without one."""


class Table(DeclarativeBase):
    """Base of every table: constraints are named by one rule."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True)}


def id_column() -> Mapped[int]:
    """Our own number for a row, never shown as anybody's code."""
    return mapped_column(BigInteger, primary_key=True)


def now_column() -> Mapped[datetime]:
    """The instant at which a row was written."""
    return mapped_column(server_default=func.now())


def acting_column() -> Mapped[int | None]:
    """The account that acted when a row was written; null: the service itself.

    The table of accounts is another room's, so nothing is made in its order.
    """
    key = ForeignKey("account.id", use_alter=True)
    return mapped_column(BigInteger(), key, server_default=text(ACTING), index=True)


def grid(kind: str) -> Geometry:
    """The type of a ``geom`` column: National Grid metres, indexed by the table."""
    return Geometry(kind, srid=27700, spatial_index=False)


def degrees(kind: str) -> Geometry:
    """The type of a ``geom_wgs84`` column: CRS84 longitude and latitude."""
    return Geometry(kind, srid=4326, spatial_index=False)
