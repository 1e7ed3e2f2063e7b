"""What a boundary set says of itself: what is told of it, and what its file tells."""

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from assetmap.boundaries.model import BadBoundarySet, SetDescription
from assetmap.sources.boundaries.column_names import Columns
from assetmap.sources.boundaries.ons import first_day, resolution_in
from assetmap.sources.source_toml import Source
from assetmap.sources.spatial.vector import Layer

NOT_STATED = "not stated"


@dataclass(frozen=True)
class SetFacts:
    """What somebody says of a set; None for what is left to others or to its file."""

    name: str | None = None
    kind: str | None = None
    title: str | None = None
    vintage: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    series: str | None = None
    resolution: str | None = None
    publisher: str | None = None
    licence: str | None = None
    attribution: str | None = None
    made_how: str | None = None
    source: str | None = None
    snap_m: float | None = None
    note: str | None = None

    def or_else(self, other: "SetFacts") -> "SetFacts":
        """These facts, and those of another where these say nothing."""
        ours = {each.name: getattr(self, each.name) for each in fields(self)}
        said = {name: value for name, value in ours.items() if value is not None}
        return replace(other, **said)


_TEXTS = tuple(
    each.name
    for each in fields(SetFacts)
    if each.name not in {"valid_from", "valid_to", "snap_m"}
)


def facts_in(told: Source) -> SetFacts:
    """What a ``source.toml`` says of a set.

    Raises:
        BadBoundarySet: it says a number in words.
    """
    found: dict[str, Any] = {
        each: told.text("address" if each == "source" else each) or None
        for each in _TEXTS
    }
    found |= {each: told.day(each) for each in ("valid_from", "valid_to")}
    snap = told.told.get("snap_m")
    if snap is not None and not isinstance(snap, int | float):
        raise BadBoundarySet(f"source.toml: snap_m {snap!r} is no number of metres.")
    return SetFacts(**found, snap_m=snap)


def description_of(facts: SetFacts, layer: Layer, columns: Columns) -> SetDescription:
    """The description of a set: what is said of it, else what its file tells.

    The names of ONS tell kind and vintage; those of files and layers the resolution;
    and output areas, and what is built from them, hold from the day of their census.

    Raises:
        BadBoundarySet: something that it must say is told by neither.
    """
    said = facts.or_else(_told_by(layer, columns))
    return _described(replace(said, kind=facts.kind or columns.kind or "custom"))


def described_by(told: Source) -> SetDescription:
    """The description of a set that its ``source.toml`` tells whole.

    Raises:
        BadBoundarySet: it lacks what a set must say.
    """
    return _described(facts_in(told))


def check_facts(facts: SetFacts) -> None:
    """Nothing, if a set can be as it is told, whatever its file will tell.

    Raises:
        BadBoundarySet: it cannot.
    """
    _described(facts.or_else(SetFacts("a-set", "custom", valid_from=date.min)))


def _described(said: SetFacts) -> SetDescription:
    needed = (
        ("--set", said.name),
        ("--kind", said.kind),
        ("--valid-from", said.valid_from),
    )
    missing = [option for option, value in needed if not value]
    if missing:
        raise BadBoundarySet(
            f"Give {' and '.join(missing)}, or --source FILE.toml that says so.",
            missing=missing,
        )
    texts: dict[str, Any] = {each: getattr(said, each) or "" for each in _TEXTS}
    publisher = said.publisher or NOT_STATED
    texts |= {
        "title": said.title or said.name,
        "publisher": publisher,
        "licence": said.licence or NOT_STATED,
        "attribution": said.attribution or f"Source: {publisher}",
        "made_how": said.made_how or "published",
    }
    return SetDescription(
        **texts,
        valid_from=said.valid_from or date.min,
        valid_to=said.valid_to,
        snap_m=said.snap_m or 0.0,
    )


def _told_by(layer: Layer, columns: Columns) -> SetFacts:
    """What a file tells of the set that it holds."""
    year = columns.year
    is_named = columns.kind and columns.kind != "custom" and year is not None
    return SetFacts(
        name=f"{columns.kind.replace('_', '-')}-{year}" if is_named else None,
        vintage=None if year is None else str(year),
        valid_from=first_day(columns.kind, year),
        resolution=resolution_in(layer.layer, layer.part, layer.file) or None,
        source=layer.file,
    )
