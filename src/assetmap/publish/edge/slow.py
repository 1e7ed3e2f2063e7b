"""Bodies that come too slowly are given up, whoever reads them."""

import asyncio
from time import monotonic

from starlette.types import Message, Receive

from assetmap.errors import TooSlow
from assetmap.settings import Settings


class BodyTooSlow(TooSlow):
    """The body of a request came too slowly, or stopped coming."""

    title = "Body too slow"


class Patient:
    """Receives a body for as long as it comes fast enough.

    No pause may be longer than ``body_idle_s``, and after twice that time
    ``body_least_bytes_s`` must have come on the whole. Once all has come it waits
    without end, as those do who watch for a client's leaving.
    """

    __slots__ = ("_is_whole", "_least", "_receive", "_started", "_took", "idle_s")

    def __init__(self, receive: Receive, settings: Settings) -> None:
        self._receive = receive
        self._least = settings.body_least_bytes_s
        self.idle_s = settings.body_idle_s
        self._started = monotonic()
        self._took = 0
        self._is_whole = False

    async def __call__(self) -> Message:
        """The next part of the body.

        Raises:
            BodyTooSlow: it does not come in time.
        """
        if self._is_whole:
            return await self._receive()
        due = self._started + 2 * self.idle_s + self._took / self._least
        left_s = due - monotonic()
        try:
            async with asyncio.timeout(min(self.idle_s, max(left_s, 0.0))):
                message = await self._receive()
        except TimeoutError as error:
            raise self._given_up(is_drip=left_s < self.idle_s) from error
        self._took += len(message.get("body", b""))
        self._is_whole = not message.get("more_body", False)
        return message

    def _given_up(self, *, is_drip: bool) -> BodyTooSlow:
        if is_drip:
            reason = f"It must bring {self._least:,} bytes a second."
        else:
            reason = f"Nothing came for {self.idle_s:g} s."
        return BodyTooSlow(f"The body was given up. {reason}", bytes=self._took)
