"""Leaving a load to the worker."""

from pathlib import Path

from pydantic import BaseModel

from assetmap.db.engine import session_scope
from assetmap.errors import BadFile
from assetmap.jobs import spool
from assetmap.publish.cli.console import err, migrated_engine, out, telling
from assetmap.publish.loads.asking import ask
from assetmap.publish.loads.registry import COMMAND_LINE, FileLoad
from assetmap.settings import settings


def enqueue(load: FileLoad, path: Path, options: BaseModel) -> None:
    """Copy a file into the spool and ask for a job that loads it; print its id."""
    with telling():
        engine, folder = migrated_engine(), settings().spool
        try:
            file = spool.copy_in(folder, path)
        except OSError as error:
            raise BadFile(path.name, error.strerror or "cannot be read") from error
        try:
            with session_scope(engine) as session:
                load.check(session, options)
                job, is_new = ask(session, load, file, options, COMMAND_LINE)
        except BaseException:
            spool.remove(folder, file.folder)
            raise
        if not is_new:
            spool.remove(folder, file.folder)
            err.print("The same load waits or runs already.")
    out.print(str(job.id), markup=False)
