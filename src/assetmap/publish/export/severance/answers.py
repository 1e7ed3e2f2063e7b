"""Severance as the public contract writes it: sets ranked, and assets one by one."""

from collections.abc import Iterator
from typing import Any

from assetmap.publish.export.agreed.withheld import people_withheld, suppressed_of
from assetmap.publish.export.figures import share
from assetmap.publish.export.named_sets import set_label
from assetmap.publish.export.provenance import METHODS, made_json
from assetmap.publish.export.reconciliation.answers import NOT_PEOPLE
from assetmap.reconciliation.counting import MOST_UNCOUNTED
from assetmap.reconciliation.severance.assets import OUTSIDE, REACH
from assetmap.reconciliation.severance.found import SetParting, Severances
from assetmap.reconciliation.severance.sets import HALF

Json = dict[str, Any]

BESIDE = (
    "{name} holds {share} of the use of the assets here and parts nobody who lives "
    "outside it: it stands last, out of the order."
)
LARGER = "The larger its boundaries, the fewer a set parts: compare sets of like size."


def severance_json(found: Severances) -> Json:
    """The answer; people are named for what was counted."""
    notes = [*found.notes, *beside(found), LARGER]
    if found.measure != "people":
        notes.append(NOT_PEOPLE)
    withheld = people_withheld(_numbers(found))
    return {
        "footprint": {"label": found.label, "sha256": found.sha256},
        f"{found.measure}_using": found.using,
        "sets": [
            _set(rank, each, found.measure)
            for rank, each in enumerate(found.sets, start=1)
        ],
        "assets": [_asset(found, place) for place in range(len(found.assets.ids))],
        "assets_across_edge": _across(found),
        "measure": found.measure,
        **made_json(_method(found), _settings(found), found.inputs),
        "suppressed": [*suppressed_of(found.made), *withheld],
        "notes": notes,
        "attribution": list(found.attribution),
    }


def _numbers(found: Severances) -> Iterator[tuple[Json, float]]:
    """The counts of people, and of what each is."""
    yield {"of": "using"}, found.using
    for each in found.sets:
        yield {"of": "parted", "set": each.row.name}, each.parting.people_parted
    for number, people in zip(found.assets.ids, found.demand, strict=True):
        yield {"of": "using", "asset": int(number)}, float(people)


def beside(found: Severances) -> Iterator[str]:
    """A note on each set that holds less than half of the use."""
    for each in found.sets:
        if each.parting.is_beside:
            covered = share(each.parting.covered or 0.0, 1)
            yield BESIDE.format(name=set_label(each.row), share=covered)


def _method(found: Severances) -> Json:
    return {
        found.measure: METHODS[found.measure],
        "kernel": "exp(-d² / 2h²)",
        "bandwidth_m": found.distances.bandwidth_m,
        "reach_m": REACH * found.distances.bandwidth_m,
        "edge_m": found.distances.edge_m,
    }


def _settings(found: Severances) -> Json:
    return {**found.settings, "held_from": HALF, "most_uncounted": MOST_UNCOUNTED}


def _set(rank: int, each: SetParting, measure: str) -> Json:
    return {
        "rank": rank,
        "set": each.row.name,
        "kind": each.row.kind,
        "title": each.row.title,
        "severance": each.parting.severance,
        "wrong_side": each.parting.wrong_side,
        "covered": each.parting.covered,
        f"{measure}_parted": each.parting.people_parted,
    }


def _asset(found: Severances, place: int) -> Json:
    assets = found.assets
    return {
        "id": int(assets.ids[place]),
        "name": str(assets.names[place]),
        "category": str(assets.categories[place]),
        f"{found.measure}_using": float(found.demand[place]),
        "sets": [_side(each, place) for each in found.sets],
    }


def _side(each: SetParting, place: int) -> Json:
    """What a set does to one asset: null where nobody uses it."""
    one = each.parting.assets[place]
    codes = sorted(
        each.boundaries[side].code for side in each.own[place] if side != OUTSIDE
    )
    return {
        "set": each.row.name,
        "codes": codes,
        "severance": None if one is None else one.severance,
        "wrong_side": None if one is None else one.wrong_side,
        "users_code": None if one is None else _code(each, one.side),
    }


def _code(each: SetParting, side: int) -> str | None:
    return None if side == OUTSIDE else each.boundaries[side].code


def _across(found: Severances) -> list[Json]:
    assets = found.across_edge.assets
    return [
        {
            "id": int(number),
            "name": str(name),
            "category": str(category),
            "distance_m": round(float(distance), 1),
        }
        for number, name, category, distance in zip(
            assets.ids,
            assets.names,
            assets.categories,
            found.across_edge.distances_m,
            strict=True,
        )
    ]
