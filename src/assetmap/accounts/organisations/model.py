"""An organisation: who runs assets."""

from dataclasses import dataclass
from datetime import datetime

from assetmap.errors import Conflict, NotAllowed, NotFound


class OrganisationNotFound(NotFound):
    """No organisation has this slug, or none that is for whoever asks."""

    title = "Organisation not found"

    def __init__(self, slug: str) -> None:
        super().__init__(f"No organisation is called {slug!r}.", organisation=slug)


class OrganisationTaken(Conflict):
    """Another organisation has this slug."""

    title = "Organisation taken"

    def __init__(self, slug: str) -> None:
        super().__init__(
            f"An organisation is already called {slug!r}.", organisation=slug
        )


class OrganisationNotYours(NotAllowed):
    """The organisation may be seen by whoever asks, and is kept by others."""

    title = "Organisation not yours"

    def __init__(self, slug: str) -> None:
        super().__init__(
            f"{slug!r} is changed by its own editors, and you are not among them.",
            organisation=slug,
        )


@dataclass(frozen=True)
class Organisation:
    """A body that runs assets, as it may be shown."""

    slug: str
    name: str
    kind: str
    url: str | None
    is_published: bool
    version: int
    updated_at: datetime
