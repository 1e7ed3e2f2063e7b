"""Many clients at once: by wrk where it is installed, else by a generator in Python."""

import asyncio
import http.client
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import orjson

from bench.service import HOST
from bench.spread import spread_of

CLIENTS = 8
WRK_SCRIPT = Path(__file__).with_name("requests.lua")
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Pressed:
    """What came of asking for some seconds."""

    requests: int
    seconds: float
    median_s: float
    p95_s: float
    longest_s: float
    failed: int

    @property
    def per_second(self) -> float:
        """Answers in a second, over all clients."""
        return max(0, self.requests - self.failed) / self.seconds


def generator() -> str:
    """What asks."""
    return "wrk" if shutil.which("wrk") else "a generator in Python"


def press(
    port: int, paths: Sequence[str], seconds: float, is_held: bool = False
) -> Pressed:
    """Ask a service on loopback for paths, in turn, with 8 clients.

    ``is_held``: say with each request that the client has the first path's answer.
    """
    wrk, tag = shutil.which("wrk"), _tag(port, paths[0]) if is_held else ""
    if wrk is None:
        return asyncio.run(_pressed_by_python(port, paths, seconds, tag))
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(paths) + "\n")
        file.flush()
        command = [wrk, "-t1", f"-c{CLIENTS}", f"-d{seconds:.0f}s", "--timeout", "10s"]
        command += ["-H", f"If-None-Match: {tag}"] if tag else []
        command += ["-s", str(WRK_SCRIPT), f"http://{HOST}:{port}", "--", file.name]
        done = subprocess.run(  # noqa: S603 - our own choice of program and words
            command, capture_output=True, text=True, check=True
        )
    said = next(x for x in done.stdout.splitlines() if x.startswith("result "))
    return Pressed(**orjson.loads(said.removeprefix("result ")))


def press_once(port: int, paths: Sequence[str], clients: int = CLIENTS) -> Pressed:
    """Ask for each path once, with so many clients; always by the one in Python."""
    return asyncio.run(_once(port, paths, clients))


def _tag(port: int, path: str) -> str:
    """The ETag of an answer."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.headers["ETag"]


async def _pressed_by_python(
    port: int, paths: Sequence[str], seconds: float, tag: str
) -> Pressed:
    started = time.perf_counter()
    limit = started + seconds
    each = [
        _client(port, cycle(paths[first::CLIENTS] or paths), limit, tag)
        for first in range(CLIENTS)
    ]
    return _told(await asyncio.gather(*each), started)


async def _once(port: int, paths: Sequence[str], clients: int) -> Pressed:
    started = time.perf_counter()
    each = [
        _client(port, paths[first::clients], float("inf")) for first in range(clients)
    ]
    return _told(await asyncio.gather(*each), started)


def _told(found: Sequence[tuple[list[float], int]], started: float) -> Pressed:
    taken = time.perf_counter() - started
    times = [one for times, _ in found for one in times]
    told = spread_of(times)
    failed = sum(failures for _, failures in found)
    return Pressed(told.runs, taken, told.median_s, told.p95_s, told.longest_s, failed)


async def _client(
    port: int, paths: Iterable[str], limit: float, tag: str = ""
) -> tuple[list[float], int]:
    """Seconds of each answer, and how many were neither 200 nor 304."""
    reader, writer = await asyncio.open_connection(HOST, port)
    held = f"If-None-Match: {tag}\r\n" if tag else ""
    times: list[float] = []
    failed, sent = 0, time.perf_counter()
    for path in paths:
        if sent >= limit:
            break
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n{held}\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(head)
        await reader.readexactly(int(length[1]) if length else 0)
        failed += not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 304"))
        now = time.perf_counter()
        times.append(now - sent)
        sent = now
    writer.close()
    return times, failed
