"""How ONS names its columns: area, two digits of the vintage, and what it is."""

import re
from collections.abc import Iterable

from assetmap.errors import BadFile

_AREAS = (
    "LAD|WD|LSOA|MSOA|OA|ICB|SICBL|CTYUA|CTY|RGN|PCON|CAUTH|NHSER|BUA|PAR|PARNCP|"
    "CED|PFA|CTRY|LTLA|UTLA|LHB|LPA"
)
_COLUMN = re.compile(rf"^(?P<area>{_AREAS})(?P<year>\d\d)(?P<what>CD|NM|NMW)$", re.I)

_LAYOUTS = (
    ("pcn_code", "pcn_name"),
    ("lsoa21_code", "lsoa21_name"),
    ("ltla24_code", "ltla24_name"),
    ("code", "name"),
)


def code_and_name(columns: Iterable[str], file: str) -> tuple[str, str, str | None]:
    """The columns that hold code, name and Welsh name.

    Raises:
        BadFile: none or several could be meant; the message lists the columns.
    """
    columns = list(columns)
    found: dict[str, dict[str, str]] = {}
    for column in columns:
        if match := _COLUMN.match(column):
            area = match["area"].upper() + match["year"]
            found.setdefault(area, {})[match["what"].upper()] = column
    coded = [each for each in found.values() if "CD" in each]
    if len(coded) == 1:
        only = coded[0]
        return only["CD"], only.get("NM", only["CD"]), only.get("NMW")
    lower = {each.lower(): each for each in columns}
    for code, name in _LAYOUTS:
        if code in lower and name in lower and not coded:
            return lower[code], lower[name], None
    raise BadFile(
        file,
        "which columns hold the code and the name? Say with --code and --name; "
        f"it has {', '.join(columns)}",
        columns=columns,
    )
