"""All rows of a feature layer, page by page, until its own count is reached."""

from collections.abc import Container
from pathlib import Path
from typing import Any

from assetmap.sources.fetch import arcgis
from assetmap.sources.fetch.arcgis import LayerFacts
from assetmap.sources.fetch.failure import FetchFailed, Target
from assetmap.sources.fetch.kept import asked
from assetmap.sources.fetch.pages import Kept, checked_rows, kept_pages
from assetmap.sources.fetch.plan import Plan
from assetmap.sources.fetch.web import Web, tried

MOST_HALVINGS = 4


def fetch_pages(web: Web, plan: Plan, layer: LayerFacts, parts: Path) -> Kept:
    """Every row of a layer, as pages in a folder; those there already are not asked.

    Raises:
        FetchFailed: a page cannot be had, or the layer changed meanwhile. The pages
            that came stay, for another try.
    """
    of = {"asked": asked(plan), "layer": layer.address, **layer.seen}
    kept = kept_pages(parts, of, layer.id_field)
    web.progress(f"Fetching {plan.title}", kept.rows, layer.count)
    if layer.has_pages:
        _by_offset(web, plan, layer, kept)
    else:
        _by_ids(web, plan, layer, kept)
    _check_unchanged(web, plan, layer)
    return kept


def _by_offset(web: Web, plan: Plan, layer: LayerFacts, kept: Kept) -> None:
    """Ask for what follows the rows that came, however many each answer holds."""
    size, halvings = layer.page_rows, 0
    while kept.rows < layer.count:
        which = {
            "where": plan.where,
            "resultOffset": kept.rows,
            "resultRecordCount": size,
        }
        target = _target(plan, layer, kept)
        try:
            rows = _page(web, plan, layer, kept, target, which, size)
        except FetchFailed as failure:
            size, halvings = _smaller(failure, size, halvings)
            continue
        if not rows:
            left = layer.count - kept.rows
            reason = f"came empty, while {left:,} of {layer.count:,} rows remain"
            raise FetchFailed(target, reason)
        kept.add(list(rows.values()), rows)
        web.progress(f"Fetching {plan.title}", kept.rows, layer.count)


def _by_ids(web: Web, plan: Plan, layer: LayerFacts, kept: Kept) -> None:
    """Ask for ranges of object ids, for services that cannot be asked for pages."""
    left = [each for each in arcgis.ids_of(web, plan, layer) if each not in kept.ids]
    size, halvings = layer.page_rows, 0
    while left:
        wanted = left[:size]
        span = f"{layer.id_field} >= {wanted[0]} AND {layer.id_field} <= {wanted[-1]}"
        where = span if plan.where == "1=1" else f"({plan.where}) AND {span}"
        target = _target(plan, layer, kept)
        try:
            rows = _page(web, plan, layer, kept, target, {"where": where}, size)
            _check_all_there(target, wanted, rows)
        except FetchFailed as failure:
            size, halvings = _smaller(failure, size, halvings)
            continue
        kept.add(list(rows.values()), rows)
        left = left[len(wanted) :]
        web.progress(f"Fetching {plan.title}", kept.rows, layer.count)


def _check_all_there(target: Target, wanted: list[int], rows: Container[int]) -> None:
    if missing := [each for each in wanted if each not in rows]:
        reason = f"lacks {len(missing)} of {len(wanted)} rows, {missing[0]} first"
        raise FetchFailed(target, reason, is_size=True)


def _target(plan: Plan, layer: LayerFacts, kept: Kept) -> Target:
    part = f"page {len(kept.pages) + 1} (after {kept.rows:,} rows)"
    return Target(plan.set, part, f"{layer.address}/query")


def _page(
    web: Web,
    plan: Plan,
    layer: LayerFacts,
    kept: Kept,
    target: Target,
    which: dict[str, Any],
    size: int,
) -> dict[int, dict[str, Any]]:
    """The rows of one page, none of which has come before."""
    query = {**which, **arcgis.query_of(plan, layer)}

    def once() -> dict[int, dict[str, Any]]:
        told = arcgis.ask_once(web, target, **query)
        rows = checked_rows(target, plan, layer, told, size)
        if again := kept.ids & set(rows):
            reason = f"repeats {len(again)} rows that came before, {min(again)} first"
            raise FetchFailed(target, reason, is_passing=True)
        return rows

    return tried(web, once)


def _smaller(failure: FetchFailed, size: int, halvings: int) -> tuple[int, int]:
    """Half the rows of a page that was too much for the service.

    Raises:
        FetchFailed: the failure, if asking for less will not help.
    """
    if not failure.is_size or halvings == MOST_HALVINGS or size == 1:
        raise failure
    return max(1, size // 2), halvings + 1


def _check_unchanged(web: Web, plan: Plan, before: LayerFacts) -> None:
    now = arcgis.facts_of(web, plan)
    if now.seen != before.seen:
        target = Target(plan.set, "the count of rows", before.address)
        raise FetchFailed(
            target,
            f"the layer changed while it was fetched (from {_shown(before)} to "
            f"{_shown(now)}): fetch it again",
        )


def _shown(layer: LayerFacts) -> str:
    edited = "" if layer.last_edit is None else f", edited at {layer.last_edit}"
    return f"{layer.count:,} rows{edited}"
