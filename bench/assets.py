"""170,000 made-up assets: loaded as new, again, with some changed; and asked for."""

import csv
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg import sql

from bench import load_parts, searches
from bench.home import Home, new_home
from bench.homes import Homes
from bench.memory import Watch
from bench.people import timed_load
from bench.report import Section, Table, target, tell
from bench.spread import Stretch, ratio, stretch

COUNT = 170_000
CHANGED_EVERY = 100
SEED = 20261124
MOST_S, MOST_MB = 90, 1_000
MOST_FINDING_S = 180

ABOUT = f"""\
{COUNT:,} assets that nobody has, in a CSV of every column in use, at places all over
England, with names such as directories hold. Each row is one load in a process of its
own, from starting Python to the commit, with the history of every asset and the audit:
into an empty directory; the same file again, which changes nothing; and with one row
in {CHANGED_EVERY} changed. Memory is that of the loading process and of PostgreSQL at
one time, as under *Loading*; the target is of the process.

Then all are searched for the same place twice, in one process from starting Python to
the commit (`assetmap duplicates find`).

The floor, in the same run: a plain COPY of the stored rows into a table with the same
indexes, without history, audit or any check."""

HEADS = ("load", "s", "process MB", "both MB", "times the floor")
COLUMNS = (
    *("source_ref", "name", "name_cy", "category", "address", "longitude", "latitude"),
    *("url", "phone", "email", "opening_hours", "access", "cost", "languages"),
    *("description", "provider", "charity_number", "location_visibility"),
)
_PLACES = (
    *("Ash", "Bridge", "Castle", "Dale", "Elm", "Ford", "Green", "Hill", "Kings"),
    *("Mill", "North", "Oak", "Park", "Queens", "River", "St John's", "Stone", "West"),
)
_ENDS = ("bury", "ford", "ham", "ley", "mere", "stead", "ton", "wick", "wood", "")
_KINDS = (
    ("place.community_centre", "Community Centre", "Canolfan Gymunedol"),
    ("place.village_hall", "Village Hall", "Neuadd Bentref"),
    ("place.warm_hub", "Warm Hub", "Hyb Cynnes"),
    ("association.sports_club", "Cricket Club", "Clwb Criced"),
    ("association.older_people", "Lunch Club", "Clwb Cinio"),
    ("institution.library", "Library", "Llyfrgell"),
    ("institution.pharmacy", "Pharmacy", "Fferyllfa"),
    ("economy.food_bank", "Food Bank", "Banc Bwyd"),
    ("place.park", "Recreation Ground", "Maes Chwarae"),
    ("culture.arts_venue", "Arts Centre", "Canolfan Gelfyddydau"),
)
_HOURS = (
    "Mo-Fr 09:00-17:00; PH off",
    "We 10:00-12:00",
    "Sa,Su 10:00-16:00",
    "mornings",
)


def measure(homes: Homes) -> Section:
    """Loading into a home of its own, and asking there."""
    del homes
    with new_home() as home, TemporaryDirectory() as folder:
        load_parts.migrated(home.url)
        first, second = Path(folder) / "assets.csv", Path(folder) / "changed.csv"
        write(first, is_changed=False)
        write(second, is_changed=True)
        rows = []
        for name, path in (
            ("new", first),
            ("the same again", first),
            ("1 in 100 changed", second),
        ):
            tell(f"assets: {name}")
            rows.append((name, *timed_load(home, _Load(path))))
        floor_s = _copied(home)
        tell("assets: the same place twice")
        found = timed_load(home, _found)
        loading = _table(rows, floor_s)
        pairs = _pairs(*found)
        return Section("Assets", ABOUT, [loading, pairs, searches.measure(home)])


def _found(url: str) -> None:
    """The search for the same place twice, as its command does it."""
    from assetmap.assets.duplicates.store import find

    load_parts.in_session(url, find)


def _pairs(took: Stretch, watch: Watch) -> Table:
    peak = watch.peak(took.start_s, took.end_s)
    cells = [[f"{took.seconds:.1f}", f"{peak[0] / 1e6:,.0f}", f"{peak[2] / 1e6:,.0f}"]]
    verdict = [
        target(f"pairs among {COUNT:,} assets", took.seconds, MOST_FINDING_S, "s"),
        target("memory", peak[0] / 1e6, MOST_MB, "MB"),
    ]
    heads = ("s", "process MB", "both MB")
    return Table("The same place twice", heads, cells, verdict="\n".join(verdict))


class _Load:
    """A load of a file, as a process of its own is given it."""

    __name__ = "assets"

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, url: str) -> None:
        """Load it, as its command does."""
        from assetmap.jobs.progress import unseen
        from assetmap.publish.loads.assets import AssetOptions, load_assets

        options = AssetOptions(source="made-up", licence="CC0-1.0")
        path = str(self._path)
        load_parts.in_session(
            url, lambda session: load_assets(session, path, options, unseen, _unheard)
        )


def _unheard(_: str) -> None:
    """Nothing: nobody listens."""


def write(path: Path, is_changed: bool) -> None:
    """Write the assets to a file."""
    pick = random.Random(SEED)  # noqa: S311 - places that nobody has
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number in range(COUNT):
            row = _row(number, pick)
            if is_changed and number % CHANGED_EVERY == 0:
                row[12] = "Free on Mondays"
            writer.writerow(row)


def _row(number: int, pick: random.Random) -> list[str]:
    place = pick.choice(_PLACES) + pick.choice(_ENDS)
    category, kind, kind_cy = pick.choice(_KINDS)
    name = f"{place} {kind}"
    return [
        str(number),
        name,
        f"{kind_cy} {place}" if number % 10 == 0 else "",
        category,
        f"{pick.randint(1, 200)} {pick.choice(_PLACES)} Road, {place}",
        f"{pick.uniform(-2.9, 0.3):.6f}",
        f"{pick.uniform(51.2, 54.4):.6f}",
        f"https://example.org/{number}",
        f"0161 496 {number % 10_000:04}",
        f"hello{number}@example.org",
        pick.choice(_HOURS),
        "Step-free entrance",
        pick.choice(("Free", "1 pound", "")),
        "en",
        f"{name}: company, warmth and advice for whoever comes to {place}.",
        f"{place} Trust",
        str(1_000_000 + number % 5_000),
        "approximate" if number % 20 == 0 else "exact",
    ]


def _copied(home: Home) -> float:
    """The floor: the stored rows copied into another table; leaves nothing behind."""
    kept: list[Stretch] = []
    with psycopg.connect(home.address) as connection, connection.cursor() as cursor:
        with cursor.copy("COPY asset TO STDOUT (FORMAT binary)") as out:
            packed = b"".join(bytes(each) for each in out)
        cursor.execute(
            "CREATE TABLE bench_rows (LIKE asset INCLUDING INDEXES INCLUDING GENERATED)"
        )
        into = sql.SQL("COPY bench_rows FROM STDIN (FORMAT binary)")
        with stretch("assets", kept), cursor.copy(into) as copy:
            copy.write(packed)
        connection.rollback()
    return kept[0].seconds


def _table(rows: list[tuple[str, Stretch, Watch]], floor_s: float) -> Table:
    peaks = [watch.peak(each.start_s, each.end_s) for _, each, watch in rows]
    cells = [
        [name, f"{each.seconds:.1f}", f"{peak[0] / 1e6:,.0f}", f"{peak[2] / 1e6:,.0f}",
         ratio(each.seconds, floor_s)]
        for (name, each, _), peak in zip(rows, peaks, strict=True)
    ]  # fmt: skip
    verdict = [
        target(f"{COUNT:,} new assets", rows[0][1].seconds, MOST_S, "s"),
        target("memory", max(peak[0] for peak in peaks) / 1e6, MOST_MB, "MB"),
        f"- The floor took {floor_s:.1f} s.",
    ]
    return Table("Loading assets", HEADS, cells, verdict="\n".join(verdict))
