"""``assetmap load boundaries``: a boundary set from a file of any form."""

from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from assetmap.boundaries.described import facts_in
from assetmap.db.migrate import project_folder
from assetmap.errors import BadFile
from assetmap.publish.cli.console import (
    err,
    exit_code,
    print_json,
    report,
    telling,
    write_report,
)
from assetmap.publish.cli.load.running import done_or_queued, given
from assetmap.publish.cli.options import (
    About,
    Day,
    Encoding,
    File,
    Queue,
    ReportTo,
    SwapAxes,
    day_of,
    said,
)
from assetmap.publish.export.quality import quality_in_short
from assetmap.publish.loads.boundaries import (
    BOUNDARIES,
    BoundaryOptions,
    Done,
    load_boundaries,
)
from assetmap.sources.source_toml import Source, read_source
from assetmap.sources.spatial.reference_systems import named

_OF_FILE = ("code", "name", "name_cy", "layer", "crs", "encoding")
_COLUMNS = ("code", "name", "name_cy")

Text = str | None


def _option(name: str, help: str) -> Any:
    return typer.Option(name, help=help)


def boundaries(
    path: File,
    name: Annotated[Text, _option("--set", "Name; absent: by kind and year.")] = None,
    kind: Annotated[Text, _option("--kind", "lad, ward, lsoa, pcn, …")] = None,
    title: Annotated[Text, _option("--title", "As shown to people.")] = None,
    vintage: Annotated[Text, _option("--vintage", "Release, as 2024-05.")] = None,
    valid_from: Day = None,
    valid_to: Day = None,
    series: Annotated[Text, _option("--series", "Of which one holds a day.")] = None,
    resolution: Annotated[Text, _option("--resolution", "As BGC (20 m).")] = None,
    publisher: Annotated[Text, _option("--publisher", "Who published it.")] = None,
    licence: Annotated[Text, _option("--licence", "Under which licence.")] = None,
    attribution: Annotated[Text, _option("--attribution", "Words asked for.")] = None,
    made_how: Annotated[Text, _option("--made-how", "published, or how.")] = None,
    address: Annotated[Text, _option("--address", "Where it was found.")] = None,
    snap_m: Annotated[
        float | None, typer.Option(min=0, help="How far a postcode may be moved to it.")
    ] = None,
    note: Annotated[Text, _option("--note", "What a user must know.")] = None,
    code: Annotated[Text, _option("--code", "Column of the code.")] = None,
    name_column: Annotated[Text, _option("--name", "…of the name.")] = None,
    name_cy: Annotated[Text, _option("--name-cy", "…of the Welsh name.")] = None,
    layer: Annotated[Text, _option("--layer", "If there are several.")] = None,
    crs: Annotated[Text, _option("--crs", "If it states none, or a wrong one.")] = None,
    encoding: Encoding = None,
    swap_axes: SwapAxes = False,
    source: About = None,
    loaded_by: Annotated[Text, _option("--loaded-by", "Who loads it.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and check; store nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    report_to: ReportTo = None,
    queue: Queue = False,
) -> None:
    """Load a boundary set from FILE, beside the current one of its name, and switch.

    What no option says is taken from --source, else from the names of columns and file.
    Refused features go to stdout, progress to stderr. Exits 1 if any was refused.
    """
    with telling():
        options = said(
            BoundaryOptions,
            set=name,
            kind=kind,
            title=title,
            vintage=vintage,
            valid_from=day_of(valid_from),
            valid_to=day_of(valid_to),
            series=series,
            resolution=resolution,
            publisher=publisher,
            licence=licence,
            attribution=attribution,
            made_how=made_how,
            address=address,
            snap_m=snap_m,
            note=note,
            code=code,
            name=name_column,
            name_cy=name_cy,
            layer=layer,
            crs=crs,
            encoding=encoding,
            swap_axes=swap_axes,
        )
        if source:
            options = _completed(options, read_source(_source_at(source)))
        work = partial(load_boundaries, is_dry_run=dry_run)
        file = given(path, loaded_by)
        done = done_or_queued(BOUNDARIES, work, file, options, queue)
    tell = _tell_json if as_json else _tell
    raise typer.Exit(tell(done, report_to, dry_run))


def _source_at(path: Path) -> Path:
    """The ``source.toml`` that a path or the name of one of the project's sets means.

    Raises:
        BadFile: there is none.
    """
    folder = project_folder("data") / "boundaries"
    if path.exists() or path.suffix or len(path.parts) > 1:
        return path
    if not (folder / path / "source.toml").is_file():
        known = sorted(each.parent.name for each in folder.glob("*/source.toml"))
        raise BadFile(str(path), f"is no file, and no set of {', '.join(known)}")
    return folder / path


def _completed(options: BoundaryOptions, told: Source) -> BoundaryOptions:
    """Options with what a source tells where nothing else was said."""
    facts = asdict(facts_in(told))
    facts |= {"set_name": facts.pop("name"), "address": facts.pop("source")}
    facts |= {each: told.file.get(each) for each in _OF_FILE}
    silent = {each for each in facts if getattr(options, each) is None}
    return options.model_copy(update={each: facts[each] for each in silent})


def _tell(done: Done, to: Path | None, is_dry: bool) -> int:
    """Say what was loaded, and list the rows at fault; gives the exit code."""
    row = done.loaded.row
    if done.loaded.is_new:
        loaded = "would be loaded (nothing is stored)" if is_dry else "loaded"
        words = f"{row.boundaries:,} boundaries {loaded}"
    else:
        changed = "would change" if is_dry else "changed"
        words = f"the same file is loaded already; nothing {changed}"
    err.print(f"{row.name}: {words}", markup=False)
    for line in _read_how(done) if done.loaded.is_new else ():
        err.print(f"  {line}", markup=False)
    return report(done.loaded.issues, to)


def _read_how(done: Done) -> Iterator[str]:
    """What was made of the file, and what is wrong with the set in short."""
    row, columns = done.loaded.row, done.columns
    until = f"until {row.valid_to}" if row.valid_to else "on"
    yield (
        f"{row.kind}; codes from {columns.code}, names from {columns.name}; "
        f"{named(done.layer.crs)}; valid from {row.valid_from} {until}"
    )
    yield from (f"note: {each}" for each in done.layer.notes)
    yield from quality_in_short(row)


def _tell_json(done: Done, to: Path | None, is_dry: bool) -> int:
    """Print what was loaded as JSON; gives the exit code."""
    row = asdict(done.loaded.row)
    columns, read = done.columns, done.layer
    body = {
        "set": row.pop("name"),
        "is_new": done.loaded.is_new,
        "is_dry_run": is_dry,
        "columns": {each: getattr(columns, each) for each in _COLUMNS},
        "crs": named(read.crs),
        "format": read.kind,
        "part": read.part,
        "layer": read.layer,
        "notes": list(read.notes),
        "issues": [asdict(each) for each in done.loaded.issues],
    }
    print_json({**body, **{each: row[each] for each in row if each != "id"}})
    if to is not None:
        write_report(done.loaded.issues, to)
    return exit_code(done.loaded.issues)
