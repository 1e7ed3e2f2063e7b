"""What every answer says of how it was made, so that it can be made again.

Nothing here tells the time: the same question of the same loads has the same bytes.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from assetmap import __version__
from assetmap.footprints.inputs import Input

Json = dict[str, Any]

METHODS = {
    "area": "membership integrated over the ground shared, exactly, in EPSG:27700",
    "people": "people of building blocks shared out to the places of postcodes, each "
    "by the membership there",
    "postcodes": "places of postcodes, each by the membership there",
    "assets": "open assets, points by the membership there, areas and lines by their "
    "share in it",
}


def inputs_json(inputs: Iterable[Input]) -> list[Json]:
    """The loads that an answer was made from; no sha256 where it was not one file."""
    return [_input(each) for each in inputs]


def _input(each: Input) -> Json:
    told = {"set": each.name, "version": each.version, "sha256": each.sha256 or None}
    return told if each.rows is None else {**told, "rows": each.rows}


def made_json(
    method: Mapping[str, Any], settings: Mapping[str, Any], inputs: Iterable[Input]
) -> Json:
    """Method, settings, inputs and the version that put them together."""
    return {
        "method": dict(method),
        "settings": dict(settings),
        "inputs": inputs_json(inputs),
        "assetmap": __version__,
    }
