"""Where the private cluster keeps its files, and as which user it runs.

A PostgreSQL server refuses to run as root. Started by root, the cluster is handed to
the user ``postgres`` (or ``nobody``), who must be able to reach it: a home in a
root-only folder, such as /root/.local/share, is replaced by one under
/var/lib/assetmap. A cluster that is already there keeps its owner.
"""

import hashlib
import os
import pwd
import re
from dataclasses import dataclass
from pathlib import Path

from assetmap.db.postgres_programs import ClusterUnavailable

FOR_ROOT = Path("/var/lib/assetmap")
FOR_LONG_NAMES = Path("/tmp")  # noqa: S108 - used with a checked owner and mode
PORT = 5432
LONGEST_SOCKET = 99
"""The system allows 107 characters; some tools allow a little less."""


@dataclass(frozen=True)
class Owner:
    """The user that a cluster runs as."""

    uid: int
    gid: int
    name: str


@dataclass(frozen=True)
class Folders:
    """A cluster's folder, which holds all it writes, and its owner."""

    base: Path
    owner: Owner

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.base / "data"

    @property
    def log(self) -> Path:
        """The file that the server writes its messages to."""
        return self.base / "postgres.log"

    @property
    def socket(self) -> Path:
        """The folder of the server's socket, short enough for any system."""
        inside = self.base / "socket"
        fits = len(f"{inside}/.s.PGSQL.{PORT}") <= LONGEST_SOCKET
        if fits and re.fullmatch(r"[\w./+-]+", str(inside), re.ASCII):
            return inside
        return FOR_LONG_NAMES / f"assetmap-{self.owner.uid}-{_short_name(self.base)}"


def folders_for(home: Path) -> Folders:
    """Where the cluster of a home is, or will be."""
    base = home.resolve() / "cluster"
    if os.geteuid() == 0:
        return _as_root(base)
    return _as_ordinary_user(base, _user(os.geteuid()))


def prepare(folders: Folders) -> None:
    """Make the cluster's folder and its socket's, open to their owner only."""
    for folder in reversed(folders.base.parents):
        if not folder.exists():
            folder.mkdir(exist_ok=True)
            if os.geteuid() == 0:
                folder.chmod(0o755)
    for folder in (folders.base, folders.socket):
        _make_private(folder, folders.owner)


def give(path: Path, owner: Owner) -> None:
    """Make a path its owner's, where that is ours to do."""
    if os.geteuid() == 0:
        os.chown(path, owner.uid, owner.gid)


def _make_private(folder: Path, owner: Owner) -> None:
    """Make a folder that only its owner can enter; never take over a stranger's."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid not in (owner.uid, os.geteuid()):
        raise ClusterUnavailable(f"{folder} belongs to somebody else; remove it.")
    give(folder, owner)
    folder.chmod(0o700)


def _as_root(base: Path) -> Folders:
    keeper = _ordinary_keeper(base)
    if keeper:
        return Folders(base, keeper)
    stand_in = _stand_in_for_root()
    if not _can_reach(stand_in, base):
        base = FOR_ROOT / _short_name(base) / "cluster"
    return Folders(base, _ordinary_keeper(base) or stand_in)


def _as_ordinary_user(base: Path, me: Owner) -> Folders:
    keeper = _keeper(base) or me
    if keeper.uid != me.uid:
        raise ClusterUnavailable(
            f"The database in {base} belongs to the user {keeper.name}. Run this as"
            f" {keeper.name} or root, or set ASSETMAP_HOME to another folder."
        )
    return Folders(base, me)


def _keeper(base: Path) -> Owner | None:
    """The owner of a cluster that is already there."""
    try:
        return _user(base.stat().st_uid)
    except FileNotFoundError:
        return None


def _ordinary_keeper(base: Path) -> Owner | None:
    """The owner of a cluster; None, too, while it is root's, not yet handed over."""
    keeper = _keeper(base)
    return keeper if keeper and keeper.uid else None


def _stand_in_for_root() -> Owner:
    for name in ("postgres", "nobody"):
        try:
            return _user(pwd.getpwnam(name).pw_uid)
        except KeyError:
            continue
    raise ClusterUnavailable(
        "PostgreSQL does not run as root, and there is no user postgres or nobody to"
        " run it as. Run this as an ordinary user."
    )


def _user(uid: int) -> Owner:
    """A user by number; one without an entry, as in some containers, is itself."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return Owner(uid, os.getegid(), str(uid))
    return Owner(uid, entry.pw_gid, entry.pw_name)


def _can_reach(owner: Owner, path: Path) -> bool:
    """Whether a user may enter every folder above a path that exists so far."""
    return all(_may_enter(owner, above) for above in path.parents if above.exists())


def _may_enter(owner: Owner, folder: Path) -> bool:
    found = folder.stat()
    if found.st_uid == owner.uid:
        return bool(found.st_mode & 0o100)
    if found.st_gid in os.getgrouplist(owner.name, owner.gid):
        return bool(found.st_mode & 0o010)
    return bool(found.st_mode & 0o001)


def _short_name(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]
