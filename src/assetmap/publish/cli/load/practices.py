"""``assetmap load practices`` and ``registrations``: the NHS's lists."""

from typing import Annotated

import typer

from assetmap.footprints.pcns.sets import NHS, NHS_SAYS
from assetmap.publish.cli.console import (
    err,
    out,
    report,
    telling,
)
from assetmap.publish.cli.load.running import done_or_queued, given
from assetmap.publish.cli.options import (
    Day,
    File,
    Queue,
    ReportTo,
    day_of,
    said,
)
from assetmap.publish.export.nhs.practices import load_words, registration_words
from assetmap.publish.loads.practices import (
    PRACTICES,
    REGISTRATIONS,
    PracticeOptions,
    RegistrationOptions,
    load_practices,
    load_registrations,
)

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
    queue: Queue = False,
) -> None:
    """Load GP practices, PCNs or who is in which from an NHS FILE, known by its look.

    ODS reports (epraccur, epcn, epcncorepartnerdetails, ePCN.xlsx), the monthly
    practice mapping, and practices with points. --day is when it held, if its rows
    do not say; absent: today. Exits 1 if any row was refused.
    """
    with telling():
        options = said(
            PracticeOptions,
            day=day_of(day),
            partial=partial,
            title=title,
            publisher=publisher,
            licence=licence,
            attribution=attribution,
        )
        done = done_or_queued(PRACTICES, load_practices, given(path), options, queue)
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
    queue: Queue = False,
) -> None:
    """Load registered patients by practice and LSOA from an NHS FILE.

    Patients whose home is not known are kept, by kind. --extract-date is for a file
    that does not say. Exits 1 if any row was refused.
    """
    with telling():
        options = said(
            RegistrationOptions,
            blocks=blocks,
            extract_date=day_of(extract_date),
            name=name,
            elsewhere=elsewhere,
            title=title,
            publisher=publisher,
            licence=licence,
            attribution=attribution,
        )
        loaded = done_or_queued(
            REGISTRATIONS, load_registrations, given(path), options, queue
        )
    done = loaded.done
    for line in registration_words(done.row, done.is_new):
        out.print(line, markup=False)
    raise typer.Exit(report(loaded.issues, report_to))
