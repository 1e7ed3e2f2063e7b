"""``assetmap history``: which council was and is this, and what became of a code."""

import re
from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from assetmap.db.engine import session_scope
from assetmap.people.model import PostcodeNotFound
from assetmap.publish.cli.console import migrated_engine, out, print_json, telling
from assetmap.publish.cli.options import day_of
from assetmap.publish.export.figures import sources
from assetmap.publish.export.lookups import asked
from assetmap.publish.export.lookups.asked import Asked
from assetmap.publish.export.lookups.history import (
    code_json,
    code_text,
    place_json,
    place_text,
)
from assetmap.reconciliation.lookups.history import history_of_code, history_of_place
from assetmap.sources.days import today
from assetmap.sources.postcodes.form import find_postcode_form

_DEGREES = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*")


def history(
    what: Annotated[str, typer.Argument(help="A postcode, LON,LAT or a code.")],
    as_at: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day asked about; absent: today."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say which council, ward and so on was and is a place, or what became of a code.

    WHAT is a postcode, a longitude and latitude joined by a comma, or a code such as
    E07000026.
    """
    with telling(), session_scope(migrated_engine()) as session:
        place = _place(session, what)
        if place is None:
            of_code = history_of_code(session, what)
            body, text = code_json(of_code), code_text(of_code)
            said = of_code.attribution
        else:
            day = day_of(as_at) or today()
            if place.place is None:
                raise PostcodeNotFound(str(place.query["postcode"]))
            found = history_of_place(session, place.place, day)
            body, text = place_json(place, found, day), place_text(what, found)
            said = found.attribution
    if as_json:
        print_json(body)
    else:
        out.print(text, markup=False)
        out.print("\n" + sources(said), markup=False)


def _place(session: Session, what: str) -> Asked | None:
    """The place that was asked about; None if it reads as a code."""
    if match := _DEGREES.fullmatch(what):
        return asked.by_degrees(float(match[1]), float(match[2]))
    if find_postcode_form(what):
        return asked.asked_postcodes(session, [what])[0]
    return None
