"""Whose columns mean what: the layouts of those who list places, and saved mappings.

A layout is a TOML file: which of a supplier's columns make each of ours, what holds for
every row, and what follows from a value. Those that come with the package are
recognised by their columns; a user may name one, or a file of their own.
"""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from assetmap.assets.rows import COLUMNS
from assetmap.errors import BadFile, Invalid
from assetmap.sources.tabular.headers import plain_name

_RULE_WORDS = ("column", "matches", "reason")


class UnknownLayout(Invalid):
    """No layout has this name."""

    title = "Unknown layout"


@dataclass(frozen=True)
class Rule:
    """What follows where a column's whole value matches a pattern."""

    column: str
    matches: re.Pattern[str]
    sets: Mapping[str, str]
    reason: str = ""


@dataclass(frozen=True)
class Layout:
    """How a supplier's rows become rows under our columns.

    ``columns`` gives for each of ours the supplier's, whose texts are joined by commas;
    for those in ``first_of`` the first that is not empty; those of ``otherwise`` are
    taken where ours is still empty. ``layer`` is the one that is read. ``hours`` gives
    the columns of each day's opening hours. ``no_value`` are texts that stand for
    nothing. An ``is_ods_report`` has no header, so that only a user can tell what it
    lists.
    """

    name: str
    title: str
    source: str
    licence: str
    attribution: str
    recognised_by: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, str]
    hours: Mapping[str, tuple[str, ...]]
    rules: tuple[Rule, ...]
    left_out: tuple[Rule, ...]
    first_of: frozenset[str] = frozenset()
    title_case: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()
    no_value: frozenset[str] = field(default_factory=frozenset)
    is_ods_report: bool = False
    otherwise: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    layer: str | None = None

    def recognises(self, headings: Collection[str]) -> bool:
        """Whether a file with these headings is of this layout."""
        there = {plain_name(each) for each in headings}
        needed = {plain_name(each) for each in self.recognised_by}
        return bool(needed) and not self.is_ods_report and needed <= there


def layout_in(path: Path) -> Layout:
    """The layout that a file describes.

    Raises:
        BadFile: it is absent, not TOML, or names columns that assets do not have.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(path.name, f"cannot be read: {error}") from error
    return _layout(path.stem, text, path.name)


def layout_said(text: str, name: str) -> Layout:
    """The layout that a text describes, as a file of the user's would.

    Raises:
        BadFile: it is not TOML, or names columns that assets do not have.
    """
    return _layout(name, text, name)


@cache
def packaged() -> tuple[Layout, ...]:
    """The layouts that come with the package, by name."""
    folder = files("assetmap").joinpath("assets", "layouts")
    found = [each for each in folder.iterdir() if each.name.endswith(".toml")]
    return tuple(
        _layout(each.name.removesuffix(".toml"), each.read_text("utf-8"), each.name)
        for each in sorted(found, key=lambda each: each.name)
    )


def layout_called(name: str) -> Layout:
    """The packaged layout of a name, or that of a file of the user's.

    Raises:
        UnknownLayout: there is none.
        BadFile: the file describes none.
    """
    found = next((each for each in packaged() if each.name == name), None)
    if found is not None:
        return found
    if Path(name).suffix == ".toml":
        return layout_in(Path(name))
    known = [each.name for each in packaged()]
    raise UnknownLayout(
        f"There is no layout {name!r}: name a .toml file of your own, or one of "
        f"{', '.join(known)}.",
        layouts=known,
    )


def find_layout(headings: Collection[str]) -> Layout | None:
    """The packaged layout that a file with these headings has, if it is just one."""
    found = [each for each in packaged() if each.recognises(headings)]
    return found[0] if len(found) == 1 else None


def _layout(name: str, text: str, file: str) -> Layout:
    try:
        told = tomllib.loads(text)
        return _described(name, told, file)
    except (tomllib.TOMLDecodeError, re.error, TypeError, AttributeError) as error:
        raise BadFile(file, f"is no layout: {error}") from error


def _described(name: str, told: dict[str, Any], file: str) -> Layout:
    columns = _lists(told, "columns")
    constants = {key: str(value) for key, value in told.get("constants", {}).items()}
    rules = tuple(_rule(each) for each in told.get("when", ()))
    set_by_rules = {key for each in rules for key in each.sets}
    otherwise = _lists(told, "otherwise")
    for key in (*columns, *constants, *set_by_rules, *otherwise):
        if key not in COLUMNS:
            raise BadFile(file, f"{key!r} is not a column of assets", column=key)
    title = str(told.get("title", name))
    return Layout(
        name,
        title,
        str(told.get("source", title)),
        str(told.get("licence", "")),
        str(told.get("attribution", "")),
        _listed(told.get("recognised_by", ())),
        columns,
        constants,
        _lists(told, "hours"),
        rules,
        tuple(_rule(each) for each in told.get("leave_out", ())),
        frozenset(told.get("first_of", {}).get("columns", ())),
        frozenset(told.get("title_case", ())),
        frozenset(told.get("dates", ())),
        frozenset(each.casefold() for each in told.get("no_value", ())),
        bool(told.get("is_ods_report", False)),
        otherwise,
        told.get("layer"),
    )


def _lists(told: Mapping[str, Any], key: str) -> dict[str, tuple[str, ...]]:
    return {name: _listed(value) for name, value in told.get(key, {}).items()}


def _listed(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(map(str, value))


def _rule(told: Mapping[str, Any]) -> Rule:
    sets = {key: str(value) for key, value in told.items() if key not in _RULE_WORDS}
    pattern = re.compile(str(told["matches"]))
    return Rule(str(told["column"]), pattern, sets, str(told.get("reason", "")))
