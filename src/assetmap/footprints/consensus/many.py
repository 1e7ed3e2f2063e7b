"""The consensus of every name, on as many processors as there are to use."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from assetmap.footprints.consensus.named import (
    Asked,
    Named,
    NamedConsensus,
    consensus_of_name,
)

Progress = Callable[[str, int, int], None]

WORTH_PROCESSES = 4_000
"""Sketches under which starting processes takes longer than they save."""


def consensus_of_names(
    names: Sequence[Named],
    asked: Asked,
    processes: int | None = None,
    progress: Progress = lambda doing, done, total: None,
) -> list[NamedConsensus]:
    """The consensus of each name, in the order in which they are given.

    ``processes`` is how many work at once: by default one for each processor, and
    none but this for few sketches.

    Raises:
        BadFootprint: a name has no sketch, or one that is not valid.
    """
    sketches = sum(len(each.shapes) for each in names)
    if processes is None:
        few = sketches < WORTH_PROCESSES
        processes = 1 if few else min(len(os.sched_getaffinity(0)), len(names))
    found: dict[int, NamedConsensus] = {}
    for place, each in _found(names, asked, processes):
        found[place] = each
        progress("Finding what each name means", len(found), len(names))
    return [found[place] for place in range(len(names))]


def _found(
    names: Sequence[Named], asked: Asked, processes: int
) -> Iterator[tuple[int, NamedConsensus]]:
    """Each consensus with the place of its name, as it is done; largest begun first."""
    order = sorted(range(len(names)), key=lambda at: -len(names[at].shapes))
    if processes <= 1:
        for place in order:
            yield place, consensus_of_name(names[place], asked)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        begun = {
            pool.submit(consensus_of_name, names[place], asked): place
            for place in order
        }
        for done in as_completed(begun):
            yield begun[done], done.result()
