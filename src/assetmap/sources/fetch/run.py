"""One set fetched whole: checked, kept with a record, and given its name at the end."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assetmap.errors import BadFile
from assetmap.jobs.progress import Progress, unseen
from assetmap.sources.fetch import arcgis, kept
from assetmap.sources.fetch.failure import FetchFailed, Target
from assetmap.sources.fetch.files import fetch_file
from assetmap.sources.fetch.hosts import Hosts
from assetmap.sources.fetch.joined import joined
from assetmap.sources.fetch.kept import Got
from assetmap.sources.fetch.pages import Kept
from assetmap.sources.fetch.paging import fetch_pages
from assetmap.sources.fetch.patience import Patience
from assetmap.sources.fetch.plan import Plan, plan_of
from assetmap.sources.fetch.tables import check_rows
from assetmap.sources.fetch.web import Web, opened_web
from assetmap.sources.source_toml import RECORD, Source


@dataclass(frozen=True)
class Fetched:
    """A file in its place, and what is known of it; ``is_new`` if it has changed.

    ``fetched`` is the day on which it first came so, as ISO 8601.
    """

    path: Path
    record: Path
    rows: int
    fetched: str
    is_new: bool
    notes: tuple[str, ...] = ()


def fetch(
    source: Source,
    folder: Path,
    patience: Patience,
    address: str | None = None,
    is_forced: bool = False,
    progress: Progress = unseen,
) -> Fetched:
    """Fetch a set into a folder of its own, from where its source or ``address`` says.

    What an earlier try has left is gone on from, and nothing is fetched that has not
    changed, unless ``is_forced``. Nothing stands under the file's name before it is
    whole and checked.

    Raises:
        FetchFailed: the service did not give what it should; what came is kept.
        FetchIsRunning: another command fetches into the folder.
        BadFile: the source does not say how it is fetched, or the disk refuses.
    """
    plan = plan_of(source, address)
    hosts = Hosts(plan.hosts, plan.given_hosts)
    with (
        _disk_failures(folder),
        kept.only_one(folder, plan.set),
        opened_web(hosts, patience, progress) as web,
    ):
        before = kept.unchanged(folder, plan)
        parts = folder / kept.PARTS
        if is_forced:
            shutil.rmtree(parts, ignore_errors=True)
        parts.mkdir(exist_ok=True)
        known = {} if is_forced else before.get("fetched_from", {})
        got = _got(web, plan, parts, known)
        done = _recorded(source, plan, folder, got, before)
        shutil.rmtree(parts)
    file = done["file"]
    is_new = file["sha256"] != before.get("file", {}).get("sha256")
    notes = got.notes if got else ()
    path = folder / file["path"]
    return Fetched(path, folder / RECORD, file["rows"], file["fetched"], is_new, notes)


def _recorded(
    source: Source, plan: Plan, folder: Path, got: Got | None, before: dict[str, Any]
) -> dict[str, Any]:
    """The record of what came, or of what is as it was before, written and given."""
    if got is None:
        record = kept.refreshed(source, before)
        kept.write_json(folder / RECORD, record)
        return record
    at = datetime.now(UTC).isoformat(timespec="seconds")
    record = kept.record_of(source, plan, got, at)
    kept.put_in_place(folder, got, record)
    return record


def _got(web: Web, plan: Plan, parts: Path, before: dict[str, Any]) -> Got | None:
    if plan.how == "arcgis":
        return _layer(web, plan, parts, before)
    return fetch_file(web, plan, parts, before)


def _layer(web: Web, plan: Plan, parts: Path, before: dict[str, Any]) -> Got | None:
    """The rows of a feature layer as one file; None if they are as they were."""
    layer = arcgis.facts_of(web, plan)
    target = Target(plan.set, "the layer", layer.address)
    check_rows(target, plan, layer.count)
    known = {key: before.get(key) for key in layer.seen}
    if layer.last_edit is not None and known == layer.seen:
        return None
    pages = fetch_pages(web, plan, layer, parts)
    notes = _about_shapes(target, pages) if plan.has_shapes else ()
    path = joined(plan, pages, layer.fields)
    crs = f"EPSG:{plan.out_sr}" if plan.has_shapes else ""
    return Got(path, pages.rows, layer.address, crs, layer.seen, notes, layer.fields)


def _about_shapes(target: Target, pages: Kept) -> tuple[str, ...]:
    bare = pages.bare
    if not bare:
        return ()
    if len(bare) == pages.rows:
        raise FetchFailed(target, "not one row has a shape")
    shown = ", ".join(bare[:5]) + (" …" if len(bare) > 5 else "")
    return (f"{len(bare)} of {pages.rows:,} rows came without a shape: {shown}",)


@contextmanager
def _disk_failures(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadFile(str(folder), f"cannot be written: {error.strerror}") from error
