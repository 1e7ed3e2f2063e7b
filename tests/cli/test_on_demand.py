"""Commands are imported when they are asked for."""

import subprocess
import sys

import pytest
import typer

from assetmap import __version__
from assetmap.publish.cli.main import COMMANDS, app

HEAVY = {"sqlalchemy", "pandas", "fastapi", "pyogrio", "numba", "assetmap.settings"}
PROGRAM = """
import sys
from assetmap.publish.cli import app
try:
    app(["--version"])
finally:
    print(*sys.modules)
"""


def test_the_version_needs_no_library():
    told = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    version, modules = told.stdout.splitlines()
    assert version == __version__
    assert HEAVY.isdisjoint(modules.split())
    assert "assetmap.publish.cli.main" in modules.split()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_where_it_is_said_to_be(name):
    found = typer.main.get_command(app).commands[name]
    assert found.name == name
    assert found.help


def test_help_tells_every_command(run):
    told = run("--help").out
    assert all(f" {name} " in told for name in COMMANDS)


def test_a_word_that_is_no_command_is_refused_with_the_nearest(run):
    found = run("lokup")
    assert found.code == 2
    assert "Did you mean 'lookup'?" in found.said
