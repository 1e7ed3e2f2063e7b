"""A consensus, or those of many names, as members of JSON."""

from collections.abc import Sequence
from typing import Any

from assetmap import __version__
from assetmap.footprints.consensus.named import NamedConsensus, Part
from assetmap.footprints.consensus.statistics import (
    CORE,
    MAJORITY,
    PERIPHERY,
    Statistics,
)
from assetmap.publish.export.agreed.answer import Answer
from assetmap.sources.spatial.reference_systems import named

Json = dict[str, Any]


_CUT = {"core": {CORE}, "majority": {MAJORITY}, "periphery": {PERIPHERY, MAJORITY}}
"""The levels that numbers need to be shown at."""
_ANYHOW = {"sketches", "votes", "measure", "computed_by", "curve"}


def statistics_json(found: Statistics, shown: Sequence[float] | None = None) -> Json:
    """How far sketches agree, in the words of the public contract.

    Where ``shown`` levels are the only ones, what they do not tell is null.
    """
    body = _statistics(found)
    if shown is None:
        return body
    return {
        name: each if name in _ANYHOW or _is_told(name, shown) else None
        for name, each in body.items()
    }


def _is_told(name: str, shown: Sequence[float]) -> bool:
    """Whether shown levels tell a number."""
    return name in _CUT and _CUT[name] <= set(shown)


def _statistics(found: Statistics) -> Json:
    return {
        "sketches": found.sketches,
        "votes": found.votes,
        "measure": found.measure,
        "computed_by": found.computed_by,
        "mean": found.mean,
        "union": found.union,
        "core": found.core,
        "majority": found.majority,
        "periphery": found.periphery,
        "vorobev_threshold": found.vorobev_threshold,
        "vorobev": found.vorobev,
        "vorobev_above": found.vorobev_above,
        "deviation": found.deviation,
        "deviation_share": found.deviation_share,
        "vagueness": found.vagueness,
        "mean_symmetric_difference": found.mean_symmetric_difference,
        "mean_intersection": found.mean_intersection,
        "mean_agreement": found.mean_agreement,
        "curve": [{"p": p, "amount": amount} for p, amount in found.curve],
    }


def answer_json(answer: Answer) -> Json:
    """All that was found of a file of drawings, but for shapes."""
    return {
        "file": answer.file,
        "sha256": answer.sha256,
        "by": answer.by,
        "group": answer.group,
        "crs": named(answer.system),
        "fewest_sketches": answer.fewest,
        "fewest_of_a_part": answer.asked.fewest,
        "grid_m": answer.asked.grid_m,
        "levels": list(answer.asked.levels),
        "rows": {
            "read": answer.rows.read,
            "counted": answer.rows.counted,
            "repaired": answer.rows.repaired,
            "refused": answer.rows.refused,
            "skipped": answer.rows.skipped,
        },
        "names_drawn": answer.names,
        "names": [name_json(each) for each in answer.found],
        "notes": list(answer.notes),
        "assetmap": __version__,
    }


def name_json(found: NamedConsensus) -> Json:
    """What was found of one name, but for shapes."""
    return {
        "name": found.name,
        "sketches": found.sketches,
        "statistics": statistics_json(found.statistics, found.shown_levels),
        "definitions": [
            part_json(each, found.shown_levels) for each in found.definitions
        ],
        "silhouette": found.silhouette,
        "in_no_definition": found.in_no_definition,
        "alone": len(found.alone),
        "groups": [part_json(each, found.shown_levels) for each in found.groups],
        "groups_withheld": found.withheld,
        "differences": differences_json(found),
    }


def differences_json(found: NamedConsensus) -> list[Json]:
    """How far every two groups agree."""
    return [
        {"one": each.one, "other": each.other, "agreement": each.agreement}
        for each in found.differences
    ]


def part_json(part: Part, shown: Sequence[float] | None = None) -> Json:
    """A definition or a group, but for its shapes."""
    return {
        "label": part.label,
        "sketches": part.sketches,
        "share_of_sketches": part.share_of_sketches,
        "statistics": part.statistics and statistics_json(part.statistics, shown),
    }
