"""What an answer was made from, so that it can be made again."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol


class Loaded(Protocol):
    """Anything that was loaded under a name, again and again."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def version(self) -> int:
        """Which load of that name it is, from 1."""

    @property
    def sha256(self) -> str:
        """Of the file that was loaded; empty where it was not from one file."""


class Input(NamedTuple):
    """A load that an answer was made from; ``rows`` of it, where not all of it was."""

    name: str
    version: int
    sha256: str = ""
    rows: int | None = None


def inputs_of(loads: Iterable[Loaded], more: Iterable[Input] = ()) -> tuple[Input, ...]:
    """Each load once, and what else was used, by name and version."""
    found = {Input(each.name, each.version, each.sha256) for each in loads}
    return tuple(sorted(found | set(more), key=lambda each: each[:3]))
