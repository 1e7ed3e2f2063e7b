"""Which of the NHS layouts of practices and networks a file has, and its rows.

Rows come under names of our own, whichever layout they have: ``code``, ``name``,
``postcode``, ``pcn_code`` and so on.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assetmap.errors import BadFile
from assetmap.issues import RawRow
from assetmap.sources.nhs import ods
from assetmap.sources.tabular.cells import Cells, Record, read_cells
from assetmap.sources.tabular.headers import plain_name

Layout = Literal["organisations", "mapping", "points", "networks", "partners"]
_HEAD = 10
_DATE = re.compile(r"\d{8}|\d{4}-\d\d-\d\d")

# Names of columns without case, spaces and underscores; the first is the usual one.
_Names = dict[str, tuple[str, ...]]
_MAPPING: _Names = {
    "code": ("practicecode",),
    "name": ("practicename",),
    "postcode": ("practicepostcode",),
    "pcn_code": ("pcncode",),
    "pcn_name": ("pcnname",),
    "sub_icb_code": ("subicblocationcode",),
    "sub_icb_name": ("subicblocationname",),
    "sub_icb_ons_code": ("onssubicblocationcode",),
    "icb_code": ("icbcode",),
    "icb_name": ("icbname",),
    "icb_ons_code": ("onsicbcode",),
    "day": ("extractdate",),
}
_POINTS: _Names = _MAPPING | {
    "latitude": ("latitude1m", "latitude", "lat"),
    "longitude": ("longitude1m", "longitude", "long", "lon", "lng"),
}
_PARTNERS: _Names = {
    "code": ("partnerorganisationcode", "partnercode"),
    "name": ("partnername", "partnerorganisationname"),
    "sub_icb_code": ("practiceparentsubicbloccode",),
    "sub_icb_name": ("practiceparentsubicblocname",),
    "pcn_code": ("pcncode",),
    "pcn_name": ("pcnname",),
    "pcn_sub_icb_code": ("pcnparentsubicbloccode",),
    "pcn_sub_icb_name": ("pcnparentsubicblocname",),
    "began": ("practicetopcnrelationshipstartdate", "relationshipstartdate"),
    "ended": ("practicetopcnrelationshipenddate", "relationshipenddate"),
}
_NETWORKS: _Names = {
    "pcn_code": ("pcncode",),
    "pcn_name": ("pcnname",),
    "sub_icb_code": ("currentsubicbloccode", "subicbloccode"),
    "sub_icb_name": ("subicblocation", "subicblocname"),
    "opened": ("opendate",),
    "closed": ("closedate",),
    "address_1": ("addressline1",),
    "address_2": ("addressline2",),
    "address_3": ("addressline3",),
    "town": ("addressline4",),
    "county": ("addressline5",),
    "postcode": ("postcode",),
}
_ORGANISATIONS: _Names = {
    "code": ("organisationcode", "orgcode", "odscode"),
    "name": ("name", "orgname", "organisationname"),
    "icb_code": ("highlevelhealthgeography", "icbcode"),
    "postcode": ("postcode",),
    "opened": ("opendate", "legalstartdate"),
    "closed": ("closedate", "legalenddate"),
    "status": ("statuscode", "status"),
    "parent_code": ("commissioner",),
    "setting": ("prescribingsetting", "roleid"),
}

# In the order in which they are tried, with the columns that tell each apart.
_LAYOUTS: tuple[tuple[Layout, _Names, tuple[str, ...]], ...] = (
    ("partners", _PARTNERS, ("code", "pcn_code", "began", "ended")),
    ("points", _POINTS, ("code", "latitude", "longitude")),
    ("mapping", _MAPPING, ("code", "pcn_code")),
    ("networks", _NETWORKS, ("pcn_code", "pcn_name", "sub_icb_code")),
    ("organisations", _ORGANISATIONS, ("code", "name", "status", "setting")),
)

_PARTNERS_BY_PLACE = dict(enumerate(_PARTNERS))
_NETWORKS_BY_PLACE = dict(enumerate(_NETWORKS))


@dataclass(frozen=True)
class PracticeTable:
    """Rows of one layout, and the names of those of its columns that are there."""

    layout: Layout
    file: str
    columns: frozenset[str]
    rows: list[RawRow]


def read_practice_file(path: Path) -> list[PracticeTable]:
    """The tables of an NHS file of practices or networks, by what they look like.

    CSV with or without a header, or a spreadsheet of several sheets. Sheets of other
    kinds are passed over.

    Raises:
        BadFile: nothing in it has a layout that is known.
    """
    found = [each for cells in read_cells(path) if (each := _table(cells)) is not None]
    if not found:
        raise BadFile(
            path.name,
            "has no layout of practices that is known: an ODS report of 27 columns "
            "(epraccur), epcn, epcncorepartnerdetails, the monthly practice mapping "
            "(PRACTICE_CODE, PCN_CODE), or practices with Latitude and Longitude",
        )
    if not any(each.rows for each in found):
        raise BadFile(path.name, "holds no rows below its header")
    return found


def _table(cells: Cells) -> PracticeTable | None:
    for place, (_, names) in enumerate(cells.records[:_HEAD]):
        headed = _by_header(names)
        if headed is not None:
            layout, columns = headed
            return _rows(cells, layout, columns, cells.records[place + 1 :])
    for layout, fits, columns in _BY_PLACE:
        sample = [record for _, record in cells.records[:_HEAD]]
        if any(fits(record) for record in sample):
            return _rows(cells, layout, columns, cells.records)
    return None


def _by_header(names: list[str]) -> tuple[Layout, Mapping[int, str]] | None:
    """The layout that a row of names tells, and what stands in which column."""
    plain = [plain_name(each) for each in names]
    for layout, known, needed in _LAYOUTS:
        columns = {
            plain.index(spelled): ours
            for ours, spellings in known.items()
            for spelled in spellings[::-1]
            if spelled in plain
        }
        if set(needed) <= set(columns.values()):
            return layout, columns
    if len(names) == ods.COLUMNS and "postcode" in plain[9:10]:
        return "organisations", ods.NAMES
    return None


def _is_organisation(cells: list[str]) -> bool:
    return len(cells) == ods.COLUMNS and ods.is_ods_code(cells[0].strip())


def _is_partner(cells: list[str]) -> bool:
    return (
        len(cells) in (10, 11, 12)
        and ods.is_ods_code(cells[0].strip())
        and ods.is_ods_code(cells[4].strip())
        and _DATE.fullmatch(cells[8].strip()) is not None
    )


def _is_network(cells: list[str]) -> bool:
    return (
        len(cells) in (11, 12)
        and ods.is_ods_code(cells[0].strip())
        and _DATE.fullmatch(cells[4].strip()) is not None
    )


_BY_PLACE: tuple[tuple[Layout, Callable[[list[str]], bool], Mapping[int, str]], ...] = (
    ("organisations", _is_organisation, ods.NAMES),
    ("partners", _is_partner, _PARTNERS_BY_PLACE),
    ("networks", _is_network, _NETWORKS_BY_PLACE),
)


def _rows(
    cells: Cells,
    layout: Layout,
    columns: Mapping[int, str],
    records: Iterable[Record],
) -> PracticeTable:
    rows = [
        RawRow(
            cells.file,
            line,
            {
                name: record[place].strip()
                for place, name in columns.items()
                if place < len(record)
            },
        )
        for line, record in records
    ]
    return PracticeTable(layout, cells.file, frozenset(columns.values()), rows)
