"""Scores of deprivation from what suppliers send, checked and stored."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from sqlalchemy.orm import Session

from assetmap.errors import BadValue
from assetmap.issues import RawRow, RowIssue, refused, required
from assetmap.people.deprivation import store as deprivation
from assetmap.people.deprivation.model import (
    DECILES,
    DeprivationSet,
    DomainScores,
    NoScores,
    Scores,
    odd_deciles,
    repeated_ranks,
)
from assetmap.people.ingest import uncounted
from assetmap.people.model import Release, UnknownBlocks
from assetmap.sources.deprivation_files import Domain

_Values = tuple[float, ...]


def load_deprivation(
    session: Session,
    name: str,
    release: Release,
    rows: Iterable[RawRow],
    code_column: str,
    domains: Sequence[Domain],
    block_set: tuple[int, str],
    ordinals: Mapping[str, int],
    prefix: str = "",
) -> tuple[DeprivationSet, list[RowIssue]]:
    """Store scores in place of those of the name; ``block_set`` is its id and name.

    Raises:
        UnknownBlocks: a code is not in the boundary set.
        NoScores: no row can be used.
    """
    found, issues = _read(rows, code_column, domains, prefix)
    if not found:
        why = f": {issues[0]}" if issues else "."
        raise NoScores(f"{release.source} holds no score that can be used{why}")
    if set(found) - set(ordinals):
        raise UnknownBlocks(block_set[1], found, ordinals)
    issues += uncounted(release.source, code_column, found, ordinals, prefix, "score")
    scores = _scores(found, domains, ordinals)
    issues += _checked(release.source, scores, list(found))
    return deprivation.add_set(session, name, release, block_set[0], scores), issues


def _read(
    rows: Iterable[RawRow], code_column: str, domains: Sequence[Domain], prefix: str
) -> tuple[dict[str, _Values], list[RowIssue]]:
    """Score, rank and decile of each domain end to end, by code; and rows at fault."""
    found: dict[str, _Values] = {}
    lines: dict[str, int] = {}
    issues: list[RowIssue] = []
    for row in rows:
        try:
            code = required(row, code_column)
            if not code.startswith(prefix):
                continue
            if code in found:
                raise BadValue(code_column, code, f"stands on line {lines[code]} too")
            found[code] = tuple(_values(row, domains))
            lines[code] = row.line
        except BadValue as bad:
            issues.append(refused(row, bad))
    return found, issues


def _values(row: RawRow, domains: Sequence[Domain]) -> Iterable[float]:
    for each in domains:
        yield _number(row, each.score)
        yield _whole(row, each.rank, 10_000_000)
        yield _whole(row, each.decile, DECILES)


def _number(row: RawRow, column: str) -> float:
    """The number in a column; nan where it is empty or there is none."""
    text = row.values.get(column, "").strip() if column else ""
    if not text:
        return np.nan
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        raise BadValue(column, text, "is not a number") from None
    if not np.isfinite(value):
        raise BadValue(column, text, "is not a number")
    return value


def _whole(row: RawRow, column: str, most: int) -> float:
    value = _number(row, column)
    if np.isnan(value):
        return 0
    if not value.is_integer() or not 1 <= value <= most:
        text = row.values[column]
        raise BadValue(column, text, f"is not a whole number from 1 to {most}")
    return value


def _scores(
    found: Mapping[str, _Values],
    domains: Sequence[Domain],
    ordinals: Mapping[str, int],
) -> Scores:
    values = np.array(list(found.values()), dtype=float)
    return Scores(
        np.array([ordinals[code] for code in found], dtype=np.int32),
        tuple(
            DomainScores(
                each.slug,
                each.title,
                values[:, 3 * place],
                values[:, 3 * place + 1].astype(np.int32),
                values[:, 3 * place + 2].astype(np.int16),
            )
            for place, each in enumerate(domains)
        ),
    )


def _checked(file: str, scores: Scores, codes: Sequence[str]) -> list[RowIssue]:
    """What is told of deciles, ranks and gaps that should not be: kept as sent."""
    issues = []
    for each in scores.domains:
        odd = odd_deciles(each)
        told = {
            "deciles are not a tenth of the ranks each": odd,
            "scores are missing": np.flatnonzero(np.isnan(each.scores)),
        }
        for what, places in told.items():
            where = [codes[place] for place in places.tolist()]
            if where and len(where) < len(codes):
                shown = ", ".join(where[:5]) + (" …" if len(where) > 5 else "")
                reason = f"{len(where)} {what}: kept as they are"
                issues.append(RowIssue(file, 0, each.title, shown, reason, "noted"))
        if again := repeated_ranks(each):
            reason = f"{again} ranks stand twice: kept as they are"
            issues.append(RowIssue(file, 0, each.title, "", reason, "noted"))
    return issues
