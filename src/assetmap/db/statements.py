"""SQL kept in files beside the store that runs it."""

from functools import cache
from importlib.resources import files

from sqlalchemy import TextClause, text


@cache
def statement(room: str, name: str) -> TextClause:
    """The statement in ``<room>/sql/<name>.sql``; its values are bound by name."""
    folder = files("assetmap").joinpath(room, "sql")
    return text(folder.joinpath(f"{name}.sql").read_text(encoding="utf-8"))
