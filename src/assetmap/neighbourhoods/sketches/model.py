"""One drawing as its steward, or whoever drew it, may see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from assetmap.errors import NotAllowed, NotFound

SOURCE = "drawn here"
"""What drawings that were sent one by one have for a source."""


class SketchNotFound(NotFound):
    """No drawing has this id, it was withdrawn, or it is not for whoever asks."""

    title = "Sketch not found"

    def __init__(self, sketch: UUID) -> None:
        super().__init__(f"There is no sketch {sketch}.", id=str(sketch))


class SketchNotYours(NotAllowed):
    """The drawing may be seen by whoever asks, and is changed by whoever drew it."""

    title = "Sketch not yours"

    def __init__(self, sketch: UUID) -> None:
        super().__init__(
            f"Sketch {sketch} is redrawn by whoever drew it; a steward may withdraw "
            "it, and no more.",
            id=str(sketch),
        )


class ResidentNotYours(NotAllowed):
    """Only stewards send what others drew."""

    title = "Resident not yours"

    def __init__(self) -> None:
        super().__init__(
            "Only a steward of the neighbourhood says which resident drew."
        )


@dataclass(frozen=True)
class DrawnSketch:
    """A drawing; ``geometry`` is GeoJSON in CRS84. It tells nothing of who drew it."""

    id: UUID
    geometry: dict[str, Any]
    years_lived: float | None
    note: str | None
    weight: float
    is_simulated: bool
    source: str
    repaired: str | None
    answers: dict[str, Any] | None
    made_how: str | None
    weight_reason: str | None
    hidden_at: datetime | None
    hidden_why: str | None
    hidden_note: str | None
    drawn_at: datetime
    updated_at: datetime
    version: int


@dataclass(frozen=True)
class SketchPage:
    """Drawings in the order they came; ``next_after`` is None where the list ends."""

    sketches: list[DrawnSketch]
    next_after: int | None
