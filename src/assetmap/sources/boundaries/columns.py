"""Which columns of a layer hold code and name, and what that tells of a set."""

from dataclasses import dataclass, replace

import pandas as pd

from assetmap.errors import BadFile
from assetmap.sources.boundaries import codes
from assetmap.sources.boundaries.column_names import CodedArea, Columns, areas_of
from assetmap.sources.spatial.vector import Layer
from assetmap.sources.tabular.headers import plain_name

_GENERIC = (
    ("code", "name"),
    ("gsscode", "name"),
    ("areacode", "areaname"),
    ("geographycode", "geographyname"),
    ("geographycode", "geography"),
    ("reference", "name"),
    ("id", "name"),
)
_SHOWN = 12


@dataclass(frozen=True)
class Wanted:
    """Columns and kind as far as somebody says them."""

    code: str | None = None
    name: str | None = None
    name_cy: str | None = None
    kind: str | None = None


def understood(layer: Layer, wanted: Wanted) -> tuple[Layer, Columns]:
    """A layer with plain codes, and which of its columns hold code and name.

    What is said goes first; then the only area whose columns there are, or the one of
    the kind of the set, or the one whose codes are all different; then generic names;
    then a single column of code and name (``P81001 - ONE SURGERY``), which is parted.

    Raises:
        BadFile: none or several could be meant; the message lists what there is.
    """
    try:
        found = columns_of(layer, wanted)
    except BadFile:
        joined = None if wanted.code else codes.joined_column(layer)
        if joined is None:
            raise
        layer = codes.parted(layer, joined)
        found = Columns("code", "name")
    layer = codes.with_plain_codes(layer, found.code)
    kind = found.kind or codes.kind_of(layer.columns[found.code])
    return layer, replace(found, kind=kind)


def columns_of(layer: Layer, wanted: Wanted) -> Columns:
    """The columns of code and name of a layer, as ``understood``.

    Raises:
        BadFile: none or several could be meant; the message lists what there is.
    """
    names = [str(each) for each in layer.columns.columns]
    areas = areas_of(names)
    if wanted.code is not None:
        return _completed(layer, wanted, areas)
    found = _meant(layer, areas, wanted.kind) if areas else None
    if found is None and not areas:
        found = _generic(names)
    if found is None:
        raise _question(layer, areas)
    return Columns(
        found.code,
        wanted.name or found.name,
        wanted.name_cy or found.name_cy,
        found.kind,
        found.year,
    )


def _completed(layer: Layer, wanted: Wanted, areas: list[CodedArea]) -> Columns:
    """The columns that are named, with what goes with the code that is named."""
    code = _column_called(layer, str(wanted.code))
    name = wanted.name and _column_called(layer, wanted.name)
    welsh = wanted.name_cy and _column_called(layer, wanted.name_cy)
    for each in areas:
        if code in (each.columns.get("code"), each.columns.get("nhs")):
            like = each.chosen(code)
            return Columns(
                code, name or like.name, welsh or like.name_cy, like.kind, like.year
            )
    return Columns(code, name or code, welsh)


def _column_called(layer: Layer, name: str) -> str:
    """The column of a name, in any case.

    Raises:
        BadFile: there is none.
    """
    names = [str(each) for each in layer.columns.columns]
    for same in (str, str.casefold, plain_name):
        for each in names:
            if same(each) == same(name):
                return each
    said = f"has no column {name!r}; it has {', '.join(names)}"
    raise BadFile(layer.file, said, column=name)


def _meant(layer: Layer, areas: list[CodedArea], kind: str | None) -> Columns | None:
    """The area that a set is of; None if that cannot be told."""
    if len(areas) == 1:
        return areas[0].chosen()
    alike = [each for each in areas if each.kind == kind]
    if len(alike) == 1:
        return alike[0].chosen()
    unique = [each for each in alike or areas if layer.columns[each.code].is_unique]
    return unique[0].chosen() if len(unique) == 1 else None


def _generic(names: list[str]) -> Columns | None:
    plain = {plain_name(each): each for each in names}
    for code, name in _GENERIC:
        if code in plain and name in plain:
            return Columns(plain[code], plain[name])
    return None


def _question(layer: Layer, areas: list[CodedArea]) -> BadFile:
    """What to ask somebody who must choose: the columns there are, with values."""
    columns = [str(each) for each in layer.columns.columns]
    shown = [each.code for each in areas] or columns
    told = [f"{each}{_samples(layer.columns[each])}" for each in shown[:_SHOWN]]
    more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    options = "--code and --name"
    if len({each.kind for each in areas}) > 1:
        options += ", or which kind of set it is with --kind"
    what = "codes in " if areas else ""
    return BadFile(
        layer.file,
        f"which columns hold the code and the name? Say with {options}; it has "
        f"{what}{', '.join(told)}{more}",
        columns=columns,
    )


def _samples(column: "pd.Series[str]") -> str:
    some = column.dropna().astype(str).drop_duplicates().head(2)
    shown = [each if len(each) <= 20 else f"{each[:19]}…" for each in some]
    return f" ({', '.join(shown)})" if shown else " (empty)"
