"""An entry as it is told to others, the one form that its hash is over, and heads."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from assetmap.errors import BadFile

Told = dict[str, Any]
"""An entry as it is exported: its members are those of FIELDS, and ``hash``."""

FIELDS = (
    "account",
    "action",
    "after",
    "at",
    "before",
    "chain",
    "id",
    "key",
    "login",
    "neighbourhood_id",
    "operator",
    "organisation_id",
    "place",
    "previous",
    "request",
    "thing",
    "thing_id",
)
LINK = ("chain", "hash", "id", "place", "previous")
"""What is told of an entry that whoever exports may not see: how it hangs together."""

START = "0" * 64
"""What the first entry of a chain has in the place of the hash before it."""
MOST_DIGITS = 15
"""Of a number that any reader of JSON takes as it stands."""


@dataclass(frozen=True)
class Head:
    """How long a chain is, and the hash of its last entry."""

    chain: int
    length: int
    hash: str


def canonical(entry: Mapping[str, Any]) -> str:
    """All that an entry says but its hash, in the one form that the hash is over.

    It is JSON without spaces, its members in the order of their names, every letter
    that JSON lets stand written as itself.
    """
    said = {name: value for name, value in entry.items() if name != "hash"}
    return json.dumps(
        said, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True
    )


def hash_of(entry: Mapping[str, Any]) -> str:
    """The SHA-256 of an entry's canonical form in UTF-8, in hexadecimal."""
    return hashlib.sha256(canonical(entry).encode("utf-8", "replace")).hexdigest()


def instant(at: datetime) -> str:
    """An instant as an entry tells it: in UTC, to the microsecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def told_value(text: str | None) -> Any:
    """What PostgreSQL holds as JSON, as it is told: odd numbers become text."""
    if text is None:
        return None
    return json.loads(text, parse_float=str, parse_int=_whole)


def _whole(text: str) -> int | str:
    return int(text) if len(text.lstrip("-")) <= MOST_DIGITS else text


def line_of(entry: Mapping[str, Any]) -> str:
    """A line of an export."""
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def read_line(line: str) -> Told:
    """What a line of an export says.

    Raises:
        ValueError: it is not one JSON object, or says something twice.
    """
    found = json.loads(line, object_pairs_hook=_once)
    if not isinstance(found, dict):
        raise ValueError("is not a JSON object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> Told:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("says something twice")
    return found


def after_told(text: str | None) -> dict[int, int]:
    """How far each chain was seen, from ``chain:place`` joined by commas.

    Raises:
        ValueError: it is not written so.
    """
    pairs = (each.split(":") for each in (text or "").split(",") if each)
    return {_digits(chain): _digits(place) for chain, place in pairs}


def _digits(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise ValueError(f"{text!r} is no number")
    return int(text)


def heads_told(heads: Mapping[int, Head]) -> list[Told]:
    """Heads as they are exported and noted, by chain."""
    return [
        {"chain": each.chain, "hash": each.hash, "length": each.length}
        for each in sorted(heads.values(), key=lambda head: head.chain)
    ]


def heads_in(told: object, file: str) -> dict[int, Head]:
    """The heads that a file tells, by chain.

    Raises:
        BadFile: it tells none, or not as they are told.
    """
    rows = told.get("heads") if isinstance(told, dict) else None
    if not isinstance(rows, list):
        raise BadFile(file, "tells no heads of an audit")
    try:
        heads = [
            Head(_number(r, "chain"), _number(r, "length"), r["hash"]) for r in rows
        ]
    except (KeyError, TypeError) as error:
        raise BadFile(file, "tells heads that are not chain, length, hash") from error
    return {each.chain: each for each in heads}


def _number(row: Mapping[str, Any], name: str) -> int:
    if not isinstance(row[name], int):
        raise TypeError(name)
    return int(row[name])
