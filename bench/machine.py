"""What the numbers were measured on."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from bench.report import Table

IDLE = 0.5


def busy() -> float:
    """How many processes have been running, on average of the last minute."""
    return os.getloadavg()[0]


def now() -> str:
    """The minute."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")


def where(seconds: float, busy_before: float) -> str:
    """When, where and in how long a section was measured, in a line."""
    return (
        f"*Measured {now()} in {seconds:.0f} s, on {_cores()} cores of "
        f"{_processor()}; {busy_before:.2f} processes ran in the minute before.*"
    )


def machine(address: str, busy_before: float, seconds: float) -> Table:
    """The processor, memory and versions; ``address`` is that of the database."""
    rows = [
        ("processor", _processor()),
        ("cores", str(_cores())),
        ("memory", f"{_memory_bytes() / 2**30:.1f} GB"),
        ("system", _system()),
        ("Python", platform.python_version()),
        *_server(address),
        ("date", now()),
        ("whole run", f"{seconds / 60:.1f} minutes"),
        ("load before", f"{busy_before:.2f} processes in the minute before"),
    ]
    return Table("Machine", ("what", "which"), rows, verdict=_warning(busy_before))


def _warning(busy_before: float) -> str:
    """What to read into the numbers of a machine that had other work to do."""
    if busy_before < IDLE:
        return ""
    return "Other work was running: times are longer and wider than on an idle machine."


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() in {"model name", "Model"}:
            return value.strip()
    return platform.machine()


def _memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _system() -> str:
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        name = platform.system()
    return f"{name}, Linux {platform.release().split('-')[0]}"


def _server(address: str) -> list[tuple[str, str]]:
    with psycopg.connect(address) as connection:
        server = connection.execute("SHOW server_version").fetchone()
        postgis = connection.execute(
            "SELECT default_version FROM pg_available_extensions WHERE name = 'postgis'"
        ).fetchone()
    return [
        ("PostgreSQL", str(server[0]) if server else "unknown"),
        ("PostGIS", str(postgis[0]) if postgis else "unknown"),
    ]
