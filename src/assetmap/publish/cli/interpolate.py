"""``assetmap interpolate``: your own counts, in other boundaries."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from assetmap.publish.cli.console import err, out, print_json, report, telling
from assetmap.publish.cli.crosswalk import BadOutput, Counts, Day, Measured, answered
from assetmap.publish.export.crosswalks import carried, interpolation
from assetmap.publish.export.crosswalks.interpolation import Interpolated
from assetmap.publish.export.figures import fitted, remarks
from assetmap.reconciliation.crosswalks.own_table import warnings_of
from assetmap.sources.tabular.csv_files import rows_of

Sharing = Literal["fractional", "whole"]


def interpolate(
    table: Annotated[Path, typer.Argument(help="A CSV file or spreadsheet.")],
    along: Annotated[
        tuple[str, str],
        typer.Option(help="The set of its codes, and the set to go to."),
    ],
    to: Annotated[Path, typer.Option("--output", "-o", help="The CSV to write.")],
    count: Annotated[
        list[str] | None, typer.Option(help="A column of counts; may be repeated.")
    ] = None,
    rate: Annotated[
        list[str] | None, typer.Option(help="NUM/DEN: two columns, divided last.")
    ] = None,
    moe: Annotated[
        list[str] | None, typer.Option(help="COL:MOE: the margin of error of a count.")
    ] = None,
    code: Annotated[
        str | None, typer.Option(help="Column of the codes; absent: found.")
    ] = None,
    by: Measured = "people",
    overlapping: Annotated[
        Sharing, typer.Option(help="What several targets hold: in parts, or whole.")
    ] = "fractional",
    counts: Counts = None,
    as_at: Day = None,
    sheet: Annotated[str | None, typer.Option(help="Of a spreadsheet.")] = None,
    refused: Annotated[
        Path | None,
        typer.Option("--report", help="Write every value at fault to this CSV."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Carry the counts of TABLE from one boundary set to another.

    Exits 1 if a code is not known or a value was refused.
    """
    fractional = overlapping == "fractional"
    with telling():
        columns = interpolation.columns_of(count or [], rate or [], moe or [], code)
        rows = list(rows_of(table, columns.numbers, sheet=sheet))
        answer, sides = answered(*along, by, as_at, counts)
        found = interpolation.interpolated(
            rows, columns, answer, sides, fractional=fractional
        )
        _write(found, to)
    for line in remarks(warnings_of(found.columns).values()):
        err.print(line, markup=False)
    if as_json:
        print_json(carried.json_body(found, answer, fractional=fractional))
        raise typer.Exit(1 if found.table.issues else 0)
    _tell(found, fractional=fractional)
    raise typer.Exit(report(found.table.issues, refused))


def _write(found: Interpolated, path: Path) -> None:
    try:
        path.write_text(carried.csv_text(found), encoding="utf-8")
    except OSError as error:
        raise BadOutput(
            f"{path} cannot be written: {error.strerror}.", file=str(path)
        ) from error
    err.print(f"  wrote {path}", markup=False)


def _tell(found: Interpolated, *, fractional: bool) -> None:
    """Where everything went: what stands right of the total adds up to it."""
    heads = ("in your table", "in boundaries", "outside them", "not placed")
    out.print(f"{'':<24}" + "".join(f"{each:>16}" for each in heads))
    for name, total in carried.totals(found).items():
        parts = (total[each] for each in ("sent", "allocated", "outside", "unplaced"))
        cells = "".join(f"{each:>16,.1f}" for each in parts)
        out.print(f"{fitted(name, 23):<24}{cells}", markup=False)
    warned = warnings_of(found.columns).values()
    notes = carried.notes(found, fractional=fractional)
    for line in remarks(each for each in notes if each not in warned):
        out.print(line, markup=False)
