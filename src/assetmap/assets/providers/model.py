"""Who runs an asset, as its source tells."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Provider:
    """A body that runs assets, as a source describes it; never a person.

    ``identifiers`` are pairs of a register (GB-CHC, GB-COH, GB-NHS) and a number in it.
    ``parent_ref`` is the source's reference of the body that it belongs to.
    """

    source: str
    source_ref: str
    name: str
    description: str | None = None
    url: str | None = None
    identifiers: tuple[tuple[str, str], ...] = ()
    parent_ref: str | None = None
    licence: str = ""
    attribution: str = ""


def circular(parents: Mapping[str, str]) -> list[str]:
    """Those that are above themselves, in order; each has the parent it is given."""
    state: dict[str, bool] = {}
    found: set[str] = set()
    for start in parents:
        path: dict[str, int] = {}
        at: str | None = start
        while at is not None and at not in state and at not in path:
            path[at] = len(path)
            at = parents.get(at)
        if at is not None and at in path:
            found |= {each for each, place in path.items() if place >= path[at]}
        state.update(dict.fromkeys(path, True))
    return sorted(found)
