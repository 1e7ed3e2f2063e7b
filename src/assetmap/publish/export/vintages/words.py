"""Changes between two releases of boundaries, in print."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assetmap.publish.export.figures import remarks, whole
from assetmap.publish.export.vintages.answers import (
    M2_IN_KM2,
    PARTS,
    notes_of,
    outside_json,
    summary_json,
)
from assetmap.reconciliation.vintages.model import KINDS, Change, Vintage
from assetmap.reconciliation.vintages.run import Vintages

Json = dict[str, Any]

SHOWN = 12
MOVED = "Moved are those not in the new boundary that took most of their old one."
MEANING = {
    "renamed": "another name",
    "recoded": "another code",
    "shrunk": "part of it is in none now",
    "grown": "part of it was in none before",
    "redrawn": "the same boundaries, other edges",
    "split": "one became several",
    "merged": "several became one",
    "complex": "several became several others",
    "gone": "nothing took their place",
    "added": "on ground that none had",
    "unchanged": "same code and name",
}
LEFT = "In none are those of an old boundary who are in no new one."
BESIDE = (
    "Along edges are those beside an edge that is taken for the same in both releases."
)
HEADS = {
    "kept": "kept",
    "moved": "moved",
    "along_edges": "along edges",
    "outside": "in none",
}
LEAST = 0.5


def vintages_table(found: Vintages) -> str:
    """How many boundaries changed and how, and those with most people concerned."""
    title = f"From {found.old.title} to {found.new.title}"
    said = [*notes_of(found), MOVED, *_beside(found), LEFT]
    lines = [title, "=" * len(title), *remarks(said), ""]
    summaries = {kind: summary_json(found, kind) for kind in KINDS}
    there = {kind: [told] for kind, told in summaries.items() if told["changes"]}
    there["all"] = list(summaries.values())
    lines += [*_boundaries(there), "", *_people(found, there)]
    return "\n".join([*lines, *_beyond(found), *_most_moved(found)])


def _beside(found: Vintages) -> list[str]:
    beside = sum(each.people_along_edges for each in found.changes)
    return [BESIDE] if beside >= LEAST else []


def _boundaries(there: Mapping[str, Sequence[Json]]) -> Iterator[str]:
    """How many boundaries of either release changed in each way."""
    yield f"  {'boundaries':<48}{'old':>14}{'new':>14}"
    for kind, told in there.items():
        old, new = (whole(sum(each[side] for each in told)) for side in ("old", "new"))
        meaning = f"{kind}: {MEANING[kind]}" if kind in MEANING else kind
        yield f"  {meaning:<48}{old:>14}{new:>14}"


def _people(found: Vintages, there: Mapping[str, Sequence[Json]]) -> Iterator[str]:
    """What became of the people of the boundaries that changed in each way."""
    yield f"  {found.measure:<20}" + "".join(f"{HEADS[part]:>14}" for part in PARTS)
    for kind, told in there.items():
        parts = (f"{found.measure}_{part}" for part in PARTS)
        numbers = (whole(sum(each[part] for each in told)) for part in parts)
        yield f"  {kind:<20}" + "".join(f"{each:>14}" for each in numbers)


def _beyond(found: Vintages) -> Iterator[str]:
    """What of each release the other does not cover."""
    outside = outside_json(found)
    if outside is None:
        return
    for side, held, other in (
        ("of_old", found.old, found.new),
        ("of_new", found.new, found.old),
    ):
        people, ground = outside[side][found.measure], outside[side]["m2"]
        if people >= LEAST or ground >= M2_IN_KM2 / 10:
            told = f"{whole(people)} {found.measure}, {ground / M2_IN_KM2:,.1f} km²"
            yield from remarks([f"In {held.title} but not in {other.title}: {told}."])


def _most_moved(found: Vintages) -> Iterator[str]:
    """The changes that concern most people."""
    changed = [each for each in found.changes if each.kind != "unchanged"]
    if changed:
        yield ""
    for each in sorted(changed, key=lambda one: -_concerned(one))[:SHOWN]:
        olds = _list(found.old_boundaries, each.old)
        news = _list(found.new_boundaries, each.new)
        yield from remarks([f"{each.kind}: {olds} → {news} ({_whom(each)})"])
    if len(changed) > SHOWN:
        yield f"  … and {len(changed) - SHOWN} more; --json lists them all"


def _concerned(each: Change) -> float:
    return each.people_moved + each.people_outside


def _whom(each: Change) -> str:
    """Who is moved, and who is left with none where there are any."""
    moved = f"{whole(each.people_moved)} moved"
    if each.people_outside < LEAST:
        return moved
    left = f"{whole(each.people_outside)} in none now"
    return left if each.people_moved < LEAST else f"{moved}, {left}"


def _list(vintage: Vintage, places: Sequence[int]) -> str:
    shown = ", ".join(f"{vintage.names[at]} ({vintage.codes[at]})" for at in places[:4])
    rest = f" and {len(places) - 4} more" if len(places) > 4 else ""
    return f"{shown}{rest}" or "nothing"
