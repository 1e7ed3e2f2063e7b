"""``assetmap load practices`` and ``registrations``: the NHS's lists."""

from pathlib import Path
from typing import Annotated

import typer

from assetmap.db.engine import session_scope
from assetmap.db.locks import one_load_at_a_time
from assetmap.footprints.load_registrations import load_registrations
from assetmap.footprints.pcn_sets import NHS, NHS_SAYS
from assetmap.issues import RowIssue
from assetmap.practices.ingest import load_practices
from assetmap.practices.model import Source
from assetmap.publish.cli.console import (
    err,
    migrated_engine,
    out,
    report,
    telling,
    watching,
)
from assetmap.publish.cli.load_options import Day, File, ReportTo, day_of, today
from assetmap.publish.export.practices import load_words, registration_words
from assetmap.sources.practice_files import read_practice_file
from assetmap.sources.registrations import registration_rows
from assetmap.sources.text_lines import check_is_file
from assetmap.sources.vector import sha256_of

OGL = "OGL-3.0"


def practices(
    path: File,
    day: Day = None,
    partial: Annotated[
        bool, typer.Option(help="It lists only some practices: others stay as known.")
    ] = False,
    title: str = "",
    publisher: str = NHS,
    licence: str = OGL,
    attribution: str = NHS_SAYS,
    report_to: ReportTo = None,
) -> None:
    """Load GP practices, PCNs or who is in which from an NHS FILE, known by its look.

    ODS reports (epraccur, epcn, epcncorepartnerdetails, ePCN.xlsx), the monthly
    practice mapping, and practices with points. --day is when it held, if its rows
    do not say; absent: today. Exits 1 if any row was refused.
    """
    with telling(), watching() as progress:
        progress("Reading", 0, 0)
        tables = read_practice_file(path)
        source = _source(path, title, publisher, licence, attribution)
        with session_scope(migrated_engine()) as session:
            one_load_at_a_time(session)
            done = load_practices(
                session, tables, source, day_of(day), today(), partial
            )
    for line in load_words(path.name, done):
        err.print(line, markup=False)
    raise typer.Exit(report(done.issues, report_to))


def registrations(
    path: File,
    blocks: Annotated[
        str | None,
        typer.Option(help="Set of the LSOAs; absent: the one that has their codes."),
    ] = None,
    extract_date: Day = None,
    name: Annotated[
        str | None, typer.Option(help="Name of these; absent: registrations-YYYY-MM.")
    ] = None,
    elsewhere: Annotated[
        bool, typer.Option(help="Keep patients of LSOAs off the set, as unplaced.")
    ] = False,
    title: str = "",
    publisher: str = NHS,
    licence: str = OGL,
    attribution: str = NHS_SAYS,
    report_to: ReportTo = None,
) -> None:
    """Load registered patients by practice and LSOA from an NHS FILE.

    Patients whose home is not known are kept, by kind. --extract-date is for a file
    that does not say. Exits 1 if any row was refused.
    """
    with telling(), watching() as progress:
        progress("Counting patients", 0, 0)
        check_is_file(path)
        issues: list[RowIssue] = []
        rows = registration_rows(path, issues)
        source = _source(path, title, publisher, licence, attribution)
        with session_scope(migrated_engine()) as session:
            done = load_registrations(
                session, name, source, rows, blocks, day_of(extract_date), elsewhere
            )
    for line in registration_words(done.row, done.is_new):
        out.print(line, markup=False)
    raise typer.Exit(report([*issues, *done.issues], report_to))


def _source(
    path: Path, title: str, publisher: str, licence: str, attribution: str
) -> Source:
    return Source(
        title or path.name, publisher, licence, attribution, path.name, sha256_of(path)
    )
