"""Boundary sets: our whole load and its parts, beside loaders that check nothing."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from assetmap.db import migrate
from assetmap.db.engine import make_engine
from bench import boundary_parts
from bench.boundary_peers import ogr2ogr, to_postgis
from bench.home import Home
from bench.memory import Watch, watching
from bench.national import folder
from bench.processes import Work, run
from bench.report import Section, Table, target, tell
from bench.spread import ratio

DATABASE = "bench_boundaries"
MOST_S, MOST_MB = 8.0, 1_500.0
TIMES = 2
LSOA = "lsoa21.parquet"

ABOUT = """\
One file, from the command line into an empty database without postcodes: start the
program, read, check and repair shapes in both coordinate systems, store, cut up, check
the coverage, list what is wrong, prepare edges, commit. The better of two runs; CPU is
of the command and of PostgreSQL together; memory is the most that both held at one
time (proportional set size).

The peers store the shapes and check nothing: `ogr2ogr` by COPY with a spatial index
(a GeoParquet file is given to it as a GeoPackage, made before the clock runs), and
geopandas `to_postgis` with reading. Neither converts by OSTN15."""


@dataclass(frozen=True)
class Case:
    """A file of boundaries, and the words with which it is loaded."""

    path: Path
    kind: str
    code: str
    name: str

    @property
    def words(self) -> list[str]:
        """The command that loads it."""
        given = ["load", "boundaries", str(self.path), "--set", "bench"]
        said = ["--kind", self.kind, "--valid-from", "2021-03-21"]
        return [*given, *said, "--code", self.code, "--name", self.name]


def cases() -> list[Case]:
    """LSOAs and catchments of publishers' own files, else the packaged LSOAs."""
    found = folder()
    if found is not None:
        return [
            Case(found / LSOA, "lsoa", "lsoa21_code", "lsoa21_name"),
            Case(found / "pcn_2020_catchments.gpkg", "pcn", "PCN_Code", "PCN_Name"),
        ]
    told, path = boundary_parts.packaged("lsoa-2011")
    return [Case(path, "lsoa", told["code"], told["name"])]


def measure(home: Home) -> Section:
    """Each file loaded by us and by its peers, in a database of its own."""
    with _scratch(home) as address:
        tables = [
            table
            for case in cases()
            for table in (_whole(home, address, case), _parts(case))
        ]
    return Section("Boundary sets", ABOUT, tables)


@contextmanager
def _scratch(home: Home) -> Iterator[str]:
    """An empty, migrated database beside the one that is measured otherwise."""
    name = sql.Identifier(DATABASE)
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name)
    with psycopg.connect(home.address, autocommit=True) as server:
        server.execute(drop)
        server.execute(sql.SQL("CREATE DATABASE {}").format(name))
        address = home.address.replace("/assetmap?", f"/{DATABASE}?")
        made = make_engine(address.replace("://", "+psycopg://"), 1, 0)
        migrate.upgrade(made)
        made.dispose()
        yield address
        server.execute(drop)


def _emptied(address: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("TRUNCATE boundary_set CASCADE")
        connection.execute("DROP TABLE IF EXISTS peer")
        connection.execute("CHECKPOINT")


def _whole(home: Home, address: str, case: Case) -> Table:
    tell(f"loading {case.path.name}, {TIMES} times")
    with watching(home.data) as watch:
        ours = _best(home, address, case.words, watch)
    rows = [["assetmap load boundaries", *_cells(ours)]]
    floor = None
    for name, peer in (("ogr2ogr", ogr2ogr), ("geopandas to_postgis", to_postgis)):
        tell(f"{name} of {case.path.name}")
        _emptied(address)
        found = peer(home, address, case.path)
        rows.append([name, *(_cells(found) if found else ("-", "-", "-"))])
        floor = floor or found
    said = [f"{ratio(ours.wall_s, floor.wall_s)} times ogr2ogr."] if floor else []
    if case.path.name == LSOA:
        said.append(target("the whole load", ours.wall_s, MOST_S, "s"))
        said.append(target("memory of both", ours.most_bytes / 1e6, MOST_MB, "MB"))
    heads = ("loader", "s", "CPU s", "memory MB")
    return Table(case.path.name, heads, rows, verdict="\n".join(said))


def _best(home: Home, address: str, words: Sequence[str], watch: Watch) -> Work:
    script = "import sys; from assetmap.publish.cli import app; app(sys.argv[1:])"
    environment = os.environ | {"ASSETMAP_DATABASE_URL": address}
    found = []
    for _ in range(TIMES):
        _emptied(address)
        command = [sys.executable, "-c", script, *words]
        work = run(command, home.data, environment, watch)
        if work is None:
            raise SystemExit(f"bench: assetmap {' '.join(words)} failed")
        found.append(work)
    return min(found, key=lambda each: each.wall_s)


def _cells(found: Work) -> tuple[str, str, str]:
    memory = f"{found.most_bytes / 1e6:,.0f}" if found.most_bytes else "-"
    return f"{found.wall_s:.1f}", f"{found.cpu_s:.1f}", memory


def _parts(case: Case) -> Table:
    tell(f"parts of {case.path.name}")
    rows = [
        [name, f"{wall:.2f}", f"{cpu:.2f}"]
        for name, wall, cpu in boundary_parts.measured(case.path, case.code, case.name)
    ]
    heads = ("part", "s", "CPU s")
    about = "Without PostgreSQL, in a process that has begun already; once."
    return Table(f"Parts of {case.path.name}", heads, rows, about=about)
