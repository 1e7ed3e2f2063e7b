"""The command as a person runs it, on a database of its own, empty for each test."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool
from typer.testing import CliRunner

from assetmap.publish.cli.main import app
from tests.boundaries.map_files import geopackage
from tests.databases import fresh_database, process_on
from tests.publish.conftest import build

SET = ("--set", "wards", "--kind", "ward", "--valid-from", "2020-01-01")
POSTCODES = (
    "postcode,easting,northing\n"
    "M1 1AA,383050,398050\n"
    "M1 1AB,383150,398050\n"
    "M1 1AD,383150,398060\n"
)

TABLES = (
    "boundary_set, postcode, point_chunk, count_set, asset, neighbourhood, practice, "
    "pcn, nhs_area, practice_list, practice_membership, registration_set"
)


class Ran:
    """What a command answered."""

    def __init__(self, found):
        self.code, self.out, self.err = found.exit_code, found.stdout, found.stderr
        self.error = found.exception

    @property
    def said(self):
        """What stood on stderr, in one line and without frames."""
        return " ".join(self.err.replace("│", " ").split())


Run = Callable[..., Ran]


@pytest.fixture(scope="session")
def command_url(server_url: str) -> Iterator[str]:
    """The address of the commands' database."""
    with fresh_database(server_url, "commands") as address:
        yield address


@pytest.fixture
def run(command_url: str) -> Iterator[Run]:
    """Runs a command; an error that is no exit fails the test."""
    engine = create_engine(command_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {TABLES} CASCADE"))
    engine.dispose()
    with process_on(command_url):
        yield run_command


def run_command(*words: object) -> Ran:
    """Run a command with its words; only an exit may end it."""
    found = Ran(CliRunner().invoke(app, [str(each) for each in words]))
    if not isinstance(found.error, SystemExit | None):
        raise found.error
    return found


@pytest.fixture
def town(run: Run, command_url: str) -> Run:
    """Runs commands on the town of ``tests/publish/conftest.py``."""
    engine = create_engine(command_url, poolclass=NullPool)
    with Session(engine) as session, session.begin():
        build(session)
    engine.dispose()
    return run


@pytest.fixture
def write(tmp_path):
    def to(name, text):
        content = text if isinstance(text, bytes) else text.encode()
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return to


@pytest.fixture
def blocks(run, tmp_path, write):
    lsoa = (*SET[:3], "lsoa", *SET[4:])
    assert run("load", "postcodes", write("p.csv", POSTCODES)).code == 0
    assert run("load", "boundaries", geopackage(tmp_path), *lsoa).code == 0
    return run
