"""Loaders of boundaries that others made; none of them checks what it loads."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import geopandas
import psycopg

from bench.home import Home
from bench.processes import Work, run

TO_POSTGIS = """\
import sys, geopandas, sqlalchemy
path, url = sys.argv[1:]
read = geopandas.read_parquet if path.endswith(".parquet") else geopandas.read_file
engine = sqlalchemy.create_engine(url)
read(path).to_postgis("peer", engine, if_exists="replace")
"""


def ogr2ogr(home: Home, address: str, path: Path) -> Work | None:
    """GDAL's loader by COPY, with a spatial index; None where there is none."""
    program = shutil.which("ogr2ogr")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as scratch:
        given = path
        if path.suffix == ".parquet":
            given = Path(scratch) / f"{path.stem}.gpkg"
            geopandas.read_parquet(path).to_file(given)
        words = ["-f", "PostgreSQL", f"PG:{_words(address)}", str(given)]
        options = ["-nln", "peer", "-nlt", "PROMOTE_TO_MULTI", "-overwrite"]
        copying = ["--config", "PG_USE_COPY", "YES"]
        command = [program, *words, *options, *copying]
        return run(command, home.data, os.environ)


def _words(address: str) -> str:
    """The address as GDAL takes it."""
    return psycopg.conninfo.make_conninfo(
        "", **psycopg.conninfo.conninfo_to_dict(address)
    )


def to_postgis(home: Home, address: str, path: Path) -> Work | None:
    """The loader of geopandas, with reading; None where it cannot run."""
    url = address.replace("://", "+psycopg://")
    command = [sys.executable, "-c", TO_POSTGIS, str(path), url]
    return run(command, home.data, os.environ)
