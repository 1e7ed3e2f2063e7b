"""Assets from rows: checked, placed, and stored beside those already known."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from sqlalchemy.orm import Session

from assetmap.assets import store, taxonomy
from assetmap.assets.closing import NothingClosed, close_absent_from
from assetmap.assets.model import Asset, SourceDefaults
from assetmap.assets.places import Draft, FindPlaces, placed
from assetmap.assets.providers.model import Provider
from assetmap.assets.providers.store import set_parents
from assetmap.assets.rows import DERIVED, column_of, draft_of
from assetmap.assets.shapes import ShapedRow
from assetmap.errors import BadValue
from assetmap.issues import RawRow, RowIssue, refused
from assetmap.jobs.progress import Progress, unseen
from assetmap.sources.days import today

BATCH = 10_000

_Seen = dict[tuple[str, str], tuple[int, int | None]]
"""Line and hash of each asset of a file, by source and reference.

One that is there and was refused has no hash."""


@dataclass(frozen=True)
class AssetsLoaded:
    """How many assets were new, differed, or were known as they are; and the issues."""

    added: int
    changed: int
    unchanged: int
    issues: list[RowIssue]
    closed: int = 0


@dataclass(frozen=True)
class _Feed:
    """What is known of a feed while it is read."""

    issues: list[RowIssue] = field(default_factory=list)
    seen: _Seen = field(default_factory=dict)
    providers: dict[str, Provider] = field(default_factory=dict)
    unnamed: list[RowIssue] = field(default_factory=list)
    """Refused rows that do not say by themselves which asset they are."""


def load(
    session: Session,
    rows: Iterable[RawRow],
    defaults: SourceDefaults,
    find_places: FindPlaces,
    progress: Progress = unseen,
    close_absent: bool = False,
) -> AssetsLoaded:
    """Store the assets in rows; those that cannot be used are refused with a reason.

    The same rows again change nothing. With ``close_absent`` those of the same source
    that are in none of them are closed.

    Raises:
        NothingClosed: it cannot be told which of them have left.
    """
    names = category_names(session)
    feed = _Feed()
    added = changed = read = 0
    source = _noting_ignored(rows, feed.issues)
    while batch := list(islice(source, BATCH)):
        drafts = list(_drafts(batch, defaults, names, feed))
        assets = list(_once(_placed(drafts, find_places, feed), feed))
        saved = store.add_assets(session, assets)
        added, changed = added + saved.added, changed + saved.changed
        progress("Loading assets", read := read + len(batch), 0)
    _say_parents(session, feed)
    closed = _closed(session, defaults, feed) if close_absent else 0
    feed.issues.sort(key=lambda each: each.line)
    there = len([mark for mark in feed.seen.values() if mark[1] is not None])
    unchanged = there - added - changed
    return AssetsLoaded(added, changed, unchanged, feed.issues, closed)


def _closed(session: Session, defaults: SourceDefaults, feed: _Feed) -> int:
    """How many assets of the source were closed that its feed has no more."""
    if feed.unnamed:
        first = feed.unnamed[0]
        raise NothingClosed(
            f"{len(feed.unnamed):,} refused rows do not say which assets they are, so "
            f"that it cannot be told what has left. The first is on line {first.line}.",
            line=first.line,
        )
    refs = [ref for source, ref in feed.seen if source == defaults.source]
    if not refs:
        raise NothingClosed(f"Nothing in the feed is of {defaults.source!r}.")
    return close_absent_from(session, defaults.source, refs, today())


def _say_parents(session: Session, feed: _Feed) -> None:
    """Say whom those who run assets belong to; circles are told and left out."""
    by_source: dict[str, dict[str, str | None]] = {}
    for each in feed.providers.values():
        by_source.setdefault(each.source, {})[each.source_ref] = each.parent_ref
    for source, parents in by_source.items():
        for ref in set_parents(session, source, parents):
            reason = "belongs to itself through those it belongs to: left out"
            issue = RowIssue(source, 0, "provider_parent_ref", ref, reason, "repaired")
            feed.issues.append(issue)


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
    feed: _Feed,
) -> Iterator[Draft]:
    for row in rows:
        try:
            draft = draft_of(row, defaults, names, feed.issues)
        except BadValue as bad:
            _refuse(row, refused(row, bad), defaults, feed)
            continue
        if isinstance(row, ShapedRow) and row.shape is not None:
            draft = replace(draft, shape=row.shape)
        yield draft


def _placed(
    drafts: list[Draft], find_places: FindPlaces, feed: _Feed
) -> Iterator[tuple[RawRow, Asset]]:
    """The assets with their places; those refused are still in the feed."""
    before = len(feed.issues)
    found = list(placed(drafts, find_places, feed.issues))
    lost = {each.line for each in feed.issues[before:] if each.outcome == "refused"}
    for draft in drafts if lost else ():
        if draft.row.line in lost:
            key = (draft.asset.source, draft.asset.source_ref)
            feed.seen.setdefault(key, (draft.row.line, None))
    yield from found


def _refuse(
    row: RawRow, issue: RowIssue, defaults: SourceDefaults, feed: _Feed
) -> None:
    """Tell of a refused row, and remember which asset it is."""
    feed.issues.append(issue)
    ref = row.values.get("source_ref", "").strip()
    if ref:
        source = row.values.get("source", "").strip() or defaults.source
        feed.seen.setdefault((source, ref), (row.line, None))
    else:
        feed.unnamed.append(issue)


def _once(placed_rows: Iterable[tuple[RawRow, Asset]], feed: _Feed) -> Iterator[Asset]:
    """Each asset the first time its source and reference stand in the file."""
    for row, asset in placed_rows:
        key = (asset.source, asset.source_ref)
        mark = hash(asset)
        line, first = feed.seen.get(key, (0, None))
        if first is not None:
            feed.issues.append(_repeat(row, asset, line, first, mark))
            continue
        feed.seen[key] = (row.line, mark)
        if asset.provider is not None:
            feed.providers[f"{key[0]}\0{asset.provider.source_ref}"] = asset.provider
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
