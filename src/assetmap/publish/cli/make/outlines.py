"""``assetmap make outlines``: what maps of a whole country draw."""

import typer

from assetmap.boundaries import outlines as boundary_outlines
from assetmap.db.engine import session_scope
from assetmap.publish.cli.console import err, migrated_engine


def outlines() -> None:
    """Draw the outlines of boundary sets that were loaded without them.

    Tiles of small zooms are made of outlines; a set that has none is drawn from all
    its vertices, which takes longer. Loading draws them; sets from an earlier version
    have none yet.
    """
    with session_scope(migrated_engine()) as session:
        found = boundary_outlines.lacking(session)
        for row in found:
            boundary_outlines.draw(session, row)
            typer.echo(row.name)
    err.print(f"{len(found)} sets drawn")
