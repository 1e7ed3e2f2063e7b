"""``assetmap audit``: who did what, as a file, and whether all of it is still there."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from assetmap.accounts.audit import exported, store, verify
from assetmap.accounts.audit.model import Head, Told, heads_told
from assetmap.accounts.audit.store import EntryFilter
from assetmap.accounts.audit.verify import Check, Fault
from assetmap.db.engine import session_scope, snapshot_scope
from assetmap.publish.cli.console import (
    NOTHING,
    SHOWN_ISSUES,
    err,
    migrated_engine,
    out,
    print_json,
    telling,
)
from assetmap.publish.cli.crosswalk import BadOutput

app = typer.Typer(help="Who did what, and when.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
Text = str | None


def _option(name: str, help: str) -> object:
    return typer.Option(name, help=help)


@app.command("list")
def list_entries(
    thing: Annotated[Text, _option("--thing", "Of this kind: key, asset, …")] = None,
    thing_id: Annotated[Text, _option("--id", "Of the one with this id.")] = None,
    action: Annotated[Text, _option("--action", "Only this: create, change, …")] = None,
    account: Annotated[Text, _option("--account", "Done by this account.")] = None,
    key: Annotated[Text, _option("--key", "Done with the key of this id.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Most entries.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List what was done, the newest first."""
    wanted = EntryFilter(thing, thing_id, action, account, key)
    with telling(), session_scope(migrated_engine()) as session:
        found = store.list_entries(session, wanted, limit)
    if as_json:
        print_json({"entries": found})
        return
    for each in found:
        out.print(_line(each), markup=False)


def _line(entry: Told) -> str:
    who = entry["by"] or entry["account"] or entry["operator"] or entry["login"]
    what = f"{entry['action']} {entry['thing']} {entry['thing_id'] or ''}".rstrip()
    changed = ", ".join(sorted(entry["after"] or {})) if entry["before"] else ""
    told = f"{entry['id']:>8}  {entry['at'][:19]}Z  {who:<16}  {what}"
    return f"{told}  ({changed})" if changed else told


@app.command()
def heads() -> None:
    """Print how far the audit reaches: to be noted where nobody here can change it."""
    with telling(), session_scope(migrated_engine()) as session:
        found = store.heads(session)
    print_json({"at": datetime.now(UTC).isoformat(), "heads": heads_told(found)})


@app.command()
def export(
    to: Annotated[Path, typer.Option("--output", "-o", help="File to write: .jsonl.")],
) -> None:
    """Write every entry to a file, one in a line; the last says what it must hold."""
    with telling(), snapshot_scope(migrated_engine()) as session:
        ends = store.heads(session)
        _write(exported.lines(store.entries(session), ends), to)
    count = sum(each.length for each in ends.values())
    err.print(f"{count:,} entries written to {to}", markup=False)


def _write(lines: Iterable[str], path: Path) -> None:
    """Write beside the file, then put it in its place: never half an export."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(lines)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        said = f"{path} cannot be written: {error.strerror}."
        raise BadOutput(said, file=str(path)) from error


@app.command("verify")
def verify_audit(
    file: Annotated[
        Path | None, typer.Argument(help="An export; absent: the database itself.")
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(help="Heads noted before, or an earlier export: still there?"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say whether any entry was altered, added, moved or taken away. Exits 2 if so."""
    with telling():
        noted = exported.noted_in(since) if since else {}
        if file is not None:
            faults, seen = exported.faults_in_file(file, noted)
        else:
            with snapshot_scope(migrated_engine()) as session:
                ends, told = store.heads(session), store.entries(session)
                faults, seen = verify.faults_in(told, ends, noted)
    _tell(faults, seen, noted, as_json)
    raise typer.Exit(NOTHING if faults else 0)


def _tell(
    faults: list[Fault], seen: Check, noted: dict[int, Head], as_json: bool
) -> None:
    if as_json:
        body = {"entries": seen.entries, "sealed": seen.sealed}
        body |= {"is_part": seen.is_part, "noted": len(noted)}
        print_json(body | {"faults": faults, "heads": heads_told(seen.heads)})
        return
    _show(str(each) for each in faults[:SHOWN_ISSUES])
    if len(faults) > SHOWN_ISSUES:
        out.print(f"… and {len(faults) - SHOWN_ISSUES} more")
    part = ", a part of the audit" if seen.is_part else ""
    part += f", of which {seen.sealed:,} are sealed" if seen.sealed else ""
    state = f"{len(faults)} faults" if faults else "nothing altered, added or missing"
    err.print(f"{seen.entries:,} entries in {len(seen.heads)} chains{part}: {state}")
    if not seen.entries and not noted:
        err.print(
            "Nothing was ever written, or all of it was taken away with its chains: "
            "only heads that were noted before can tell (--since)."
        )


def _show(lines: Iterable[str]) -> None:
    for each in lines:
        out.print(each, markup=False)
