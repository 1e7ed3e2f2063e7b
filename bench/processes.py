"""Commands run as processes of their own, weighed with the server that they use."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bench.memory import Watch, server_processes

_TICKS_S = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Work:
    """What a command took: seconds, CPU seconds with PostgreSQL's, and memory."""

    wall_s: float
    cpu_s: float
    most_bytes: int = 0


def run(
    command: Sequence[str],
    data: Path,
    environment: Mapping[str, str],
    watch: Watch | None = None,
) -> Work | None:
    """What a command takes; None where it fails. ``data`` is the server's folder."""
    before, started = server_cpu_s(data), time.monotonic()
    process = subprocess.Popen(  # noqa: S603 - our own commands
        command,
        env=dict(environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    if watch is not None:
        watch.ours = process.pid
    _, status, used = os.wait4(process.pid, 0)
    ended = time.monotonic()
    process.returncode = os.waitstatus_to_exitcode(status)
    if watch is not None:
        watch.ours = 0
    if process.returncode not in (0, 1):
        return None
    cpu_s = used.ru_utime + used.ru_stime + server_cpu_s(data) - before
    peak = watch.peak(started, ended)[2] if watch is not None else 0
    return Work(ended - started, cpu_s, peak)


def server_cpu_s(data: Path) -> float:
    """CPU seconds of a server: its processes', and of those that have ended."""
    found = server_processes(data)
    ticks = 0
    for place, process in enumerate(found):
        try:
            text = Path(f"/proc/{process}/stat").read_text()
        except OSError:
            continue
        fields = text.rpartition(")")[2].split()
        ticks += sum(map(int, fields[11:13]))
        if place == 0:
            ticks += sum(map(int, fields[13:15]))
    return ticks * _TICKS_S


def group_cpu_s(group: int) -> float:
    """CPU seconds of a process and of those it has begun, as far as they live."""
    found = [_stat(each) for each in Path("/proc").glob("[0-9]*")]
    mine = (each for each in found if each and int(each[2]) == group)
    return sum(sum(map(int, each[11:13])) for each in mine) * _TICKS_S


def database_cpu_s(data: Path, name: str) -> float:
    """CPU seconds of a server's processes that work for one of its databases."""
    ticks = 0
    for process in server_processes(data):
        with suppress(OSError):
            told = Path(f"/proc/{process}/cmdline").read_text()
            fields = _stat(Path(f"/proc/{process}"))
            if f" {name} " in told and fields:
                ticks += sum(map(int, fields[11:13]))
    return ticks * _TICKS_S


def _stat(process: Path) -> list[str]:
    """What the system tells of a process after its name; nothing if it has ended."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
