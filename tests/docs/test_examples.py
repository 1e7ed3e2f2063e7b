"""The examples in the documentation do what it says they do.

A block of ``console`` holds commands after ``$ `` and what they print. Blocks after
the remark *toy town* are run in order, against a database that is empty at the start
of the page; *toy town, loaded* finds the README's town there. Blocks after the remark
*demonstration* need the whole country: their commands are checked against what the
command line and the interface take, but not run; those after *publishers' files* are
run where the files are (``tests/shared_data``).
"""

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import typer
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool
from typer.testing import CliRunner

from assetmap.db.engine import session_scope
from assetmap.neighbourhoods import store
from assetmap.neighbourhoods.model import Neighbourhood
from assetmap.publish import connections
from assetmap.publish.app import make_app
from assetmap.publish.cli import app as command
from assetmap.publish.cli import console
from assetmap.publish.questions.schemas import LookupIn, PcnSharesIn, ReconciliationIn
from assetmap.settings import settings

pytestmark = pytest.mark.long

ID = re.compile(r',"request":"[0-9a-f]{24}"')
"""The id of a request is another each time."""

PROJECT = Path(__file__).parents[2]
README = PROJECT / "README.md"
PAGES = [README, *sorted((PROJECT / "docs").rglob("*.md"))]
BODIES = {
    "/lookup": LookupIn,
    "/pcn-shares": PcnSharesIn,
    "/reconciliation": ReconciliationIn,
}
KEPT = re.compile(r"([A-Z]+)=\$\((.*)\)")
PICKED = re.compile(r"(.*) \| jq -r \.(\w+)")
HEADER = re.compile(r"%header\{(\w+)\}")
AT = re.compile(r"^http://(127\.0\.0\.1:8000|testserver)")
_BLOCK = re.compile(r"(?:<!-- ([^>]+) -->\n)?```console\n(.*?)```", re.S)


def examples(path: Path, wanted: str) -> list[tuple[str, str]]:
    """Command and expected output of each example of a kind on a page.

    A block without a remark is of the kind of the one before it.
    """
    kind, found = "", []
    for remark, block in _BLOCK.findall(path.read_text(encoding="utf-8")):
        kind = remark or kind
        for each in re.split(r"^\$ ", block, flags=re.M)[1:] if kind == wanted else []:
            line, _, output = each.partition("\n")
            found.append((line, output))
    return found


@pytest.fixture(scope="module")
def town(database_url: str) -> Iterator[TestClient]:
    """The interface on a database of its own, as migrated, with one neighbourhood."""
    address = make_url(database_url)
    name = f"{address.database}_docs"
    server = create_engine(
        address.set(database="postgres"),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
    )
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    own = address.set(database=name).render_as_string(hide_password=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSETMAP_DATABASE_URL", own)
        patch.setenv("COLUMNS", "200")
        patch.chdir(PROJECT)
        forget()
        assert CliRunner().invoke(command, ["db", "migrate"]).exit_code == 0
        add_neighbourhood()
        yield TestClient(make_app())
        connections.read_engine().dispose()
    forget()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def forget() -> None:
    """Read the settings again, and open other engines."""
    for each in (settings, connections.read_engine, console.engine):
        getattr(each, "cache_clear", lambda: None)()


def add_neighbourhood() -> None:
    made = console.engine()
    with session_scope(made) as session:
        new = Neighbourhood("toy-town", "Toy town", is_simulated=True)
        store.add_neighbourhood(session, new)
    made.dispose()


def plain(output: str) -> list[str]:
    """The lines that a person reads, without progress and without line breaks."""
    lines = [each.rstrip() for each in output.splitlines()]
    return sorted(each for each in lines if each and not each.endswith(" …"))


def run(line: str, client: TestClient, named: dict[str, str] | None = None) -> str:
    """What a command prints; ``NAME=$(command)`` keeps it, and ``$NAME`` is put in."""
    named = {} if named is None else named
    for name in sorted(named, key=len, reverse=True):
        line = line.replace(f"${name}", named[name])
    kept = KEPT.fullmatch(line)
    if kept:
        found = run(kept[2], client, named).strip().splitlines()
        named[kept[1]] = found[-1].replace('"', '\\"')
        return ""
    picked = PICKED.fullmatch(line)
    if picked:
        return str(json.loads(run(picked[1], client, named))[picked[2]])
    words = shlex.split(line)
    if words[0] == "date":
        return subprocess.run(words, capture_output=True, check=True, text=True).stdout  # noqa: S603
    if words[0] == "curl":
        answer = sent(line, client)
        header = HEADER.search(line)
        return answer.headers[header[1]] if header else answer.text
    found = CliRunner().invoke(command, words[1:])
    assert found.exit_code in {0, 1}, found.output
    return found.output


def request_of(line: str) -> tuple[str, str, dict[str, str], bytes | None]:
    """Method, address, headers and body of a curl command."""
    words = shlex.split(line)[1:]
    method, headers, body, address = "GET", {}, None, ""
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word in {"-o", "-w"}:
            words.pop(0)
        elif word in {"-d", "--data-binary"}:
            given = words.pop(0)
            is_file = given.startswith("@")
            body = (PROJECT / given[1:]).read_bytes() if is_file else given.encode()
        else:
            address = word
    return method, AT.sub("", address), headers, body


def sent(line: str, client: TestClient) -> object:
    method, address, headers, body = request_of(line)
    return client.request(method, address, headers=headers, content=body)


def test_the_town_of_the_readme_comes_out_as_it_says(town):
    shown = examples(README, "toy town")
    assert len(shown) >= 8
    for line, output in shown:
        assert plain(run(line, town)) == plain(output), line


def test_the_examples_of_the_interface_come_out_as_it_says(town):
    for line, _ in examples(README, "toy town"):
        run(line, town)
    for line, output in examples(PROJECT / "docs/reference/api.md", "toy town, loaded"):
        found = run(line, town)
        assert '"status":5' not in found
        if output:
            assert ID.sub("", found.strip()) == ID.sub("", output.strip()), line


PYTHON = re.compile(r"```python\n(.*?)```", re.S)


@pytest.mark.parametrize("path", PAGES, ids=lambda each: each.name)
def test_examples_in_python_run(path):
    for block in PYTHON.findall(path.read_text(encoding="utf-8")):
        exec(block, {})  # noqa: S102 - our own pages


FIRST = "sign-in-for-small-groups"
"""It lists all accounts, and the other pages make more in the same database."""

HOW_TO = sorted(
    (PROJECT / "docs" / "how-to").glob("*.md"), key=lambda it: (it.stem != FIRST, it)
)
ON_TOY_TOWN = sorted(
    (each for each in HOW_TO if examples(each, "toy town, loaded")),
    key=lambda each: "assetmap reconcile" not in each.read_text(encoding="utf-8"),
)
"""Those that count what is there come first: others add assets to the same town."""
ON_FILES = [each for each in HOW_TO if examples(each, "publishers' files")]


def test_every_how_to_has_examples_that_are_run():
    assert {*ON_TOY_TOWN, *ON_FILES} == {*HOW_TO}


@pytest.mark.parametrize("path", ON_FILES, ids=lambda each: each.stem)
def test_examples_on_publishers_files_are_commands_that_there_are(path):
    for line, _ in examples(path, "publishers' files"):
        check_command(shlex.split(line)[1:])


@pytest.mark.parametrize("path", ON_TOY_TOWN, ids=lambda each: each.stem)
def test_what_is_told_step_by_step_comes_out_as_it_says(town, path):
    for line, _ in examples(README, "toy town"):
        run(line, town)
    named: dict[str, str] = {}
    for line, output in examples(path, "toy town, loaded"):
        found, told = plain(run(line, town, named)), plain(output)
        assert len(found) == len(told), line
        assert all(map(is_told, found, told)), (line, found)


def is_told(found: str, told: str) -> bool:
    """Whether a line is as it is told; what is left out of it is shown by ``…``."""
    return re.fullmatch(".*".join(map(re.escape, told.split("…"))), found) is not None


@pytest.mark.parametrize("path", PAGES, ids=lambda each: each.name)
def test_examples_of_the_demonstration_ask_for_what_there_is(path):
    for line, _ in examples(path, "demonstration"):
        if line.startswith("curl"):
            check_request(line)
        else:
            check_command(shlex.split(line)[1:])


def check_command(words: list[str]) -> None:
    """Let pass only words that the command line takes."""
    node = typer.main.get_command(command)
    while hasattr(node, "commands"):
        node = node.commands[words[0]]
        words = words[1:]
    node.make_context("assetmap", list(words)).close()


def check_request(line: str) -> None:
    """Let pass only requests whose route, parameters and body are known."""
    method, address, _, body = request_of(line)
    parts = urlsplit(address)
    for path, methods in make_app().openapi()["paths"].items():
        pattern = re.sub(r"\{\w+\}", "[^/]+", path)
        if re.fullmatch(pattern, parts.path) and method.lower() in methods:
            known = methods[method.lower()].get("parameters", [])
            names = {each["name"] for each in known}
            assert {name for name, _ in parse_qsl(parts.query)} <= names, line
            break
    else:
        pytest.fail(f"no route answers {line}")
    if body is not None:
        BODIES[parts.path].model_validate(json.loads(body))


def test_every_block_says_what_it_needs():
    for path in PAGES:
        kinds = [remark for remark, _ in _BLOCK.findall(path.read_text("utf-8"))]
        assert not kinds or kinds[0], path
        assert {each for each in kinds if each} <= {
            *("demonstration", "publishers' files", "toy town", "toy town, loaded"),
            "toy town, assets",
        }
