"""The data dictionary: what every member and column of an export means.

While no people are counted every ``people`` in a name reads ``postcodes``: a member of
either name is described alike.
"""

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

Json = dict[str, Any]
EVERY = "*"


class Described(NamedTuple):
    """What a member of an export is: its unit may be empty, ``*`` is any name."""

    export: str
    member: str
    unit: str
    meaning: str


@cache
def entries() -> tuple[Described, ...]:
    """Every entry of the dictionary, in its order."""
    path = files("assetmap").joinpath("publish", "export", "dictionary.csv")
    with path.open(encoding="utf-8") as file:
        return tuple(Described(**row) for row in csv.DictReader(file))


@cache
def _known() -> Mapping[tuple[str, tuple[str, ...]], Described]:
    return {(each.export, tuple(each.member.split("."))): each for each in entries()}


def find(export: str, *names: str) -> Described | None:
    """The entry of a member, given the names that lead to it; None if there is none.

    The entry with the longest end of these names counts; the export's own before one
    of every export.
    """
    plain = tuple(each.replace("postcodes", "people") for each in names)
    for own in (export, EVERY):
        for start in range(len(names)):
            found = _like(own, names[start:]) or _like(own, plain[start:])
            if found is not None:
                return found
    return None


def _like(export: str, names: tuple[str, ...]) -> Described | None:
    """The entry of these names alone; a ``*`` may stand for any but the first."""
    known = _known()
    for choice in _with_stars(names):
        if (export, choice) in known:
            return known[export, choice]
    return None


def _with_stars(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    starred = [
        (*names[:at], EVERY, *names[at + 1 :]) for at in range(len(names) - 1, 0, -1)
    ]
    return [names, *starred]


def csv_schema(export: str, path: Sequence[str], columns: Sequence[str]) -> Json:
    """The part of CSV on the Web that describes the columns of a table."""
    found = [(name, find(export, *path, name)) for name in columns]
    return {
        "columns": [
            {"name": name, "dc:description": _said(each)}
            for name, each in found
            if each is not None
        ]
    }


def _said(each: Described) -> str:
    return f"{each.meaning} ({each.unit})" if each.unit else each.meaning
