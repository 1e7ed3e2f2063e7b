"""The form of the page to draw on: its fields, what they say, and the map beside it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson
from fastapi import Response
from sqlalchemy.orm import Session

from assetmap.errors import AssetmapError, BadValue
from assetmap.neighbourhoods.links.model import YEARS_LIVED, ShownLink
from assetmap.neighbourhoods.sketches.model import DrawnSketch
from assetmap.publish.deps import BadBody
from assetmap.publish.drawings.sent import Sent
from assetmap.publish.web.drawing_map import drawing_map, may_draw
from assetmap.publish.web.rendering import page, private

Fields = dict[str, str]
Questions = Iterable[Mapping[str, Any]]

MOST_FIELDS = 100
_APART = re.compile(r"[,;\s]*[,;\r\n]+[,;\s]*")


def fields_of(raw: bytes) -> Fields:
    """The fields of a form, which is no longer than the service reads.

    Raises:
        BadBody: it has more fields than any form of ours.
    """
    text = raw.decode("utf-8", "replace")
    if text.count("&") >= MOST_FIELDS:
        raise BadBody(f"The form has over {MOST_FIELDS} fields.")
    pairs = parse_qsl(text, keep_blank_values=True)
    return {name: value.replace("\0", "") for name, value in pairs}


def sent_by(questions: Questions, said: Fields) -> Sent:
    """What the fields of a form send of a drawing.

    Raises:
        BadValue: they draw nothing, or name postcodes too, or the shape is no GeoJSON.
    """
    named = [each for each in _APART.split(said.get("postcodes", "")) if each.strip()]
    shape = said.get("geojson", "").strip()
    if shape and named:
        raise BadValue("geojson", "", "stands beside postcodes: send one of both")
    answers = {each["id"]: said.get(f"answer-{each['id']}", "") for each in questions}
    return Sent(
        geometry=_geometry(shape) if shape else None,
        postcodes=None if shape else named,
        note=said.get("note", "").strip() or None,
        answers=answers,
    )


def _geometry(text: str) -> Any:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadValue("geojson", "", f"is not GeoJSON: {error}") from error
    if found is None:
        raise BadValue("geojson", "", "is empty")
    return found


def fields_to_change(questions: Questions, found: DrawnSketch) -> Fields:
    """The fields of a form that would send a drawing as it is stored."""
    said = {**(found.answers or {})}
    if found.years_lived is not None:
        said[YEARS_LIVED] = found.years_lived
    told = {each["id"]: _word(said.get(each["id"])) for each in questions}
    return {
        "geojson": orjson.dumps(found.geometry).decode(),
        "note": found.note or "",
        **{f"answer-{name}": word for name, word in told.items()},
    }


def _word(answer: Any) -> str:
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    return f"{answer:g}" if isinstance(answer, float) else str(answer or "")


def wrong_field(error: AssetmapError) -> str:
    """The field of the form that an error is about."""
    column = str(error.facts.get("column") or error.facts.get("location") or "")
    if column.startswith("answers."):
        return "answer-" + column.removeprefix("answers.")
    return "geojson" if column in {"geometry", "geojson"} else "postcodes"


@dataclass(frozen=True)
class Shown:
    """A form as it is shown: of which link, and what its fields say."""

    secret: str
    link: ShownLink
    said: Fields = field(default_factory=dict)
    is_change: bool = False


def form_page(
    session: Session,
    shown: Shown,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    """The page: what is asked, a map to draw on, and what is wrong if anything is."""
    answer = page(
        "draw.html",
        status,
        link=shown.link,
        secret=shown.secret,
        said=shown.said,
        is_change=shown.is_change,
        errors=errors or {},
        map=drawing_map(session, shown.link.neighbourhood_id),
    )
    return may_draw(private(answer))
