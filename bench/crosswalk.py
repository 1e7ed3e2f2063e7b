"""National crosswalks by area and by people, beside other tools for the same."""

from collections.abc import Callable, Mapping
from statistics import median

from sqlalchemy import text
from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.db.engine import make_engine, snapshot_scope
from assetmap.footprints.areas import kernel as area_kernel
from assetmap.footprints.areas.shared import areas_by_edges, box_pairs
from assetmap.people import counts as people_counts
from assetmap.reconciliation.crosswalks.question import By, question_of
from assetmap.reconciliation.crosswalks.run import make_crosswalk
from bench import crosswalk_growth, crosswalk_memory, crosswalk_peers
from bench.crosswalk_peers import Both
from bench.home import Home
from bench.report import Section, Table, target, tell
from bench.spread import ms, ratio, timed

NATIONAL = (("lsoa-2021", "ward-2020"), ("lsoa-2021", "pcn-2020"))
PACKAGED = (("lsoa-2011", "sub-icb-2022"), ("lsoa-2011", "pcn-nearest-practice"))
REPEATS = 5
AREAS_S, WHOLE_S, PEOPLE_S = 0.5, 3.0, 1.0
FASTER_THAN_SJOIN, FASTER_THAN_SQL = 10, 30

ABOUT = f"""\
The whole of England (or England and Wales) from one set to another. *Areas* are those
of all pairs whose boxes meet, from prepared edges in memory. *Whole* is from the
database to a saved table: reading, pairs, what overlapping targets share, what is
outside, rows written by COPY. Medians of {REPEATS} runs after one to warm up; the other
tools once each, from shapes in memory (SQL from its own tables, and stopped after
{crosswalk_peers.MOST_S} s where it takes longer by people), and ours ÷ it is the whole
against each: they give overlaps alone and save nothing."""


def measure(home: Home) -> Section:
    """Crosswalks in a home with national sets, else those of the demonstration."""
    with Session(make_engine(home.url, 2, 0)) as session:
        sets = {row.name for row in boundary_store.list_sets(session)}
    wanted = {each for pair in NATIONAL for each in pair}
    pairs = NATIONAL if wanted <= sets else PACKAGED
    area_kernel.compiled()
    tables = []
    for source, goal in pairs:
        tables += _between(home, source, goal)
    tables.append(_growth(home, *pairs[0]))
    return Section("Crosswalks", ABOUT, tables)


def _between(home: Home, source: str, goal: str) -> list[Table]:
    tell(f"{source} to {goal}")
    with Session(make_engine(home.url, 2, 0)) as session:
        given = crosswalk_peers.both(session, source, goal)
        places = crosswalk_peers.points(session)
    return [
        _area_table(home, given),
        _people_table(
            home, given, crosswalk_peers.by_people(given, home.address, places)
        ),
    ]


def _area_table(home: Home, given: Both) -> Table:
    areas_s, pairs = _areas(given)
    whole_s = _whole(home, given, "area")
    names = (given.source.name, given.target.name)
    _, ours_bytes = crosswalk_memory.alone("assetmap", home.url, *names)
    rows = [
        [f"areas of {pairs:,} pairs", ms(areas_s), "", ""],
        ["whole, saved", ms(whole_s), "1.0", _mb(ours_bytes)],
    ]
    for name, work in crosswalk_peers.by_area(given, home.address).items():
        tell(f"  {name}")
        held = ""
        if name.startswith("tobler"):
            seconds, most = crosswalk_memory.alone(name, home.url, *names)
            held = _mb(most)
        else:
            seconds = timed(work)
        rows.append([name, ms(seconds), ratio(whole_s, seconds), held])
    verdict = "\n".join(
        [
            target("areas", areas_s, AREAS_S, "s"),
            target("the whole", whole_s, WHOLE_S, "s"),
        ]
    )
    heads = ("by area", "ms", "ours ÷ it", "MB held")
    return Table(f"{names[0]} to {names[1]} by area", heads, rows, verdict=verdict)


def _areas(given: Both) -> tuple[float, int]:
    """Seconds for the areas of all pairs, and how many there are."""
    one, other = box_pairs(*given.edges)
    kernel = area_kernel.compiled()

    def work() -> object:
        return areas_by_edges(*given.edges, one, other, kernel)

    work()
    return median(timed(work) for _ in range(REPEATS)), len(one)


def _whole(home: Home, given: Both, by: By) -> float:
    """Seconds from the database to a saved table."""
    names = (given.source.name, given.target.name)
    engine = make_engine(home.url, 2, 0)

    def once() -> float:
        with snapshot_scope(engine) as session:
            session.execute(text("DELETE FROM crosswalk_run"))
        return timed(made)

    def made() -> None:
        with snapshot_scope(engine) as session:
            make_crosswalk(session, lambda it: question_of(it, *names, by))

    once()
    return median(once() for _ in range(REPEATS))


def _people_table(
    home: Home, given: Both, peers: Mapping[str, Callable[[], object]]
) -> Table:
    whole_s = _whole(home, given, "people")
    rows = [["whole, saved", ms(whole_s), "1.0", ""]]
    verdict = [target("the whole", whole_s, PEOPLE_S, "s")]
    least = {"geopandas.sjoin": FASTER_THAN_SJOIN, "PostGIS, SQL": FASTER_THAN_SQL}
    for name, work in peers.items():
        tell(f"  {name}")
        seconds, over = _timed_so_far(work)
        times = seconds / whole_s
        rows.append(
            [
                name,
                f"{over}{ms(seconds)}",
                ratio(whole_s, seconds),
                f"{over}{times:,.1f}",
            ]
        )
        said = "met" if times >= least[name] else "**missed**"
        verdict.append(
            f"- Target: at least {least[name]} times as fast as {name}. "
            f"Measured: {over}{times:,.1f}; {said}."
        )
    names = (given.source.name, given.target.name)
    heads = ("by people", "ms", "ours ÷ it", "times as fast")
    return Table(
        f"{names[0]} to {names[1]} by people", heads, rows, verdict="\n".join(verdict)
    )


def _timed_so_far(work: Callable[[], object]) -> tuple[float, str]:
    """Seconds that some work takes; ``over`` where it was stopped after them."""
    found: list[object] = []
    seconds = timed(lambda: found.append(work()))
    return seconds, "over " if found[0] is None else ""


def _growth(home: Home, source: str, goal: str) -> Table:
    tell("how it grows")
    with Session(make_engine(home.url, 2, 0)) as session:
        given = crosswalk_peers.both(session, source, goal)
        counts = people_counts.latest_count_set(session)
        return crosswalk_growth.table(session, given, counts.id if counts else 0)


def _mb(held: int) -> str:
    return f"{held / 1e6:,.0f}"
