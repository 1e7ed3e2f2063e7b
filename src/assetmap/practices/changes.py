"""What changed between two days: practices and the networks they are in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from assetmap.practices.model import Listed, Membership

Kind = Literal["opened", "closed", "joined", "left", "moved", "renamed", "unallocated"]
KINDS: tuple[Kind, ...] = (
    "opened",
    "closed",
    "joined",
    "left",
    "moved",
    "renamed",
    "unallocated",
)


@dataclass(frozen=True)
class Standing:
    """How practices stand on a day: those listed, and the memberships that hold.

    ``list_day`` is the day of the list that was used.
    """

    day: date
    list_day: date
    listed: Mapping[str, Listed]
    members: Mapping[str, Membership]

    def pcn_of(self, practice: str) -> str | None:
        """The network of a practice, or None."""
        found = self.members.get(practice)
        return None if found is None else found.pcn_code


@dataclass(frozen=True)
class Change:
    """One thing that changed for a practice.

    It changed after ``after`` and by ``by``. ``after`` is None where nothing says
    more than that it changed between the two days asked about.
    """

    kind: Kind
    practice: str
    name: str
    pcn_before: str | None
    pcn_after: str | None
    after: date | None = None
    by: date | None = None
    name_before: str | None = None


def changes(old: Standing, new: Standing) -> list[Change]:
    """What changed from one day to a later one, by kind and practice.

    ``opened`` and ``closed``: listed on one day only. ``joined``: in a network only
    later. ``left``: closed, and was in one; ``unallocated``: was in one, is listed and
    is in none. ``moved``: in another. A practice may have several changes.
    """
    found: list[Change] = []
    for practice in sorted({*old.listed, *new.listed, *old.members, *new.members}):
        found += _of_practice(practice, old, new)
    return sorted(found, key=lambda each: (KINDS.index(each.kind), each.practice))


def _of_practice(practice: str, old: Standing, new: Standing) -> list[Change]:
    was, now = old.listed.get(practice), new.listed.get(practice)
    before, after = old.pcn_of(practice), new.pcn_of(practice)
    name = now.name if now else was.name if was else practice
    dates = _when(practice, old, new)
    kinds: list[Kind] = []
    if was is None and now is not None:
        kinds.append("opened")
    if was is not None and now is None:
        kinds.append("closed")
    if before is None and after is not None:
        kinds.append("joined")
    if before is not None and after is None:
        kinds.append("unallocated" if now is not None else "left")
    if before is not None and after is not None and before != after:
        kinds.append("moved")
    found = [Change(each, practice, name, before, after, *dates) for each in kinds]
    if was is not None and now is not None and was.name != now.name:
        told = Change("renamed", practice, name, before, after, name_before=was.name)
        found.append(told)
    return found


def _when(
    practice: str, old: Standing, new: Standing
) -> tuple[date | None, date | None]:
    """After which day and by which a practice's network changed, if that is known."""
    began, ended = new.members.get(practice), old.members.get(practice)
    if began is not None and began.valid_from > old.day:
        if began.began_how == "dated":
            return None, began.valid_from
        return began.began_after, began.valid_from
    if ended is not None and ended.valid_to is not None and ended.valid_to <= new.day:
        return ended.ended_after, ended.valid_to
    return None, None
