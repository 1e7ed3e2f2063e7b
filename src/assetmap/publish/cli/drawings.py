"""The drawings in a file, checked and gathered by name, and their consensus."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from assetmap.errors import BadFile, BadParameter
from assetmap.footprints.consensus.gathered import alike, banded, by_name
from assetmap.footprints.consensus.many import consensus_of_names
from assetmap.footprints.consensus.named import Asked, NamedConsensus
from assetmap.issues import RowIssue
from assetmap.neighbourhoods.drawn_anywhere import (
    checked_name,
    drawing_issue,
    drawings_in,
)
from assetmap.neighbourhoods.model import BadSketch
from assetmap.publish.export.agreed.answer import Answer, Rows
from assetmap.sources.spatial.measuring import measuring_system, system_for
from assetmap.sources.spatial.wkt_tables import Drawn, read_drawn

_MOST_ANSWERS = 20
_SHOWN_ALIKE = 5


@dataclass(frozen=True)
class Question:
    """What is asked of a file of drawings, and how the file is to be read."""

    path: Path
    by: str | None = None
    crs: str | None = None
    fewest: int = 20
    group: str | None = None
    breaks: tuple[float, ...] = ()
    merged: bool = False
    skipped: tuple[str, ...] = ()
    layer: str | None = None
    file_crs: str | None = None
    encoding: str | None = None
    swap_axes: bool = False
    processes: int | None = None


Progress = Callable[[str, int, int], None]


def answer_of(
    question: Question, asked: Asked, progress: Progress
) -> tuple[Answer, list[RowIssue]]:
    """The consensus of every name with drawings enough, and the rows at fault.

    Raises:
        BadFile: the file cannot be read, or no drawing in it can be counted.
        BadParameter: it lacks a column, or answers are too many to be groups.
        BadSystem: ground cannot be measured in the system.
    """
    progress("Reading the drawings", 0, 0)
    read = _read(question)
    layer, lines = read.layer, read.lines
    columns = layer.columns
    name = question.crs or system_for(layer.shapes, layer.crs)
    system = measuring_system(name, layer.shapes, layer.crs)
    names = _names(question, columns, len(lines))
    passed, skipped, unnamed = _passed_over(question, read, names)
    progress("Checking the drawings", 0, 0)
    drawn = drawings_in(read, system, sorted(passed | skipped))
    issues = read.issues + unnamed + drawn.issues
    if len(drawn.places) == 0:
        raise BadFile(layer.file, f"holds no drawing that counts: {_first(issues)}")
    named = by_name(
        [names[each] for each in drawn.places],
        drawn.shapes,
        [lines[each] for each in drawn.places],
        _answers(question, columns, drawn.places),
        question.merged,
    )
    enough = [each for each in named if len(each.shapes) >= question.fewest]
    found = consensus_of_names(enough, asked, question.processes, progress)
    issues += _alone(read, found)
    rows = _rows(read, len(drawn.places), len(skipped), issues)
    alike = _alike(question, [each.name for each in named])
    notes = [*layer.notes, *alike, _told_from(asked)]
    answer = Answer(
        layer.file,
        layer.sha256,
        question.by,
        question.group,
        system,
        asked,
        question.fewest,
        rows,
        len(named),
        found,
        notes,
    )
    worst = ("refused", "repaired", "noted")
    return answer, sorted(issues, key=lambda it: (worst.index(it.outcome), it.line))


def _told_from(asked: Asked) -> str:
    """What of a service's policy holds of a file too, and what does not."""
    return (
        f"No name, definition or group of fewer than {asked.fewest} drawings is told "
        "of. A file has no releases, its numbers are exact, and its levels may rest on "
        "fewer: a service publishes less (docs/reference/disclosure.md)."
    )


def _read(question: Question) -> Drawn:
    """The file; the option that names its system is called --file-crs here."""
    try:
        return read_drawn(
            question.path,
            question.layer,
            question.file_crs,
            question.encoding,
            question.swap_axes,
        )
    except BadFile as bad:
        reason = bad.reason.replace("--crs", "--file-crs")
        raise BadFile(question.path.name, reason) from bad


def _names(question: Question, columns: pd.DataFrame, count: int) -> list[str]:
    if question.by is None:
        return [question.path.stem] * count
    return _texts(columns, "--by", question.by)


def _texts(columns: pd.DataFrame, option: str, wanted: str) -> list[str]:
    """The cells of a column as text, empty where there is nothing.

    Raises:
        BadParameter: no column has that name.
    """
    for each in columns.columns:
        if str(each).casefold() == wanted.casefold():
            return [_text(cell) for cell in columns[each].tolist()]
    known = ", ".join(map(str, columns.columns)) or "no column"
    raise BadParameter(option, wanted, f"is no column of the file, which has {known}")


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    if isinstance(cell, list | tuple | dict | np.ndarray):
        return str(cell)
    return "" if pd.isna(cell) else str(cell)


def _passed_over(
    question: Question, read: Drawn, names: Sequence[str]
) -> tuple[set[int], set[int], list[RowIssue]]:
    """Places refused before their shapes are looked at, those skipped, and why."""
    unread = {each.line for each in read.issues}
    refused = {at for at, line in enumerate(read.lines) if line in unread}
    skipped = {at for at, name in enumerate(names) if name in question.skipped}
    issues = []
    for at in sorted(set(range(len(names))) - refused - skipped):
        try:
            checked_name(names[at])
        except BadSketch as bad:
            column, line = question.by or "", read.lines[at]
            issues.append(
                RowIssue(read.layer.file, line, column, names[at], bad.reason)
            )
            refused.add(at)
    return refused, skipped - refused, issues


def _answers(
    question: Question, columns: pd.DataFrame, places: Sequence[int]
) -> list[str]:
    """What each resident answered, in bands where breaks are given.

    Raises:
        BadParameter: there are too many different answers to be groups.
    """
    if question.group is None:
        return []
    every = _texts(columns, "--group", question.group)
    answers = [every[each] for each in places]
    if question.breaks:
        return banded(answers, question.breaks)
    if len(set(answers)) > _MOST_ANSWERS:
        raise BadParameter(
            "--group",
            question.group,
            f"has {len(set(answers)):,} different answers; where they are numbers, "
            "part them with --breaks, such as --breaks 5,10,20",
        )
    return answers


def _rows(read: Drawn, counted: int, skipped: int, issues: list[RowIssue]) -> Rows:
    refused = {each.line for each in issues if each.outcome == "refused"}
    repaired = {each.line for each in issues if each.outcome == "repaired"}
    whole = len(set(read.lines) | {each.line for each in read.issues})
    return Rows(whole, counted, len(refused), skipped, len(repaired))


def _first(issues: Sequence[RowIssue]) -> str:
    return str(issues[0]) if issues else "all are skipped"


def _alone(read: Drawn, found: Sequence[NamedConsensus]) -> list[RowIssue]:
    """A note on each drawing that no other of its name resembles."""
    at = {line: place for place, line in enumerate(read.lines)}
    said = "resembles no other drawing of {!r}: counted, and in no definition"
    return [
        drawing_issue(read, at[line], said.format(each.name), "noted")
        for each in found
        for line in each.alone
    ]


def _alike(question: Question, names: Sequence[str]) -> list[str]:
    """That names differ only in capitals or spaces, if they are not to be merged."""
    told = alike(names)
    if not told or question.merged:
        return []
    shown = "; ".join(" = ".join(map(repr, each)) for each in told[:_SHOWN_ALIKE])
    return [
        f"{len(told)} names are written in several ways that differ only in capitals "
        f"or spaces ({shown}): --merge-names takes each for one."
    ]
