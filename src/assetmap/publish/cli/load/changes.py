"""``assetmap load changes``: registers of codes that came after others."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from assetmap.boundaries import succession_store as successions
from assetmap.boundaries.model import BadBoundarySet
from assetmap.boundaries.succession import SuccessionSet
from assetmap.db.engine import session_scope
from assetmap.issues import RowIssue
from assetmap.publish.cli.console import err, migrated_engine, report, telling
from assetmap.publish.cli.load.running import who_loads
from assetmap.publish.cli.options import About, File, ReportTo, day_of
from assetmap.sources.changes import read_changes
from assetmap.sources.source_toml import Source, read_source
from assetmap.sources.spatial.vector import sha256_of
from assetmap.sources.tabular.text_lines import check_is_file


def changes(
    path: File,
    name: Annotated[str | None, typer.Option(help="Name of the register.")] = None,
    kind: Annotated[str | None, typer.Option(help="lad, ward, lsoa, …")] = None,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First day of the new codes."),
    ] = None,
    area: Annotated[
        str | None, typer.Option(help="Which columns, if of several: lsoa, lad, …")
    ] = None,
    title: str = "",
    publisher: str = "not stated",
    licence: str = "not stated",
    attribution: str = "",
    source: About = None,
    report_to: ReportTo = None,
) -> None:
    """Load from a CSV FILE which codes came after which, and on which day.

    FILE has code_from, code_to and changed_on, or a code for each of several years.
    Exits 1 if any row was refused.
    """
    with telling():
        if source is not None:
            about = register_of(read_source(source), path)
        elif name is None or kind is None:
            raise BadBoundarySet("Give --name and --kind, or --source FILE.toml.")
        else:
            said = (title or name, publisher, licence)
            words = attribution or f"Source: {publisher}"
            digest = sha256_of(path) if path.is_file() else ""
            about = SuccessionSet(name, kind, *said, words, path.name, digest)
        issues: list[RowIssue] = []
        read = read_changes(path, day_of(on), issues, area)
        with session_scope(migrated_engine()) as session:
            found, is_new = successions.load(session, about, read, who_loads())
    done = "loaded" if is_new else "are loaded already; nothing changed"
    err.print(f"{about.name}: {len(found):,} changes of codes {done}", markup=False)
    raise typer.Exit(report(issues, report_to))


def register_of(told: Source, path: Path) -> SuccessionSet:
    """The description of a register in a ``source.toml``.

    Raises:
        BadFile: there is no file at ``path``.
    """
    check_is_file(path)
    return SuccessionSet(
        told.text("name"),
        told.text("kind"),
        told.text("title"),
        told.text("publisher"),
        told.text("licence"),
        told.text("attribution"),
        told.text("address"),
        sha256_of(path),
    )
