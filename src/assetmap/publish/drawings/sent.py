"""A drawing as it was sent: ground that was drawn, or named by its postcodes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import pyproj
from sqlalchemy.orm import Session

from assetmap.crs import NATIONAL_GRID
from assetmap.footprints.from_postcodes import ground_of_postcodes
from assetmap.issues import RowIssue
from assetmap.neighbourhoods.links.model import YEARS_LIVED
from assetmap.neighbourhoods.model import Sketch
from assetmap.neighbourhoods.sketched import sketch_of
from assetmap.neighbourhoods.sketches.model import SOURCE
from assetmap.publish.deps import BadBody
from assetmap.settings import settings
from assetmap.sources.spatial.geojson import BadGeometry, geometry_of, polygon_of
from assetmap.sources.spatial.reference_systems import DEGREES


@dataclass(frozen=True)
class Sent:
    """What somebody sends: a GeoJSON geometry in CRS84 or postcodes, and what they say.

    ``resident`` tells them from others, before it is hashed.
    """

    geometry: Any = None
    postcodes: Sequence[str] | None = None
    years_lived: float | None = None
    note: str | None = None
    answers: Mapping[str, Any] | None = None
    resident: str | None = None


def sent_in(body: object) -> Sent:
    """What a body of any kind sends of a drawing: the members of these names."""
    return Sent(**{each.name: getattr(body, each.name, None) for each in fields(Sent)})


def sketch_in(session: Session, sent: Sent) -> tuple[Sketch, list[RowIssue]]:
    """The sketch, read as one in a file would be; and what was mended or left out.

    Raises:
        BadBody: it has neither a geometry nor postcodes, or both.
        BadSketch, BadPostcodes: they cannot be used.
    """
    given = dict(sent.answers or {})
    years = given.pop(YEARS_LIVED, sent.years_lived)
    said = {"years_lived": years, "note": sent.note, "resident": sent.resident}
    columns = {name: each for name, each in said.items() if each not in (None, "")}
    shape, system, made_how = _ground(session, sent)
    sketch, issues = sketch_of(shape, system, columns, SOURCE, "")
    whole = replace(sketch, source_ref=None, answers=given or None, made_how=made_how)
    return whole, issues


def _ground(session: Session, sent: Sent) -> tuple[Any, pyproj.CRS, str | None]:
    if (sent.geometry is None) == (sent.postcodes is None):
        said = "draw the ground as geometry, or name its postcodes, not both."
        raise BadBody(f"geometry: {said}", location="geometry")
    if sent.postcodes is None:
        return drawn(sent.geometry), DEGREES, None
    found = ground_of_postcodes(session, sent.postcodes)
    return found.shape, pyproj.CRS(NATIONAL_GRID), found.made_how


def drawn(geometry: Any, is_ground: bool = True) -> Any:
    """The shape in CRS84 of a GeoJSON member; ground only, or any kind; None stays.

    Raises:
        BadGeometry: it cannot be read; says where, and of which member.
    """
    if geometry is None:
        return None
    try:
        read = polygon_of if is_ground else geometry_of
        return read(geometry, settings().max_vertices)
    except BadGeometry as bad:
        bad.facts.setdefault("column", "geometry")
        raise
