"""Commands that are imported when somebody asks for them: all at once take seconds."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

_HERE = "assetmap.publish.cli"


class OnDemand(Mapping[str, Any]):
    """Commands by name, each imported from its place when it is taken.

    A place is ``module:name``, beneath the room of commands: a function, or a group.
    """

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places

    def __getitem__(self, name: str) -> Any:
        module, _, inside = self._places[name].partition(":")
        found = getattr(import_module(f"{_HERE}.{module}"), inside)
        holder = typer.Typer(callback=_nothing)
        if isinstance(found, typer.Typer):
            holder.add_typer(found, name=name)
        else:
            holder.command(name)(found)
        group: Any = typer.main.get_command(holder)
        return group.commands[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _nothing() -> None:
    """Have one command alone be a group's, too."""


def group_of(places: Mapping[str, str]) -> type[TyperGroup]:
    """The kind of group that has commands on demand."""

    class Group(TyperGroup):
        """Knows the names of its commands; only help needs all of them."""

        def __init__(self, **told: Any) -> None:
            super().__init__(**told)
            self.commands: Any = OnDemand(places)

        def list_commands(self, ctx: Any) -> list[str]:
            """The names of the commands, in the order of help."""
            return list(places)

    return Group
