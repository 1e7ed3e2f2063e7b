"""``assetmap load postcodes`` and ``counts``: who lives where."""

from typing import Annotated

import typer

from assetmap.publish.cli.console import err, report, telling
from assetmap.publish.cli.load.running import done_or_queued, given
from assetmap.publish.cli.options import (
    Day,
    File,
    Queue,
    ReportTo,
    Sheet,
    day_of,
    said,
)
from assetmap.publish.loads.people import (
    COUNTS,
    POSTCODES,
    CountOptions,
    PostcodeOptions,
    load_counts,
    load_postcodes,
)


def postcodes(
    path: File,
    replace: Annotated[
        bool, typer.Option(help="Drop the postcodes that FILE does not hold.")
    ] = False,
    weight: Annotated[
        str | None, typer.Option(help="Column of households or people, to weigh by.")
    ] = None,
    title: str = "",
    vintage: Day = None,
    publisher: str = "not stated",
    licence: str = "not stated",
    attribution: str = "",
    report_to: ReportTo = None,
    queue: Queue = False,
) -> None:
    """Load postcodes from FILE: ONSPD, NSPL, or postcode with coordinates; CSV or zip.

    Postcodes already loaded stay unless --replace. Exits 1 if any row was refused.
    """
    with telling():
        options = said(
            PostcodeOptions,
            title=title,
            vintage=day_of(vintage),
            publisher=publisher,
            licence=licence,
            attribution=attribution,
            replace=replace,
            weight=weight,
        )
        done = done_or_queued(POSTCODES, load_postcodes, given(path), options, queue)
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
    code: Annotated[
        str | None, typer.Option(help="Column of the code, if it is not found.")
    ] = None,
    count: Annotated[
        str | None, typer.Option(help="Column of the count, if it is not found.")
    ] = None,
    only: Annotated[str, typer.Option(help="Only codes that begin so, e.g. E.")] = "",
    title: str = "",
    vintage: Day = None,
    publisher: str = "not stated",
    licence: str = "not stated",
    attribution: str = "",
    sheet: Sheet = None,
    report_to: ReportTo = None,
    queue: Queue = False,
) -> None:
    """Load people by building block from FILE: CSV, spreadsheet, or zip of a census.

    From then on answers count people. Exits 1 if any row was refused.
    """
    with telling():
        options = said(
            CountOptions,
            title=title,
            vintage=day_of(vintage),
            publisher=publisher,
            licence=licence,
            attribution=attribution,
            sheet=sheet,
            blocks=boundary_set,
            name=name,
            code=code,
            count=count,
            only=only,
        )
        done = done_or_queued(COUNTS, load_counts, given(path), options, queue)
    total, columns = done.stored.total, done.columns
    err.print(f"{name}: {total:,.0f} people counted by the blocks of {boundary_set}")
    if (done.table.code, done.table.count) != ("code", "count"):
        err.print(f"  {columns}", markup=False)
    raise typer.Exit(report(done.issues, report_to))
