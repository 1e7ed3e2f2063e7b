"""What of a feature is new: held against what it is shown as.

What is sent back as it was shown is no change. So a place that is shown as the centre
of a square, or is not shown, stays what it is, and so does what is not shown of it.
"""

from collections.abc import Collection as Names
from collections.abc import Mapping
from typing import Any

import orjson
import shapely
from shapely.geometry import mapping, shape

from assetmap.errors import BadValue
from assetmap.publish.features.collection import Collection
from assetmap.publish.features.systems import CRS84, System, in_degrees
from assetmap.sources.spatial.geojson import BadGeometry

NOTHING: tuple[Any, ...] = (None, "", [], {}, "[]", "{}")
"""What stands for nothing, in one program or another."""


def new_members(
    collection: Collection,
    shown: Mapping[str, Any],
    sent: Mapping[str, Any],
    settable: Names[str],
) -> dict[str, Any]:
    """The properties that were sent and are otherwise than they are shown.

    Raises:
        BadValue: one of them is none of the collection's, or is only read.
    """
    found = {}
    for name, value in sent.items():
        column = collection.column(name)
        if column is None and name not in settable:
            raise BadValue(name, value, "is no property of these features")
        if column is not None and column.kind == "moment":
            continue
        if is_same(shown.get(name), value):
            continue
        if name not in settable:
            raise BadValue(name, value, "is told by the service and cannot be changed")
        found[name] = value
    return found


def is_same(shown: Any, sent: Any) -> bool:
    """Whether a value is as it was shown, in whichever form a program sends it back."""
    if shown in NOTHING and sent in NOTHING:
        return True
    if isinstance(shown, bool) or isinstance(sent, bool):
        return shown is sent
    return bool(shown == sent) or _read(shown) == _read(sent)


def _read(value: Any) -> Any:
    """What JSON in a text says; lists that a program joined are told by their parts."""
    if not isinstance(value, str) or value[:1] not in "[{":
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value


def is_same_place(shown: Any, sent: Any, system: System) -> bool:
    """Whether a geometry is as it was shown in a system, but for rounding."""
    if shown is None or sent is None:
        return shown is sent
    near = 1.5 * 10.0**-system.decimals
    one, other = shape(shown), _shape(sent)
    return bool(shapely.equals_exact(one, other, near, normalize=True))


def in_crs84(sent: Any, system: System) -> Any:
    """A GeoJSON geometry in a system as one in CRS84; None stays.

    Raises:
        BadGeometry: it is none, or lies where the system has no answer.
    """
    if sent is None or system == CRS84:
        return sent
    found = in_degrees(_shape(sent), system)
    if found is None:
        raise BadGeometry("coordinates lie outside the system that Content-Crs names.")
    return orjson.loads(orjson.dumps(mapping(found)))


def _shape(sent: Any) -> Any:
    try:
        found = shapely.force_2d(shapely.from_geojson(orjson.dumps(sent)))
    except (shapely.errors.ShapelyError, TypeError, ValueError) as error:
        said = (str(error) or "it is none").splitlines()[0][:100]
        raise BadGeometry(f"The geometry cannot be read: {said}.") from error
    if shapely.is_empty(found):
        raise BadGeometry("The geometry is empty.")
    return found
