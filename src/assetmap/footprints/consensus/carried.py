"""Parts of a new release that would tell what few changed stay as they were told.

A definition, or the groups of a question, are made anew only where each differs from
every one of them that was ever told by nobody, or by as many residents as may be told
of. Else two releases, held against each other, would tell of those few.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from assetmap.footprints.consensus.parts import GROUP
from assetmap.neighbourhoods.releases.model import Part, Release

_OF_DEFINITIONS = ("in_no_definition", "alone", "silhouette")


def carried(made: Release, earlier: Sequence[Release], fewest: int) -> Release:
    """A new release with those parts as they were that may not be told anew.

    ``earlier`` are all releases before it, the oldest first.
    """
    if not earlier:
        return made
    newest = earlier[-1]
    both = (*made.parts, *newest.parts)
    kinds = dict.fromkeys((each.kind, each.asked) for each in both)
    stuck = [each for each in kinds if not _is_new(made, earlier, each, fewest)]
    parts = [
        part
        for each in kinds
        for part in (newest if each in stuck else made).parts
        if (part.kind, part.asked) == each
    ]
    return replace(
        made, parts=tuple(parts), facts=_facts(made.facts, newest.facts, stuck)
    )


def _is_new(
    made: Release, earlier: Sequence[Release], which: tuple[str, str], fewest: int
) -> bool:
    """Whether each part differs enough from each that was told of its kind."""
    now = _members(made, which)
    was = [each for release in earlier for each in _members(release, which)]
    return not any(
        0 < max(len(one - other), len(other - one)) < fewest
        for one in now
        for other in was
    )


def _members(made: Release, which: tuple[str, str]) -> list[frozenset[Any]]:
    """The drawings, by id and version, of each part of a kind."""
    parts = [each for each in made.parts if (each.kind, each.asked) == which]
    return [_drawings(each) for each in parts if each.members]


def _drawings(part: Part) -> frozenset[Any]:
    return frozenset(tuple(each) for each in part.members)


def _facts(now: Any, was: Any, stuck: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """What is said of the parts, as it was of those that stay."""
    groups = dict(now.get("groups", {}))
    found = {**now, "groups": groups}
    for kind, question in stuck:
        if kind == GROUP:
            groups[question] = was.get("groups", {}).get(question, {})
        else:
            found |= {name: was.get(name) for name in _OF_DEFINITIONS}
    return found
