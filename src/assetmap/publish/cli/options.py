"""Options that the load commands share."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from pydantic import BaseModel, ValidationError

from assetmap.errors import BadParameter

Options = TypeVar("Options", bound=BaseModel)


def said(options: type[Options], **values: object) -> Options:
    """The options of a load, by what was said on the command line.

    Raises:
        BadParameter: one of them cannot be.
    """
    try:
        return options.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        named = "--" + "-".join(map(str, first["loc"])).replace("_", "-")
        raise BadParameter(named, first["input"], first["msg"]) from error


def _in_a_folder(path: Path | None) -> Path | None:
    """The path of a file that can be made; asked before anything is loaded."""
    if path is not None and not path.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {path.parent}")
    return path


File = Annotated[Path, typer.Argument(help="The file to load.")]
WriteCsv = Annotated[
    Path | None,
    typer.Option("--out", "-o", help="Write .csv here.", callback=_in_a_folder),
]
ReportTo = Annotated[
    Path | None,
    typer.Option(
        "--report", help="Write every row at fault to this CSV.", callback=_in_a_folder
    ),
]
About = Annotated[
    Path | None,
    typer.Option("--source", help="A source.toml that describes it, or its set."),
]
Sheet = Annotated[
    str | None, typer.Option("--sheet", help="Of a spreadsheet, if several fit.")
]
Queue = Annotated[
    bool, typer.Option("--queue", help="Leave it to the worker; print the job's id.")
]
Encoding = Annotated[str | None, typer.Option("--encoding", help="Of its text.")]
SwapAxes = Annotated[
    bool, typer.Option("--swap-axes", help="Latitude or northing comes first.")
]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


def day_of(value: datetime | None) -> date | None:
    """The day of an option, if it was given."""
    return value.date() if value else None
