"""Fetched files handed to ``assetmap load``, with the facts of their source."""

import inspect
from pathlib import Path
from typing import Any

import typer

from assetmap.errors import BadFile
from assetmap.publish.cli.load import commands as load
from assetmap.publish.cli.options import About
from assetmap.sources.source_toml import RECORD, Source, read_source

_FACTS = ("title", "vintage", "publisher", "licence", "attribution")


def load_commands() -> dict[str, Any]:
    """The commands of ``assetmap load`` by name."""
    group: Any = typer.main.get_command(load.app)
    return dict(group.commands)


def check_loadable(source: Source) -> None:
    """Let pass a source that a load command takes; asked before anything is fetched.

    Raises:
        BadFile: none does.
    """
    wanted = source.load.get("command")
    if wanted not in load_commands():
        name = source.text("name")
        raise BadFile(
            name, "can be fetched, but no load command takes it yet", set=name
        )


def load_fetched(record: Path) -> int:
    """Load the file that a record tells of; returns the exit code of the command."""
    source = read_source(record)
    command = load_commands()[source.load["command"]]
    words = words_of(source, command)
    code = command.main(words, prog_name="assetmap load", standalone_mode=False)
    return code if isinstance(code, int) else 0


def words_of(source: Source, command: Any) -> list[str]:
    """What is said to a load command: the file, what it is, and whose.

    A command that reads a ``source.toml`` is given the record; others are told the
    facts that they have options for.
    """
    options = options_of(command)
    said = {key: each for key, each in source.load.items() if key != "command"}
    if is_described(command):
        said["source"] = source.folder / RECORD
    else:
        told = {key: source.told.get(key) for key in _FACTS if key in options}
        said = {**{key: each for key, each in told.items() if each}, **said}
    words = [str(source.folder / source.file["path"])]
    for key, value in said.items():
        flag = options.get(key, f"--{key}")
        words += [flag] if value is True else [flag, str(value)]
    return words


def is_described(command: Any) -> bool:
    """Whether a command reads what a file is from a ``source.toml``."""
    told = inspect.signature(command.callback).parameters
    return "source" in told and told["source"].annotation == About


def options_of(command: Any) -> dict[str, str]:
    """The options of a command, by their names with underscores."""
    found = {}
    for each in command.params:
        for flag in each.opts if each.param_type_name == "option" else ():
            if flag.startswith("--"):
                found[flag.removeprefix("--").replace("-", "_")] = flag
    return found
