"""Features as GeoPackage, FlatGeobuf and GeoParquet, written some rows at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyproj
from sqlalchemy import Float, SQLColumnExpression, cast, func
from sqlalchemy.orm import Session

from assetmap.publish.export.geopackages import stamp
from assetmap.publish.features.asked import Asked
from assetmap.publish.features.collection import GEOMETRY, Collection, Column, Kind
from assetmap.publish.features.files.columns import file_columns, file_shape
from assetmap.publish.features.files.within_geopackage import add_to
from assetmap.publish.features.rows import stream
from assetmap.publish.features.store import credits_of
from assetmap.publish.features.systems import CRS84, System

TYPES: Mapping[Kind, pa.DataType] = {
    "text": pa.string(),
    "texts": pa.list_(pa.string()),
    "whole": pa.int64(),
    "number": pa.float64(),
    "truth": pa.bool_(),
    "day": pa.date32(),
    "moment": pa.timestamp("ms", tz="UTC"),
}
_SHAPES = {"multipolygon": "MultiPolygon", "any": "Unknown"}


def parquet(session: Session, collection: Collection, asked: Asked, path: Path) -> None:
    """GeoParquet 1.1 at a path."""
    schema = _schema(collection, asked.system, TYPES["texts"])
    told = {b"attribution": "; ".join(credits_of(session, collection, asked)).encode()}
    if file_shape(collection, asked.system) is not None:
        told[b"geo"] = orjson.dumps(_geo(collection, asked.system))
    schema = schema.with_metadata(told)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in _batches(session, collection, asked, schema, is_flat=False):
            writer.write_batch(batch)


def _geo(collection: Collection, system: System) -> dict[str, Any]:
    kinds = ["MultiPolygon"] if collection.shape_kind == "multipolygon" else []
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": kinds}
    if system.srid != CRS84.srid:
        column["crs"] = pyproj.CRS(system.srid).to_json_dict()
    return {
        "version": "1.1.0",
        "primary_column": GEOMETRY,
        "columns": {GEOMETRY: column},
    }


def geopackage(
    session: Session, collection: Collection, asked: Asked, path: Path
) -> None:
    """A GeoPackage at a path; who made the data stands in its metadata.

    QGIS finds in it how to draw it, and what the columns mean.
    """
    _by_gdal(session, collection, asked, path, "GPKG", SPATIAL_INDEX="YES")
    add_to(path, collection)
    stamp(path, collection.changed(session))


def flatgeobuf(
    session: Session, collection: Collection, asked: Asked, path: Path
) -> None:
    """A FlatGeobuf at a path; with an index where every feature has a place."""
    index = "NO" if collection.may_lack_place else "YES"
    _by_gdal(session, collection, asked, path, "FlatGeobuf", SPATIAL_INDEX=index)


def _by_gdal(
    session: Session,
    collection: Collection,
    asked: Asked,
    path: Path,
    driver: str,
    **options: str,
) -> None:
    schema = _schema(collection, asked.system, pa.string())
    credit = "; ".join(credits_of(session, collection, asked))
    has_place = GEOMETRY in schema.names
    batches = _batches(session, collection, asked, schema, is_flat=True)
    described = {"DESCRIPTION": f"{collection.description} {credit}".strip()}
    path.unlink(missing_ok=True)
    pyogrio.write_arrow(
        pa.RecordBatchReader.from_batches(schema, batches),
        path,
        layer=collection.id,
        driver=driver,
        geometry_name=GEOMETRY if has_place else None,
        geometry_type=_SHAPES[collection.shape_kind] if has_place else None,
        crs=f"EPSG:{asked.system.srid}" if has_place else None,
        dataset_metadata={"attribution": credit} if driver == "GPKG" else None,
        layer_metadata=described | {"attribution": credit}
        if driver == "GPKG"
        else None,
        **options,
    )


def _schema(collection: Collection, system: System, texts: pa.DataType) -> pa.Schema:
    kinds = {**TYPES, "texts": texts}
    fields = [
        pa.field(each.name, kinds[each.kind]) for each in file_columns(collection)
    ]
    if file_shape(collection, system) is not None:
        fields.append(pa.field(GEOMETRY, pa.binary()))
    return pa.schema(fields)


def _batches(
    session: Session,
    collection: Collection,
    asked: Asked,
    schema: pa.Schema,
    is_flat: bool,
) -> Iterator[pa.RecordBatch]:
    columns = file_columns(collection)
    said = [_said(each) for each in columns]
    shape = file_shape(collection, asked.system)
    if shape is not None:
        said.append(func.st_asbinary(shape))
    for rows in stream(session, collection, asked, said):
        turned = list(zip(*rows, strict=True))
        yield pa.record_batch(
            [
                pa.array(_flat(values) if is_flat else values, field.type)
                for values, field in zip(turned, schema, strict=True)
            ],
            schema=schema,
        )


def _said(column: Column) -> SQLColumnExpression[Any]:
    return cast(column.said, Float(53)) if column.kind == "number" else column.said


def _flat(values: Sequence[Any]) -> Sequence[Any]:
    """Lists of texts joined to one: these formats have none."""
    if not any(isinstance(each, list) for each in values):
        return values
    return ["; ".join(each) if isinstance(each, list) else each for each in values]


Writer = Callable[[Session, Collection, Asked, Path], None]
WRITERS: Mapping[str, Writer] = {
    "parquet": parquet,
    "gpkg": geopackage,
    "fgb": flatgeobuf,
}
