"""Migrations: which the database has, and bringing it up or down."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from assetmap.errors import Unavailable


class DatabaseNotMigrated(Unavailable):
    """The database has not the tables of this version."""

    title = "Database not migrated"


@dataclass(frozen=True)
class MigrationStatus:
    """The migration that the database stands at, and the newest there is."""

    current: str | None
    newest: str | None

    @property
    def is_current(self) -> bool:
        """Whether the database has every migration."""
        return self.current == self.newest


def project_folder(name: str) -> Path:
    """A folder of the project: in a checkout at its root, else inside the package."""
    package = Path(str(files("assetmap")))
    checkout = package.parents[1] / name
    return checkout if checkout.is_dir() else package / f"_{name}"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(project_folder("migrations")))
    return config


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the database up to a migration."""
    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def downgrade(engine: Engine, to: str) -> None:
    """Take the database down to a migration; ``base`` is before the first."""
    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, to)


def status(engine: Engine) -> MigrationStatus:
    """Where the database stands."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return MigrationStatus(current, newest)


def require_current(engine: Engine) -> None:
    """Let pass only a database that has every migration.

    Raises:
        DatabaseNotMigrated: it has not.
    """
    found = status(engine)
    if not found.is_current:
        raise DatabaseNotMigrated(
            f"The database stands at {found.current or 'no migration'}, this version "
            f"needs {found.newest}: run 'assetmap db migrate'.",
            current=found.current,
            newest=found.newest,
        )
