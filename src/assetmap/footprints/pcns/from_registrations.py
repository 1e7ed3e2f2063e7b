"""Primary care networks from where their patients live: ``registrations``.

The published catchment of a network is the building blocks in which it has more
patients than any other (Methods 6). The shares themselves are kept beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assetmap.footprints.pcns.model import Catchment, Cell
from assetmap.footprints.pcns.registered import (
    NO_PCN,
    Catchments,
    Places,
    Registered,
    registered_of,
)

FEWEST_PATIENTS = 5
"""Cells of fewer patients are never published, nor anything that tells of one."""

MOST_OVERLAPS = 10
"""Networks told beside each, those that share most patients' ground first."""


@dataclass(frozen=True)
class Network:
    """What is known of a network beside its patients in blocks."""

    name: str
    practices: int
    unplaced: int


@dataclass(frozen=True)
class Made:
    """Networks by registrations: the owner of each block, networks, and cells."""

    owners: dict[str, str]
    catchments: list[Catchment]
    cells: list[Cell]
    without_pcn: int


def by_registrations(
    blocks: NDArray[np.object_],
    pcns: NDArray[np.object_],
    patients: NDArray[np.int64],
    networks: Mapping[str, Network],
    fewest: int = FEWEST_PATIENTS,
) -> Made:
    """Networks by registrations, from rows of block, network and patients.

    A block is in the catchment of a network only if that has ``fewest`` patients
    there: a catchment must not tell where one or two people live.
    ``networks`` holds every network that has a row, and those that have only patients
    of no known place.
    """
    found = registered_of(blocks, pcns, patients.astype(float))
    placed = dict(zip(found.pcns.tolist(), found.lists.tolist(), strict=True))
    sizes = {
        code: placed.get(code, 0.0) + network.unplaced
        for code, network in networks.items()
    }
    owner = found.plurality(sizes, fewest)
    owners = {
        str(found.blocks[block]): str(found.pcns[pcn])
        for block, pcn in enumerate(owner.tolist())
        if pcn >= 0
    }
    return Made(
        owners,
        _catchments(found, owner, networks),
        _cells(found),
        round(float(found.without.sum())),
    )


def _catchments(
    found: Registered, owner: Places, networks: Mapping[str, Network]
) -> list[Catchment]:
    shaped = found.catchments(owner)
    overlaps = _overlaps(found)
    place = {code: at for at, code in enumerate(found.pcns.tolist())}
    return [
        _catchment(code, network, shaped, place.get(code), overlaps.get(code, []))
        for code, network in sorted(networks.items())
    ]


def _catchment(
    code: str,
    network: Network,
    shaped: Catchments,
    at: int | None,
    overlaps: list[dict[str, object]],
) -> Catchment:
    """What is told of a network; ``at`` is None where no patient has a place."""
    return Catchment(
        code=code,
        name=network.name,
        practices=network.practices,
        list_size=network.unplaced + (0 if at is None else round(shaped.lists[at])),
        unplaced=network.unplaced,
        blocks=0 if at is None else int(shaped.blocks[at]),
        registered=0 if at is None else round(shaped.registered[at]),
        resident_fidelity=_known(shaped.resident_fidelity, at),
        list_fidelity=_known(shaped.list_fidelity, at),
        effective_number=_known(shaped.effective_number, at),
        overlaps=overlaps,
    )


def _known(values: NDArray[np.float64], at: int | None) -> float | None:
    return None if at is None or np.isnan(values[at]) else float(values[at])


def _overlaps(found: Registered) -> dict[str, list[dict[str, object]]]:
    """The networks that overlap each network most."""
    pairs = found.ruzicka()
    both: dict[str, list[tuple[float, str]]] = {}
    for a, b, overlap in zip(pairs["a"], pairs["b"], pairs["overlap"], strict=True):
        both.setdefault(a, []).append((-overlap, b))
        both.setdefault(b, []).append((-overlap, a))
    return {
        code: [
            {"code": other, "overlap": -less}
            for less, other in sorted(others)[:MOST_OVERLAPS]
        ]
        for code, others in both.items()
    }


def _cells(found: Registered) -> list[Cell]:
    cells = [
        Cell(str(found.blocks[block]), str(found.pcns[pcn]), round(count), share)
        for block, pcn, count, share in zip(
            found.block.tolist(),
            found.pcn.tolist(),
            found.patients.tolist(),
            found.resident_share.tolist(),
            strict=True,
        )
    ]
    cells += [
        Cell(
            str(found.blocks[block]),
            NO_PCN,
            round(found.without[block]),
            float(found.without[block] / found.registered[block]),
        )
        for block in np.flatnonzero(found.without).tolist()
    ]
    return cells
