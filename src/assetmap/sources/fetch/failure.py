"""What is asked of whom while a set is fetched, and what can go wrong with it."""

from dataclasses import dataclass, replace

from assetmap.errors import Unavailable


@dataclass(frozen=True)
class Target:
    """One thing that is asked for: of which set, which part, and where."""

    set: str
    part: str
    address: str

    def of(self, part: str, address: str | None = None) -> "Target":
        """Another part of the same set, by default at the same address."""
        return replace(self, part=part, address=address or self.address)


class FetchFailed(Unavailable):
    """A publisher's service did not give what was asked of it.

    ``is_passing`` says that asking again may help, ``after_s`` when (None: as soon
    as is polite), ``is_size`` that asking for less at once may.
    """

    title = "Cannot fetch"

    def __init__(
        self,
        target: Target,
        reason: str,
        *,
        is_passing: bool = False,
        after_s: float | None = None,
        is_size: bool = False,
        **facts: object,
    ) -> None:
        super().__init__(
            f"{target.set}, {target.part}: {reason} ({target.address})",
            set=target.set,
            part=target.part,
            address=target.address,
            **facts,
        )
        self.target = target
        self.reason = reason
        self.is_passing = is_passing
        self.after_s = after_s
        self.is_size = is_size
