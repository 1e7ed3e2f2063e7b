"""A private PostgreSQL with PostGIS, made and started when first needed.

It listens on a Unix socket only, in a folder that only its owner can enter, and so
trusts whoever connects. Its role ``assetmap`` is a superuser: root, too, connects by
that name. Nothing here is for a database that somebody else runs.
"""

import fcntl
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from assetmap.db.cluster_folders import PORT, Folders, folders_for, prepare
from assetmap.db.cluster_settings import include_settings, write_settings
from assetmap.db.postgres_programs import ClusterUnavailable, Programs, find_programs

__all__ = ["ClusterStatus", "ClusterUnavailable", "ensure", "status", "stop"]

NAME = "assetmap"
ATTEMPTS = 10
PATIENCE_S = 600
"""Replaying what a killed server had not yet written to its tables takes a while."""


@dataclass(frozen=True)
class ClusterStatus:
    """What there is of a home's private cluster."""

    running: bool
    version: str | None
    """Of the data folder; None before it is made."""
    socket: Path
    data: Path


def ensure(home: Path) -> str:
    """The address of the database of a home's cluster, which is running afterwards.

    Makes and starts what is missing. Safe to call from several processes at once.

    Raises:
        ClusterUnavailable: it cannot be made or started; says what would help.
    """
    try:
        folders = folders_for(home)
        prepare(folders)
        with _alone(folders):
            if not _is_listening(folders):
                _bring_up(folders)
    except OSError as error:
        raise ClusterUnavailable(
            f"The private database cannot be kept in {home}: {error}. Set ASSETMAP_HOME"
            " to a folder that you can write to."
        ) from error
    return f"postgresql+psycopg://{NAME}@/{NAME}?host={quote(str(folders.socket))}"


def stop(home: Path) -> None:
    """Stop the cluster, if it runs, once its open transactions are rolled back."""
    folders = folders_for(home)
    if not folders.base.exists():
        return
    with _alone(folders):
        if _is_alive(folders):
            _pg_ctl(folders, find_programs(_major(folders)), "stop", "-m", "fast")


def status(home: Path) -> ClusterStatus:
    """Whether the cluster runs, and where it is; starts nothing."""
    folders = folders_for(home)
    major = _major(folders)
    return ClusterStatus(
        running=_is_listening(folders),
        version=find_programs(major).version if major else None,
        socket=folders.socket,
        data=folders.data,
    )


@contextmanager
def _alone(folders: Folders) -> Iterator[None]:
    """Hold the cluster's folder while other processes wait."""
    handle = os.open(folders.base, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _bring_up(folders: Folders) -> None:
    programs = find_programs(_major(folders))
    if not folders.data.exists():
        _create(folders, programs)
    if _is_alive(folders):
        # It runs but its socket is gone, as when a temporary folder is swept.
        _pg_ctl(folders, programs, "stop", "-m", "fast")
    _drop_another_programs_lock(folders)
    write_settings(folders)
    _start(folders, programs)


def _create(folders: Folders, programs: Programs) -> None:
    """Make the data folder under another name first, so that it is whole or absent."""
    new = folders.base / "data.new"
    shutil.rmtree(new, ignore_errors=True)
    initdb = [programs.path("initdb"), "--pgdata", str(new), "--username", NAME]
    initdb += ["--auth-local=trust", "--auth-host=reject"]
    _must(folders, [*initdb, "--encoding=UTF8", "--locale=C.UTF-8"])
    single = [programs.path("postgres"), "--single", "-D", str(new), "postgres"]
    _must(folders, single, said=f"CREATE DATABASE {NAME}\n")
    include_settings(new)
    new.rename(folders.data)


def _start(folders: Folders, programs: Programs) -> None:
    """Start the server; what a killed one leaves running may take seconds to end."""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(0.5)
        done = _pg_ctl(folders, programs, "start", "-l", str(folders.log))
        if done.returncode == 0:
            return
    raise ClusterUnavailable(
        f"PostgreSQL did not start. The last lines of {folders.log}:\n"
        + "\n".join(folders.log.read_text(errors="replace").splitlines()[-5:]),
        log=str(folders.log),
    )


def _pg_ctl(
    folders: Folders, programs: Programs, *words: str
) -> subprocess.CompletedProcess[str]:
    command = [programs.path("pg_ctl"), "-D", str(folders.data), "-w"]
    return _run(folders, [*command, "-t", str(PATIENCE_S), *words])


def _must(folders: Folders, command: list[str], said: str = "") -> None:
    done = _run(folders, command, said)
    if done.returncode:
        raise ClusterUnavailable(f"{command[0]} failed: {done.stderr.strip()}")


def _run(
    folders: Folders, command: list[str], said: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a server program as the cluster's owner, whatever we were started with."""
    as_root = os.geteuid() == 0
    return subprocess.run(  # noqa: S603 - our own choice of programs and words
        command,
        input=said,
        capture_output=True,
        text=True,
        check=False,
        cwd=folders.base,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        user=folders.owner.uid if as_root else None,
        group=folders.owner.gid if as_root else None,
        extra_groups=[] if as_root else None,
        umask=0o077,
    )


def _is_listening(folders: Folders) -> bool:
    with socket.socket(socket.AF_UNIX) as door:
        try:
            door.connect(str(folders.socket / f".s.PGSQL.{PORT}"))
        except OSError:
            return False
    return True


def _is_alive(folders: Folders) -> bool:
    """Whether the process that the data folder names is still its server."""
    pid = _pid_in(folders.data / "postmaster.pid")
    try:
        return pid is not None and Path(f"/proc/{pid}/cwd").readlink() == folders.data
    except OSError:
        return False


def _drop_another_programs_lock(folders: Folders) -> None:
    """Remove lock files whose number now belongs to some other program.

    PostgreSQL sees by itself that a number is free again. After a restart of the
    machine the number may be taken, and then it would refuse to start.
    """
    pid_file = folders.data / "postmaster.pid"
    for file in (pid_file, folders.socket / f".s.PGSQL.{PORT}.lock"):
        pid = _pid_in(file)
        if pid is not None and Path(f"/proc/{pid}").exists():
            file.unlink()


def _pid_in(file: Path) -> int | None:
    try:
        return int(file.read_text().split()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None


def _major(folders: Folders) -> int | None:
    """The PostgreSQL version that made the data folder; None before it is made."""
    try:
        return int((folders.data / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None
