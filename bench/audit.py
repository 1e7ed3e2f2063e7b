"""What the audit alone costs whoever writes, and how fast it is read and checked."""

import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import shapely
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from assetmap import crs
from assetmap.accounts.audit import exported
from assetmap.accounts.audit import store as audit
from assetmap.accounts.audit.verify import faults_in
from assetmap.accounts.audit.watched import watched
from assetmap.assets import store as assets
from assetmap.assets.model import Asset
from assetmap.neighbourhoods import store as neighbourhoods
from assetmap.neighbourhoods.model import Neighbourhood, Sketch
from bench import load_parts
from bench.home import new_home
from bench.report import Section, Table, tell
from bench.spread import ms, timed

ROUNDS, TIMES = 5, 40
MANY_ASSETS, MANY_SKETCHES = 10_000, 200
CORNERS = 120

ABOUT = f"""\
Each write is a transaction of its own, straight into the database by the functions that
routes call: that leaves out the service, so that the audit weighs more than in the
requests that the target is about. By turns with the audit's triggers enabled and
disabled, on one database, {ROUNDS} turns of {TIMES} writes each (loads:
{ROUNDS} of one); the median of each, and of the ratios of neighbouring turns the
median, the least and the most. PostgreSQL has each commit on the disk before it
answers."""

HEADS = ("write", "on ms", "off ms", "costs %", "by turns")
_NUMBERS = count()


@dataclass
class Compared:
    """The seconds of one kind of write, by turns."""

    name: str
    write: Callable[[Session], object]
    times: int = TIMES
    on: list[float] = field(default_factory=list)
    off: list[float] = field(default_factory=list)

    @property
    def costs(self) -> list[float]:
        """How much longer it takes with the audit, in percent, by turns."""
        both = zip(self.on, self.off, strict=True)
        return [(on / off - 1) * 100 for on, off in both]

    def row(self) -> list[str]:
        """A row of the table."""
        on, off = statistics.median(self.on), statistics.median(self.off)
        spread = f"{min(self.costs):+.0f} to {max(self.costs):+.0f}"
        cost = f"{statistics.median(self.costs):+.1f}"
        return [self.name, ms(on), ms(off), cost, spread]


def measure() -> Section:
    """On a database of its own."""
    with new_home() as home:
        load_parts.migrated(home.url)
        engine = create_engine(home.url)
        with Session(engine) as session, session.begin():
            assets.load_taxonomy(session)
            neighbourhoods.add_neighbourhood(session, Neighbourhood("bench", "Bench"))
        compared = _kinds()
        for turn in range(ROUNDS):
            for each in compared:
                _turn(engine, each, is_first_on=turn % 2 == 0)
        tables = [_writes(compared), _reading(engine)]
        engine.dispose()
    return Section("The audit", ABOUT, tables)


def _writes(compared: list[Compared]) -> Table:
    rows = [each.row() for each in compared]
    return Table("Writing with the audit and without", HEADS, rows)


def _kinds() -> list[Compared]:
    return [
        Compared("a neighbourhood", _add_neighbourhood),
        Compared("a change of one", _change_neighbourhood),
        Compared(f"a drawing of {CORNERS} corners", _draw),
        Compared("an asset", _add_asset),
        Compared("a change of one", _change_asset),
        Compared(f"{MANY_ASSETS:,} assets", _add_assets, 1),
        Compared(f"{MANY_SKETCHES:,} drawings", _draw_many, 1),
    ]


def _turn(engine: Engine, each: Compared, is_first_on: bool) -> None:
    """One turn with the audit and one without, in an order that changes."""
    for is_on in (is_first_on, not is_first_on):
        with _audit(engine, is_on):
            (each.on if is_on else each.off).append(_seconds(engine, each))
    tell(f"audit: {each.name}")


@contextmanager
def _audit(engine: Engine, is_on: bool) -> Iterator[None]:
    """The audit enabled or not during a block; enabled afterwards."""
    _switch(engine, is_on)
    try:
        yield
    finally:
        _switch(engine, True)


def _switch(engine: Engine, is_on: bool) -> None:
    word = "ENABLE" if is_on else "DISABLE"
    with engine.begin() as connection:
        for each in watched():
            for event in ("insert", "update", "delete", "truncate"):
                connection.execute(
                    text(f"ALTER TABLE {each.table} {word} TRIGGER audit_{event}")
                )


def _seconds(engine: Engine, each: Compared) -> float:
    """Seconds of one write, the median of a turn."""
    return statistics.median(timed(_write, engine, each) for _ in range(each.times))


def _write(engine: Engine, each: Compared) -> None:
    with Session(engine) as session, session.begin():
        each.write(session)


def _add_neighbourhood(session: Session) -> None:
    slug = f"place-{next(_NUMBERS)}"
    neighbourhoods.add_neighbourhood(session, Neighbourhood(slug, "A place"))


def _change_neighbourhood(session: Session) -> None:
    told = f"Between the quay and the chapel, {next(_NUMBERS)}"
    new = Neighbourhood("bench", "Bench", description=told)
    neighbourhoods.save_neighbourhood(session, new)


def _draw(session: Session) -> None:
    _draw_some(session, 1)


def _draw_many(session: Session) -> None:
    _draw_some(session, MANY_SKETCHES)


def _draw_some(session: Session, some: int) -> None:
    place = neighbourhoods.get_neighbourhood(session, "bench")
    neighbourhoods.add_sketches(session, place.id, [_sketch() for _ in range(some)])


def _sketch() -> Sketch:
    """A blob of its own."""
    number = next(_NUMBERS)
    angle = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    reach = 400 + 90 * np.sin(3 * angle + number)
    x, y = 383_000 + reach * np.cos(angle), 398_000 + reach * np.sin(angle)
    lon, lat = crs.to_lon_lat(x, y)
    shape, wgs84 = (
        shapely.MultiPolygon([shapely.Polygon(np.column_stack(each))])
        for each in ((x, y), (lon, lat))
    )
    return Sketch(shape, wgs84, str(number), datetime.now(UTC), note="By the quay")


def _asset(name: str, number: int) -> Asset:
    point, degrees = shapely.Point(383_050, 398_050), shapely.Point(-2.2571, 53.4786)
    return Asset(
        name,
        "place.village_hall",
        "bench",
        str(number),
        point,
        degrees,
        address="1 Quay Road",
        postcode="M1 1AA",
        phone="01632 960123",
        email="hall@example.org",
        licence="OGL-3.0",
        attribution="Toy.",
    )


def _add_asset(session: Session) -> None:
    assets.add_assets(session, [_asset("Hall", next(_NUMBERS))])


def _change_asset(session: Session) -> None:
    assets.add_assets(session, [_asset(f"Hall {next(_NUMBERS)}", -1)])


def _add_assets(session: Session) -> None:
    assets.add_assets(
        session, [_asset("Hall", next(_NUMBERS)) for _ in range(MANY_ASSETS)]
    )


def _reading(engine: Engine) -> Table:
    """Exporting and checking all that the writes left."""
    with Session(engine) as session, TemporaryDirectory() as folder:
        file = Path(folder) / "audit.jsonl"
        entries = sum(each.length for each in audit.heads(session).values())
        done = {
            "export to a file": timed(_export, session, file),
            "check of the file": timed(exported.faults_in_file, file, {}),
            "check of the database": timed(_check, session),
        }
    rows = [
        [name, f"{entries:,}", ms(seconds), f"{entries / seconds:,.0f}"]
        for name, seconds in done.items()
    ]
    return Table("Reading the audit", ("what", "entries", "ms", "a second"), rows)


def _export(session: Session, file: Path) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.writelines(exported.lines(audit.entries(session), audit.heads(session)))


def _check(session: Session) -> None:
    found, _ = faults_in(audit.entries(session), audit.heads(session), {})
    if found:
        raise RuntimeError(str(found[0]))
