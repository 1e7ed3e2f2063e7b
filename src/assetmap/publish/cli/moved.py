"""``assetmap moved``: how what a name means has moved from one day to another."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer

from assetmap.db.engine import session_scope
from assetmap.disclosure import disclosure
from assetmap.errors import BadFile
from assetmap.neighbourhoods import store
from assetmap.publish.cli.console import (
    err,
    migrated_engine,
    out,
    print_json,
    telling,
)
from assetmap.publish.export.moved import moved_json, moved_table
from assetmap.reconciliation.agreed.moved import moved as moved_between


def moved(
    slug: Annotated[str, typer.Argument(help="The slug of a neighbourhood.")],
    since: Annotated[
        datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The earlier day.")
    ],
    until: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], help="The later; absent: now."),
    ] = None,
    level: Annotated[
        float | None,
        typer.Option(
            min=0.01,
            max=1,
            help="Share of drawings that hold ground; absent: 0.5, or what is shown.",
        ),
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write .geojson here.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say what ground and how many people a neighbourhood gained and lost."""
    days = since.date(), until.date() if until else None
    with telling(), session_scope(migrated_engine()) as session:
        row = store.get_neighbourhood(session, slug)
        found = moved_between(session, row, days, level, disclosure())
        body = moved_json(session, row, found, days)
        text = moved_table(row, found)
        if to is not None:
            _write(body, to)
    if as_json:
        print_json(body)
    elif to is None:
        out.print(text, markup=False)


def _write(body: object, to: Path) -> None:
    if to.suffix.lower() not in {".geojson", ".json"}:
        raise BadFile(to.name, "is not .geojson")
    try:
        to.write_bytes(orjson.dumps(body))
    except OSError as error:
        raise BadFile(to.name, f"cannot be written: {error.strerror}") from error
    err.print(f"{to} written", markup=False)
