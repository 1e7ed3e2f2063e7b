"""``assetmap boundary``: what a boundary is made of, lies in and lies beside."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import typer

from assetmap.boundaries import items, store
from assetmap.boundaries.model import BadBoundarySet
from assetmap.db.engine import session_scope
from assetmap.publish.cli.console import migrated_engine, out, print_json, telling
from assetmap.publish.cli.options import day_of
from assetmap.publish.export.figures import sources
from assetmap.publish.export.lookups.relations import (
    CHILD,
    PARENT,
    Json,
    neighbours_json,
    relations_json,
)
from assetmap.reconciliation.lookups.neighbours import WITHIN_M, neighbours
from assetmap.reconciliation.lookups.relatives import asked_of, relatives_of

_WIDTH = 44


def boundary(
    what: Annotated[str, typer.Argument(metavar="SET/CODE", help="The boundary.")],
    children: Annotated[
        list[str] | None,
        typer.Option("--children", help="Tell what of this set it is made of."),
    ] = None,
    least: Annotated[
        float, typer.Option(min=0, max=1, help="Least share of a child in it.")
    ] = 0.5,
    as_at: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day asked about; absent: today."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say what the boundary SET/CODE lies in and lies beside, with shares.

    With --children also which boundaries of a set it is made of.
    """
    name, _, code = what.partition("/")
    with telling(), session_scope(migrated_engine()) as session:
        if not code:
            raise BadBoundarySet(f"{what!r} is not SET/CODE.")
        row = store.get_set(session, name)
        items.get_boundary(session, row, code)
        day = day_of(as_at)
        found = relatives_of(session, asked_of(session, name, code, None, day), day)
        parents = relations_json(found, row, code, PARENT, 0.0)
        near = neighbours(session, row, code)
        body = {"parents": parents, "neighbours": None, "children": None}
        body["neighbours"] = neighbours_json(row, code, near, WITHIN_M)
        if children:
            asked = asked_of(session, name, code, children, day)
            made_of = relatives_of(session, asked, day)
            body["children"] = relations_json(made_of, row, code, CHILD, least)
    if as_json:
        print_json(body)
    else:
        out.print("\n".join(_text(body)), markup=False)
        out.print("\n" + sources(parents["attribution"]), markup=False)


def _text(body: Json) -> Iterator[str]:
    """Short tables: share of it in each parent, of each child in it, of the edge."""
    parents, measure = body["parents"], body["parents"]["measure"]
    title = f"{parents['name']} ({parents['set']}/{parents['code']})"
    yield from (title, "=" * len(title))
    yield from _shares(parents["parents"], "lies in", "child", measure)
    if body["children"]:
        yield from _shares(body["children"]["children"], "is made of", "child", measure)
    yield "Lies beside"
    for each in body["neighbours"]["neighbours"]:
        edge = "a corner" if each["is_corner"] else f"{each['share_of_border']:.1%}"
        yield f"    {each['name'][:_WIDTH]:<{_WIDTH}} {edge:>9} of its edge"


def _shares(sets: list[Json], verb: str, of: str, measure: str) -> Iterator[str]:
    for each in sets:
        yield f"{verb.capitalize()} ({each['set']})"
        for row in each["boundaries"]:
            shares = (row[f"share_of_{of}_area"], row[f"share_of_{of}_{measure}"])
            said = "  ".join(
                "-" if share is None else f"{share:.1%}" for share in shares
            )
            yield f"    {row['name'][:_WIDTH]:<{_WIDTH}} {said} by area, {measure}"
