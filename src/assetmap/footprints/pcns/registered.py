"""Who is registered where: shares, catchments and fidelities (Methods 6).

``N_lp`` is how many patients of network p live in building block l. Nothing here
depends on the order of rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Texts = NDArray[np.object_]

NO_PCN = ""
"""Stands for the patients of practices that are in no network."""

_BATCH = 500_000


@dataclass(frozen=True)
class Registered:
    """Patients by building block and network, one cell for each pair that has some.

    ``block`` and ``pcn`` are places in ``blocks`` and ``pcns``, both in order of code;
    ``without`` is, by block, the patients of practices in no network.
    """

    blocks: Texts
    pcns: Texts
    block: Places
    pcn: Places
    patients: Floats
    without: Floats

    @cached_property
    def registered(self) -> Floats:
        """All patients who live in each block, whatever their practice."""
        return self.in_pcns + self.without

    @cached_property
    def in_pcns(self) -> Floats:
        """Patients of any network who live in each block."""
        return _sums(self.block, self.patients, len(self.blocks))

    @cached_property
    def lists(self) -> Floats:
        """Patients of each network whose block is known."""
        return _sums(self.pcn, self.patients, len(self.pcns))

    @cached_property
    def resident_share(self) -> Floats:
        """Of each cell, the share of the block's patients who are the network's."""
        result: Floats = self.patients / self.registered[self.block]
        return result

    @cached_property
    def list_share(self) -> Floats:
        """Of each cell, the share of the network's patients who live in the block."""
        result: Floats = self.patients / self.lists[self.pcn]
        return result

    @cached_property
    def effective_number(self) -> Floats:
        """How many networks of equal size each block's patients amount to; 0 if none.

        The inverse of the chance that two of them, both in a network, share it.
        """
        squares = _sums(self.block, self.patients**2, len(self.blocks))
        some = squares > 0
        result = np.zeros(len(self.blocks))
        result[some] = self.in_pcns[some] ** 2 / squares[some]
        return result

    def plurality(self, list_sizes: Mapping[str, float], fewest: float = 1) -> Places:
        """The network of most patients of each block; -1 where none has ``fewest``.

        Of equal ones the larger list, then the first code.
        """
        sizes = np.array([list_sizes.get(each, 0.0) for each in self.pcns])
        order = np.lexsort((self.pcn, -sizes[self.pcn], -self.patients, self.block))
        block, pcn = self.block[order], self.pcn[order]
        first = np.r_[True, np.diff(block) != 0][: len(block)]
        owner = np.full(len(self.blocks), -1, dtype=np.intp)
        owner[block[first]] = pcn[first]
        owner[block[first][self.patients[order][first] < fewest]] = -1
        return owner

    def catchments(self, owner: Places) -> "Catchments":
        """What each network has in the blocks that are its own."""
        own = owner[self.block] == self.pcn
        count = len(self.pcns)
        has = owner >= 0
        owned = has[self.block]
        pairs = owner[self.block[owned]] * count + self.pcn[owned]
        held = _sums(pairs, self.patients[owned], count * count)
        return Catchments(
            blocks=np.bincount(owner[has], minlength=count).astype(np.intp),
            registered=_sums(owner[has], self.registered[has], count),
            own=_sums(self.pcn[own], self.patients[own], count),
            lists=self.lists,
            effective_number=_effective(held.reshape(count, count)),
        )

    def ruzicka(self) -> pd.DataFrame:
        """Overlap of every two networks that share a block: ``a``, ``b``, ``overlap``.

        Σmin ÷ Σmax of their patients over all blocks. Each pair stands once.
        """
        cells = pd.DataFrame(
            {"block": self.block, "pcn": self.pcn, "patients": self.patients}
        ).sort_values("block", kind="stable")
        sizes = np.bincount(self.block, minlength=len(self.blocks)) ** 2
        batch = (np.cumsum(sizes) // _BATCH)[cells["block"]]
        parts = [_shared(group) for _, group in cells.groupby(batch)]
        if not parts:
            return pd.DataFrame({"a": [], "b": [], "overlap": []})
        lesser = pd.concat(parts).groupby(["a", "b"]).sum().reset_index()
        a, b = lesser["a"].to_numpy(), lesser["b"].to_numpy()
        least = lesser["lesser"].to_numpy()
        return pd.DataFrame(
            {
                "a": self.pcns[a],
                "b": self.pcns[b],
                "overlap": least / (self.lists[a] + self.lists[b] - least),
            }
        )


@dataclass(frozen=True)
class Catchments:
    """By network: its own blocks, who lives there, and how many of them are its own.

    ``effective_number`` is that of the networks of those who live there.
    """

    blocks: Places
    registered: Floats
    own: Floats
    lists: Floats
    effective_number: Floats

    @property
    def resident_fidelity(self) -> Floats:
        """Of those who live in a catchment, the share registered with its network."""
        return _over(self.own, self.registered)

    @property
    def list_fidelity(self) -> Floats:
        """Of a network's patients, the share who live in its own catchment."""
        return _over(self.own, self.lists)


def registered_of(blocks: Texts, pcns: Texts, patients: Floats) -> Registered:
    """Patients by block and network, from any number of rows for each pair.

    ``pcns`` is ``NO_PCN`` for the patients of practices in no network.
    """
    known_blocks, block = np.unique(blocks.astype(str), return_inverse=True)
    is_in = pcns != NO_PCN
    known_pcns, pcn = np.unique(pcns[is_in].astype(str), return_inverse=True)
    counts = patients.astype(float)
    pairs, row = np.unique(
        block[is_in] * max(len(known_pcns), 1) + pcn, return_inverse=True
    )
    return Registered(
        known_blocks.astype(object),
        known_pcns.astype(object),
        pairs // max(len(known_pcns), 1),
        pairs % max(len(known_pcns), 1),
        _sums(row, counts[is_in], len(pairs)),
        _sums(block[~is_in], counts[~is_in], len(known_blocks)),
    )


def _sums(places: Places, values: Floats, length: int) -> Floats:
    result: Any = np.bincount(places, weights=values, minlength=length)
    return np.asarray(result, dtype=float)


def _over(part: Floats, whole: Floats) -> Floats:
    """Part over whole; nan where there is no whole."""
    result = np.full(len(whole), np.nan)
    np.divide(part, whole, out=result, where=whole > 0)
    return result


def _effective(patients: Floats) -> Floats:
    """The effective number of each row's shares; nan where a row is empty."""
    whole = patients.sum(axis=1)
    return _over(whole**2, (patients**2).sum(axis=1))


def _shared(cells: pd.DataFrame) -> pd.DataFrame:
    """What every two networks share in some blocks: the lesser of their patients."""
    pairs = cells.merge(cells, on="block", suffixes=("_a", "_b"))
    pairs = pairs[pairs["pcn_a"] < pairs["pcn_b"]]
    lesser = np.minimum(pairs["patients_a"], pairs["patients_b"])
    found = pd.DataFrame({"a": pairs["pcn_a"], "b": pairs["pcn_b"], "lesser": lesser})
    result: pd.DataFrame = found.groupby(["a", "b"]).sum().reset_index()
    return result
