"""A load that is killed in the middle: the old one serves, and the next is clean."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import shapely
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from tests.boundaries.map_files import frame, shapefile
from tests.cli.conftest import POSTCODES, SET, run_command
from tests.databases import fresh_database, process_on

pytestmark = pytest.mark.long

PROGRAM = "from assetmap.publish.cli import app; app()"
PATIENCE_S = 60
LOCKS = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database ="
    " (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@pytest.fixture
def address(server_url: str) -> Iterator[str]:
    with fresh_database(server_url, "killed") as found:
        yield found


@pytest.fixture
def database(address: str) -> Iterator[Engine]:
    engine = create_engine(address, poolclass=NullPool)
    yield engine
    engine.dispose()


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """The folder for temporary files of the processes that are started."""
    (tmp_path / "temporary").mkdir()
    return tmp_path / "temporary"


def started(
    address: str, temporary: Path, words: Sequence[object]
) -> subprocess.Popen[str]:
    """The command in a process of its own, which begins a process group."""
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-c", PROGRAM, *map(str, words)],
        env=os.environ | {"ASSETMAP_DATABASE_URL": address, "TMPDIR": str(temporary)},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def done(address: str, temporary: Path, *words: object) -> str:
    with started(address, temporary, words) as process:
        said = process.communicate(timeout=PATIENCE_S)[1]
    assert process.returncode == 0, said
    return said


def killed(
    address: str, temporary: Path, database: Engine, words: Sequence[object], doing: str
) -> None:
    """Start a command, and kill it when it says what it does, in that very work."""
    with started(address, temporary, words) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if doing in line:
                break
        else:
            pytest.fail(f"it ended without saying {doing!r}")
        os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    wait_until_alone(database)


def wait_until_alone(database: Engine) -> None:
    """Wait until the server has noticed that the client is gone."""
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with database.connect() as connection:
            if connection.scalar(others) == 0:
                return
        time.sleep(0.05)
    pytest.fail("the killed process's connection is still there")


def one(database: Engine, query: str) -> object:
    with database.connect() as connection:
        return connection.scalar(text(query))


def tables(database: Engine) -> object:
    return one(
        database,
        "SELECT array_agg(c.relname::text ORDER BY c.relname::text)"
        " FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'i') AND n.nspname NOT IN ('pg_catalog', 'pg_toast',"
        " 'information_schema')",
    )


def nothing_is_left(database: Engine, temporary: Path, before: object) -> None:
    assert tables(database) == before
    assert one(database, LOCKS) == 0
    assert list(temporary.iterdir()) == []


def many(folder: Path, count: int) -> Path:
    """So many wards, with codes that tell them from toy town's."""
    side = 100
    shapes = {
        f"E05{at:06d}": shapely.box(
            383_000 + side * (at % 100),
            398_000 + side * (at // 100),
            383_000 + side * (at % 100 + 1),
            398_000 + side * (at // 100 + 1),
        )
        for at in range(count)
    }
    (folder / "many").mkdir()
    frame(shapes).to_file(folder / "many" / "wards.gpkg")
    return folder / "many" / "wards.gpkg"


@pytest.mark.parametrize(
    "doing",
    [
        "Reading",
        "Checking shapes",
        "Storing boundaries",
        "Checking coverage",
        "Finding",
    ],
)
def test_the_old_boundaries_serve_when_a_load_is_killed(
    address: str, database: Engine, tmp_path: Path, temporary: Path, doing: str
) -> None:
    postcodes = tmp_path / "p.csv"
    postcodes.write_text(POSTCODES)
    with process_on(address):
        run_command("load", "postcodes", postcodes)
        run_command("load", "boundaries", shapefile(tmp_path), *SET)
    before = tables(database)
    words = ("load", "boundaries", many(tmp_path, 5_000), *SET)

    killed(address, temporary, database, words, doing)

    serving = "SELECT string_agg(code, ' ' ORDER BY code) FROM boundary"
    assert one(database, serving) == "E NE NW W"
    assert one(database, "SELECT count(*) FROM boundary_set") == 1
    assert one(database, "SELECT count(*) FROM point_membership") == 1
    nothing_is_left(database, temporary, before)
    assert "5,000 boundaries loaded" in done(address, temporary, *words)
    assert one(database, "SELECT count(*) FROM boundary") == 5_000
    assert one(database, "SELECT max(version) FROM boundary_set") == 2
    nothing_is_left(database, temporary, before)


@pytest.mark.parametrize("doing", ["Storing postcodes", "Finding"])
def test_the_old_postcodes_serve_when_a_load_is_killed(
    address: str, database: Engine, tmp_path: Path, temporary: Path, doing: str
) -> None:
    few, lots = tmp_path / "few.csv", tmp_path / "lots.csv"
    few.write_text(POSTCODES)
    rows = (
        f"M{at // 10_000 + 1} {at // 1_000 % 10}A{chr(65 + at % 2)},"
        f"{383_000 + at % 200},{398_000 + at % 300}\n"
        for at in range(60_000)
    )
    lots.write_text("postcode,easting,northing\n" + "".join(rows))
    with process_on(address):
        run_command("load", "boundaries", shapefile(tmp_path), *SET)
        run_command("load", "postcodes", few)
    before = tables(database)

    killed(address, temporary, database, ("load", "postcodes", lots), doing)

    assert one(database, "SELECT count(*) FROM postcode") == 3
    assert one(database, "SELECT count(*) FROM count_set") == 1
    nothing_is_left(database, temporary, before)
    done(address, temporary, "load", "postcodes", few, "--replace")
    assert one(database, "SELECT count(*) FROM postcode") == 3
    nothing_is_left(database, temporary, before)
