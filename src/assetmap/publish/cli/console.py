"""What commands share: results on stdout, progress on stderr, and exit codes.

0 is done, 1 done with refused rows, 2 wrong use or nothing done.
"""

import csv
import os
import pwd
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import orjson
import psycopg
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
from rich.progress import TimeElapsedColumn as Elapsed
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from assetmap.accounts.masking import masked
from assetmap.db import migrate
from assetmap.db.engine import database_url, make_engine
from assetmap.errors import AssetmapError
from assetmap.issues import RowIssue
from assetmap.jobs.progress import Progress as Watched
from assetmap.publish.export.csv_cells import safe_cell
from assetmap.settings import settings

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

DONE, REFUSED, NOTHING = 0, 1, 2
SHOWN_ISSUES = 20


def engine() -> Engine:
    """The engine of commands: no statement of theirs is cut off."""
    chosen = settings()
    return make_engine(database_url(chosen), chosen.pool_size, 0, operator=operator())


def operator() -> str:
    """The user of the operating system, whose the writes of a command are."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"user {os.getuid()}"


def migrated_engine() -> Engine:
    """The engine of commands that need the tables of this version.

    Raises:
        DatabaseNotMigrated: the database has them not.
    """
    found = engine()
    migrate.require_current(found)
    return found


@contextmanager
def telling() -> Iterator[None]:
    """Tell errors that are meant for the user, and leave with their exit code."""
    try:
        yield
    except AssetmapError as error:
        err.print(f"[bold red]{error.title}:[/] ", end="")
        err.print(str(error), markup=False)
        raise typer.Exit(NOTHING) from error
    except (DBAPIError, psycopg.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        reason = masked(str(cause).strip().splitlines()[0])
        err.print("[bold red]Database:[/] ", end="")
        err.print(reason, markup=False)
        raise typer.Exit(NOTHING) from error


@contextmanager
def watching() -> Iterator[Watched]:
    """Progress on stderr: a bar for somebody who watches, a line a step otherwise."""
    if not err.is_terminal:
        yield _plain()
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, Elapsed(), console=err, transient=True) as bar:
        task = bar.add_task("", total=None)

        def show(doing: str, done: int, total: int) -> None:
            bar.update(task, description=doing, completed=done, total=total or None)

        yield show


def _plain() -> Watched:
    told: list[str] = []

    def show(doing: str, done: int, total: int) -> None:
        if doing not in told[-1:]:
            told.append(doing)
            err.print(f"  {doing} …", markup=False)

    return show


def print_json(body: object) -> None:
    """Print a body as JSON on stdout."""
    text = orjson.dumps(
        body, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY, default=str
    )
    sys.stdout.write(text.decode() + "\n")


def report(issues: Sequence[RowIssue], to: Path | None) -> int:
    """List the rows at fault on stdout (all in a CSV if asked), and give the exit code.

    Exit code 1 says that rows were refused.
    """
    for issue in issues[:SHOWN_ISSUES]:
        out.print(str(issue), markup=False)
    if len(issues) > SHOWN_ISSUES:
        hint = "" if to else "; --report FILE.csv lists them all"
        out.print(f"… and {len(issues) - SHOWN_ISSUES} more{hint}", markup=False)
    if to is not None:
        write_report(issues, to)
    return exit_code(issues)


def exit_code(issues: Sequence[RowIssue]) -> int:
    """1 if rows were refused, else 0."""
    refused = any(issue.outcome == "refused" for issue in issues)
    return REFUSED if refused else DONE


def write_report(issues: Sequence[RowIssue], to: Path) -> None:
    """Write every row at fault to a CSV."""
    with to.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "line", "column", "value", "reason", "outcome"])
        for each in issues:
            texts = map(safe_cell, (each.column, each.value, each.reason, each.outcome))
            writer.writerow([safe_cell(each.file), each.line, *texts])
