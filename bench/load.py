"""Loading: everything that ``make run`` does once its packages are there."""

import multiprocessing
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor

import psycopg
from psycopg import sql

from bench import load_parts
from bench.home import Home, new_home
from bench.memory import Watch, watching
from bench.report import Section, Table, target, tell
from bench.spread import Stretch, ratio, stretch

MOST_S = 120
MOST_MB = 2_000
POSTCODES = "postcodes"

COLUMNS = sql.SQL("postcode, council_code, is_live, geom, geom_wgs84")
READ = sql.SQL("COPY (SELECT {} FROM postcode) TO STDOUT (FORMAT binary)")
MAKE = "CREATE TABLE bench_postcode (LIKE postcode INCLUDING DEFAULTS)"
WRITE = sql.SQL("COPY bench_postcode ({}) FROM STDIN (FORMAT binary)")
KEY = "ALTER TABLE bench_postcode ADD PRIMARY KEY (postcode)"
INDEX = "CREATE INDEX ON bench_postcode USING gist (geom)"

ABOUT = """\
Into a new private database, one part after another, as `assetmap demo` does on its
first run. Memory is the proportional set size, sampled ten times a second: of the
loading process, of PostgreSQL with its shared buffers, and the most that both held at
one time.

The floor, in the same run: the same postcodes, already packed in memory, through one
plain binary COPY into an empty table with the same two geometry columns, then its
primary key and its GiST index. Nothing is read from a package, converted to longitude
and latitude, checked or coded against boundaries."""


def measure() -> Section:
    """Loading into a home of its own."""
    with new_home() as home:
        return load(home)


def load(home: Home) -> Section:
    """Loading into a new home, which is loaded afterwards."""
    tell("loading the demonstration into a new database")
    parts: list[Stretch] = []
    with watching(home.data) as watch:
        with stretch("make and start the database", parts):
            url = home.url
        loaded = _loaded(url, watch)
    parts += loaded.parts
    tell("the floor: a plain COPY of the same postcodes")
    floor = copied(home.address)
    return Section("Loading", ABOUT, [_table(parts, watch, floor), _floor_table(floor)])


def _loaded(url: str, watch: Watch) -> load_parts.Loaded:
    """Load in a new process, which holds nothing of this one."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        watch.ours = pool.submit(load_parts.process_number).result()
        found = pool.submit(load_parts.load, url).result()
        watch.ours = 0
    return found


def copied(address: str) -> list[Stretch]:
    """The floor, on the postcodes that are loaded; leaves nothing behind."""
    parts: list[Stretch] = []
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        with cursor.copy(READ.format(COLUMNS)) as copy:
            packed = [bytes(each) for each in copy]
        cursor.execute(MAKE)
        with stretch("COPY", parts), cursor.copy(WRITE.format(COLUMNS)) as copy:
            for each in _joined(packed):
                copy.write(each)
        with stretch("primary key", parts):
            cursor.execute(KEY)
        with stretch("GiST index", parts):
            cursor.execute(INDEX)
        connection.rollback()
    return parts


def _joined(packed: list[bytes], rows: int = 10_000) -> Iterable[bytes]:
    """Rows in fewer, longer pieces: sending them one by one would be the cost."""
    for start in range(0, len(packed), rows):
        yield b"".join(packed[start : start + rows])


def _table(parts: list[Stretch], watch: Watch, floor: list[Stretch]) -> Table:
    floor_s = sum(each.seconds for each in floor)
    whole = sum(each.seconds for each in parts)
    peaks = [watch.peak(each.start_s, each.end_s) for each in parts]
    most = tuple(max(each[place] for each in peaks) for place in range(3))
    rows = [
        _row(each.name, each.seconds, peak, floor_s)
        for each, peak in zip(parts, peaks, strict=True)
    ]
    rows.append(_row("everything after the downloads", whole, most, floor_s))
    heads = ("part", "s", "loading MB", "PostgreSQL MB", "both MB", "times the floor")
    verdict = "\n".join(
        [
            target("everything after the downloads", whole, MOST_S, "s"),
            target("memory of both", most[2] / 1e6, MOST_MB, "MB"),
        ]
    )
    return Table("The demonstration", heads, rows, verdict=verdict)


def _row(name: str, seconds: float, peak: tuple[int, ...], floor_s: float) -> list[str]:
    memory = [f"{each / 1e6:,.0f}" if each else "-" for each in peak]
    return [name, f"{seconds:.1f}", *memory, ratio(seconds, floor_s)]


def _floor_table(floor: list[Stretch]) -> Table:
    rows = [[each.name, f"{each.seconds:.1f}"] for each in floor]
    rows.append(["together", f"{sum(each.seconds for each in floor):.1f}"])
    return Table("The floor of loading", ("part", "s"), rows)
