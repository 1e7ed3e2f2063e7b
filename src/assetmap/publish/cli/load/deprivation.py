"""``assetmap load deprivation``: scores of deprivation by building block."""

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
from assetmap.publish.loads.deprivation import (
    DEPRIVATION,
    DeprivationOptions,
    load_deprivation,
)


def deprivation(
    path: File,
    boundary_set: Annotated[str, typer.Option("--blocks", help="Set of the codes.")],
    name: Annotated[str, typer.Option(help="Name of these scores.")] = "imd",
    code: Annotated[
        str | None, typer.Option(help="Column of the code, if it is not found.")
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
    """Load scores of deprivation by building block from FILE: the English indices.

    Score, rank and decile of every domain in it. Exits 1 if any row was refused.
    """
    with telling():
        options = said(
            DeprivationOptions,
            title=title,
            vintage=day_of(vintage),
            publisher=publisher,
            licence=licence,
            attribution=attribution,
            sheet=sheet,
            blocks=boundary_set,
            name=name,
            code=code,
            only=only,
        )
        stored, domains, issues = done_or_queued(
            DEPRIVATION, load_deprivation, given(path), options, queue
        )
    err.print(
        f"{name}: scores of {stored.blocks:,} blocks of {boundary_set}", markup=False
    )
    err.print(f"  {', '.join(domains)}", markup=False)
    raise typer.Exit(report(issues, report_to))
