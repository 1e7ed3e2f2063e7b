"""SQL kept in files beside the store that runs it."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from assetmap.db.copying import raw_connection

_BOUND = re.compile(r"(?<!:):(\w+)")


@cache
def _sql(room: str, name: str) -> str:
    folder = files("assetmap").joinpath(room, "sql")
    return folder.joinpath(f"{name}.sql").read_text(encoding="utf-8")


@cache
def statement(room: str, name: str) -> TextClause:
    """The statement in ``<room>/sql/<name>.sql``; its values are bound by name."""
    # SQLAlchemy does not see a name that a cast follows at once.
    return text(_BOUND.sub(r":\1 ", _sql(room, name)))


@cache
def for_driver(room: str, name: str) -> bytes:
    """The statement in a file as psycopg takes it."""
    return _BOUND.sub(r"%(\1)s", _sql(room, name).replace("%", "%%")).encode()


def binary_rows(
    session: Session, room: str, name: str, **values: object
) -> list[tuple[Any, ...]]:
    """The rows of a statement in a file, sent in PostgreSQL's binary form.

    For results that are mostly bytes: in text form they are twice as long and each
    is decoded.
    """
    with raw_connection(session).cursor(binary=True) as cursor:
        return cursor.execute(for_driver(room, name), values).fetchall()
