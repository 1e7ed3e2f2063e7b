"""Loading who lives where: postcodes alone, into five national sets, counts, scores."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import psycopg
from psycopg import sql

from bench import load, load_parts, national
from bench.home import Home, new_home
from bench.homes import Homes
from bench.memory import Watch, watching
from bench.report import Section, Table, target, tell
from bench.spread import Stretch, ratio, stretch

MOST_ALONE_S, MOST_WITH_SETS_S, MOST_MB = 20, 40, 1_500

ABOUT = """\
Each row is one load in a process of its own, from starting Python to the commit, as its
command does it: the packaged postcodes into an empty database; the same into one with
five national sets, so that what each postcode lies in is found too; then a country's
counts and scores of deprivation by building block. Memory is the most that the process
and PostgreSQL held at one time, as under *Loading*.

The floors, in the same run: for postcodes a plain COPY with both indexes, as under
*Loading*; for counts and scores a plain COPY of the rows that were stored."""

HEADS = ("load", "s", "both MB", "floor s", "times the floor")


def measure(homes: Homes) -> Section:
    """Loading into a home of its own, and into that of a country."""
    with new_home() as home:
        tell("postcodes alone")
        load_parts.migrated(home.url)
        alone, watch = timed_load(home, load_parts.postcodes)
        rows = [(alone, watch, sum(each.seconds for each in load.copied(home.address)))]
    if national.folder() is not None:
        rows += _with_sets(homes.sets_of_country(), rows[0][2])
    return Section("People", ABOUT, [_table(rows)])


def _with_sets(home: Home, floor_s: float) -> list[tuple[Stretch, Watch, float]]:
    """Postcodes, counts and scores into a home with national sets."""
    tell("postcodes into national sets")
    rows = [(*timed_load(home, load_parts.postcodes), floor_s)]
    for work, table in (
        (load_parts.counts, "block_count"),
        (load_parts.deprivation, "deprivation_score"),
    ):
        tell(table)
        rows.append((*timed_load(home, work), _copied_again(home.address, table)))
    return rows


def timed_load(home: Home, work: Callable[[str], None]) -> tuple[Stretch, Watch]:
    """A load in a new process, timed with all that it takes to start."""
    spawn = multiprocessing.get_context("spawn")
    kept: list[Stretch] = []
    with watching(home.data) as watch, ProcessPoolExecutor(1, mp_context=spawn) as pool:
        watch.ours = pool.submit(load_parts.process_number).result()
        with stretch(work.__name__, kept):
            pool.submit(work, home.url).result()
        watch.ours = 0
    return kept[0], watch


def _copied_again(address: str, table: str) -> float:
    """The floor: the rows of a table copied into another; leaves nothing behind."""
    name, kept = sql.Identifier(table), list[Stretch]()
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        with cursor.copy(
            sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(name)
        ) as out:
            packed = b"".join(bytes(each) for each in out)
        make = "CREATE TABLE bench_rows (LIKE {} INCLUDING INDEXES)"
        cursor.execute(sql.SQL(make).format(name))
        into = "COPY bench_rows FROM STDIN (FORMAT binary)"
        with stretch(table, kept), cursor.copy(into) as copy:
            copy.write(packed)
        connection.rollback()
    return kept[0].seconds


def _table(rows: list[tuple[Stretch, Watch, float]]) -> Table:
    names = ("postcodes alone", "postcodes into 5 sets", "counts", "deprivation")
    peaks = [watch.peak(each.start_s, each.end_s)[2] / 1e6 for each, watch, _ in rows]
    cells = [
        [name, f"{each.seconds:.1f}", f"{peak:,.0f}", f"{floor:.2f}",
         ratio(each.seconds, floor)]
        for name, (each, _, floor), peak in zip(names, rows, peaks, strict=False)
    ]  # fmt: skip
    verdict = [target("postcodes alone", rows[0][0].seconds, MOST_ALONE_S, "s")]
    if len(rows) > 1:
        took = rows[1][0].seconds
        verdict.append(target("postcodes into 5 sets", took, MOST_WITH_SETS_S, "s"))
    verdict.append(target("memory of both", max(peaks), MOST_MB, "MB"))
    return Table("Loading people", HEADS, cells, verdict="\n".join(verdict))
