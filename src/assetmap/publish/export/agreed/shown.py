"""What of a consensus is shown: the one place that all levels and parts pass through.

Answers in JSON, files, pictures and pages are made of what comes out here, and of
nothing else that is known of the sketches.
"""

from dataclasses import replace

from sqlalchemy.orm import Session

from assetmap.disclosure import disclosure
from assetmap.errors import BadParameter
from assetmap.footprints.consensus.named import LEVELS
from assetmap.footprints.releasing import published, published_on
from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.reconciliation.agreed.found import Found
from assetmap.reconciliation.agreed.published import consensus_as_published
from assetmap.reconciliation.agreed.wanted import Wanted


def shown_consensus(session: Session, row: NeighbourhoodRow, wanted: Wanted) -> Found:
    """What may be shown of the consensus of a neighbourhood.

    Raises:
        TooFewSketches: there are fewer sketches than may be published from.
        NotPublishedThen: nothing was published by the day that is asked about.
        BadParameter: residents were not asked what they are to be grouped by, or are
            published by other groups.
    """
    if wanted.as_at is None:
        made = published(session, row, disclosure())
    else:
        made = published_on(session, row, disclosure(), wanted.as_at)
    return consensus_as_published(session, row, made, wanted)


def decided(row: NeighbourhoodRow, wanted: Wanted) -> Wanted:
    """What is asked, at the levels alone that the place's stewards let be shown.

    Raises:
        BadParameter: none of the levels asked for is among them.
    """
    if row.shown_levels is None:
        return wanted
    kept = [each for each in wanted.levels if each in row.shown_levels]
    if not kept and tuple(wanted.levels) == LEVELS:
        kept = row.shown_levels
    if not kept:
        levels = ", ".join(f"{each:g}" for each in row.shown_levels)
        told = ",".join(f"{each:g}" for each in wanted.levels)
        raise BadParameter("levels", told, f"is not shown of {row.slug!r}: {levels} is")
    return replace(wanted, levels=kept)
