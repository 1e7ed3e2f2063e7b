"""The PostgreSQL server programs on this machine that come with PostGIS."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assetmap.errors import Unavailable

OLDEST_POSTGRES = 15
OLDEST_POSTGIS = (3, 3)
DEBIAN_PROGRAMS = Path("/usr/lib/postgresql")
DEBIAN_SHARED = Path("/usr/share/postgresql")


class ClusterUnavailable(Unavailable):
    """The private database cannot be made or started on this machine."""

    title = "Private database unavailable"


@dataclass(frozen=True)
class Programs:
    """One installed PostgreSQL server."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """The version that must match a data folder's."""
        return int(self.version.split(".")[0])

    def path(self, name: str) -> str:
        """Where one of its programs is."""
        return str(self.folder / name)


def find_programs(major: int | None = None) -> Programs:
    """The newest server that has PostGIS, or the one of a given major version.

    Raises:
        ClusterUnavailable: there is none; says what to install.
    """
    found = [p for p in installed() if major is None or p.major == major]
    if not found:
        raise _nothing_installed(major)
    return max(found, key=lambda programs: programs.major)


def installed() -> list[Programs]:
    """Every server here that is new enough and has PostGIS, each folder once."""
    seen = dict.fromkeys(folder.resolve() for folder in _folders() if folder.is_dir())
    servers = (server for folder in seen if (server := _server_in(folder)))
    return [server for server in servers if _is_usable(server)]


def _folders() -> Iterator[Path]:
    """Where servers may be: Debian's own place before any wrapper on the PATH."""
    yield from sorted(DEBIAN_PROGRAMS.glob("*/bin"))
    told = _answer("pg_config", "--bindir")
    if told:
        yield Path(told)
    initdb = shutil.which("initdb")
    if initdb:
        yield Path(initdb).resolve().parent


def _server_in(folder: Path) -> Programs | None:
    """The server whose programs are in a folder, if all that we use are there."""
    needed = [folder / name for name in ("initdb", "pg_ctl", "postgres")]
    if not all(program.is_file() for program in needed):
        return None
    number = re.search(r"\d+(\.\d+)?", _answer(str(folder / "postgres"), "--version"))
    return Programs(folder, number[0]) if number else None


def _is_usable(server: Programs) -> bool:
    return server.major >= OLDEST_POSTGRES and _postgis(server) >= OLDEST_POSTGIS


def _postgis(server: Programs) -> tuple[int, ...]:
    """The PostGIS version a server can create; empty without PostGIS."""
    told = _answer(server.path("pg_config"), "--sharedir")
    shared = Path(told) if told else DEBIAN_SHARED / str(server.major)
    try:
        control = (shared / "extension" / "postgis.control").read_text()
    except OSError:
        return ()
    version = re.search(r"default_version\s*=\s*'([\d.]+)", control)
    return tuple(map(int, version[1].rstrip(".").split("."))) if version else ()


def _answer(program: str, option: str) -> str:
    """What a program prints, or nothing if it cannot be run."""
    try:
        done = subprocess.run(  # noqa: S603 - our own choice of program and option
            [program, option], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def _nothing_installed(major: int | None) -> ClusterUnavailable:
    if major is None:
        needed, packages = (
            f"{OLDEST_POSTGRES} or later",
            "postgresql postgresql-postgis",
        )
    else:
        needed = f"{major}, with which the data folder was made,"
        packages = f"postgresql-{major} postgresql-{major}-postgis-3"
    command = f"sudo apt-get update && sudo apt-get install -y {packages}"
    return ClusterUnavailable(
        f"PostgreSQL {needed} with PostGIS 3.3 or later was not found. Install it with"
        f" `{command}`, or set ASSETMAP_DATABASE_URL to a PostGIS database elsewhere.",
        command=command,
    )
