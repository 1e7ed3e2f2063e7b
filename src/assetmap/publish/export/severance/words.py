"""Severance in words: sets ranked, what each parts, and what is just across."""

from collections.abc import Iterator
from math import isnan

import numpy as np

from assetmap.people.model import POSTCODES
from assetmap.publish.export.figures import WITHHELD, fitted, remarks, share, whole
from assetmap.publish.export.named_sets import set_label
from assetmap.publish.export.severance.answers import LARGER, beside
from assetmap.reconciliation.severance.assets import OUTSIDE, kernel
from assetmap.reconciliation.severance.found import SetParting, Severances

SHOWN = 8
_WIDTHS = (38, 18, 10, 12)


def severance_table(found: Severances) -> str:
    """The answer in plain text, from the set that parts fewest on."""
    title = f"{found.label}: whom boundaries part from what they use"
    lines = [title, "=" * len(title), *remarks(_said(found)), ""]
    if len(found.assets.ids):
        lines += _ranking(found)
        for each in found.sets:
            lines += _parted(found, each)
    return "\n".join([*lines, *_across(found)])


def _said(found: Severances) -> Iterator[str]:
    """What must be known to read the numbers."""
    yield from found.notes
    if found.measure == POSTCODES:
        yield "Postcodes stand in for people; those at one point count once."
    number = len(found.assets.ids)
    if not number:
        yield "No asset has at least half of it here: there is nothing to part."
        return
    h = found.distances.bandwidth_m
    near, far = (100 * kernel(np.array([h, 2 * h]), h)).tolist()
    yield (
        f"Assets of which at least half is here: {number:,}. Who uses them is "
        f"not known; it is reckoned by distance, inside the place or not: all "
        f"{found.measure} at the door, {near:.0f} % of those {whole(h)} m away, "
        f"{far:.0f} % of those {whole(2 * h)} m away."
    )
    yield (
        f"That makes {whole(found.using)} {found.measure} that use at least one of "
        "them. A boundary parts those who are not on the same side of it as most who "
        "use the same asset."
    )
    yield from beside(found)
    yield LARGER


def _ranking(found: Severances) -> Iterator[str]:
    yield _line("", f"{found.measure} parted", f"of {whole(found.using)}", "of all use")
    for rank, each in enumerate(found.sets, start=1):
        parting = each.parting
        told = share(parting.severance, 1) if parting.severance is not None else "-"
        if isnan(parting.people_parted):
            told = WITHHELD
        name = f"{rank}. {set_label(each.row)}"
        people = parting.people_parted
        yield _line(name, whole(people), share(people, found.using), told)


def _line(*cells: str) -> str:
    name, *numbers = cells
    first = f"  {fitted(name, _WIDTHS[0]):<{_WIDTHS[0]}}"
    rest = zip(numbers, _WIDTHS[1:], strict=True)
    return (first + "".join(f"{cell:>{width}}" for cell, width in rest)).rstrip()


def _parted(found: Severances, each: SetParting) -> Iterator[str]:
    """The assets of which a set parts most users, the most parted first."""
    told = [
        (one.severance, place)
        for place, one in enumerate(each.parting.assets)
        if one is not None and one.severance >= 0.0005
    ]
    if not told:
        return
    yield ""
    what = "how much of the use of an asset it parts"
    yield from remarks([f"{set_label(each.row)}: {what}"])
    for severance, place in sorted(told, key=lambda it: (-it[0], it[1]))[:SHOWN]:
        yield _hanging(share(severance, 1), _asset(found, each, place))
    if len(told) > SHOWN:
        yield f"             … and {len(told) - SHOWN} more; --json lists them all"


def _asset(found: Severances, each: SetParting, place: int) -> str:
    """An asset, where it stands, and where most of its users are if elsewhere."""
    one, own = each.parting.assets[place], each.own[place]
    stands = " and ".join(sorted(_side(each, side) for side in own))
    if one is not None and one.side not in own:
        stands += f", most who use it {_side(each, one.side)}"
    return f"{found.assets.names[place]} ({stands})"


def _side(each: SetParting, side: int) -> str:
    return "outside" if side == OUTSIDE else f"in {each.boundaries[side].name}"


def _hanging(number: str, words: str) -> str:
    """A number and words that go on, if they must, under where they began."""
    first, *more = remarks([words], " " * 13) or [""]
    return "\n".join([f"    {number:>7}  {first.lstrip()}", *more])


def _across(found: Severances) -> Iterator[str]:
    """Assets just outside, nearest first."""
    across, edge = found.across_edge, whole(found.distances.edge_m)
    yield ""
    if not len(across.assets.ids):
        yield f"  No other asset is within {edge} m of its edge."
        return
    yield f"  Assets just across its edge (within {edge} m): {len(across.assets.ids)}"
    order = np.argsort(across.distances_m, kind="stable")
    for place in order[:SHOWN].tolist():
        away = f"{across.distances_m[place]:,.0f} m"
        yield _hanging(away, str(across.assets.names[place]))
    if len(order) > SHOWN:
        yield f"             … and {len(order) - SHOWN} more; --json lists them all"
