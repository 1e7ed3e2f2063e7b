"""How QGIS draws a collection: its own style language (QML), made from the columns."""

from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from assetmap.publish.features.collection import Collection
from assetmap.publish.features.files.columns import file_columns

_HEAD = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_FILL = {
    "color": "31,111,139,51",
    "style": "solid",
    "outline_color": "18,69,90,255",
    "outline_style": "solid",
    "outline_width": "0.26",
    "outline_width_unit": "MM",
    "joinstyle": "bevel",
}
"""As the style for web maps has it."""


def qml(collection: Collection) -> str:
    """The style of a collection. What may be of any shape is drawn as QGIS likes."""
    parts = "\n".join(_parts(collection))
    return (
        f"{_HEAD}<qgis version='3.22.0' styleCategories='Symbology|Fields'>\n"
        f"{parts}\n</qgis>\n"
    )


def _parts(collection: Collection) -> Iterator[str]:
    if collection.shape_kind == "multipolygon":
        yield renderer()
    yield "<aliases>"
    for place, each in enumerate(file_columns(collection)):
        told = quoteattr(each.meaning or each.name)
        yield f"<alias field={quoteattr(each.name)} index='{place}' name={told}/>"
    yield "</aliases>"


def renderer() -> str:
    """Areas as a wash with an edge; told twice, for older versions and for newer."""
    old = "".join(f"<prop k='{key}' v='{value}'/>" for key, value in _FILL.items())
    new = "".join(
        f"<Option type='QString' name='{key}' value='{value}'/>"
        for key, value in _FILL.items()
    )
    return (
        "<renderer-v2 type='singleSymbol' symbollevels='0' enableorderby='0'"
        " forceraster='0'><symbols><symbol type='fill' name='0' alpha='1'"
        " clip_to_extent='1' force_rhr='0'><layer class='SimpleFill' enabled='1'"
        f" locked='0' pass='0'><Option type='Map'>{new}</Option>{old}</layer></symbol>"
        "</symbols></renderer-v2>"
    )
