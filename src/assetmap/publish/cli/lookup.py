"""``assetmap lookup``: what holds a postcode, or each row of a CSV file."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from sqlalchemy.orm import Session

from assetmap.boundaries.model import KIND_NAMES
from assetmap.db.engine import session_scope
from assetmap.db.locks import hold_postcodes
from assetmap.errors import BadFile
from assetmap.publish.cli.console import (
    DONE,
    REFUSED,
    err,
    migrated_engine,
    print_json,
    telling,
)
from assetmap.publish.export.figures import sources
from assetmap.publish.export.lookups.bulk import answered, chosen_sets
from assetmap.publish.export.lookups.csv_answers import csv_answer
from assetmap.publish.export.lookups.single import answer_postcode
from assetmap.publish.export.lookups.table import asked_rows, read_lookup_table
from assetmap.settings import Settings, settings
from assetmap.sources.days import today
from assetmap.sources.tabular.text_lines import opened


def lookup(
    what: Annotated[str, typer.Argument(help="A postcode, or a CSV file of places.")],
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", help="A boundary set; may be repeated. Absent: all."),
    ] = None,
    as_at: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    to: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write here, not to stdout.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say which boundaries, PCNs and neighbourhoods hold WHAT.

    The rows of a file come back in their order, each with what holds its postcode,
    grid point or degrees. Exits 1 if a row could not be looked up.
    """
    day = as_at.date() if as_at else today()
    missed = 0
    with telling(), session_scope(migrated_engine()) as session:
        if Path(what).is_file() or "." in what:
            text, missed = _file(session, Path(what), sets, day, as_json)
            write(text, to)
        else:
            told = orjson.loads(answer_postcode(session, what, sets, day, settings()))
            if as_json and to is None:
                print_json(told)
            else:
                text = orjson.dumps(told).decode() if as_json else _words(told)
                write(f"{text}\n", to)
    raise typer.Exit(REFUSED if missed else DONE)


def _file(
    session: Session, path: Path, sets: list[str] | None, day: date, as_json: bool
) -> tuple[str, int]:
    """The answer about the rows of a file, and how many could not be looked up."""
    with opened(path) as stream:
        sent = stream.read()
    unlimited = settings().model_copy(update={"max_lookups": sys.maxsize})
    if as_json:
        text, rows, missed = _json(session, sent, sets, day, unlimited)
    else:
        found = csv_answer(session, sent, sets, day, unlimited)
        text, rows, missed = found.text, found.rows, found.missed
    err.print(f"{rows - missed:,} of {rows:,} rows looked up", markup=False)
    return text, missed


def _json(
    session: Session,
    sent: bytes,
    sets: list[str] | None,
    day: date,
    unlimited: Settings,
) -> tuple[str, int, int]:
    table = read_lookup_table(sent)
    hold_postcodes(session)
    chosen = chosen_sets(session, sets, day)
    asked = asked_rows(session, table)
    text = answered(session, asked, chosen, day, unlimited).decode() + "\n"
    return text, len(asked), sum(each.place is None for each in asked)


def write(text: str, to: Path | None) -> None:
    """Write a result to a file, or to stdout.

    Raises:
        BadFile: it cannot be written.
    """
    if to is None:
        sys.stdout.write(text)
        return
    try:
        to.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise BadFile(to.name, f"cannot be written: {error.strerror}") from error
    err.print(f"{to} written", markup=False)


def _words(told: dict[str, Any]) -> str:
    """One answer as a person reads it."""
    lines = [told["query"]["postcode"]]
    if told["is_live"] is False:
        lines.append(f"  This postcode has ended ({told['ended'] or 'no date'}).")
    lines += [
        f"  {KIND_NAMES[each['kind']]}: {each['name']} ({each['code']}), {each['set']}"
        for each in told["boundaries"]
    ]
    lines += [
        f"  PCN: {each['name']} ({each['code']}), {each['set']}"
        for each in told["catchments"]
    ]
    lines += [
        f"  Neighbourhood: {each['name']}, in {_share(each['consensus'])} of "
        f"{each['sketches']} sketches"
        for each in told["neighbourhoods"]
    ]
    return "\n".join([*lines, "", sources(told["attribution"])])


def _share(told: float) -> str:
    """The share of sketches; how few leave a place out may not be told."""
    return f"{told:.0%}" if told < 1 else "nearly all or all"
