"""A home with a private database: a new one for the run, or one that is loaded."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assetmap.db import cluster


@dataclass(frozen=True)
class Home:
    """A folder that holds, or will hold, a private database."""

    folder: Path
    is_new: bool

    @property
    def url(self) -> str:
        """The address of its database for SQLAlchemy, which runs afterwards."""
        return cluster.ensure(self.folder)

    @property
    def address(self) -> str:
        """The address of its database for psycopg."""
        return self.url.replace("postgresql+psycopg://", "postgresql://")

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return cluster.status(self.folder).data


@contextmanager
def new_home() -> Iterator[Home]:
    """A home in a temporary folder, whose server stops when the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="assetmap-bench-"))
    # The server runs as another user when this runs as root; its own folder inside
    # is closed to everybody else.
    folder.chmod(0o755)
    try:
        yield Home(folder, is_new=True)
    finally:
        base = cluster.status(folder).data.parent
        cluster.stop(folder)
        shutil.rmtree(base, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
