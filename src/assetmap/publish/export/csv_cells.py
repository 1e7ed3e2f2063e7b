"""Cells of CSV files that people open in spreadsheets."""

import re

_FORMULA = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_NUMBER = re.compile(r"[-+]?[\d.,]+(?:[eE][-+]?\d+)?")


def safe_cell(text: str) -> str:
    """The text, so that no spreadsheet takes it for a formula; a number stays one."""
    if text[:1] in _FORMULA and text and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text
