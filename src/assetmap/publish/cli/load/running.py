"""Doing a load, or leaving it to the worker."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import typer
from pydantic import BaseModel
from sqlalchemy.orm import Session

from assetmap.db.engine import session_scope
from assetmap.errors import BadFile
from assetmap.jobs import spool
from assetmap.jobs.progress import Progress
from assetmap.publish.cli.console import err, migrated_engine, out, telling, watching
from assetmap.publish.loads.asking import ask
from assetmap.publish.loads.registry import COMMAND_LINE, FileLoad, Given
from assetmap.settings import settings

Options = TypeVar("Options", bound=BaseModel)
Done = TypeVar("Done")


def done_or_queued(
    load: FileLoad,
    work: Callable[[Session, Given, Options, Progress], Done],
    given: Given,
    options: Options,
    queue: bool,
) -> Done:
    """What a load did, in one transaction; a load that is queued ends the command."""
    if queue:
        enqueue(load, given.path, options)
        raise typer.Exit
    with watching() as progress, session_scope(migrated_engine()) as session:
        return work(session, given, options, progress)


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
