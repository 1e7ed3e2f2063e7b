"""Rows as they come from a file, and what was wrong with those refused or mended."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assetmap.errors import BadValue

Outcome = Literal["refused", "repaired", "noted"]


@dataclass(frozen=True)
class RawRow:
    """One row as the supplier sent it: text by column name, and where it stood."""

    file: str
    line: int
    values: Mapping[str, str]


@dataclass(frozen=True)
class RowIssue:
    """What was wrong with one value: refused, or repaired and kept."""

    file: str
    line: int
    column: str
    value: str
    reason: str
    outcome: Outcome = "refused"

    def __str__(self) -> str:
        shown = self.value if len(self.value) <= 60 else self.value[:57] + "..."
        return (
            f"{self.file}:{self.line}: {self.column} {shown!r}: "
            f"{self.reason} ({self.outcome})"
        )


LONGEST_CODE = 200
"""Characters that a code may have: no publisher's has as many, and no index more."""


def checked_code(column: str, text: str) -> str:
    """A code, once it is seen that it is short enough to be one.

    Raises:
        BadValue: it is longer; told with how it begins.
    """
    if len(text) > LONGEST_CODE:
        raise BadValue(column, f"{text[:60]}…", too_long(LONGEST_CODE))
    return text


def too_long(most: int) -> str:
    """What is said of text that has more characters than it may."""
    return f"has over {most:,} characters"


def refused(row: RawRow, bad: BadValue) -> RowIssue:
    """The issue that tells where a bad value stood."""
    return RowIssue(row.file, row.line, bad.column, str(bad.value), bad.reason)


def required(row: RawRow, column: str) -> str:
    """The value of a column, without spaces around it.

    Raises:
        BadValue: the column is empty or absent.
    """
    value = row.values.get(column, "").strip()
    if not value:
        raise BadValue(column, row.values.get(column, ""), "is empty")
    return value


def number(row: RawRow, column: str, lowest: float, highest: float) -> float:
    """A number within a range; thousands may be parted by commas.

    Raises:
        BadValue: the column is empty, not a number, or outside the range.
    """
    text = required(row, column)
    try:
        value = float(text.replace(",", "").replace(" ", "").replace("_", "?"))
    except ValueError:
        raise BadValue(column, text, "is not a number") from None
    if not lowest <= value <= highest:
        raise BadValue(column, text, f"is not between {lowest:g} and {highest:g}")
    return value
