"""Postcodes and counts from what suppliers send, checked and stored."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from assetmap.errors import BadValue
from assetmap.issues import RawRow, RowIssue, number, refused, required
from assetmap.jobs.progress import Progress, unseen
from assetmap.people import counts, store
from assetmap.people.model import (
    CountSet,
    NoCounts,
    NoPostcodes,
    Release,
    UnknownBlocks,
    places_of,
    points_of,
)
from assetmap.people.postcode_rows import postcodes_of
from assetmap.sources.postcodes.table import PostcodeTable


@dataclass(frozen=True)
class PostcodesLoaded:
    """What a load of postcodes did; counts of rows, and the rows at fault."""

    sent: int
    stored: int
    now: int
    spread_over: str
    without_place: int
    issues: list[RowIssue]


def load_postcodes(
    session: Session,
    table: PostcodeTable,
    keep_others: bool = False,
    progress: Progress = unseen,
) -> PostcodesLoaded:
    """Store the population points of postcodes, and the postcodes for the switch.

    Raises:
        NoPostcodes: no row can be used; what is stored stays.
    """
    progress("Reading postcodes", 0, len(table.names))
    postcodes, issues = postcodes_of(table)
    if len(postcodes.names) == 0:
        raise NoPostcodes(
            f"{table.file} holds no postcode that can be loaded.", file=table.file
        )
    progress("Storing postcodes", 0, len(postcodes.names))
    now, spread_over = store.prepare_postcodes(session, postcodes, keep_others)
    places = places_of(postcodes)
    if keep_others:
        places = store.postcode_places(session, prepared=True)
    progress("Indexing postcodes", 0, now)
    with store.indexing_postcodes(session):
        points = points_of(places)
    progress("Storing population points", 0, now)
    store.replace_points(session, points)
    return PostcodesLoaded(
        len(table.names),
        len(postcodes.names),
        now,
        spread_over,
        int(np.isnan(postcodes.east).sum()),
        issues,
    )


def load_counts(
    session: Session,
    name: str,
    release: Release,
    rows: Iterable[RawRow],
    code_column: str,
    count_column: str,
    block_set: tuple[int, str],
    ordinals: Mapping[str, int],
    prefix: str = "",
) -> tuple[CountSet, list[RowIssue]]:
    """Store people by building block; ``block_set`` is its id and name.

    Rows whose code does not begin with ``prefix`` are passed over, and counted.

    Raises:
        UnknownBlocks: a code is not in the boundary set.
        NoCounts: no row can be used.
    """
    people: dict[str, float] = {}
    lines: dict[str, int] = {}
    issues: list[RowIssue] = []
    passed = 0
    for row in rows:
        try:
            code = required(row, code_column)
            if not code.startswith(prefix):
                passed += 1
                continue
            count = number(row, count_column, 0, 1e9)
            if code in people:
                raise BadValue(code_column, code, f"stands on line {lines[code]} too")
        except BadValue as bad:
            issues.append(refused(row, bad))
            continue
        people[code], lines[code] = count, row.line
    if not people:
        why = f": {issues[0]}" if issues else "."
        raise NoCounts(f"{release.source} holds no count that can be used{why}")
    if set(people) - set(ordinals):
        raise UnknownBlocks(block_set[1], people, ordinals)
    issues += uncounted(release.source, code_column, people, ordinals, prefix, "count")
    if passed:
        note = f"{passed} rows do not begin with {prefix}: not loaded"
        issues.append(RowIssue(release.source, 0, code_column, prefix, note, "noted"))
    stored = counts.add_count_set(
        session,
        name,
        release,
        block_set[0],
        {ordinals[code]: count for code, count in people.items()},
        sum(people.values()),
    )
    return stored, issues


def uncounted(
    file: str,
    column: str,
    given: Collection[str],
    ordinals: Mapping[str, int],
    prefix: str,
    what: str,
) -> list[RowIssue]:
    """What is told of blocks that were not given a number: unknown is not zero."""
    without = sorted(
        each for each in set(ordinals) - set(given) if each.startswith(prefix)
    )
    if not without:
        return []
    shown = f"{', '.join(without[:10])}{' …' if len(without) > 10 else ''}"
    reason = f"{len(without)} blocks of the set have no {what}: it is unknown there"
    return [RowIssue(file, 0, column, shown, reason, "noted")]
