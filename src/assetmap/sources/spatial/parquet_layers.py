"""Layers of shapes in Parquet: GeoParquet, and tables with shapes as WKB."""

import io
import warnings
from typing import Any

import geopandas
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from assetmap.errors import BadFile
from assetmap.sources import archives
from assetmap.sources.limits import Limits
from assetmap.sources.spatial.map_files import MapFile

_DAMAGED = "cannot be read: it is not a file of the kind its name says, or is damaged"


_FAULTS = (
    pa.ArrowException,
    shapely.errors.ShapelyError,
    ValueError,
    KeyError,
    OSError,
)


def read(found: MapFile, column: str | None, limits: Limits) -> geopandas.GeoDataFrame:
    """The rows of a Parquet file with the shapes of a column, by default its own.

    Raises:
        BadFile: it is damaged, passes a limit, or does not say where its shapes are.
    """
    try:
        # The metadata of every row group is read before any of them is unpacked.
        about = pq.read_metadata(_source(found))
        groups = [about.row_group(at) for at in range(about.num_row_groups)]
        unpacked = sum(each.total_byte_size for each in groups)
        archives.check_size(found.file, unpacked, _size(found), limits)
        schema = about.schema.to_arrow_schema()
        if b"geo" not in (schema.metadata or {}):
            return _from_wkb(found, schema, column)
        with warnings.catch_warnings(action="ignore"):
            frame = geopandas.read_parquet(_source(found))
        return frame if column is None else _by_column(found, frame, column)
    except _FAULTS as error:
        raise BadFile(found.file, _DAMAGED) from error


def _source(found: MapFile) -> Any:
    source = found.source
    return io.BytesIO(source) if isinstance(source, bytes) else source


def _size(found: MapFile) -> int:
    if isinstance(found.source, bytes):
        return len(found.source)
    with open(found.source, "rb") as file:  # noqa: PTH123 - a path as GDAL takes it
        return file.seek(0, io.SEEK_END)


def _by_column(
    found: MapFile, frame: geopandas.GeoDataFrame, column: str
) -> geopandas.GeoDataFrame:
    shapes = [str(each) for each in frame.columns[frame.dtypes == "geometry"]]
    if column not in shapes:
        said = f"has no column of shapes {column!r}; it has {', '.join(shapes)}"
        raise BadFile(found.file, said)
    others = [each for each in shapes if each != column]
    return frame.set_geometry(column).drop(columns=others)


def _from_wkb(
    found: MapFile, schema: pa.Schema, column: str | None
) -> geopandas.GeoDataFrame:
    """A table whose shapes are well-known binary, as the option names them."""
    binary = [each.name for each in schema if _is_binary(each.type)]
    if column is None or column not in binary:
        shown = ", ".join(binary) if binary else "no column that could hold shapes"
        raise BadFile(
            found.file,
            "is Parquet that does not say which column holds its shapes (it is no "
            "GeoParquet): if one holds them as well-known binary, name it with --layer "
            f"and its coordinate system with --crs; it has {shown}",
            columns=binary,
        )
    table = pq.read_table(_source(found)).to_pandas()
    shapes = geopandas.GeoSeries.from_wkb(table[column])
    return geopandas.GeoDataFrame(table.drop(columns=column), geometry=shapes)


def _is_binary(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))
