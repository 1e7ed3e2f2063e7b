"""Assets from rows: checked, placed, and stored beside those already known."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from sqlalchemy.orm import Session

from assetmap.assets import store, taxonomy
from assetmap.assets.model import Asset, SourceDefaults
from assetmap.assets.places import Draft, FindPlaces, placed
from assetmap.assets.rows import DERIVED, column_of, draft_of
from assetmap.errors import BadValue
from assetmap.issues import RawRow, RowIssue, refused
from assetmap.jobs.progress import Progress, unseen

BATCH = 10_000

_Seen = dict[tuple[str, str], tuple[int, int]]
"""Line and hash of each asset of a file, by source and reference."""


@dataclass(frozen=True)
class AssetsLoaded:
    """How many assets were new, differed, or were known as they are; and the issues."""

    added: int
    changed: int
    unchanged: int
    issues: list[RowIssue]


def load(
    session: Session,
    rows: Iterable[RawRow],
    defaults: SourceDefaults,
    find_places: FindPlaces,
    progress: Progress = unseen,
) -> AssetsLoaded:
    """Store the assets in rows; those that cannot be used are refused with a reason.

    The same rows again change nothing.
    """
    names = category_names(session)
    issues: list[RowIssue] = []
    seen: _Seen = {}
    added = changed = read = 0
    source = _noting_ignored(rows, issues)
    while batch := list(islice(source, BATCH)):
        drafts = list(_drafts(batch, defaults, names, issues))
        assets = list(_once(placed(drafts, find_places, issues), seen, issues))
        saved = store.add_assets(session, assets)
        added, changed = added + saved.added, changed + saved.changed
        progress("Loading assets", read := read + len(batch), 0)
    issues.sort(key=lambda each: each.line)
    return AssetsLoaded(added, changed, len(seen) - added - changed, issues)


def category_names(session: Session) -> dict[str, str]:
    """The code of each category by what it may be called."""
    known = store.list_categories(session)
    if not known:
        store.load_taxonomy(session)
        known = store.list_categories(session)
    return taxonomy.names_of(known)


def _noting_ignored(rows: Iterable[RawRow], issues: list[RowIssue]) -> Iterator[RawRow]:
    """The rows; each column that is not read is noted where it first stands."""
    ignored: set[str] = set()
    for row in rows:
        for heading in row.values:
            if heading not in ignored and column_of(heading) is None:
                ignored.add(heading)
                reason = "is not a column that is read: ignored"
                issue = RowIssue(row.file, row.line, heading, "", reason, "noted")
                issues.append(issue)
        yield row


def _drafts(
    rows: Iterable[RawRow],
    defaults: SourceDefaults,
    names: Mapping[str, str],
    issues: list[RowIssue],
) -> Iterator[Draft]:
    for row in rows:
        try:
            yield draft_of(row, defaults, names, issues)
        except BadValue as bad:
            issues.append(refused(row, bad))


def _once(
    placed_rows: Iterable[tuple[RawRow, Asset]], seen: _Seen, issues: list[RowIssue]
) -> Iterator[Asset]:
    """Each asset the first time its source and reference stand in the file."""
    for row, asset in placed_rows:
        key = (asset.source, asset.source_ref)
        mark = hash(asset)
        if key in seen:
            issues.append(_repeat(row, asset, *seen[key], mark))
        else:
            seen[key] = (row.line, mark)
            yield asset


def _repeat(row: RawRow, asset: Asset, line: int, first: int, mark: int) -> RowIssue:
    """What is told of a row that stands for an asset of an earlier line."""
    is_derived = asset.source_ref.startswith(DERIVED)
    column = "name" if is_derived else "source_ref"
    value = getattr(asset, column)
    if mark == first:
        said = f"repeats line {line}"
        return RowIssue(row.file, row.line, column, value, said, "noted")
    said = f"is on line {line} already, with other values"
    return RowIssue(row.file, row.line, column, value, said)
