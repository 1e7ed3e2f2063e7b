"""What is to be said of networks by registrations: with an edge, or by every share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from assetmap.footprints.pcns.from_registrations import FEWEST_PATIENTS
from assetmap.footprints.pcns.model import REGISTRATIONS


@dataclass(frozen=True)
class Patients:
    """What becomes of all the patients of networks: these three are the ``total``.

    Those ``placed`` make the footprint. ``withheld`` live in small areas with few of
    their network, ``without_place`` in none that is known.
    """

    placed: int
    withheld: int
    without_place: int
    total: int
    withheld_areas: int


class Made(Protocol):
    """A boundary set, as far as its name and how it was made."""

    @property
    def name(self) -> str:
        """Its short name."""

    @property
    def made_how(self) -> str:
        """How its boundaries came about."""


def made_how(chosen: Made) -> str:
    """How the edge of a set's boundaries was come by."""
    if chosen.made_how != REGISTRATIONS:
        return chosen.made_how
    return f"{REGISTRATIONS}, largest share"


def crisp_networks(chosen: Sequence[Made]) -> tuple[str, ...]:
    """What is to be said where networks have been given an edge."""
    return tuple(
        f"A boundary of {row.name} is the small areas in which a network has the "
        "largest share of the patients: not all of them are its, and others are not "
        "in it. By every patient: the footprint {pcn: CODE}, and the shares of networks"
        " in a place (pcn-shares)."
        for row in chosen
        if row.made_how == REGISTRATIONS
    )


def networks_told(
    chosen: Sequence[Made], made: Mapping[str, object]
) -> tuple[str, ...]:
    """What is to be said of sets of networks: of those in ``made`` every share counts.

    ``made`` has, by name, the sets whose shares are kept.
    """
    graded = [
        f"PCNs of {row.name} have no edge: each counts in a small area by its share of "
        "the patients registered there. Patients of practices in no PCN, and places "
        "where nobody is registered, are outside; a PCN with fewer than "
        f"{FEWEST_PATIENTS} patients in a small area is withheld there."
        for row in chosen
        if row.name in made
    ]
    rest = [row for row in chosen if row.name not in made]
    return (*graded, *crisp_networks(rest))
