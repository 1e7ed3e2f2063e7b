"""Postcodes, the points that people are counted at, and counts by building block."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from assetmap.errors import Invalid, NotFound
from assetmap.people.hilbert import hilbert_order

POSTCODES = "postcodes"
PEOPLE = "people"

CHUNK_POINTS = 128
"""Population points in one stored row: read together, since they lie together."""


class PostcodeNotFound(NotFound):
    """No postcode that is loaded has this name."""

    title = "Postcode not found"

    def __init__(self, postcode: str, did_you_mean: Sequence[str] = ()) -> None:
        said = f" Did you mean {' or '.join(did_you_mean)}?" if did_you_mean else ""
        more = {"did_you_mean": list(did_you_mean)} if did_you_mean else {}
        super().__init__(
            f"Postcode {postcode!r} is not known.{said}", postcode=postcode, **more
        )


class UnknownBlocks(Invalid):
    """Counts name building blocks that the boundary set does not have."""

    title = "Unknown building blocks"

    def __init__(
        self, boundary_set: str, counted: Collection[str], known: Collection[str]
    ) -> None:
        unknown = sorted(set(counted) - set(known))
        without = sorted(set(known) - set(counted))
        said = [
            f"{len(unknown)} of {len(counted)} codes are not in {boundary_set!r}: "
            f"{_listed(unknown)}."
        ]
        if countries := _others(unknown, known):
            only = " or ".join(f"--only {each}" for each in countries)
            said.append("Are the counts of another vintage, or of more than the set")
            said.append(f"holds? Then load them with {only}.")
        else:
            if without:
                said.append(f"{len(without)} blocks of the set have no count:")
                said.append(f"{_listed(without)}.")
            said.append("Are the counts of another vintage? Load the boundaries of")
            said.append("theirs, or bring them over by a look-up of old and new codes.")
        super().__init__(
            " ".join(said),
            boundary_set=boundary_set,
            codes=unknown[:100],
            without=without[:100],
        )


def _listed(codes: Sequence[str]) -> str:
    return f"{', '.join(codes[:10])}{' …' if len(codes) > 10 else ''}"


def _others(codes: Collection[str], known: Collection[str]) -> list[str]:
    """First letters of the codes known, where no code has one: another country's."""
    there = {each[:1] for each in known}
    return [] if there & {each[:1] for each in codes} else sorted(there)


class NoPostcodes(Invalid):
    """There are no postcodes to spread people over."""

    title = "No postcodes"


class NoCounts(Invalid):
    """No row of a file of counts could be used."""

    title = "No counts"


@dataclass(frozen=True)
class Release:
    """Where postcodes or counts came from."""

    title: str
    publisher: str
    licence: str
    attribution: str
    source: str
    sha256: str
    vintage: date


@dataclass(frozen=True)
class CountSet:
    """Counts as they are stored; postcodes have no boundary set.

    ``spread_over`` says which postcodes share a building block's people.
    """

    id: int
    name: str
    measure: str
    boundary_set_id: int | None
    title: str
    vintage: date
    attribution: str
    total: float
    version: int
    sha256: str = ""
    spread_over: str | None = None


@dataclass(frozen=True)
class Postcodes:
    """Postcodes column by column; nan where the source gives no place.

    ``councils`` and ``ended`` (``2003-05``) may be empty text; ``is_live`` and
    ``is_large`` are 1, 0, or -1 where unknown; ``quality`` is 0 and
    ``weights`` nan where unknown.
    """

    names: NDArray[np.bytes_]
    east: NDArray[np.float64]
    north: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    councils: NDArray[np.bytes_]
    is_live: NDArray[np.int8]
    ended: NDArray[np.bytes_]
    is_large: NDArray[np.int8]
    quality: NDArray[np.int8]
    weights: NDArray[np.float64]

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> "Postcodes":
        """The postcodes in the given places."""
        return Postcodes(
            *(getattr(self, each)[rows] for each in Postcodes.__dataclass_fields__)
        )


@dataclass(frozen=True)
class Points:
    """Population points, neighbours near each other.

    ``votes`` is 1 where somebody may live, 0 where every postcode is terminated or
    a large user's.
    ``countries`` holds the first letter of the council's code, or ``?``; ``shares``
    the weights of the voting postcodes at each, where any is known.
    """

    xs: NDArray[np.float64]
    ys: NDArray[np.float64]
    votes: NDArray[np.uint8]
    countries: NDArray[np.bytes_]
    shares: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class Places:
    """Where postcodes lie, one row for each that has a place.

    ``votes`` is whether somebody may live there as far as the source tells: it is
    neither terminated nor a large user's.
    """

    east: NDArray[np.float64]
    north: NDArray[np.float64]
    councils: NDArray[np.bytes_]
    votes: NDArray[np.bool_]
    weights: NDArray[np.float64]


def places_of(postcodes: Postcodes) -> Places:
    """The places of the postcodes that have one."""
    placed = np.isfinite(postcodes.east) & np.isfinite(postcodes.lon)
    return Places(
        postcodes.east[placed],
        postcodes.north[placed],
        postcodes.councils[placed],
        ((postcodes.is_live != 0) & (postcodes.is_large != 1))[placed],
        postcodes.weights[placed],
    )


def points_of(places: Places) -> Points:
    """The distinct places of postcodes: those that share one share one vote."""
    order = np.lexsort((~places.votes, places.north, places.east))
    east, north, votes = places.east[order], places.north[order], places.votes[order]
    first = np.r_[True, (np.diff(east) != 0) | (np.diff(north) != 0)]
    first = first[: len(east)]
    countries = places.councils[order[first]].astype("S1")
    countries[countries == b""] = b"?"
    near = hilbert_order(east[first], north[first])
    return Points(
        east[first][near],
        north[first][near],
        votes[first][near].astype(np.uint8),
        countries[near],
        _shares(places, order, first, near),
    )


def _shares(
    places: Places,
    order: NDArray[np.intp],
    first: NDArray[np.bool_],
    near: NDArray[np.intp],
) -> NDArray[np.float64] | None:
    """What the voting postcodes of each point weigh together; None if none does."""
    known = np.isfinite(places.weights)
    if not known.any():
        return None
    weights = np.where(known & places.votes, places.weights, 0.0)[order]
    summed = np.add.reduceat(weights, np.flatnonzero(first))
    result: NDArray[np.float64] = summed[near]
    return result
