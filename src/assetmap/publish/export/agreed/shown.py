"""What of a consensus is shown: the one place that all levels and parts pass through.

Answers in JSON, files, pictures and pages are made of what comes out here, and of
nothing else that is known of the sketches.
"""

from sqlalchemy.orm import Session

from assetmap.disclosure import disclosure
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
