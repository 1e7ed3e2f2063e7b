"""``assetmap find``: assets by words, near a place, open, inside a place."""

from datetime import datetime
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from assetmap.assets.searching.model import Behind, Order
from assetmap.db.engine import session_scope
from assetmap.publish.cli.console import migrated_engine, out, print_json, telling
from assetmap.publish.cli.options import day_of
from assetmap.publish.export.figures import sources
from assetmap.publish.export.finding import asked_of, assets_told, lon_lat, page_of
from assetmap.publish.export.lookups.asked import placed

FAR_M = 5_000
MOST = 1_000


def find(
    words: Annotated[
        list[str] | None, typer.Argument(help="Words, all of them; absent: any.")
    ] = None,
    category: Annotated[
        str | None, typer.Option(help="Of this kind, of either level.")
    ] = None,
    near: Annotated[
        str | None, typer.Option(help="A postcode, or LON,LAT: nearest first.")
    ] = None,
    within_m: Annotated[
        float | None, typer.Option(min=1, help="How far is near; absent: 5,000.")
    ] = None,
    inside: Annotated[
        str | None,
        typer.Option("--in", help="neighbourhood:SLUG or boundary:SET/CODE."),
    ] = None,
    open_at: Annotated[
        datetime | None, typer.Option(help="Open then, in London's time.")
    ] = None,
    open_now: Annotated[bool, typer.Option("--open-now", help="Open now.")] = False,
    as_at: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    sort: Annotated[
        Order | None, typer.Option(help="number, relevance or distance.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="Most assets.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Find assets by WORDS in their names, descriptions and kinds.

    Misspelt words find those that are spelt alike. What is hidden is near nothing.
    """
    with telling(), session_scope(migrated_engine()) as session:
        place = _place(session, near)
        order = "distance" if sort is None and place and not words else sort
        asked = asked_of(
            session,
            q=" ".join(words or []) or None,
            category=category,
            near=place,
            within_m=(within_m or FAR_M) if place else within_m,
            inside=inside,
            open_at=open_at,
            open_now=open_now,
            as_at=day_of(as_at),
            sort=order,
        )
        page = page_of(session, asked, Behind(), limit, 0, has_counts=True)
        told, said = assets_told(session, page)
    if as_json:
        print_json({"assets": told, **page.members, "attribution": said})
    else:
        out.print(_table(told, page.members, said), markup=False, highlight=False)


def _place(session: Session, near: str | None) -> tuple[float, float] | None:
    """Longitude and latitude of what was named."""
    if near is None or "," in near:
        return lon_lat(near)
    _, spot = placed(session, near, (None, None), (None, None))
    return spot.lon, spot.lat


def _table(told: list[dict[str, Any]], members: dict[str, Any], said: list[str]) -> str:
    total = members["counts"]["total"]
    shown = f", {len(told):,} of them shown" if len(told) < total else ""
    lines = [f"{total:,} found{shown}"]
    for word, near in (members["spelling"] or {}).items():
        lines.append(f"  {word}: looked for {', '.join(near)} too")
    if members["hours_not_known"]:
        lines.append(
            f"  {members['hours_not_known']:,} more do not say if they are open"
        )
    for each in told:
        away = "" if each["distance_m"] is None else f"{each['distance_m']:,} m"
        lines += ["", f"{each['name']}  {away}".rstrip(), f"  {_about(each)}"]
    kinds = [
        f"  {each['assets']:>6,}  {each['category_label']}"
        for each in members["counts"]["by_category"]
    ]
    return "\n".join(
        [*lines, *(["", "By kind:", *kinds, "", sources(said)] if kinds else [])]
    )


def _about(asset: dict[str, Any]) -> str:
    parts = ("category_label", "address", "postcode", "opening_hours", "phone")
    return "; ".join(asset[each] for each in parts if asset[each])
