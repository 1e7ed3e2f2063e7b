"""How deprived the places are where people live, by the rank of their block."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet
from assetmap.people.deprivation import store as deprivation
from assetmap.people.deprivation.model import DeprivationSet, DomainScores
from assetmap.provision.found import Ranked
from assetmap.reconciliation.model import Floats, Ints

NO_SCORES = "No scores of deprivation are loaded: there is no gradient."


@dataclass(frozen=True)
class Ranks:
    """Scores, their blocks, and the order of places: 1 the most deprived, 0 unknown."""

    scores: DeprivationSet
    blocks: BoundarySet
    domain: DomainScores
    order: Ints

    @property
    def loads(self) -> list[DeprivationSet | BoundarySet]:
        """What was loaded of it."""
        return [self.scores, self.blocks]

    def ranked(self, held: Floats) -> Ranked:
        """How many of the people at the places have a rank."""
        known = self.order > 0
        slug, title = self.domain.slug, self.domain.title
        with_rank, without = float(held[known].sum()), float(held[~known].sum())
        return Ranked(self.scores, slug, title, with_rank, without)


def newest(session: Session, as_at: date | None) -> DeprivationSet | None:
    """The scores that held on a day, or the newest; None where none are loaded."""
    return next(iter(deprivation.list_deprivation(session, as_at)), None)


def ranks_at(session: Session, scores: DeprivationSet, cells: Ints) -> Ranks:
    """The ranks of places, given as ordinals of their blocks, by the first domain.

    Where a source gives no ranks, its deciles.
    """
    blocks, place = np.unique(cells, return_inverse=True)
    found = deprivation.scores_at(session, scores, blocks.tolist())
    domain = found.domains[0]
    ranks = domain.ranks if domain.ranks.any() else domain.deciles
    of_blocks = boundary_store.get_set_by_id(session, scores.boundary_set_id)
    return Ranks(scores, of_blocks, domain, ranks.astype(np.int32)[place])
