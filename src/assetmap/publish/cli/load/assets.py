"""``assetmap load assets``: places, groups and services from a table of any layout."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from assetmap.assets import ingest
from assetmap.assets.layout import (
    Layout,
    UnknownLayout,
    find_layout,
    layout_called,
    packaged,
)
from assetmap.assets.mapped import mapped
from assetmap.assets.model import SourceDefaults
from assetmap.db.engine import session_scope
from assetmap.errors import BadFile
from assetmap.issues import RawRow, RowIssue
from assetmap.people import store as people_store
from assetmap.publish.cli.console import err, migrated_engine, report, telling, watching
from assetmap.publish.cli.options import File, ReportTo, Sheet
from assetmap.sources.nhs.ods_reports import is_ods_report, rows_of_report
from assetmap.sources.tabular.csv_files import rows_of

OUR_OWN = ("name", "category")


def assets(
    path: File,
    source: Annotated[str, typer.Option(help="Who states these facts.")] = "",
    licence: Annotated[str, typer.Option(help="Their licence.")] = "",
    attribution: Annotated[str, typer.Option(help="What they ask to be said.")] = "",
    layout: Annotated[
        str | None,
        typer.Option(help="Whose columns they are: a name, or a .toml of your own."),
    ] = None,
    sheet: Sheet = None,
    report_to: ReportTo = None,
) -> None:
    """Load community assets from FILE, a table of name, category and a place.

    Tables of known publishers are recognised by their columns; --layout names one.
    Loading it again changes what changed. Exits 1 if any row was refused.
    """
    with telling(), watching() as progress:
        issues: list[RowIssue] = []
        chosen = _layout_of(path, layout, sheet)
        said = SourceDefaults(source or path.name, licence, attribution)
        rows: Iterable[RawRow]
        if chosen is None:
            rows = rows_of(path, OUR_OWN, issues, sheet=sheet)
        else:
            err.print(f"Read as {chosen.name}: {chosen.title}", markup=False)
            rows = mapped(_rows_for(chosen, path, sheet, issues), chosen, issues)
            said = _said_by(chosen, said, source)
        with session_scope(migrated_engine()) as session:
            done = ingest.load(
                session,
                rows,
                said,
                lambda names: people_store.grid_and_degrees(session, names),
                progress,
            )
    err.print(
        f"{done.added:,} assets added, {done.changed:,} changed, "
        f"{done.unchanged:,} as they were"
    )
    every = sorted([*issues, *done.issues], key=lambda each: each.line)
    raise typer.Exit(report(every, report_to))


def _layout_of(path: Path, named: str | None, sheet: str | None) -> Layout | None:
    """The layout that was named, or that the file's own columns tell.

    What is wrong with the file is told when it is read in earnest.
    """
    if named is not None:
        return layout_called(named)
    with suppress(BadFile):
        if is_ods_report(path):
            names = [each.name for each in packaged() if each.is_ods_report]
            said = "is an NHS ODS report without a header, which does not say of what"
            raise UnknownLayout(f"{path.name} {said}: --layout {' or '.join(names)}?")
        first = next(rows_of(path, (), [], sheet=sheet), None)
        return find_layout(list(first.values)) if first is not None else None
    return None


def _rows_for(
    chosen: Layout, path: Path, sheet: str | None, issues: list[RowIssue]
) -> Iterable[RawRow]:
    if chosen.is_ods_report:
        return rows_of_report(path, issues)
    return rows_of(path, chosen.recognised_by, issues, sheet=sheet)


def _said_by(chosen: Layout, said: SourceDefaults, source: str) -> SourceDefaults:
    """What was said of the file; where nothing was, what its layout says."""
    return replace(
        said,
        source=source or chosen.source,
        licence=said.licence or chosen.licence,
        attribution=said.attribution or chosen.attribution,
    )
