"""How a definition has moved, as the public contract writes it and as a table."""

from datetime import date
from math import nan
from typing import Any

import shapely
from sqlalchemy.orm import Session

from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.people import counts as people_counts
from assetmap.publish.export.agreed.definitions import published
from assetmap.publish.export.agreed.withheld import (
    people_withheld,
    release_json,
    suppressed_of,
)
from assetmap.publish.export.consensus import SIMULATED
from assetmap.publish.export.figures import area, percent
from assetmap.publish.export.geojson import feature_collection
from assetmap.reconciliation.agreed.moved import PARTS, Moved

Json = dict[str, Any]

ERASED = (
    "Both are what was published: counts by square. A drawing that was withdrawn "
    "since is erased; it stands in those counts with others, and cannot be had from "
    "them."
)
SAME = "Nothing was published anew between the two days."


def moved_json(
    session: Session,
    row: NeighbourhoodRow,
    found: Moved,
    days: tuple[date, date | None],
) -> Json:
    """The ground that is kept, gained and lost, with its size and its people."""
    shapes = [getattr(found.between, name) for name in PARTS]
    body = feature_collection(
        [
            {
                "type": "Feature",
                "id": f"{row.slug}-{name}",
                "properties": {
                    "neighbourhood": row.slug,
                    "part": name,
                    "area_m2": float(shapely.area(shape)),
                    found.measure: found.people[name],
                },
                "geometry": geometry,
            }
            for name, shape, geometry in zip(
                PARTS, shapes, published(shapes), strict=True
            )
        ]
    )
    body |= {
        "neighbourhood": row.slug,
        "from": {"asked": days[0], "release": release_json(found.earlier)},
        "to": {"asked": days[1], "release": release_json(found.later)},
        "level": found.between.level,
        "agreement": found.between.agreement,
        "measure": found.measure,
        "published_on": f"whole squares of {found.later.grid_m} m of the National Grid",
        "is_simulated": row.is_simulated,
        "suppressed": [
            *suppressed_of(found.later),
            *people_withheld(
                [
                    ({"of": name}, nan if n is None else n)
                    for name, n in found.people.items()
                ]
            ),
        ],
        "notes": notes_of(row, found),
        "attribution": people_counts.attributions(session),
    }
    return body


def notes_of(row: NeighbourhoodRow, found: Moved) -> list[str]:
    """What must be known to read it."""
    notes = [SIMULATED] if row.is_simulated else []
    notes.append(ERASED)
    if found.earlier.number == found.later.number:
        notes.append(SAME)
    return notes


def moved_table(row: NeighbourhoodRow, found: Moved) -> str:
    """The same in words."""
    head = f"How {row.name} has moved"
    shared = percent(found.between.agreement)
    lines = [
        head,
        "=" * len(head),
        f"  {found.earlier.sketches:,} drawings then, {found.later.sketches:,} now;"
        f" the two agree by {shared}",
        "",
    ]
    for name in PARTS:
        ground = area(float(shapely.area(getattr(found.between, name))))
        held = found.people[name]
        people = "not told" if held is None else f"{held:,.0f}"
        lines.append(f"  {name:8}{ground:>12}{people:>12} {found.measure}")
    level = f"{found.between.level:.0%}".replace("%", " %")
    said = [f"Ground in at least {level} of the drawings.", *notes_of(row, found)]
    return "\n".join([*lines, "", *(f"  {each}" for each in said)])
