"""A footprint against one boundary set, by every measure at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from assetmap.assets.model import AssetsInBox
from assetmap.boundaries.quality.coverage import is_sliver
from assetmap.footprints.model import Footprint
from assetmap.reconciliation.best_fit import (
    best_fit_at_best_threshold,
    best_fit_by_centroid,
    best_fit_by_people,
)
from assetmap.reconciliation.by_area import Areas
from assetmap.reconciliation.by_assets import AssetsIn, assets_of
from assetmap.reconciliation.by_blocks import Blocks, Limits, bounds
from assetmap.reconciliation.by_people import People, people_of
from assetmap.reconciliation.model import (
    Against,
    BestFit,
    Floats,
    Main,
    Points,
    Row,
    Target,
)
from assetmap.reconciliation.severed import severed_by


@dataclass(frozen=True)
class Found:
    """What a footprint shares with each boundary of a set, by each measure.

    ``limits`` are the least and the most people of each overlap, by ordinal.
    """

    areas: Areas
    people: People
    assets: AssetsIn
    limits: Mapping[int, tuple[float, float]]


def against(
    footprint: Footprint,
    target: Target,
    areas: Areas,
    points: Points,
    assets: AssetsInBox,
    blocks: Blocks | None,
    measure: str,
    centred: Collection[int] = (),
    held_assets: Floats | None = None,
    slivers: bool = False,
) -> Against:
    """Rows, totals, main boundary, best fits and severed assets for one set.

    ``centred`` are the boundaries whose people-weighted centre the footprint holds,
    ``held_assets`` how much of each asset it holds, where that is known already.
    Slivers are counted, and are rows only where ``slivers`` asks for them.
    """
    people = people_of(points, target)
    limits = exact_limits(people)
    if blocks is not None:
        estimates, held_m2 = {target.name: people.overlap}, {target.name: areas}
        limits = bounds(blocks, points, [target], estimates, held_m2)[target.name]
    held = assets_of(footprint, assets, target, held_assets)
    found = Found(areas, people, held, limits)
    return told(footprint, target, found, assets, measure, centred, slivers)


def exact_limits(people: People) -> Limits:
    """The least and the most of what is counted where it lies, as postcodes are."""
    return {each: (value, value) for each, value in people.overlap.items()}


def told(
    footprint: Footprint,
    target: Target,
    found: Found,
    assets: AssetsInBox,
    measure: str,
    centred: Collection[int] = (),
    slivers: bool = False,
) -> Against:
    """What is told of a set, by what the footprint shares with its boundaries."""
    people, held = found.people, found.assets
    rows = _rows(target, found, assets)
    thin = [row for row in rows if _is_thin(row, footprint.area_m2)]
    left_out = set() if slivers else {row.boundary.code for row in thin}
    kept = sorted(
        (row for row in rows if row.boundary.code not in left_out),
        key=lambda row: (-row.overlap_people, -row.overlap_m2, row.boundary.code),
    )
    fits = _best_fits(target, people, measure, centred)
    main = _main(kept, people.totals.total, footprint.area_m2, measure)
    return Against(
        target,
        tuple(kept),
        len(thin),
        sum(row.overlap_m2 for row in thin),
        found.areas.totals,
        people.totals,
        held.totals,
        main,
        fits[0] if fits else None,
        fits,
        severed_by(target, held, assets, main),
    )


def _is_thin(row: Row, footprint_m2: float) -> bool:
    empty = row.overlap_people == 0 and row.assets == 0
    return empty and bool(is_sliver(row.overlap_m2, footprint_m2, row.boundary.area_m2))


def _rows(target: Target, found: Found, assets: AssetsInBox) -> list[Row]:
    areas, people = found.areas, found.people
    by_category = _by_category(found.assets, assets)
    rows = []
    for ordinal in sorted({*areas.overlap_m2, *people.overlap, *by_category}):
        lower, upper = found.limits.get(ordinal, (0.0, 0.0))
        categories = by_category.get(ordinal, {})
        rows.append(
            Row(
                target.boundaries[ordinal],
                areas.overlap_m2.get(ordinal, 0.0),
                people.overlap.get(ordinal, 0.0),
                lower,
                upper,
                sum(categories.values()),
                categories,
                areas.totals.fractional.get(ordinal, 0.0),
                people.totals.fractional.get(ordinal, 0.0),
            )
        )
    return rows


def _by_category(held: AssetsIn, assets: AssetsInBox) -> dict[int, dict[str, float]]:
    """Assets of each boundary by category, those of a code first to last."""
    result: dict[int, dict[str, float]] = {}
    amounts = held.held[held.asset] * held.share
    for asset, ordinal, amount in zip(
        held.asset.tolist(), held.ordinal.tolist(), amounts.tolist(), strict=True
    ):
        categories = result.setdefault(ordinal, {})
        category = str(assets.categories[asset])
        categories[category] = categories.get(category, 0.0) + amount
    return {each: dict(sorted(result[each].items())) for each in result}


def _main(rows: list[Row], people: float, area_m2: float, measure: str) -> Main | None:
    """The boundary with most of the people; with most of the ground if nobody.

    ``rows`` have most people first, of equal ones most ground, then the first code.
    """
    if not rows:
        return None
    if people > 0:
        top = rows[0]
        share, by = top.overlap_people / people, measure
    else:
        top = min(rows, key=lambda row: (-row.overlap_m2, row.boundary.code))
        share, by = top.overlap_m2 / area_m2, "area"
    if share <= 0:
        return None
    return Main(top.boundary.code, top.boundary.name, by, min(share, 1.0))


def _best_fits(
    target: Target, people: People, measure: str, centred: Collection[int]
) -> tuple[BestFit, ...]:
    """Best fits onto building blocks; none for other sets or where nobody lives."""
    if not target.is_building_block or not people.overlap:
        return ()
    near = {*people.overlap, *centred}
    facts = {each: target.boundaries[each] for each in sorted(near)}
    shares = {
        facts[each].code: people.overlap.get(each, 0.0) / facts[each].total
        if facts[each].total
        else 0.0
        for each in facts
    }
    people_of_each = {each.code: each.total for each in facts.values()}
    centres = {facts[each].code for each in centred}
    return (
        best_fit_by_people(shares, people_of_each, measure=measure),
        best_fit_by_centroid(shares, people_of_each, centres, measure),
        best_fit_at_best_threshold(shares, people_of_each, measure),
    )
