"""Jobs: long work that was asked for, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from assetmap.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable

State = Literal["queued", "doing", "succeeded", "failed", "cancelled"]
STATES: tuple[State, ...] = ("queued", "doing", "succeeded", "failed", "cancelled")
UNFINISHED: tuple[State, ...] = ("queued", "doing")


class JobNotFound(NotFound):
    """No job has this id."""

    title = "Job not found"

    def __init__(self, job: UUID) -> None:
        super().__init__(f"There is no job {job}.", id=str(job))


class JobFinished(Conflict):
    """The job is over: there is nothing left to cancel."""

    title = "Job finished"

    def __init__(self, job: UUID, state: str) -> None:
        super().__init__(f"Job {job} has {state}.", id=str(job), state=state)


class JobNotFailed(Conflict):
    """Only a job that failed can be run again."""

    title = "Job not failed"

    def __init__(self, job: UUID, state: str) -> None:
        super().__init__(
            f"Job {job} is {state}; only a failed one is run again.",
            id=str(job),
            state=state,
        )


class JobUnderWay(Conflict):
    """The same work is asked for by another job that is not over."""

    title = "Job under way"

    def __init__(self, job: UUID) -> None:
        super().__init__(f"Another job does the same as job {job}.", id=str(job))


class KeyReused(Invalid):
    """An idempotency key was sent again with another request."""

    title = "Idempotency key reused"

    def __init__(self, key: str) -> None:
        super().__init__(
            f"Idempotency key {key!r} was sent before with another request.", key=key
        )


class JobGivenUp(Unavailable):
    """Every worker that began the job died before it was done."""

    title = "Job given up"

    def __init__(self, attempts: int) -> None:
        super().__init__(
            f"The job was begun {attempts} times, and each time its worker died or "
            "lost the database.",
            attempts=attempts,
        )


class AskerGone(NotAllowed):
    """Whoever asked may not ask any more."""

    title = "Asker gone"

    def __init__(self, job: UUID) -> None:
        super().__init__(
            f"Job {job} is ended: the account that asked was closed, or the key that "
            "it asked with was revoked or has expired.",
            id=str(job),
        )


class AnswerNotKept(NotFound):
    """The job has no answer for whoever asks: not yet, not any more, or not theirs."""

    title = "Answer not kept"

    def __init__(self, job: UUID, state: str) -> None:
        super().__init__(
            f"Job {job} is {state}: no answer of it is kept for you.",
            id=str(job),
            state=state,
        )


class UnknownWork(Invalid):
    """No work that can be done by a job has this name."""

    title = "Unknown work"

    def __init__(self, name: str) -> None:
        super().__init__(f"No work is called {name!r}.", name=name)


@dataclass(frozen=True)
class Answer:
    """What a job worked out to be fetched, too long to be told as its result."""

    media_type: str
    body: bytes


@dataclass(frozen=True)
class Order:
    """What a job is asked to do, by whom.

    ``spool`` names the folder of the file that it works on, if any. ``sha256`` is the
    file's; two orders of one fingerprint ask for the same. ``asker`` is set where what
    is ordered is done with the rights of whoever asks: to no two alike.
    """

    kind: str
    arguments: Mapping[str, Any]
    who: str
    spool: str | None = None
    sha256: str = ""
    idempotency_key: str | None = None
    asker: str = ""


@dataclass(frozen=True)
class Job:
    """A job as it stands. ``done`` of ``total`` is told in what ``message`` says."""

    id: UUID
    kind: str
    state: State
    done: int
    total: int
    message: str
    result: Mapping[str, Any] | None
    error: Mapping[str, Any] | None
    who: str
    attempts: int
    is_cancelling: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will become of it."""
        return self.state not in UNFINISHED
