"""Scores of deprivation as publishers send them: by measure a score, rank and decile.

The English indices (File 7) call them ``Income Rank (where 1 is most deprived)``, some
cut short; others ``Income_rank`` or ``community_needs_score``.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from assetmap.errors import BadFile
from assetmap.issues import RawRow, RowIssue
from assetmap.sources.count_files import shown
from assetmap.sources.tabular.headers import Record
from assetmap.sources.tabular.table_heads import (
    TableHead,
    code_column,
    headings,
    heads_of,
)

_COLUMN = re.compile(r"^(?P<measure>.+?)[ _](?P<what>score|rank|decile)\b.*$", re.I)

_CALLED = {
    "imd": "Index of Multiple Deprivation",
    "index of multiple deprivation": "Index of Multiple Deprivation",
    "education": "Education, Skills and Training",
    "education, skills and training": "Education, Skills and Training",
    "health": "Health Deprivation and Disability",
    "health deprivation and disability": "Health Deprivation and Disability",
    "housing and services": "Barriers to Housing and Services",
    "barriers to housing and services": "Barriers to Housing and Services",
    "environment": "Living Environment",
    "living environment": "Living Environment",
}
_SHORT = {
    "Index of Multiple Deprivation": "imd",
    "Education, Skills and Training": "education",
    "Health Deprivation and Disability": "health",
    "Barriers to Housing and Services": "barriers",
    "Living Environment": "living-environment",
    "Income Deprivation Affecting Children Index": "idaci",
    "Income Deprivation Affecting Older People": "idaopi",
}
_INITIALS = re.compile(r"\s*\(([A-Z]{3,})\)$")


@dataclass(frozen=True)
class Domain:
    """One measure of deprivation, and the columns it is in; absent ones are empty."""

    slug: str
    title: str
    score: str = ""
    rank: str = ""
    decile: str = ""


@dataclass(frozen=True)
class DeprivationTable:
    """A table of scores: the column of the code, and the domains."""

    head: TableHead
    code: str
    domains: tuple[Domain, ...]
    hits: int

    def rows(self, issues: list[RowIssue]) -> Iterator[RawRow]:
        """Its rows; those that do not fit its header are added to ``issues``."""
        yield from self.head.rows((self.code,), issues)


def find_deprivation(
    path: Path,
    known: Collection[str],
    code: str | None = None,
    sheet: str | None = None,
) -> DeprivationTable:
    """The table of scores in a file whose codes are those known.

    Raises:
        BadFile: it cannot be read, or does not tell which table or columns are meant.
    """
    heads = list(heads_of(path, sheet))
    found = [
        table for head in heads if (table := _table(head, known, code)) is not None
    ]
    if not found:
        raise BadFile(
            path.name,
            "has no column of codes with columns called score, rank or decile; "
            f"{shown(heads)}. Name the column of the code with --code",
        )
    best = max((each.hits > 0, len(each.domains)) for each in found)
    found = [each for each in found if (each.hits > 0, len(each.domains)) == best]
    if len(found) > 1:
        names = ", ".join(each.head.name for each in found)
        raise BadFile(path.name, f"which of its tables? Name one with --sheet: {names}")
    return found[0]


def _table(
    head: TableHead, known: Collection[str], code: str | None
) -> DeprivationTable | None:
    for record in head.records:
        codes = code_column(head, record, known, code)
        domains = domains_of(record)
        if codes is not None and domains:
            return DeprivationTable(head, codes[0], domains, codes[1])
    return None


def domains_of(record: Record) -> tuple[Domain, ...]:
    """The domains that the headings of a record name, in their order."""
    columns: dict[str, dict[str, str]] = {}
    for heading in headings(record):
        if match := _COLUMN.match(heading):
            title = _title(match["measure"])
            columns.setdefault(title, {}).setdefault(match["what"].lower(), heading)
    return tuple(
        Domain(slug_of(title), title, **found) for title, found in columns.items()
    )


def _title(measure: str) -> str:
    """What a measure is called, whoever names it: without underscores or initials."""
    plain = measure.replace("_", " ").strip()
    bare = _INITIALS.sub("", plain)
    return _CALLED.get(bare.lower(), bare[:1].upper() + bare[1:])


def slug_of(title: str) -> str:
    """A short name of a domain: ``imd``, or its words joined by hyphens."""
    if title in _SHORT:
        return _SHORT[title]
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
