"""Files of patients by practice and LSOA, as NHS England publishes them.

Names of columns vary in case and spaces. Files that went through a spreadsheet have
columns with an empty heading, which are passed over whatever they hold.
"""

from collections.abc import Iterator
from pathlib import Path

from assetmap.errors import BadFile
from assetmap.issues import RawRow, RowIssue
from assetmap.sources.tabular.csv_files import rows_of
from assetmap.sources.tabular.headers import plain_name

NEEDED = ("LSOA_CODE", "PRACTICE_CODE", "NUMBER_OF_PATIENTS")
_ALSO = ("SEX", "EXTRACT_DATE", "PCN_CODE")


def registration_rows(path: Path, issues: list[RowIssue]) -> Iterator[RawRow]:
    """Rows with the columns needed, and SEX, EXTRACT_DATE and PCN_CODE if there are.

    Raises:
        BadFile: it cannot be read, or lacks a column; with the columns it has.
    """
    spelled: dict[str, str] | None = None
    try:
        for row in rows_of(path, NEEDED, issues):
            if spelled is None:
                plain = {plain_name(each): each for each in row.values}
                spelled = {
                    each: plain[plain_name(each)]
                    for each in _ALSO
                    if plain_name(each) in plain
                }
            wanted = {each: row.values.get(each, "").strip() for each in NEEDED}
            more = {ours: row.values[theirs] for ours, theirs in spelled.items()}
            yield RawRow(row.file, row.line, wanted | more)
    except BadFile as bad:
        if "missing" not in bad.facts:
            raise
        said = f"{bad.reason}. Is it a file of patients by practice and LSOA?"
        raise BadFile(path.name, said, missing=bad.facts["missing"]) from bad
