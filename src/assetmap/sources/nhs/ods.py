"""NHS Organisation Data Service reports of 27 columns, which come without a header.

epraccur, ebranchs, edispensary, etr, ets, eccg, eccgsite and eother share the layout.
Dates are ``YYYYMMDD``. Codes are opaque: nothing is read from their letters.
"""

import re

COLUMNS = 27

NAMES = {
    0: "code",
    1: "name",
    2: "region_code",
    3: "icb_code",
    4: "address_1",
    5: "address_2",
    6: "address_3",
    7: "town",
    8: "county",
    9: "postcode",
    10: "opened",
    11: "closed",
    12: "status",
    13: "subtype",
    14: "parent_code",
    15: "joined_parent",
    16: "left_parent",
    17: "phone",
    21: "amended",
    23: "operator_code",
    25: "setting",
}
"""What stands in each column, counted from 0; the rest is empty in every report."""

STATUSES = {
    "ACTIVE": "active",
    "A": "active",
    "INACTIVE": "inactive",
    "C": "inactive",
    "D": "dormant",
    "P": "proposed",
}
"""Words of the present reports, and letters of those before them."""

_CODE = re.compile(r"[A-Z0-9]{3,12}")
_GP_PRACTICE = ("RO76", "4")


def is_ods_code(text: str) -> bool:
    """Whether a text can be the code of an organisation."""
    return _CODE.fullmatch(text) is not None


def is_gp_practice(setting: str) -> bool:
    """Whether a prescribing setting is that of a GP practice.

    Present reports list roles (``RO76|RO80``); those before them gave one number.
    """
    return any(each.strip() in _GP_PRACTICE for each in setting.split("|"))
