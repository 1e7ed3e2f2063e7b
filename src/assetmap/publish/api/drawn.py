"""The drawing in a body: ground that was drawn, or named by its postcodes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pyproj
from sqlalchemy.orm import Session

from assetmap.crs import NATIONAL_GRID
from assetmap.footprints.from_postcodes import ground_of_postcodes
from assetmap.neighbourhoods.ingest import sketch_of
from assetmap.neighbourhoods.links.model import YEARS_LIVED
from assetmap.neighbourhoods.model import Sketch
from assetmap.neighbourhoods.sketches.model import SOURCE
from assetmap.publish.api.bodies import DrawnByLink, Redrawn, SketchIn
from assetmap.publish.api.sent import drawn, issues_told
from assetmap.publish.deps import BadBody
from assetmap.sources.spatial.reference_systems import DEGREES


def sketch_in(
    session: Session,
    body: SketchIn | Redrawn | DrawnByLink,
    more: Mapping[str, Any],
    answers: Mapping[str, Any] | None = None,
) -> tuple[Sketch, list[dict[str, str]]]:
    """The drawing in a body, as one in a file would be read; and what was mended.

    Raises:
        BadBody: it has neither a geometry nor postcodes, or both.
        BadSketch, BadPostcodes: they cannot be used.
    """
    given = dict(answers or {})
    years = given.pop(YEARS_LIVED, getattr(body, "years_lived", None))
    said = {"years_lived": years, "note": body.note, **more}
    columns = {name: each for name, each in said.items() if each not in (None, "")}
    shape, system, made_how = _ground(session, body)
    sketch, issues = sketch_of(shape, system, columns, SOURCE, "")
    whole = replace(sketch, source_ref=None, answers=given or None, made_how=made_how)
    return whole, issues_told(issues)


def _ground(
    session: Session, body: SketchIn | Redrawn | DrawnByLink
) -> tuple[Any, pyproj.CRS, str | None]:
    if (body.geometry is None) == (body.postcodes is None):
        said = "draw the ground as geometry, or name its postcodes, not both."
        raise BadBody(f"geometry: {said}", location="geometry")
    if body.postcodes is None:
        return drawn(body.geometry), DEGREES, None
    found = ground_of_postcodes(session, body.postcodes)
    return found.shape, pyproj.CRS(NATIONAL_GRID), found.made_how
