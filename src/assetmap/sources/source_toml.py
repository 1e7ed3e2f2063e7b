"""What `source.toml` says of a boundary set, postcodes, or other published data."""

import json
import tomllib
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from assetmap.errors import BadFile

RECORD = "fetched.json"
"""What is known of a fetched file, beside it: its source with the facts of the file."""

_NEEDED = ("name", "title", "publisher", "licence", "attribution")
_TABLES = ("file", "made", "fetch", "load")
_DAYS = ("valid_from", "valid_to", "vintage")


@dataclass(frozen=True)
class Source:
    """A source as its file tells it; ``told`` holds all keys at the top."""

    folder: Path
    told: dict[str, Any]
    file: dict[str, Any] = field(default_factory=dict)
    made: dict[str, Any] = field(default_factory=dict)
    fetch: dict[str, Any] = field(default_factory=dict)
    load: dict[str, Any] = field(default_factory=dict)

    def text(self, key: str) -> str:
        """The value of a key at the top; empty if absent."""
        return str(self.told.get(key, ""))

    def day(self, key: str) -> date | None:
        """The date of a key at the top, if there is one.

        Raises:
            BadFile: it is something else than a date.
        """
        value = self.told.get(key)
        if value is not None and not isinstance(value, date):
            raise BadFile("source.toml", f"{key} {value!r} is not a date")
        return value


def read_source(path: Path) -> Source:
    """The source that a file, or the ``source.toml`` of a folder, describes.

    The record of a fetched file (``fetched.json``) describes it as well.

    Raises:
        BadFile: it is absent, not TOML, or lacks a key.
    """
    path = path / "source.toml" if path.is_dir() else path
    try:
        text = path.read_text(encoding="utf-8")
        told = _recorded(text) if path.name == RECORD else tomllib.loads(text)
    except FileNotFoundError as error:
        raise BadFile(path.name, f"there is no {path}") from error
    except (ValueError, UnicodeDecodeError) as error:
        kind = "JSON" if path.name == RECORD else "TOML"
        raise BadFile(path.name, f"is not {kind}: {error}") from error
    missing = [key for key in _NEEDED if not told.get(key)]
    if missing:
        raise BadFile(path.name, f"lacks {', '.join(missing)}", missing=missing)
    tables = {key: told.pop(key, {}) for key in _TABLES}
    for key, table in tables.items():
        if not isinstance(table, dict):
            raise BadFile(path.name, f"[{key}] is not a table")
    return Source(path.parent, told, **tables)


def _recorded(text: str) -> dict[str, Any]:
    """What a record tells, with its days as days, like TOML."""
    told = json.loads(text)
    if not isinstance(told, dict):
        raise ValueError("it holds no object")
    for key in _DAYS:
        if key in told:
            told[key] = date.fromisoformat(told[key])
    return told


def packaged_file(package: str, path: str) -> Path:
    """A file inside an installed data package.

    Raises:
        BadFile: the package is not installed.
    """
    try:
        found = Path(str(files(package.replace("-", "_")))) / path
    except ModuleNotFoundError as error:
        raise BadFile(package, "is not installed: install assetmap[demo]") from error
    if not found.is_file():
        raise BadFile(package, f"has no {path}")
    return found
