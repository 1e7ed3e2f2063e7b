"""``assetmap consensus``: of a file of drawings, or of a stored neighbourhood."""

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from assetmap.db.engine import session_scope
from assetmap.errors import BadFile, BadParameter
from assetmap.footprints.consensus.named import LEVELS, Asked
from assetmap.issues import RowIssue
from assetmap.neighbourhoods import store
from assetmap.publish.cli.console import (
    err,
    exit_code,
    migrated_engine,
    out,
    print_json,
    report,
    telling,
    watching,
    write_report,
)
from assetmap.publish.cli.drawings import Question, answer_of
from assetmap.publish.cli.options import Encoding, ReportTo, SwapAxes
from assetmap.publish.export.agreed import files
from assetmap.publish.export.agreed.answer import Answer
from assetmap.publish.export.agreed.members import answer_json
from assetmap.publish.export.agreed.picture import consensus_picture
from assetmap.publish.export.agreed.shown import shown_consensus
from assetmap.publish.export.agreed.stored import answer_of as answer_of_stored
from assetmap.publish.export.agreed.words import answer_table
from assetmap.publish.export.consensus import consensus_json, wanted_of
from assetmap.publish.export.drawing.png import png
from assetmap.publish.export.drawing.svg import svg
from assetmap.settings import settings
from assetmap.sources.spatial.vector import SUFFIXES
from assetmap.sources.spatial.wkt_tables import TABLES

_COARSEST_M = 10_000


def consensus(
    what: Annotated[
        str,
        typer.Argument(help="A file of drawings, or the slug of a neighbourhood."),
    ],
    by: Annotated[
        str | None,
        typer.Option(help="Column of the names drawn; absent: all are one place."),
    ] = None,
    crs: Annotated[
        str | None,
        typer.Option(help="Projected system to measure in, as EPSG:32616."),
    ] = None,
    fewest: Annotated[
        int, typer.Option("--min", help="Fewest drawings that a name is told from.")
    ] = 20,
    to: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Write .geojson, .gpkg, .json or .csv here."),
    ] = None,
    group: Annotated[
        str | None, typer.Option(help="Column of answers: each group by itself too.")
    ] = None,
    breaks: Annotated[
        str | None, typer.Option(help="Where to part answers in numbers: 5,10,20.")
    ] = None,
    merge_names: Annotated[
        bool, typer.Option(help="Names that differ in capitals or spaces are one.")
    ] = False,
    skip: Annotated[
        list[str] | None, typer.Option(help="A name to leave out; may be repeated.")
    ] = None,
    grid_m: Annotated[
        float, typer.Option(help="Side of the squares of levels, in metres.")
    ] = 25.0,
    pictures: Annotated[
        Path | None, typer.Option(help="Folder for a picture (.svg, .png) of each.")
    ] = None,
    layer: Annotated[
        str | None,
        typer.Option(help="Layer, if there are several; of CSV the column of shapes."),
    ] = None,
    file_crs: Annotated[
        str | None, typer.Option(help="System of the file, if it states none.")
    ] = None,
    encoding: Encoding = None,
    swap_axes: SwapAxes = False,
    processes: Annotated[
        int | None, typer.Option(min=1, max=64, help="How many work at once.")
    ] = None,
    measure: Annotated[
        Literal["area", "people"], typer.Option(help="Of a slug: what is counted.")
    ] = "area",
    report_to: ReportTo = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Where people agree on a place that they drew, how far, and what else it means.

    Of a file it needs no database. Exits 1 if a drawing was refused.
    """
    path = Path(what)
    if not _is_file(path):
        with telling():
            _check(to, None)
            _stored(what, measure, group, breaks, to)
        return
    with telling():
        _check(to, pictures)
        question = Question(
            path,
            by,
            crs,
            _enough("--min", fewest),
            group,
            _numbers(breaks),
            merge_names,
            tuple(skip or ()),
            layer,
            file_crs,
            encoding,
            swap_axes,
            processes,
        )
        asked = Asked(settings().min_sketches, LEVELS, _grid(grid_m))
        with watching() as progress:
            answer, issues = answer_of(question, asked, progress)
        _write(answer, issues, to, pictures)
        if report_to is not None:
            write_report(issues, report_to)
    if as_json:
        print_json(answer_json(answer))
        raise typer.Exit(exit_code(issues))
    out.print(answer_table(answer), markup=False)
    out.print("")
    raise typer.Exit(report(issues, report_to))


def _is_file(path: Path) -> bool:
    return path.is_file() or path.suffix.lower() in (*SUFFIXES, *TABLES)


def _stored(
    slug: str, measure: str, group: str | None, breaks: str | None, to: Path | None
) -> None:
    """Print the consensus of a neighbourhood of the service, or write it to a file."""
    parts = _numbers(breaks) or None
    wanted = wanted_of(settings(), measure=measure, by=group, breaks=parts)
    with session_scope(migrated_engine()) as session:
        row = store.get_neighbourhood(session, slug)
        if to is None:
            print_json(consensus_json(session, row, wanted))
            return
        found = shown_consensus(session, row, wanted)
        _write(answer_of_stored(row, wanted, found), [], to, None)


def _enough(option: str, count: int) -> int:
    """The count, if it is not fewer than anything is published from.

    Raises:
        BadParameter: it is.
    """
    fewest = settings().min_sketches
    if count < fewest:
        said = f"nothing is told from fewer than {fewest} drawings"
        raise BadParameter(option, count, said)
    return count


def _grid(grid_m: float) -> float:
    finest = settings().published_grid_m
    if not finest <= grid_m <= _COARSEST_M:
        said = f"is not from {finest} to {_COARSEST_M:,} m"
        raise BadParameter("--grid-m", grid_m, said)
    return grid_m


def _numbers(text: str | None) -> tuple[float, ...]:
    try:
        found = tuple(float(each) for each in (text or "").split(",") if each.strip())
    except ValueError as error:
        raise BadParameter("--breaks", text, "are not numbers and commas") from error
    if not all(math.isfinite(each) for each in found):
        raise BadParameter("--breaks", text, "are not finite numbers")
    return found


def _check(to: Path | None, pictures: Path | None) -> None:
    """Ask before anything is computed whether its outcome can be written.

    Raises:
        BadFile: it cannot.
    """
    if to is not None and to.suffix.lower() not in files.FORMATS:
        raise BadFile(to.name, f"is not one of {', '.join(files.FORMATS)}")
    for each in (to.absolute().parent if to else None, pictures):
        if each is not None and not each.is_dir():
            raise BadFile(each.name, f"there is no folder {each}")


def _write(
    answer: Answer, issues: Sequence[RowIssue], to: Path | None, pictures: Path | None
) -> None:
    """Write beside the file, then put it in its place: never half an answer."""
    if to is not None:
        part = to.with_name(f".part-{to.name}")
        try:
            files.write(answer, issues, part)
            part.replace(to)
        except OSError as error:
            said = f"cannot be written: {error.strerror}"
            raise BadFile(to.name, said) from error
        finally:
            part.unlink(missing_ok=True)
        err.print(f"{to} written: {len(answer.found):,} names", markup=False)
    if pictures is not None:
        _draw(answer, pictures)


def _draw(answer: Answer, folder: Path) -> None:
    for place, found in enumerate(answer.found, start=1):
        stem = re.sub(r"[^a-z0-9]+", "-", found.name.lower()).strip("-")[:60]
        drawing = consensus_picture(found)
        named = folder / f"{place:03}-{stem or 'name'}"
        named.with_suffix(".svg").write_text(svg(drawing), encoding="utf-8")
        named.with_suffix(".png").write_bytes(png(drawing))
    err.print(f"{len(answer.found):,} pictures written in {folder}", markup=False)
