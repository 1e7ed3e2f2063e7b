"""``assetmap fetch``: data from the publishers' own services."""

from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from assetmap.db.migrate import project_folder
from assetmap.errors import BadFile, BadParameter, NotFound
from assetmap.publish.cli.console import err, out, print_json, telling, watching
from assetmap.publish.cli.fetch.listing import list_offers, list_sets
from assetmap.publish.cli.fetch.loading import check_loadable, load_fetched
from assetmap.settings import settings
from assetmap.sources.fetch import run
from assetmap.sources.fetch.catalogue import find_offers
from assetmap.sources.fetch.failure import FetchFailed
from assetmap.sources.fetch.kept import PARTS
from assetmap.sources.fetch.patience import Patience
from assetmap.sources.source_toml import Source, read_source

FETCHED = "fetched"


def fetch(
    name: Annotated[
        str, typer.Argument(metavar="SET", help="A set, or the path of a source.toml.")
    ] = "",
    to: Annotated[
        Path | None,
        typer.Option(help="Folder for the set's; absent: fetched in ASSETMAP_HOME."),
    ] = None,
    load: Annotated[bool, typer.Option("--load", help="Load it as well.")] = False,
    is_listed: Annotated[
        bool, typer.Option("--list", help="List the sets; fetch nothing.")
    ] = False,
    is_search: Annotated[
        bool, typer.Option("--find", help="Search for its releases; fetch nothing.")
    ] = False,
    is_forced: Annotated[
        bool, typer.Option("--force", help="Fetch it whole even if it is unchanged.")
    ] = False,
    address: Annotated[
        str | None, typer.Option(help="Ask here, not where the source says.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Fetch SET from its publisher; print the path of the file.

    A fetch that was broken off goes on where it stopped. What has not changed is not
    fetched again. Exits 2 if the set could not be fetched whole.
    """
    with telling():
        folder = to or settings().home / FETCHED
        if is_listed:
            list_sets(fetchable(), folder, as_json)
            return
        source = source_called(name)
        if is_search:
            list_offers(find_offers(source, patience(), address), as_json)
            return
        if load:
            check_loadable(source)
        done = _fetched(source, folder, address, is_forced)
    if as_json:
        print_json(done)
    else:
        out.print(str(done.path), markup=False)
    if load:
        raise typer.Exit(load_fetched(done.record))


def _fetched(
    source: Source, folder: Path, address: str | None, is_forced: bool
) -> run.Fetched:
    name = source.text("name")
    try:
        with watching() as progress:
            done = run.fetch(
                source, folder / name, patience(), address, is_forced, progress
            )
    except FetchFailed:
        if any((folder / name / PARTS).glob("*")):
            err.print("What came is kept: the same command goes on from it.")
        raise
    told = f"{done.rows:,} rows fetched"
    if not done.is_new:
        told = f"unchanged since it was fetched on {done.fetched}"
    err.print(f"{name}: {told}", markup=False)
    for note in done.notes:
        err.print(f"  {note}", markup=False)
    return done


def patience() -> Patience:
    """How patient the settings are with publishers' services."""
    chosen = settings()
    return Patience(
        attempts=chosen.fetch_attempts,
        timeout_s=chosen.fetch_timeout_s,
        wait_s=chosen.fetch_wait_s,
        most_bytes=chosen.fetch_max_bytes,
    )


def fetchable() -> list[Source]:
    """The project's own sets that can be fetched, by name."""
    folder = project_folder("data") / "boundaries"
    found = (read_source(each.parent) for each in folder.glob("*/source.toml"))
    able = (each for each in found if each.fetch)
    return sorted(able, key=lambda each: each.text("name"))


def source_called(name: str) -> Source:
    """The source of a set of the project, or in a file or folder of the user's.

    Raises:
        BadParameter: none is named.
        NotFound: nothing has this name.
        BadFile: it cannot be read, or not be fetched.
    """
    if not name:
        raise BadParameter("SET", name, "name a set; --list shows them")
    known = {each.text("name"): each for each in fetchable()}
    if name in known:
        return known[name]
    path = Path(name)
    if not path.is_file() and not (path / "source.toml").is_file():
        near = get_close_matches(name, known, n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(near)}? " if near else ""
        said = f"No set that can be fetched is called {name!r}: {hint}--list shows all."
        raise NotFound(said, name=name)
    source = read_source(path)
    if not source.fetch:
        raise BadFile(str(path), "has no [fetch] table: it cannot be fetched")
    return source
