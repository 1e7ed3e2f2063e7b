"""``assetmap load postcodes`` and ``counts``: who lives where."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from assetmap.boundaries import store as boundary_store
from assetmap.db.engine import session_scope
from assetmap.errors import BadFile
from assetmap.footprints import load as footprint_load
from assetmap.issues import RawRow, RowIssue
from assetmap.people.model import Release
from assetmap.publish.cli.console import err, migrated_engine, report, telling, watching
from assetmap.publish.cli.load_options import Day, File, ReportTo, Sheet, day_of, today
from assetmap.sources.csv_files import rows_of
from assetmap.sources.postcodes import read_postcodes
from assetmap.sources.vector import sha256_of


def postcodes(
    path: File,
    replace: Annotated[
        bool, typer.Option(help="Drop the postcodes that FILE does not hold.")
    ] = False,
    title: str = "",
    vintage: Day = None,
    publisher: str = "not stated",
    licence: str = "not stated",
    attribution: str = "",
    report_to: ReportTo = None,
) -> None:
    """Load postcodes from FILE: ONSPD, NSPL, or postcode with coordinates; CSV or zip.

    Postcodes already loaded stay unless --replace. Exits 1 if any row was refused.
    """
    with telling(), watching() as progress:
        progress("Reading", 0, 0)
        table = read_postcodes(path)
        release = Release(
            title or f"Postcodes of {path.name}",
            publisher,
            licence,
            attribution or f"Source: {publisher}",
            path.name,
            sha256_of(path),
            day_of(vintage) or today(),
        )
        with session_scope(migrated_engine()) as session:
            done = footprint_load.load_postcodes(
                session, table, release, keep_others=not replace, progress=progress
            )
    err.print(
        f"{done.sent:,} rows: {done.stored:,} postcodes loaded, "
        f"{done.without_place:,} of them without a place; {done.now:,} are known now"
    )
    err.print(f"People are spread over {done.spread_over}.")
    raise typer.Exit(report(done.issues, report_to))


def counts(
    path: File,
    boundary_set: Annotated[str, typer.Option("--blocks", help="Set of the codes.")],
    name: Annotated[str, typer.Option(help="Name of these counts.")] = "people",
    code: Annotated[str, typer.Option(help="Column of the code.")] = "code",
    count: Annotated[str, typer.Option(help="Column of the count.")] = "count",
    only: Annotated[str, typer.Option(help="Only codes that begin so, e.g. E.")] = "",
    title: str = "",
    vintage: Day = None,
    publisher: str = "not stated",
    licence: str = "not stated",
    attribution: str = "",
    sheet: Sheet = None,
    report_to: ReportTo = None,
) -> None:
    """Load people by building block from a FILE (CSV, spreadsheet) of code and count.

    From then on answers count people. Exits 1 if any row was refused.
    """
    with telling(), watching() as progress:
        progress("Counting people", 0, 0)
        issues: list[RowIssue] = []
        rows = _count_rows(path, (code, count), issues, sheet)
        release = Release(
            title or f"People of {path.name}",
            publisher,
            licence,
            attribution or f"Source: {publisher}",
            path.name,
            sha256_of(path) if path.is_file() else "",
            day_of(vintage) or today(),
        )
        with session_scope(migrated_engine()) as session:
            blocks = boundary_store.get_set(session, boundary_set)
            stored, more = footprint_load.load_counts(
                session, name, release, rows, (code, count), blocks, only
            )
            total = stored.total
    err.print(f"{name}: {total:,.0f} people counted by the blocks of {boundary_set}")
    raise typer.Exit(report([*issues, *more], report_to))


def _count_rows(
    path: Path, columns: tuple[str, str], issues: list[RowIssue], sheet: str | None
) -> Iterator[RawRow]:
    """The rows of a file of counts.

    Raises:
        BadFile: it cannot be read; where a column is missing, with the options.
    """
    try:
        yield from rows_of(path, columns, issues, sheet=sheet)
    except BadFile as bad:
        if "missing" not in bad.facts:
            raise
        said = f"{bad.reason}. Name its columns with --code and --count"
        raise BadFile(path.name, said, missing=bad.facts["missing"]) from bad
