"""An open link, what it asks, and why it may not be drawn by."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from assetmap.errors import Conflict, Gone, Invalid, NotAllowed, NotFound
from assetmap.neighbourhoods.releases.model import YEARS_LIVED

Kind = Literal["number", "choice", "yes_no", "text"]

__all__ = ["YEARS_LIVED"]

MOST_QUESTIONS = 20
MOST_BREAKS = 10
MOST_PER_DEVICE = 1_000
"""A tablet that goes round a hall is one device."""


class LinkNotFound(NotFound):
    """No link has this secret, or this id in this neighbourhood for whoever acts."""

    title = "Link not found"

    def __init__(self, link: UUID | None = None) -> None:
        if link is None:
            super().__init__(
                "No open link has this address: look whether it was copied whole."
            )
        else:
            super().__init__(f"There is no link {link}.", id=str(link))


class LinkClosed(Gone):
    """The link takes no drawings any more."""

    title = "Link closed"

    def __init__(self, closed_at: datetime) -> None:
        super().__init__(
            f"This link closed on {closed_at:%-d %B %Y at %H:%M} (UTC): it takes no "
            "drawings any more. A drawing sent by it may still be withdrawn.",
            closed_at=closed_at.isoformat(),
        )


class LinkNotYours(NotAllowed):
    """The link may be seen by whoever asks, and is its stewards' to change."""

    title = "Link not yours"

    def __init__(self, link: UUID) -> None:
        super().__init__(f"Link {link} is changed by its stewards.", id=str(link))


class DeviceNotKnown(NotAllowed):
    """No device was told, or its token is not one that this link gave."""

    title = "Device not known"

    def __init__(self) -> None:
        super().__init__(
            "Send the Device-Token that this link gave: POST to its /devices gives one."
        )


class DeviceLimitReached(Conflict):
    """The device has sent as many drawings as the link takes of one."""

    title = "Device limit reached"

    def __init__(self, most: int) -> None:
        many = "one drawing" if most == 1 else f"{most:,} drawings"
        super().__init__(
            f"This link takes {many} from one device, and this one has sent that: "
            "redraw or withdraw an earlier one with its edit token.",
            most_per_device=most,
        )


class BadQuestion(Invalid):
    """What a link would ask cannot be asked."""

    title = "Bad question"

    def __init__(self, question: str, reason: str) -> None:
        super().__init__(f"question {question!r}: {reason}", question=question)


@dataclass(frozen=True)
class Question:
    """What residents are asked, in the steward's words.

    ``least`` and ``most`` are of a number; ``choices`` of a choice. Numbers with
    ``breaks`` are grouped by the bands between them, without breaks they are not.
    """

    id: str
    text: str
    kind: Kind = "text"
    text_cy: str | None = None
    is_required: bool = False
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    breaks: tuple[float, ...] = ()


@dataclass(frozen=True)
class DrawingLink:
    """A link as its stewards see it. Its secret was told once and is not kept."""

    id: UUID
    title: str
    questions: list[dict[str, Any]]
    most_per_device: int
    closes_at: datetime
    closed_at: datetime | None
    drawings: int
    created_at: datetime
    updated_at: datetime
    version: int


@dataclass(frozen=True)
class ShownLink:
    """A link as whoever has its secret sees it, and the place that it is for."""

    number: int
    neighbourhood_id: int
    title: str
    questions: list[dict[str, Any]]
    most_per_device: int
    closes_at: datetime
    closed_at: datetime | None
    slug: str
    name: str
    name_cy: str | None
    is_simulated: bool

    def check_open(self, now: datetime) -> None:
        """Let pass while it takes drawings.

        Raises:
            LinkClosed: it does not.
        """
        if self.closed_at is not None or self.closes_at <= now:
            raise LinkClosed(min(self.closed_at or self.closes_at, self.closes_at))


@dataclass(frozen=True)
class NewLink:
    """A link that is made; the secret only as its hash."""

    secret_sha256: str
    title: str
    questions: tuple[Question, ...]
    most_per_device: int
    closes_at: datetime
