"""What ``assetmap fetch`` lists: sets that can be fetched, and releases found."""

from collections.abc import Iterable
from pathlib import Path

from assetmap.publish.cli.console import err, out, print_json
from assetmap.sources.fetch.catalogue import Offer
from assetmap.sources.fetch.kept import read_json
from assetmap.sources.source_toml import RECORD, Source


def list_sets(sources: Iterable[Source], folder: Path, as_json: bool) -> None:
    """Print the sets that can be fetched, and on which day each was."""
    rows = [_row(each, folder) for each in sources]
    if as_json:
        print_json({"sets": rows})
        return
    width = max((len(row["set"]) for row in rows), default=0)
    for row in rows:
        when = f"  (fetched {row['fetched']})" if row["fetched"] else ""
        said = f"{row['set']:{width}}  {row['title']}, {row['publisher']}{when}"
        out.print(said, markup=False)


def _row(source: Source, folder: Path) -> dict[str, str]:
    name = source.text("name")
    file = read_json(folder / name / RECORD).get("file", {})
    return {
        "set": name,
        "title": source.text("title"),
        "publisher": source.text("publisher"),
        "licence": source.text("licence"),
        "address": str(source.fetch.get("address") or source.fetch.get("page", "")),
        "address_is": str(source.fetch["address_is"]),
        "loads_as": str(source.load.get("command", "")),
        "fetched": str(file.get("fetched", "")),
    }


def list_offers(offers: list[Offer], as_json: bool) -> None:
    """Print what was found, newest first, each with the address to fetch it from."""
    if as_json:
        print_json({"found": offers})
        return
    for each in offers:
        out.print(f"{each.modified}  {each.title}", markup=False)
        out.print(f"            {each.address}", markup=False)
    if not offers:
        err.print("Nothing was found.")
