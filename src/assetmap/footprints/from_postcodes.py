"""Ground that residents name by its postcodes: the building blocks that hold them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundaries
from assetmap.boundaries.model import BoundarySet
from assetmap.errors import Conflict, Invalid
from assetmap.footprints import store
from assetmap.people import store as people
from assetmap.sources.days import today
from assetmap.sources.postcodes.form import find_postcode_form

KINDS = ("oa", "lsoa")
"""Building blocks that are small enough to be a few streets, the smallest first."""

MOST_POSTCODES = 2_000
_NAMED = 20


class BadPostcodes(Invalid):
    """Some of the postcodes cannot be used; none of them was."""

    title = "Bad postcodes"


class NoBuildingBlocks(Conflict):
    """No set of output areas or LSOAs is loaded, of which ground could be made."""

    title = "No building blocks"

    def __init__(self) -> None:
        super().__init__(
            "No output areas and no LSOAs are loaded, so postcodes cannot be made into "
            "ground: draw it instead."
        )


@dataclass(frozen=True)
class PostcodeGround:
    """The blocks that hold some postcodes, joined: a valid shape in EPSG:27700."""

    shape: Any
    boundary_set: str
    kind: str
    blocks: int
    postcodes: int

    @property
    def made_how(self) -> str:
        """How the ground was made, in words; it names no postcode."""
        what = {"oa": "output area", "lsoa": "LSOA"}[self.kind]
        return (
            f"{self.blocks:,} {what}{'s' if self.blocks != 1 else ''} of "
            f"{self.boundary_set!r} that hold {self.postcodes:,} "
            f"postcode{'s' if self.postcodes != 1 else ''}"
        )


def ground_of_postcodes(session: Session, sent: Iterable[str]) -> PostcodeGround:
    """The ground of postcodes: the union of the smallest loaded blocks that hold all.

    Raises:
        BadPostcodes: some are no postcodes, are not known, have ended, have no place
            or lie in no block; each is named, and nothing is made of the others.
        NoBuildingBlocks: no blocks are loaded.
    """
    names = _read(sent)
    places = people.places_of(session, names)
    unknown = [each for each in names if each not in places]
    ended = [each for each in names if each in places and places[each][5] is False]
    _refuse(unknown=unknown, ended=ended)
    easts = [places[each][0] for each in names]
    norths = [places[each][1] for each in names]
    nearest: list[str] | None = None
    for blocks in _block_sets(session):
        found = store.blocks_at(session, blocks.id, names, easts, norths)
        held = {name for each in found for name in each.names}
        off = [each for each in names if each not in held]
        if not off:
            return _joined(blocks, found, len(names))
        nearest = off if nearest is None or len(off) < len(nearest) else nearest
    if nearest is None:
        raise NoBuildingBlocks()
    _refuse(outside=nearest)
    raise AssertionError  # _refuse raises wherever something is named.


def _joined(
    blocks: BoundarySet, found: Sequence[store.BlockAt], postcodes: int
) -> PostcodeGround:
    shape = shapely.union_all([each.shape for each in found])
    return PostcodeGround(shape, blocks.name, blocks.kind, len(found), postcodes)


def _block_sets(session: Session) -> list[BoundarySet]:
    """Sets of blocks that hold today: the smallest kind first, of one the newest."""
    serving = boundaries.list_sets(session, today())
    known = [each for each in serving if each.kind in KINDS]
    newest = sorted(known, key=lambda each: each.valid_from, reverse=True)
    return sorted(newest, key=lambda each: KINDS.index(each.kind))


def _read(sent: Iterable[str]) -> list[str]:
    """Postcodes as they are written on letters, each once.

    Raises:
        BadPostcodes: there are none or too many, or some have not the form of one.
    """
    given = [each for each in sent if each.strip()]
    if not given:
        raise BadPostcodes("No postcode is named.")
    if len(given) > MOST_POSTCODES:
        raise BadPostcodes(
            f"{len(given):,} postcodes are named; {MOST_POSTCODES:,} are the most.",
            most_postcodes=MOST_POSTCODES,
        )
    forms = {each: find_postcode_form(each) for each in given}
    _refuse(malformed=[each[:20] for each, form in forms.items() if form is None])
    return list(dict.fromkeys(form for form in forms.values() if form is not None))


_SAID = {
    "malformed": "have not the form of a postcode",
    "unknown": "are not known, or have no place",
    "ended": "have ended",
    "outside": "lie in no output area or LSOA that is loaded",
}


def _refuse(**named: list[str]) -> None:
    """Name the postcodes that cannot be used, if there are any.

    Raises:
        BadPostcodes: there are.
    """
    found = {why: names for why, names in named.items() if names}
    if not found:
        return
    said = []
    for why, names in found.items():
        more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        said.append(f"{', '.join(names[:_NAMED])}{more} {_SAID[why]}")
    raise BadPostcodes("; ".join(said) + ". Nothing was made of the others.", **found)
