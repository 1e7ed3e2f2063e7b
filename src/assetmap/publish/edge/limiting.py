"""Refusing who asks too often: by address and by key, by what the request costs."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.types import Scope

from assetmap.errors import TooOften
from assetmap.publish.edge.addresses import counted_as, is_in
from assetmap.publish.edge.kinds import Kind
from assetmap.publish.edge.rates import WINDOW_S, Counters, Taken
from assetmap.settings import Settings

Headers = Mapping[bytes, bytes]
ONE_BY_ONE = 1


class RateLimited(TooOften):
    """This address or key has made as many requests a minute as it may."""

    title = "Rate limited"


@dataclass(frozen=True)
class Limited:
    """How a request stands with its limit."""

    kind: Kind
    by: str
    quota: int
    taken: Taken

    def headers(self) -> list[tuple[bytes, bytes]]:
        """What the answer says of it: how many more may come, and when all may."""
        left = f'"{self.kind}";r={self.taken.remaining};t={self.taken.wait_s}'
        policy = f'"{self.kind}";q={self.quota};w={WINDOW_S:.0f}'
        return [
            (b"ratelimit", left.encode()),
            (b"ratelimit-policy", policy.encode()),
        ]

    def refusal(self) -> RateLimited:
        """Why the request is refused, and what to do."""
        what = {
            "read": "requests",
            "heavy": "computations",
            "write": "writes",
            "drawing": "drawings by link",
            "sign_in": "sign-ins or refused keys",
        }[self.kind]
        return RateLimited(
            f"This {self.by} may make {self.quota:,} {what} a minute. Wait "
            f"{self.taken.wait_s} s, then ask at an even pace.",
            kind=self.kind,
            by=self.by,
            most_a_minute=self.quota,
            retry_after_s=self.taken.wait_s,
        )


class Limits:
    """The limits of a service, and what was counted towards them."""

    def __init__(self, settings: Settings, counters: Counters) -> None:
        self._counters = counters
        self._exempt = settings.rate_exempt
        self._quotas: dict[Kind, int] = {
            "free": 0,
            "read": settings.rate_reads,
            "heavy": settings.rate_heavy,
            "write": settings.rate_writes,
            "drawing": settings.rate_drawings,
            "sign_in": settings.rate_sign_in,
        }

    def look(self, scope: Scope, kind: Kind, sent: Headers) -> Limited | None:
        """How a request stands, which is counted; None where it has no limit.

        The address and the key are counted apart, and the tighter of both is told.
        """
        key, host = sent.get(b"authorization"), host_of(scope)
        who = counted_as(host)
        if who is None:
            return None
        if key is not None and not (tried := self._refused(who, 0)).is_allowed:
            return Limited("sign_in", "address", self._quotas["sign_in"], tried)
        quota = self._quotas[kind]
        if not quota or (kind != "sign_in" and self._is_exempt(host, sent)):
            return None
        named = b" " + kind.encode()
        found = [("address", self._counters.take(who + named, quota))]
        if key is not None and found[0][1].is_allowed:
            found.append(("key", self._counters.take(key + named, quota)))
        by, taken = min(found, key=lambda each: each[1].remaining)
        return Limited(kind, by, quota, taken)

    def note_refused(self, scope: Scope) -> None:
        """Count a key that was refused, towards the sign-ins of its address."""
        who = counted_as(host_of(scope))
        if who is not None:
            self._refused(who, ONE_BY_ONE)

    def _refused(self, who: bytes, count: int) -> Taken:
        quota = self._quotas["sign_in"]
        if not quota:
            return Taken(True, 0, 0)
        return self._counters.take(who + b" refused", quota, count)

    def _is_exempt(self, host: str, sent: Headers) -> bool:
        """Whether the address is one of ours, and speaks for itself.

        With a header of a proxy that is not trusted it speaks for anybody.
        """
        is_passed_on = b"x-forwarded-for" in sent or b"forwarded" in sent
        return not is_passed_on and is_in(host, self._exempt)


def host_of(scope: Scope) -> str:
    """The address that a request comes from; empty where it has none."""
    client = scope.get("client")
    return client[0] if client else ""
