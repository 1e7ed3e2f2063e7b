"""Asking publishers' services: guarded redirects, retries, and errors in words."""

import logging
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TypeVar
from urllib.parse import urljoin

import httpx2
import stamina

from assetmap import __version__
from assetmap.jobs.progress import Progress, unseen
from assetmap.sources.fetch.bodies import body_of
from assetmap.sources.fetch.failure import FetchFailed, Target
from assetmap.sources.fetch.hosts import Hosts
from assetmap.sources.fetch.patience import Patience

PASSING = frozenset({202, 408, 425, 429, 500, 502, 503, 504})
"""Statuses that may be other the next time; every other one is final."""

MOVED = frozenset({301, 302, 303, 307, 308})
MOST_MOVES = 5
MOST_PAGE = 20_000_000

# What is tried again is told as progress; stamina's own log would tell it twice.
logging.getLogger("stamina").addHandler(logging.NullHandler())

_SIZE = frozenset({413, 500, 503, 504})
_Done = TypeVar("_Done")


@dataclass(frozen=True)
class Web:
    """A client, the hosts that it may ask, and how patient it is."""

    client: httpx2.Client
    hosts: Hosts
    patience: Patience
    progress: Progress = unseen


@contextmanager
def opened_web(
    hosts: Hosts, patience: Patience, progress: Progress = unseen
) -> Iterator[Web]:
    """A client that checks certificates and is closed at the end."""
    timeout = httpx2.Timeout(patience.timeout_s, connect=min(20.0, patience.timeout_s))
    agent = {"User-Agent": f"assetmap/{__version__}"}
    with httpx2.Client(timeout=timeout, headers=agent, verify=_trusted()) as client:
        yield Web(client, hosts, patience, progress)


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities that certificates are checked by, read once."""
    return httpx2.create_ssl_context()


def tried(web: Web, work: Callable[[], _Done]) -> _Done:
    """What the work gives, tried again while what is wrong may pass.

    Raises:
        FetchFailed: it is final, or has not passed after all attempts.
    """
    patience = web.patience
    for attempt in stamina.retry_context(
        on=lambda error: _again(error, web),
        attempts=patience.attempts,
        timeout=None,
        wait_initial=patience.wait_s,
        wait_max=patience.longest_wait_s,
        wait_jitter=patience.wait_s,
    ):
        with attempt:
            return work()
    raise AssertionError("unreachable")  # pragma: no cover - it returns or raises


def _again(error: Exception, web: Web) -> bool | float:
    """Whether to try again, or after how many seconds."""
    if not isinstance(error, FetchFailed) or not error.is_passing:
        return False
    if (error.after_s or 0) > web.patience.longest_asked_s:
        return False
    web.progress(f"{error.target.part}: {error.reason}; asking again", 0, 0)
    return True if error.after_s is None else error.after_s


def read(web: Web, target: Target, most: int = MOST_PAGE) -> bytes:
    """The whole body of an answer, asked for again while what is wrong may pass."""
    return tried(web, lambda: read_once(web, target, most))


def read_once(web: Web, target: Target, most: int = MOST_PAGE) -> bytes:
    """The whole body of an answer."""
    with answer(web, target, {"Accept-Encoding": "gzip"}) as response:
        return b"".join(body_of(response, target, web.patience, most))


@contextmanager
def answer(
    web: Web, target: Target, headers: Mapping[str, str]
) -> Iterator[httpx2.Response]:
    """An answer with a status of success (or 304, 416), its body still to come.

    Raises:
        FetchFailed: there is none, or with another status; also where reading its
            body fails.
    """
    with _failures_in_words(target, web.patience):
        response = _moved(web, target, headers)
        try:
            _check_status(response, target)
            yield response
        finally:
            response.close()


def _moved(web: Web, target: Target, headers: Mapping[str, str]) -> httpx2.Response:
    """The answer at the end of the redirects, each to a host that may be asked."""
    web.hosts.check(target)
    at = target
    for _ in range(MOST_MOVES + 1):
        request = web.client.build_request("GET", at.address, headers=dict(headers))
        response = web.client.send(request, stream=True)
        if response.status_code not in MOVED:
            return response
        response.close()
        to = response.headers.get("location", "")
        at = target.of(target.part, urljoin(at.address, to))
        web.hosts.check(at, "redirects to")
    raise FetchFailed(target, f"redirects more than {MOST_MOVES} times")


def _check_status(response: httpx2.Response, target: Target) -> None:
    status = response.status_code
    if status in (200, 206, 304, 416):
        return
    after = _retry_after(response.headers.get("retry-after", ""))
    asks = "" if after is None else f", and asks to wait {after:.0f} s"
    raise FetchFailed(
        target,
        f"the service answered {status} {response.reason_phrase}{asks}",
        is_passing=status in PASSING,
        after_s=after,
        is_size=status in _SIZE,
        status=status,
    )


def _retry_after(text: str) -> float | None:
    """Seconds from now, by a number or a date; None where neither is given."""
    if text.strip().isdecimal():
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


@contextmanager
def _failures_in_words(target: Target, patience: Patience) -> Iterator[None]:
    try:
        yield
    except httpx2.TimeoutException as error:
        is_unread = isinstance(error, httpx2.ReadTimeout)
        reason = f"nothing came for {patience.timeout_s:g} s"
        raise FetchFailed(target, reason, is_passing=True, is_size=is_unread) from error
    except httpx2.RemoteProtocolError as error:
        reason = f"the answer was cut short: {error}"
        raise FetchFailed(target, reason, is_passing=True, is_size=True) from error
    except (httpx2.UnsupportedProtocol, httpx2.InvalidURL) as error:
        raise FetchFailed(target, f"is no web address: {error}") from error
    except httpx2.TransportError as error:
        raise _not_connected(target, error) from error


def _not_connected(target: Target, error: httpx2.TransportError) -> FetchFailed:
    """A connection that was not made, or broke; a bad certificate does not pass."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            reason = f"its certificate cannot be trusted: {cause.verify_message}"
            return FetchFailed(target, reason)
        cause = cause.__cause__ or cause.__context__
    said = str(error) or type(error).__name__
    if isinstance(error, httpx2.ConnectError):
        reason = f"the service cannot be reached: {said}"
    else:
        reason = f"the connection broke: {said}"
    return FetchFailed(target, reason, is_passing=True)
