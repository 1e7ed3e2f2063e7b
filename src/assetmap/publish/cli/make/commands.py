"""``assetmap make``: boundary sets made of others."""

import hashlib
from pathlib import Path
from typing import Annotated

import shapely
import typer
from sqlalchemy.orm import Session

from assetmap.boundaries import items as boundary_items
from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet, SetDescription
from assetmap.db.engine import session_scope
from assetmap.footprints import load as footprint_load
from assetmap.footprints.from_blocks import dissolved
from assetmap.footprints.owners import Owners, owners_in
from assetmap.issues import RowIssue
from assetmap.jobs.progress import Progress
from assetmap.publish.cli.console import err, migrated_engine, report, telling, watching
from assetmap.publish.cli.make import pcns as make_pcns
from assetmap.publish.cli.make.outlines import outlines
from assetmap.publish.cli.options import Day, File, ReportTo, day_of
from assetmap.sources.spatial.vector import Layer, sha256_of
from assetmap.sources.tabular.csv_files import rows_of

app = typer.Typer(help="Make boundary sets of others.", no_args_is_help=True)
app.command("pcn-set")(make_pcns.pcn_set)
app.command()(outlines)


@app.command()
def boundaries(
    path: File,
    blocks: Annotated[str, typer.Option(help="The set of building blocks to join.")],
    block: Annotated[str, typer.Option(help="Column of the block's code.")],
    code: Annotated[str, typer.Option(help="Column of the code it belongs to.")],
    name: Annotated[str, typer.Option("--set", help="Name of the new set.")],
    kind: Annotated[str, typer.Option(help="lad, ward, icb, …")],
    name_column: Annotated[
        str | None, typer.Option("--name", help="Column of its name.")
    ] = None,
    fit: Annotated[
        str, typer.Option(help="exact or best: how the publisher fitted the blocks.")
    ] = "best",
    partial: Annotated[
        bool, typer.Option(help="Let blocks that FILE leaves out be in no boundary.")
    ] = False,
    title: str = "",
    valid_from: Day = None,
    valid_to: Day = None,
    series: str = "",
    publisher: str = "not stated",
    licence: str = "not stated",
    attribution: str = "",
    report_to: ReportTo = None,
) -> None:
    """Join building blocks by a look-up FILE (CSV) into a boundary set.

    The look-up says which block belongs to which code, as ONS publishes for wards,
    councils, sub-ICBs and ICBs. Exits 1 if any row was refused.
    """
    if fit not in {"exact", "best"}:
        raise typer.BadParameter("--fit is exact or best")
    columns = (block, code, name_column or code)
    with telling(), watching() as progress:
        issues: list[RowIssue] = []
        rows = list(rows_of(path, dict.fromkeys(columns), issues))
        with session_scope(migrated_engine()) as session:
            chosen = boundary_store.get_set(session, blocks)
            ordinals = boundary_items.codes_of(session, chosen.id)
            owners = owners_in(rows, columns, ordinals, partial)
            said = SetDescription(
                name,
                kind,
                title or name,
                day_of(valid_from) or chosen.valid_from,
                publisher,
                licence,
                attribution or _said_of(chosen, publisher),
                f"blocks of {blocks} joined by {path.name} ({fit} fit)",
                series=series,
                valid_to=day_of(valid_to),
                resolution=chosen.resolution,
                source=path.name,
                snap_m=chosen.snap_m,
            )
            count, is_new = _load(session, said, chosen, owners, path, progress)
    told = f"{count:,} boundaries made" if is_new else "made already; nothing changed"
    err.print(f"{name}: {told}", markup=False)
    if owners.unknown:
        lost = f"{len(owners.unknown):,} rows are of blocks that {blocks} does not have"
        issues.append(RowIssue(path.name, 0, block, owners.unknown[0], lost, "noted"))
    raise typer.Exit(report([*issues, *owners.issues], report_to))


def _said_of(blocks: BoundarySet, publisher: str) -> str:
    """What the blocks ask to be said, and whose the look-up is if that was told."""
    is_told = publisher != "not stated"
    return blocks.attribution + (f". Look-up: {publisher}" if is_told else "")


def _load(
    session: Session,
    said: SetDescription,
    blocks: BoundarySet,
    owners: Owners,
    path: Path,
    progress: Progress,
) -> tuple[int, bool]:
    """Store the set; its hash is of what it was made from."""
    progress("Joining blocks", 0, 0)
    made_from = f"{blocks.sha256} {blocks.version} {sha256_of(path)} {owners.names}"
    shapes = boundary_items.shapes_of(session, blocks.id)
    made = dissolved(shapes, owners.owners, owners.names, path.name)
    digest = hashlib.sha256(made_from.encode())
    for shape in shapely.to_wkb(made.shapes):
        digest.update(shape)
    layer = Layer(path.name, digest.hexdigest(), made.columns, made.shapes, made.crs)
    done = footprint_load.load_boundaries(
        session, said, layer, ("code", "name", None), progress=progress
    )
    return done.row.boundaries, done.is_new
