"""How publishers name columns of code and name, and what area and year that tells."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assetmap.sources.tabular.headers import plain_name

KINDS = {
    "lad": "lad",
    "ltla": "lad",
    "localauthority": "lad",
    "wd": "ward",
    "ward": "ward",
    "lsoa": "lsoa",
    "msoa": "msoa",
    "oa": "oa",
    "icb": "icb",
    "onsicb": "icb",
    "sicbl": "sub_icb",
    "subicb": "sub_icb",
    "subicblocation": "sub_icb",
    "onssubicblocation": "sub_icb",
    "pcn": "pcn",
    "par": "parish",
    "parish": "parish",
    "parncp": "parish",
}
"""Kinds of set by the beginning of a column's name; all else is custom."""

_OTHERS = (
    "ctyua|cty|ctry|rgn|region|pcon|cauth|nhser|bua|ced|pfa|utla|lhb|lpa|cal|ttwa|itl|"
    "npark|wz|practice|organisation|org|ods"
)
_AREA = "|".join(sorted({*KINDS, *_OTHERS.split("|")}, key=len, reverse=True))
_COLUMN = re.compile(
    rf"(?P<area>{_AREA})(?P<year>\d\d(?:\d\d)?)?"
    r"(?P<what>cdh|codenhs|cd|code|nmw|namew|nm|name)(?:\((?P<late>\d{4})\))?"
)
_WHAT = {
    "cd": "code",
    "code": "code",
    "cdh": "nhs",
    "codenhs": "nhs",
    "nm": "name",
    "name": "name",
    "nmw": "welsh",
    "namew": "welsh",
}

_SAME = {"org": "organisation", "ods": "organisation"}


@dataclass(frozen=True)
class Columns:
    """The columns of code, name and Welsh name, and what their names tell of a set."""

    code: str
    name: str
    name_cy: str | None = None
    kind: str = ""
    year: int | None = None


@dataclass(frozen=True)
class CodedArea:
    """The columns of one area and vintage, such as those of LAD24."""

    area: str
    year: int | None
    columns: dict[str, str]

    @property
    def kind(self) -> str:
        """The kind of set whose boundaries are such areas."""
        return KINDS.get(self.area, "custom")

    @property
    def code(self) -> str:
        """The column of the code: of GSS, or where there is none the NHS's."""
        return self.columns.get("code") or self.columns["nhs"]

    def chosen(self, code: str | None = None) -> Columns:
        """The columns of this area, with another for the code if one is named."""
        code = code or self.code
        name = self.columns.get("name", code)
        return Columns(code, name, self.columns.get("welsh"), self.kind, self.year)


def areas_of(names: Iterable[str]) -> list[CodedArea]:
    """The areas that have a column for their code; a plain name is that of any."""
    found: dict[tuple[str, int | None], dict[str, str]] = {}
    plain = {plain_name(each): each for each in names}
    for text, name in plain.items():
        if match := _COLUMN.fullmatch(text):
            year = match["year"] or match["late"]
            area = _SAME.get(match["area"], match["area"])
            key = (area, _whole_year(year) if year else None)
            found.setdefault(key, {}).setdefault(_WHAT[match["what"]], name)
    shared = {"name": plain["name"]} if "name" in plain else {}
    return [
        CodedArea(area, year, shared | columns)
        for (area, year), columns in found.items()
        if "code" in columns or "nhs" in columns
    ]


def _whole_year(text: str) -> int:
    """The year of two digits or four; no publisher's vintage is older than 1971."""
    year = int(text)
    return year if year > 99 else year + (1900 if year > 70 else 2000)
