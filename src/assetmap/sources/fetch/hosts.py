"""Which addresses may be asked: the source's own hosts, and none that is private."""

import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from assetmap.sources.fetch.failure import FetchFailed, Target
from assetmap.sources.open_addresses import is_open

_INSIDE = ("localhost", ".localhost", ".local", ".internal", ".lan", ".home.arpa")


@dataclass(frozen=True)
class Hosts:
    """Hosts that may be asked; those ``given`` by hand may be private ones too."""

    named: frozenset[str]
    given: frozenset[str] = frozenset()

    def check(self, target: Target, what: str = "is at") -> None:
        """Let pass an address that may be asked.

        Raises:
            FetchFailed: it is no web address, or its host may not be asked.
        """
        host = _host_in(target)
        if host in self.given:
            return
        if host not in self.named:
            raise FetchFailed(
                target,
                f"{what} {host!r}, a host that the source does not name; if you trust "
                "it, give the address with --address",
            )
        if urlsplit(target.address).scheme != "https":
            raise FetchFailed(target, f"{what} an address without encryption (http)")
        if _is_private(host):
            raise FetchFailed(
                target,
                f"{what} {host!r}, which lies in a private network; if that is right, "
                "give the address with --address",
            )


def _host_in(target: Target) -> str:
    try:
        parts = urlsplit(target.address)
        scheme, host, _port = parts.scheme, (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise FetchFailed(target, f"is no web address: {error}") from error
    if scheme not in ("http", "https") or not host:
        raise FetchFailed(target, "is no web address: it must begin with https://")
    return host


def _is_private(host: str) -> bool:
    """Whether a host is, or stands for, an address that is not on the open internet.

    A name that is not known here is left to the proxy, if there is one, to find.
    """
    if host == _INSIDE[0] or host.endswith(_INSIDE[1:]):
        return True
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return any(not is_open(str(each[4][0])) for each in found)
