"""Which work can be done by a job. This room knows none: each registers its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel
from sqlalchemy.orm import Session

from assetmap.jobs.model import Answer, UnknownWork
from assetmap.jobs.progress import Progress

Arguments = TypeVar("Arguments", bound=BaseModel)

LOADS = "loads"
"""The lock of work that changes what is loaded: one at a time."""


@dataclass(frozen=True)
class Work(Generic[Arguments]):
    """Work that can be done by a job.

    ``run`` works in the one transaction of the session, and gives the job's result, or
    an answer that is kept beside it.
    Work of one ``lock`` is done one at a time, in the order asked for. What
    ``is_its_askers`` is done in a session of its own that only reads, with just the
    rights of whoever asked for it.
    """

    name: str
    arguments: type[Arguments]
    run: Callable[[Session, Arguments, Progress], Mapping[str, Any] | Answer]
    lock: str | None = None
    is_its_askers: bool = False


_KNOWN: dict[str, Work[Any]] = {}


def register(work: Work[Arguments]) -> Work[Arguments]:
    """From now on jobs can do this work."""
    _KNOWN[work.name] = work
    return work


def get_work(name: str) -> Work[Any]:
    """The work of a name.

    Raises:
        UnknownWork: nothing of this name was registered.
    """
    if name not in _KNOWN:
        raise UnknownWork(name)
    return _KNOWN[name]
