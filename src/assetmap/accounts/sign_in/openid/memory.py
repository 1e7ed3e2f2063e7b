"""What providers told of themselves, remembered for a while by each process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

from joserfc.jwk import KeySet

from assetmap.accounts.sign_in.openid.providers import Provider
from assetmap.accounts.sign_in.openid.talking import Known, discover, keys_of

FRESH_S = 3_600.0
"""Seconds for which what was told is relied on."""
Told = TypeVar("Told")


@dataclass
class _Shelf(Generic[Told]):
    """Answers by provider, and when each was given."""

    kept: dict[str, tuple[float, Told]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def get(self, name: str, ask: Callable[[], Told], is_renewed: bool) -> Told:
        with self.lock:
            found = self.kept.get(name)
        if found is not None and not is_renewed and monotonic() - found[0] < FRESH_S:
            return found[1]
        told = ask()
        with self.lock:
            self.kept[name] = (monotonic(), told)
        return told


@dataclass(frozen=True)
class Memory:
    """What providers told: where they are, and their keys."""

    _known: _Shelf[Known] = field(default_factory=_Shelf)
    _keys: _Shelf[KeySet] = field(default_factory=_Shelf)

    def forget(self) -> None:
        """Ask again whatever is needed next."""
        self._known.kept.clear()
        self._keys.kept.clear()

    def known(self, provider: Provider) -> Known:
        """What a provider tells of itself.

        Raises:
            ProviderUnavailable: it has to be asked, and does not answer.
        """
        return self._known.get(provider.name, lambda: discover(provider), False)

    def keys(self, provider: Provider, is_renewed: bool = False) -> KeySet:
        """Its keys; asked for again where one is met that is not among them.

        Raises:
            ProviderUnavailable: it has to be asked, and does not answer.
        """
        known = self.known(provider)
        return self._keys.get(
            provider.name, lambda: keys_of(provider, known), is_renewed
        )
