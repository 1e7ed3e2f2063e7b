"""What became of the polygons of a layer from one release to the next."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from assetmap.footprints.areas.shared import shared_ground
from assetmap.reconciliation.crosswalks.pairs import cells_of, members_of
from assetmap.reconciliation.frames.columns import column_of
from assetmap.reconciliation.frames.layers import Layer, Repairing, layer_of
from assetmap.reconciliation.frames.points import Peopled, coded_in
from assetmap.reconciliation.frames.subjects import Frame, code_of, peopled
from assetmap.reconciliation.frames.systems import BadLayer, same_crs
from assetmap.reconciliation.model import Floats
from assetmap.reconciliation.vintages.changes import changes as changes_of
from assetmap.reconciliation.vintages.changes import left_by
from assetmap.reconciliation.vintages.model import (
    Change,
    Linking,
    Outside,
    Pairs,
    Vintage,
)
from assetmap.reconciliation.vintages.widths import Measured, measured


def changes(
    old: Frame,
    new: Frame,
    old_code: str,
    new_code: str,
    *,
    old_name: str | None = None,
    new_name: str | None = None,
    points: Frame | None = None,
    people: str | None = None,
    linking: Linking | None = None,
    invalid: Repairing = "repair",
) -> pd.DataFrame:
    """Every polygon of two releases in one change: unchanged, split, merged, and so on.

    By people too where ``points`` are given, with how many in the column ``people``;
    polygons that share a point have equal parts of it.
    ``linking`` says from which share two polygons have to do with each other, and how
    far apart lines may be that did not change.

    Returns:
        A row for each change: kind, old and new (lists of codes), people of the old,
        how many of them and how much ground were kept, moved, are in strips along
        edges that did not change, and in no new polygon. ``attrs``: ``tolerance_m``,
        how far apart such edges are; ``edge_m``, the median edge of each release.

    Raises:
        BadLayer: a layer cannot be measured, or they differ in CRS.
    """
    same_crs(old, new)
    one, other = layer_of(old, old_code, invalid), layer_of(new, new_code, invalid)
    at = peopled(old, points, people)
    codes = _ordinals(one, other)
    olds = _vintage(one, codes, _names(old, old_code, old_name, one), at)
    news = _vintage(other, codes, _names(new, new_code, new_name, other), at)
    parts = _parts(one, other, at)
    pairs = _pairs(one, other, parts)
    outside = _outside(olds, news, pairs, parts)
    shapes = (lambda at: one.ground[at], lambda at: other.ground[at])
    wanted = linking or Linking()
    told = measured((olds, news), pairs, outside, shapes, wanted)
    found = changes_of(olds, news, told.pairs, told.linking, told.outside)
    frame = pd.DataFrame([_row(each, one, other) for each in found], columns=_COLUMNS)
    frame.attrs = _lines(told)
    return frame


_NUMBERS = [
    each for each in Change.__dataclass_fields__ if each not in ("kind", "old", "new")
]
_COLUMNS = ["kind", "old", "new", *_NUMBERS]


def _lines(told: Measured) -> dict[Any, Any]:
    """What was taken for one line; no tolerance where it could not be measured."""
    if told.lines is None:
        return {"tolerance_m": told.linking.tolerance_m}
    return {"tolerance_m": told.lines.tolerance_m, "edge_m": told.lines.edge_m}


def _row(each: Change, one: Layer, other: Layer) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "old": [one.codes[at] for at in each.old],
        "new": [other.codes[at] for at in each.new],
        **{name: getattr(each, name) for name in _NUMBERS},
    }


def _ordinals(one: Layer, other: Layer) -> dict[Any, str]:
    """A text for each code of either release, in whose order they sort."""
    known = dict.fromkeys([*one.codes, *other.codes])
    return {code: code_of(place) for place, code in enumerate(known)}


def _names(frame: Frame, code: str, name: str | None, layer: Layer) -> list[str]:
    """The name of each polygon; none where no column is named."""
    if name is None:
        return [""] * len(layer)
    names = dict(zip(frame[code], column_of(frame, name, BadLayer), strict=True))
    return [str(names[each]) for each in layer.codes]


def _vintage(
    layer: Layer, codes: dict[Any, str], names: list[str], at: Peopled
) -> Vintage:
    cells, combinations = coded_in(layer, at.xs, at.ys)
    row, ordinal = members_of(cells_of(len(layer), combinations), cells)
    people: Any = np.bincount(
        ordinal, weights=at.weights[row], minlength=len(layer) + 1
    )
    listed = [codes[each] for each in layer.codes]
    return Vintage(listed, names, people[1:], layer.edges.areas)


def _pairs(one: Layer, other: Layer, people: "_Parts") -> Pairs:
    """One row for each two polygons that share people or ground."""
    ground = shared_ground(one.edges, other.edges, lambda: (one.ground, other.ground))
    both = (people.old > 0) & (people.new > 0)
    olds = np.concatenate([people.old[both] - 1, ground.one])
    news = np.concatenate([people.new[both] - 1, ground.other])
    places = max(len(other), 1)
    pairs, row = np.unique(olds * places + news, return_inverse=True)
    no_people, no_ground = np.zeros(len(ground.one)), np.zeros(int(both.sum()))
    sums: Any = [
        np.bincount(row, weights=np.concatenate(each), minlength=len(pairs))
        for each in ((people.people[both], no_people), (no_ground, ground.area_m2))
    ]
    return Pairs(pairs // places, pairs % places, *sums)


def _outside(
    olds: Vintage, news: Vintage, pairs: Pairs, people: "_Parts"
) -> tuple[Outside, Outside]:
    """What of each polygon lies in none of the other release.

    Of ground it is what the pairs leave: where polygons overlap, at the least.
    """
    sides = (
        (olds, pairs.old, people.old, people.new),
        (news, pairs.new, people.new, people.old),
    )
    one, other = (
        Outside(
            _sums(mine, np.where(theirs == 0, people.people, 0.0), len(vintage.codes)),
            left_by(vintage, places, pairs).area_m2,
        )
        for vintage, places, mine, theirs in sides
    )
    return one, other


def _sums(ordinals: Any, people: Floats, count: int) -> Floats:
    found: Any = np.bincount(ordinals, weights=people, minlength=count + 1)
    sums: Floats = found[1:]
    return sums


@dataclass(frozen=True)
class _Parts:
    """People by an old and a new polygon, as ordinals; 0 is outside a release."""

    old: Any
    new: Any
    people: Floats


def _parts(one: Layer, other: Layer, at: Peopled) -> _Parts:
    """What polygons share of points: those that share one have equal parts."""
    (ones, source), (others, target) = (
        coded_in(each, at.xs, at.ys) for each in (one, other)
    )
    olds, news = cells_of(len(one), source), cells_of(len(other), target)
    first, old = members_of(olds, ones)
    second, new = members_of(news, others[first])
    point = first[second]
    parts = at.weights[point] / (olds.holders[ones] * news.holders[others])[point]
    return _Parts(old[second], new, parts)
