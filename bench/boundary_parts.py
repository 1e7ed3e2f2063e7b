"""The parts of a load of boundaries that need no database, one after another."""

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from assetmap.publish.cli.demo import sets as demo_sets
from assetmap.sources.source_toml import packaged_file

Part = tuple[str, float, float]
Result = TypeVar("Result")


def packaged(name: str) -> tuple[dict[str, Any], Path]:
    """What is said of a packaged file of boundaries, and where it lies."""
    told = demo_sets.source_of(name).file
    return dict(told), packaged_file(told["package"], told["path"])


def measured(path: Path, code: str, name: str) -> list[Part]:
    """Name, seconds and CPU seconds of each part, in a process of its own."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return pool.submit(_measured, path, code, name).result()


def _measured(path: Path, code: str, name: str) -> list[Part]:
    from assetmap.boundaries.features import boundaries_of
    from assetmap.boundaries.quality import coverage, names
    from assetmap.boundaries.quality.ground import ground_of
    from assetmap.sources.spatial.vector import read_layer

    parts: list[Part] = []

    def timed(part: str, work: Callable[[], Result]) -> Result:
        wall, cpu = time.perf_counter(), time.process_time()
        found = work()
        parts.append((part, time.perf_counter() - wall, time.process_time() - cpu))
        return found

    layer = timed("read", lambda: read_layer(path))
    boundaries, _ = timed(
        "check, repair, convert", lambda: boundaries_of(layer, code, name)
    )
    ground = timed("gaps and overlaps", lambda: ground_of(boundaries.shapes))
    timed("what is wrong, and where", lambda: coverage.places(boundaries, ground, True))
    timed("names", lambda: names.name_discrepancies(boundaries))
    return parts
