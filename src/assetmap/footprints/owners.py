"""Whose each building block is, by a look-up that a publisher fitted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assetmap.errors import BadValue
from assetmap.footprints.from_blocks import BlocksWithoutOwner
from assetmap.issues import RawRow, RowIssue, refused, required


@dataclass(frozen=True)
class Owners:
    """Whose each building block is, by ordinal; the owners' names; rows at fault.

    ``unknown`` are codes that the look-up has and the set of blocks has not.
    """

    owners: dict[int, str]
    names: dict[str, str]
    unknown: list[str]
    issues: list[RowIssue]


def owners_in(
    rows: Iterable[RawRow],
    columns: tuple[str, str, str],
    ordinals: Mapping[str, int],
    is_partial: bool = False,
) -> Owners:
    """Whose each block is by a look-up; ``columns`` of block, owner and its name.

    A block may stand in several rows of one owner. One that is given to two owners is
    refused where it is given away again: no row is taken because it comes first.

    Raises:
        BlocksWithoutOwner: the look-up leaves out blocks, unless it may be partial.
    """
    found = Owners({}, {}, [], [])
    lines: dict[str, int] = {}
    for row in rows:
        try:
            block, owner = (required(row, each) for each in columns[:2])
            if block not in ordinals:
                found.unknown.append(block)
                continue
            known = found.owners.setdefault(ordinals[block], owner)
            lines.setdefault(block, row.line)
            if known != owner:
                said = f"is given to {known} on line {lines[block]} already"
                raise BadValue(columns[1], owner, said)
        except BadValue as bad:
            found.issues.append(refused(row, bad))
            continue
        found.names.setdefault(owner, _text(row, columns[2]) or owner)
    _need_all(found, ordinals, is_partial)
    return found


def _need_all(found: Owners, ordinals: Mapping[str, int], is_partial: bool) -> None:
    missing = sorted(
        code for code, each in ordinals.items() if each not in found.owners
    )
    if not found.owners or (missing and not is_partial):
        shown = ", ".join(missing[:10]) + (" …" if len(missing) > 10 else "")
        raise BlocksWithoutOwner(
            f"{len(missing):,} of {len(ordinals):,} building blocks are not in the "
            f"look-up: {shown}. Is it of another vintage?",
            codes=missing[:100],
        )


def _text(row: RawRow, column: str) -> str:
    return row.values.get(column, "").strip()
