"""``assetmap to-verify``: which assets nobody has looked after for long."""

import csv
import io
from typing import Annotated

import typer

from assetmap.assets.model import ShownAsset
from assetmap.assets.reminders.store import DAYS, list_to_verify
from assetmap.assets.store import check_category
from assetmap.db.engine import session_scope
from assetmap.publish.cli.console import err, migrated_engine, out, print_json, telling
from assetmap.publish.cli.options import WriteCsv
from assetmap.publish.export.csv_cells import safe_cell

MOST = 1_000_000
COLUMNS = ("id", "name", "category", "postcode", "verified_at", "source", "kept_by")


def to_verify(
    days: Annotated[
        int, typer.Option(min=0, help="Days after which it is to be verified again.")
    ] = DAYS,
    category: Annotated[
        str | None, typer.Option(help="Of either level; absent: all.")
    ] = None,
    to: WriteCsv = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List published assets that were verified never, or longer ago: the oldest first.

    Exits 0 whether there are any or none.
    """
    with telling(), session_scope(migrated_engine()) as session:
        if category is not None:
            check_category(session, category)
        found = list_to_verify(session, days, category, MOST, is_own=False)
        if to is not None:
            to.write_text(_csv(found), encoding="utf-8", newline="")
    if as_json:
        print_json({"days": days, "assets": [_told(each) for each in found]})
    elif to is None:
        out.print(_csv(found), markup=False, highlight=False, end="", soft_wrap=True)
    err.print(f"{len(found):,} assets to verify", markup=False)


def _told(asset: ShownAsset) -> dict[str, object]:
    kept = asset.neighbourhood or asset.organisation
    verified = asset.verified_at and asset.verified_at.isoformat()
    said = (asset.id, asset.name, asset.category, asset.postcode, verified)
    return dict(zip(COLUMNS, (*said, asset.source, kept), strict=True))


def _csv(found: list[ShownAsset]) -> str:
    """A row for each, safe to be opened in a spreadsheet."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in found:
        told = _told(each).values()
        writer.writerow([safe_cell(str(cell or "")) for cell in told])
    return text.getvalue()
