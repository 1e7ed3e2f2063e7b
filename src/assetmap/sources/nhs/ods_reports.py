"""Rows of NHS Organisation Data Service reports of 27 columns, without a header."""

from collections.abc import Iterator
from pathlib import Path

from assetmap.errors import BadFile
from assetmap.issues import RawRow, RowIssue
from assetmap.sources.nhs import ods
from assetmap.sources.tabular.cells import read_cells


def is_ods_report(path: Path) -> bool:
    """Whether a file is such a report, by its first row.

    Raises:
        BadFile: it cannot be read.
    """
    _, first = read_cells(path)[0].records[0]
    return len(first) == ods.COLUMNS and ods.is_ods_code(first[0].strip())


def rows_of_report(path: Path, issues: list[RowIssue]) -> Iterator[RawRow]:
    """The rows of a report under our names for its columns; misfits are refused.

    Raises:
        BadFile: it cannot be read, or its first row is of another layout.
    """
    if not is_ods_report(path):
        raise BadFile(path.name, "is no NHS ODS report: its rows have 27 columns")
    for line, cells in read_cells(path)[0].records:
        if len(cells) != ods.COLUMNS:
            fault = f"has {len(cells)} cells where the report has {ods.COLUMNS}"
            issues.append(RowIssue(path.name, line, "row", cells[0][:60], fault))
            continue
        named = {name: cells[place].strip() for place, name in ods.NAMES.items()}
        yield RawRow(path.name, line, named)
