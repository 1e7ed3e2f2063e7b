"""``assetmap load categories``: kinds of asset that a deployment adds."""

import typer

from assetmap.assets.local_categories import NEEDED, load_categories
from assetmap.db.engine import session_scope
from assetmap.issues import RowIssue
from assetmap.publish.cli.console import err, migrated_engine, report, telling
from assetmap.publish.cli.options import File, ReportTo, Sheet
from assetmap.sources.tabular.csv_files import rows_of


def categories(path: File, sheet: Sheet = None, report_to: ReportTo = None) -> None:
    """Add categories of assets of your own from FILE: code, parent_code and label.

    Also read: label_cy, osm_tags, charity_codes, synonyms, oruk_entity. Those that
    come with assetmap cannot be changed. Exits 1 if any row was refused.
    """
    issues: list[RowIssue] = []
    with telling(), session_scope(migrated_engine()) as session:
        rows = rows_of(path, NEEDED, issues, sheet=sheet)
        done, more = load_categories(session, rows)
    err.print(f"{done:,} categories added or changed")
    every = sorted([*issues, *more], key=lambda each: each.line)
    raise typer.Exit(report(every, report_to))
