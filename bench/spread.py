"""Times, and what is said of many of them."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Spread:
    """How times in seconds lie, over a number of runs."""

    runs: int
    median_s: float
    p95_s: float
    longest_s: float

    def cells(self) -> list[str]:
        """Runs, median, 95th percentile and longest, in milliseconds, for a table."""
        times = (self.median_s, self.p95_s, self.longest_s)
        return [str(self.runs), *(ms(each) for each in times)]


HEADS = ("runs", "median ms", "95th ms", "longest ms")


def spread_of(seconds: Iterable[float]) -> Spread:
    """How times lie.

    Raises:
        ValueError: there are none.
    """
    times = np.array(list(seconds), dtype=float)
    if len(times) == 0:
        raise ValueError("nothing was timed")
    median, p95 = np.percentile(times, [50, 95]).tolist()
    return Spread(len(times), median, p95, float(times.max()))


def shown_ms(seconds: float) -> float:
    """The milliseconds that ``ms`` shows, as a number."""
    return float(ms(seconds).replace(",", ""))


def ms(seconds: float) -> str:
    """Milliseconds with as many decimals as mean something."""
    value = 1000 * seconds
    return f"{value:,.2f}" if value < 10 else f"{value:,.1f}"


def ratio(ours: float, floor: float) -> str:
    """How many times the floor ours is, for a table."""
    return f"{ours / floor:,.1f}" if floor > 0 else "-"


def timed(work: Callable[..., object], *given: object) -> float:
    """Seconds that some work takes with what it is given."""
    started = time.perf_counter()
    work(*given)
    return time.perf_counter() - started


@dataclass
class Stretch:
    """A named stretch of time, on the clock that all processes share."""

    name: str
    start_s: float
    end_s: float

    @property
    def seconds(self) -> float:
        """How long it lasted."""
        return self.end_s - self.start_s


@contextmanager
def stretch(name: str, kept: list[Stretch]) -> Iterator[None]:
    """Time a block, and keep its stretch."""
    started = time.monotonic()
    yield
    kept.append(Stretch(name, started, time.monotonic()))
