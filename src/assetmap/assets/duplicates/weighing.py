"""What speaks for and against two assets being one, each in bits, and their sum.

One bit more doubles the odds. The bits are set by hand, from what each thing tells by
itself, and held against pairs that somebody has judged (docs/methods.md).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log2
from typing import Any

import numpy as np
import shapely
from rapidfuzz import fuzz

from assetmap.assets.duplicates.kinds import Fit, Kinds
from assetmap.assets.duplicates.likeness import Likeness, Rarity, likeness
from assetmap.assets.duplicates.model import Described, Evidence
from assetmap.assets.duplicates.words import (
    SHARED_HOSTS,
    numbers_of,
    page_of,
    phone_of,
    plain,
    words_of,
)

PRIOR = -6.0
"""What is thought before anything is looked at: one in 64 of the pairs is one thing."""

NAME_MOST, NAME_LEAST = 9.0, -10.0
EVEN = 0.6
"""Likeness of names that speaks neither for nor against."""
ENOUGH = 0.8
"""Weight of shared words from which alike names speak in full."""
APART_BITS = -7.0
FEW_NAMESAKES = 3
"""Twice as many assets of one name say half as much: a chain has branches."""

DISTANCES_M = (0, 30, 150, 500, 1000, 5000)
DISTANCE_BITS = (3.0, 3.0, 2.0, 0.0, -2.0, -6.0)
"""Metres and bits; between them along a line, after the last as there."""
FITS = {Fit.SAME: 1.0, Fit.RELATED: 0.0, Fit.UNLIKE: -3.0, Fit.APART: -8.0}
ONE_LIST = -1.5
"""Two entries of one list are seldom one thing."""
ALIKE_ADDRESS = 85


@dataclass(frozen=True, slots=True)
class Seen:
    """An asset with its names as words, and what it may share with others, by kind."""

    asset: Described
    names: tuple[tuple[str, ...], ...]
    shares: frozenset[tuple[str, str]]


def seen(asset: Described) -> Seen:
    """An asset as it is compared."""
    names = (asset.name, *asset.other_names)
    told = tuple(dict.fromkeys(map(words_of, names)))
    return Seen(asset, told, frozenset(_shares(asset)))


class Weighing:
    """Weighs pairs of the assets of one directory."""

    def __init__(self, assets: Sequence[Seen], rarity: Rarity, kinds: Kinds) -> None:
        """Only what is published says how many share something."""
        self._rarity, self._kinds = rarity, kinds
        self._counts: Counter[tuple[str, str]] = Counter()
        for each in assets:
            if each.asset.is_published:
                self._counts.update(each.shares)

    def evidence(self, first: Seen, second: Seen) -> list[Evidence]:
        """All that speaks for or against two assets being one."""
        parts = (
            self._name(first, second),
            self._place(first.asset, second.asset),
            self._kind(first.asset, second.asset),
            _lists(first.asset, second.asset),
            *self._shared(first, second),
            _addresses(first.asset, second.asset),
            _differing(first.asset, second.asset),
        )
        return [each for each in parts if each is not None]

    def _name(self, first: Seen, second: Seen) -> Evidence:
        found = max(
            (
                likeness(one, other, self._rarity)
                for one in first.names
                for other in second.names
            ),
            key=_name_bits,
        )
        facts: dict[str, Any] = {
            "alike": round(found.alike, 3),
            "shared": list(found.shared),
            "only_first": list(found.only_first),
            "only_second": list(found.only_second),
        }
        if found.apart:
            facts["apart"] = found.apart
        bits = _name_bits(found)
        namesakes = self._rarity.namesakes(found.shared)
        if bits > 0 and namesakes > FEW_NAMESAKES:
            facts["namesakes"] = namesakes
            bits = max(0.0, bits - log2(namesakes / FEW_NAMESAKES))
        return _said("name", bits, **facts)

    def _place(self, first: Described, second: Described) -> Evidence | None:
        if first.geom is None or second.geom is None:
            if not (first.postcode and second.postcode):
                return None
            is_same = first.postcode == second.postcode
            return _said("postcode", 2.5 if is_same else -2.0, same=is_same)
        metres = float(shapely.distance(first.geom, second.geom))
        bits = float(np.interp(metres, DISTANCES_M, DISTANCE_BITS))
        return _said("distance", bits, distance_m=round(metres, 1))

    def _kind(self, first: Described, second: Described) -> Evidence:
        fit = self._kinds.fit(first.category, second.category)
        both = [first.category, second.category]
        return _said("category", FITS[fit], fit=fit.value, categories=both)

    def _shared(self, first: Seen, second: Seen) -> Iterator[Evidence]:
        """What both have, worth less the more others have it."""
        both = first.shares & second.shares
        kinds = {kind for kind, _ in both}
        for kind, value in sorted(both):
            if kind == "host" and ("page" in kinds or value in SHARED_HOSTS):
                continue
            most, least = _WORTH[kind]
            others = max(0, self._counts[kind, value] - 2)
            bits = max(least, most - 1.5 * log2(1 + others))
            if bits > 0:
                yield _said(kind, bits, others=others)


_WORTH = {
    "phone": (6.0, 0.5),
    "email": (4.0, 0.5),
    "page": (5.0, 0.5),
    "host": (2.0, 0.0),
    "uprn": (4.0, 1.0),
    "register": (5.0, 0.5),
    "reference": (4.0, 0.0),
    "provider": (1.5, 0.0),
    "keeper": (1.0, 0.0),
}
"""Bits of what both have where nobody else has it, and where everybody has."""


def _shares(asset: Described) -> Iterator[tuple[str, str]]:
    """What an asset may share with another, by what it is."""
    page = page_of(asset.url)
    told = {
        "phone": phone_of(asset.phone),
        "email": asset.email and asset.email.casefold(),
        "host": page and page[0],
        "page": page and page[1],
        "uprn": asset.uprn,
        "reference": asset.source_ref if is_code(asset.source_ref) else None,
        "provider": asset.provider and " ".join(words_of(asset.provider)),
        "keeper": asset.keeper,
    }
    yield from ((kind, value) for kind, value in told.items() if value)
    yield from (("register", number) for number in asset.register)


def is_code(ref: str | None) -> bool:
    """Whether a source's reference may be that of a register that others use too.

    Letters and digits, as codes of the NHS have them: bare counting does not tell.
    """
    return (
        ref is not None
        and len(ref) <= 20
        and ref.isalnum()
        and not ref.isalpha()
        and not ref.isdigit()
    )


def _name_bits(found: Likeness) -> float:
    if found.apart:
        return APART_BITS
    if found.alike < EVEN:
        return NAME_LEAST * (EVEN - found.alike) / EVEN
    told = min(1.0, found.shared_weight / ENOUGH)
    return NAME_MOST * told * (found.alike - EVEN) / (1 - EVEN)


def _lists(first: Described, second: Described) -> Evidence | None:
    if first.source != second.source:
        return None
    return _said("list", ONE_LIST, same=True)


def _addresses(first: Described, second: Described) -> Evidence | None:
    if not first.address or not second.address:
        return None
    alike = fuzz.token_set_ratio(plain(first.address), plain(second.address))
    facts: dict[str, Any] = {"alike": round(alike / 100, 3)}
    ours, theirs = numbers_of(first.address), numbers_of(second.address)
    if ours and theirs and not ours & theirs:
        return _said("address", -1.5, **facts, numbers="differ")
    if alike < ALIKE_ADDRESS:
        return None
    return _said("address", 2.0 if ours and theirs else 1.0, **facts)


def _differing(first: Described, second: Described) -> Evidence | None:
    """Numbers in one register that differ: two bodies, so most often two things."""
    ours, theirs = _registers(first), _registers(second)
    for register in ours.keys() & theirs.keys():
        if not ours[register] & theirs[register]:
            return _said("register", -3.0, differ=register)
    if first.uprn and second.uprn and first.uprn != second.uprn:
        return _said("uprn", -1.0, differ=True)
    return None


def _registers(asset: Described) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for each in asset.register:
        found.setdefault(each.rpartition("-")[0], set()).add(each)
    return found


def _said(kind: str, bits: float, **facts: Any) -> Evidence:
    return Evidence(kind, round(bits, 2), facts)


def score_of(evidence: Sequence[Evidence]) -> float:
    """How likely two assets are one, 0 to 1, by all that speaks for it and against."""
    bits = PRIOR + sum(each.bits for each in evidence)
    return float(round(1 / (1 + 2.0 ** -max(-60.0, min(60.0, bits))), 4))
