"""What of a consensus is shown: the one place that all levels and parts pass through.

Answers in JSON, files, pictures and pages are made of what comes out here, and of
nothing else that is known of the sketches.
"""

from sqlalchemy.orm import Session

from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.reconciliation.agreed.found import Found, consensus_of
from assetmap.reconciliation.agreed.wanted import Wanted


def shown(found: Found) -> Found:
    """What may be shown of what was found."""
    return found


def shown_consensus(session: Session, row: NeighbourhoodRow, wanted: Wanted) -> Found:
    """What may be shown of the consensus of a neighbourhood.

    Raises:
        TooFewSketches: there are fewer sketches than may be published from.
        BadParameter: residents were not asked what they are to be grouped by.
    """
    return shown(consensus_of(session, row, wanted))
