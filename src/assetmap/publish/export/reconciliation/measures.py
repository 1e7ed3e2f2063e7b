"""Which measures an answer tells by: all, or those that were asked for."""

from collections.abc import Collection
from typing import Any

from assetmap.errors import BadParameter, Invalid
from assetmap.people.model import POSTCODES

MEASURES = ("area", "people", "assets")


class MeasureNotCounted(Invalid):
    """A measure is asked for by which nothing is counted here."""

    title = "Measure not counted"

    def __init__(self) -> None:
        reason = "Postcodes are not counted where people are: ask for people."
        super().__init__(reason, measure=POSTCODES, measures=MEASURES)


def measures_in(text: str, parameter: str = "measures") -> list[str]:
    """The measures that are named in a text, joined by commas.

    Raises:
        BadParameter: one is not a measure, or there is none.
    """
    found = [each.strip() for each in text.split(",") if each.strip()]
    if not found:
        raise BadParameter(parameter, text, "names nothing")
    for each in found:
        if each not in {*MEASURES, POSTCODES}:
            raise BadParameter(parameter, each, "is not area, people or assets")
    return found


def kept_of(measures: Collection[str], counted: str) -> set[str]:
    """The measures that are asked for; ``people`` stands for whatever is counted.

    Raises:
        MeasureNotCounted: postcodes are asked for where people are counted.
    """
    if POSTCODES in measures and counted != POSTCODES:
        raise MeasureNotCounted()
    return {counted if each == "people" else each for each in measures}


_OF_AREA = ("overlap_m2", "m2", "area_m2", "fractional_m2")


def drop(body: Any, measures: Collection[str]) -> None:
    """Take out whatever an answer says by some measures."""
    if isinstance(body, list):
        for each in body:
            drop(each, measures)
    if not isinstance(body, dict):
        return
    for key in list(body):
        if any(_is_by(key, measure) for measure in measures):
            del body[key]
        elif isinstance(body[key], dict) and body[key].get("by") in measures:
            body[key] = None
        elif key == "measures":
            body[key] = [each for each in body[key] if each not in measures]
        else:
            drop(body[key], measures)


def _is_by(key: str, measure: str) -> bool:
    if measure == "assets" and key in {"severed_assets", "assets_by_category"}:
        return True
    if measure == "area" and key in _OF_AREA:
        return True
    if key == "patients" and measure in {"people", POSTCODES}:
        return True
    parts = key.split("_")
    return key == measure or parts[-1] == measure or parts[0] == measure != "assets"
