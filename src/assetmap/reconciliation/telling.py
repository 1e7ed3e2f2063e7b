"""What every run tells of itself beside its numbers, put together in one place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assetmap.assets.model import AssetsInBox
from assetmap.footprints.inputs import Input, Loaded, inputs_of
from assetmap.reconciliation.attribution import assets_read, attribution_of
from assetmap.reconciliation.counting import Counting


@dataclass(frozen=True)
class Telling:
    """What an answer was made from and how, and what is to be said with it."""

    inputs: tuple[Input, ...]
    attribution: tuple[str, ...]
    notes: tuple[str, ...]
    settings: Mapping[str, Any]


def telling(
    counting: Counting,
    *,
    loads: Iterable[Loaded],
    inputs: Iterable[Input],
    said: Iterable[str],
    settings: Mapping[str, Any],
    notes: Iterable[str] = (),
    last_notes: Iterable[str] = (),
    assets: AssetsInBox | None = None,
) -> Telling:
    """What a run tells, with what is to be told of its counts and its assets.

    Args:
        counting: the counts that were used.
        loads: boundary sets, scores and the like that were read.
        inputs: what the footprints themselves were made from.
        said: what the sources of those ask to be said of them.
        settings: what was asked.
        notes: of the footprints, before those of the counts.
        last_notes: of what was found, after them.
        assets: those that were read, if any were.
    """
    read = () if assets is None else (assets_read(assets),)
    every = [*notes, *counting.notes, *last_notes]
    return Telling(
        inputs_of([*loads, *counting.loads], [*inputs, *read]),
        attribution_of(said, counting.counts, assets),
        tuple(dict.fromkeys(every)),
        {**settings, **counting.settings},
    )
