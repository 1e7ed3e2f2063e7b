"""Queries of networks made from registrations, as reconciliation needs them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from assetmap.db.statements import binary_rows
from assetmap.footprints.pcns.from_registrations import FEWEST_PATIENTS
from assetmap.reconciliation.model import BoundaryFacts


class Cells(NamedTuple):
    """Small areas and the networks of their patients, one row for each pair.

    An empty network is none; ``share`` is that of the small area's patients.
    """

    block: NDArray[np.object_]
    network: NDArray[np.object_]
    patients: NDArray[np.int64]
    share: NDArray[np.float64]


def cells_of(session: Session, set_id: int, blocks: Sequence[str]) -> Cells:
    """Who the patients of some small areas are registered with, by code."""
    rows = binary_rows(
        session, "reconciliation", "network_cells", set_id=set_id, blocks=list(blocks)
    )
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    block, network = (np.array(each, dtype=object) for each in columns[:2])
    patients, share = columns[2:]
    return Cells(block, network, np.array(patients, int), np.array(share, float))


def facts_of_networks(
    session: Session, set_id: int, blocks: int, codes: Sequence[str], count_set: int
) -> tuple[BoundaryFacts, ...]:
    """What answers say of some networks, by code, each by its share of small areas.

    ``blocks`` is the set of those areas. One with few patients everywhere is missing.
    """
    rows = binary_rows(
        session,
        "reconciliation",
        "network_facts",
        set_id=set_id,
        blocks=blocks,
        codes=list(codes),
        count_set=count_set,
        fewest=FEWEST_PATIENTS,
    )
    return tuple(BoundaryFacts(*row) for row in rows)
