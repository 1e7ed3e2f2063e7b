"""Doing a load, or leaving it to the worker, and who asks for it."""

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
from assetmap.publish.cli.console import (
    err,
    migrated_engine,
    operator,
    out,
    telling,
    watching,
)
from assetmap.publish.loads.asking import ask
from assetmap.publish.loads.registry import FileLoad, Given
from assetmap.settings import settings

Options = TypeVar("Options", bound=BaseModel)
Done = TypeVar("Done")


def given(path: Path, loaded_by: str | None = None) -> Given:
    """A file that is loaded by whoever is named, else by whoever gave the command."""
    return Given(path, loaded_by or who_loads())


def who_loads() -> str:
    """Who loads, by the setting, or as the operating system calls them."""
    return settings().loaded_by or operator()


def done_or_queued(
    load: FileLoad,
    work: Callable[[Session, Given, Options, Progress], Done],
    file: Given,
    options: Options,
    queue: bool,
) -> Done:
    """What a load did, in one transaction; a load that is queued ends the command."""
    if queue:
        enqueue(load, file, options)
        raise typer.Exit
    with watching() as progress, session_scope(migrated_engine()) as session:
        return work(session, file, options, progress)


def enqueue(load: FileLoad, file: Given, options: BaseModel) -> None:
    """Copy a file into the spool and ask for a job that loads it; print its id."""
    with telling():
        engine, folder = migrated_engine(), settings().spool
        try:
            kept = spool.copy_in(folder, file.path)
        except OSError as error:
            raise BadFile(file.path.name, error.strerror or "cannot be read") from error
        try:
            with session_scope(engine) as session:
                load.check(session, options)
                job, is_new = ask(session, load, kept, options, file.loaded_by)
        except BaseException:
            spool.remove(folder, kept.folder)
            raise
        if not is_new:
            spool.remove(folder, kept.folder)
            err.print("The same load waits or runs already.")
    out.print(str(job.id), markup=False)
