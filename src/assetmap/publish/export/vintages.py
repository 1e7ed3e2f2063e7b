"""Changes between two releases of boundaries, as JSON and as a short table."""

from collections.abc import Iterator, Sequence
from typing import Any

from assetmap.boundaries.model import BoundarySet
from assetmap.publish.export.figures import remarks, whole
from assetmap.publish.export.provenance import METHODS, made_json
from assetmap.publish.export.reconciliation.answers import NOT_PEOPLE
from assetmap.reconciliation.vintages.changes import KINDS, Change, Vintage
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
LEAST = 0.5
M2_IN_KM2 = 1_000_000
OVERLAPPING = "Where boundaries of a set overlap, people are shared in equal parts."


def vintages_json(found: Vintages) -> Json:
    """The answer; boundaries that did not change are counted and not listed."""
    return {
        "old": _set(found.old),
        "new": _set(found.new),
        "summary": {kind: _summary(found, kind) for kind in KINDS},
        f"{found.measure}_moved": sum(each.people_moved for each in found.changes),
        f"{found.measure}_outside": sum(each.people_outside for each in found.changes),
        "outside": _outside(found),
        "changes": [
            _change(found, each) for each in found.changes if each.kind != "unchanged"
        ],
        "measure": found.measure,
        **made_json(_method(found), found.settings, found.inputs),
        "notes": _notes(found),
        "attribution": list(found.attribution),
    }


def _method(found: Vintages) -> Json:
    return {
        "area": METHODS["area"],
        found.measure: METHODS[found.measure],
        "linked_from_share_of_people": found.linking.people,
        "linked_from_share_of_area": found.linking.area,
    }


def _notes(found: Vintages) -> list[str]:
    said = [NOT_PEOPLE] if found.measure != "people" else []
    if _overlap(found):
        said.append(OVERLAPPING)
    return [*said, *found.notes]


def _overlap(found: Vintages) -> bool:
    return found.old.overlapping or found.new.overlapping


def _set(row: BoundarySet) -> Json:
    return {
        "set": row.name,
        "title": row.title,
        "kind": row.kind,
        "version": row.version,
        "count": row.boundaries,
    }


def _summary(found: Vintages, kind: str) -> Json:
    own = [each for each in found.changes if each.kind == kind]
    return {
        "changes": len(own),
        "old": sum(len(each.old) for each in own),
        "new": sum(len(each.new) for each in own),
        found.measure: sum(each.people for each in own),
        f"{found.measure}_moved": sum(each.people_moved for each in own),
        f"{found.measure}_outside": sum(each.people_outside for each in own),
    }


def _outside(found: Vintages) -> Json | None:
    """What the other release does not cover; not told where boundaries overlap."""
    if _overlap(found):
        return None
    people = float(found.pairs.people.sum())
    ground = float(found.pairs.area_m2.sum())
    return {
        side: {
            found.measure: max(float(vintage.people.sum()) - people, 0.0),
            "m2": max(float(vintage.area_m2.sum()) - ground, 0.0),
        }
        for side, vintage in (
            ("of_old", found.old_boundaries),
            ("of_new", found.new_boundaries),
        )
    }


def _change(found: Vintages, each: Change) -> Json:
    return {
        "change": each.kind,
        "old": _named(found.old_boundaries, each.old),
        "new": _named(found.new_boundaries, each.new),
        found.measure: each.people,
        f"{found.measure}_moved": each.people_moved,
        f"{found.measure}_outside": each.people_outside,
        "moved_m2": each.area_moved_m2,
        "outside_m2": None if _overlap(found) else each.area_outside_m2,
    }


def _named(vintage: Vintage, places: Sequence[int]) -> list[Json]:
    return [{"code": vintage.codes[at], "name": vintage.names[at]} for at in places]


def vintages_table(found: Vintages) -> str:
    """How many boundaries changed and how, and those with most people concerned."""
    title = f"From {found.old.title} to {found.new.title}"
    lines = [title, "=" * len(title), *remarks([*_notes(found), MOVED, LEFT]), ""]
    heads = f"{found.measure} moved", f"{found.measure} in none"
    lines.append(f"  {'':<44}{'old':>8}{'new':>8}{heads[0]:>17}{heads[1]:>17}")
    summaries = {kind: _summary(found, kind) for kind in KINDS}
    for kind, told in summaries.items():
        if told["changes"]:
            lines.append(_kind_line(found, f"{kind}: {MEANING[kind]}", [told]))
    lines.append(_kind_line(found, "all", list(summaries.values())))
    return "\n".join([*lines, *_beyond(found), *_most_moved(found)])


def _kind_line(found: Vintages, name: str, told: Sequence[Json]) -> str:
    keys = ("old", "new", f"{found.measure}_moved", f"{found.measure}_outside")
    old, new, moved, left = (whole(sum(each[key] for each in told)) for key in keys)
    return f"  {name:<44}{old:>8}{new:>8}{moved:>17}{left:>17}"


def _beyond(found: Vintages) -> Iterator[str]:
    """What of each release the other does not cover."""
    outside = _outside(found)
    if outside is None:
        return
    for side, held, other in (
        ("of_old", found.old, found.new),
        ("of_new", found.new, found.old),
    ):
        people, ground = outside[side][found.measure], outside[side]["m2"]
        if people >= LEAST or ground >= M2_IN_KM2 / 10:
            yield (
                f"  In {held.title} but not in {other.title}: "
                f"{whole(people)} {found.measure}, {ground / M2_IN_KM2:,.1f} km²."
            )


def _most_moved(found: Vintages) -> Iterator[str]:
    """The changes that concern most people."""
    changed = [each for each in found.changes if each.kind != "unchanged"]
    if changed:
        yield ""
    for each in sorted(changed, key=lambda one: -_concerned(one))[:SHOWN]:
        olds = _list(found.old_boundaries, each.old)
        news = _list(found.new_boundaries, each.new)
        yield f"  {each.kind}: {olds} → {news} ({_whom(each)})"
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
