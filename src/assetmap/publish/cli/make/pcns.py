"""``assetmap make pcn-set``: primary care networks, made by one of three ways."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BadBoundarySet
from assetmap.db.engine import session_scope
from assetmap.footprints.pcns import by_practices as pcns_by_practices
from assetmap.footprints.pcns.by_registrations import make_by_registrations
from assetmap.footprints.pcns.from_registrations import FEWEST_PATIENTS
from assetmap.footprints.pcns.sets import WAYS, Asked, PcnSet
from assetmap.jobs.progress import Progress
from assetmap.practices.registrations.store import get_registrations
from assetmap.publish.cli.console import (
    err,
    migrated_engine,
    report,
    telling,
    watching,
)
from assetmap.publish.cli.options import Day, ReportTo, day_of
from assetmap.sources.days import today
from assetmap.sources.spatial.vector import read_layer


def pcn_set(
    how: Annotated[str, typer.Option(help=f"{', '.join(WAYS)}.")],
    name: Annotated[str, typer.Option("--set", help="Name of the set to make.")],
    as_at: Day = None,
    registrations: Annotated[
        str | None, typer.Option(help="Which; absent: the newest by that day.")
    ] = None,
    fewest: Annotated[
        int, typer.Option(min=5, help="Patients that give a PCN a small area.")
    ] = FEWEST_PATIENTS,
    catchments: Annotated[
        Path | None, typer.Option(help="File of practices' submitted catchments.")
    ] = None,
    code: Annotated[
        str | None, typer.Option(help="Its column of the practice's code.")
    ] = None,
    layer: Annotated[str | None, typer.Option(help="Its layer, if several.")] = None,
    crs: Annotated[str | None, typer.Option(help="If it states none.")] = None,
    land: Annotated[
        str | None, typer.Option(help="Set whose ground nearest_practice is cut to.")
    ] = None,
    within_m: Annotated[
        float, typer.Option(min=100, max=100_000, help="Farthest from a practice.")
    ] = 6_000.0,
    title: str = "",
    series: str = "",
    valid_to: Day = None,
    report_to: ReportTo = None,
) -> None:
    """Make PCNs by registrations, practice_submitted or nearest_practice.

    Memberships are those of --as-at, from which the set holds; absent: today. The set
    says how it was made. By registrations the shares are kept beside it.
    """
    with telling(), watching() as progress:
        asked = Asked(
            name, day_of(as_at) or today(), title, series or name, day_of(valid_to)
        )
        files = (catchments, layer, crs, code)
        with session_scope(migrated_engine()) as session:
            done = _made(
                session,
                how,
                asked,
                (registrations, fewest),
                files,
                (land, within_m),
                progress,
            )
            row = done.row
    what = f"{row.boundaries:,} PCNs by {how}, from {row.valid_from}"
    err.print(
        f"{row.name}: {what if done.is_new else 'made already; nothing changed'}",
        markup=False,
    )
    raise typer.Exit(report(done.issues, report_to))


def _made(
    session: Session,
    how: str,
    asked: Asked,
    counted: tuple[str | None, int],
    files: tuple[Path | None, str | None, str | None, str | None],
    on: tuple[str | None, float],
    progress: Progress,
) -> PcnSet:
    if how == "registrations":
        registrations, fewest = counted
        chosen = get_registrations(session, registrations, asked.as_at)
        return make_by_registrations(session, asked, chosen, fewest, progress)
    if how == "practice_submitted":
        path, layer, crs, code = files
        if path is None:
            raise BadBoundarySet("Say the file of catchments with --catchments.")
        read = read_layer(path, layer, crs)
        return pcns_by_practices.make_practice_submitted(
            session, asked, read, code, progress=progress
        )
    if how == "nearest_practice":
        land, within_m = on
        if land is None:
            raise BadBoundarySet("Say which set is the land with --land.")
        ground = boundary_store.get_set(session, land)
        return pcns_by_practices.make_nearest_practice(
            session, asked, ground, within_m, progress
        )
    raise BadBoundarySet(f"--how {how!r} is not one of {', '.join(WAYS)}.", how=how)
