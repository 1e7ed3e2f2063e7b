"""Changes say which version they are meant for, so that nobody's work is lost."""

import re
from typing import Annotated

from fastapi import Depends, Header, Request

from assetmap.errors import NotCurrent, NotSaid

_TAG = re.compile(r'(?:W/)?"([0-9]{1,9})-[0-9a-f]{24}"')
MOST_TAGS = 20


class PreconditionNeeded(NotSaid):
    """A change did not say which version it is meant for."""

    title = "Precondition needed"


class VersionStale(NotCurrent):
    """Somebody else has changed it since it was read."""

    title = "Version stale"

    def __init__(self, version: int) -> None:
        super().__init__(
            f"It has changed since you read it, and is at version {version} now: read "
            "it again, and change that.",
            version=version,
        )


class Expected:
    """The versions that a change is meant for; any, if that was said."""

    def __init__(self, versions: frozenset[int] | None) -> None:
        self.versions = versions

    def check(self, version: int) -> None:
        """Let pass a version that the change is meant for.

        Raises:
            VersionStale: it is meant for others.
        """
        if self.versions is not None and version not in self.versions:
            raise VersionStale(version)


def expected_of(sent: str | None) -> Expected:
    """The versions that an ``If-Match`` names: the first part of an ETag of ours.

    A tag that is not of ours names none. Proxies that pack an answer make its tag weak,
    which changes nothing about the version that it tells.

    Raises:
        PreconditionNeeded: there is no ``If-Match``.
    """
    if sent is None or not sent.strip():
        raise PreconditionNeeded(
            "Say which version you change: read it, and send its ETag as If-Match."
        )
    if sent.strip() == "*":
        return Expected(None)
    found = (_TAG.fullmatch(each.strip()) for each in sent.split(",")[:MOST_TAGS])
    return Expected(frozenset(int(each[1]) for each in found if each))


def _expected(
    request: Request,
    sent: Annotated[
        str | None,
        Header(
            alias="If-Match",
            max_length=1_000,
            description="The ETag of what you have read; * for whatever it is now",
        ),
    ] = None,
) -> Expected:
    return expected_of(", ".join(request.headers.getlist("if-match")) or sent)


Match = Annotated[Expected, Depends(_expected)]
"""The versions that a request is meant for."""
