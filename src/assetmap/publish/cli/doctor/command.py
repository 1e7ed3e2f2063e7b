"""``assetmap doctor``: what is wrong, and what to do about it."""

from collections.abc import Iterator

import typer

from assetmap.publish.cli.console import DONE, NOTHING, REFUSED, out, print_json
from assetmap.publish.cli.doctor import machine, stored
from assetmap.publish.cli.doctor.finding import Finding
from assetmap.settings import Settings, faults, settings

MEND = "write it right, or leave it out"
ABSENT = {
    "database_url": "private",
    "service_database_url": "as the owner",
    "read_database_url": "same",
}
"""What is said where an address that may hold a password is not set."""

MARKS = {
    "well": "[green]well[/]",
    "advice": "[yellow]look[/]",
    "mend": "[bold red]mend[/]",
}


def doctor(as_json: bool = typer.Option(False, "--json", help="As JSON.")) -> None:
    """Look at everything the service needs, and say what to do.

    Exits 0 if all is well, 1 if something is worth a look, 2 if it must be mended.
    """
    found = list(_findings())
    if as_json:
        print_json({"findings": found, "settings": _told()})
    else:
        for each in found:
            out.print(f"{MARKS[each.weight]}  ", end="")
            out.print(f"{each.what}: {each.detail}", markup=False)
            if each.mend:
                out.print(f"      → {each.mend}", markup=False)
        _print_settings()
    raise typer.Exit(_code({each.weight for each in found}))


def _code(weights: set[str]) -> int:
    if "mend" in weights:
        return NOTHING
    return REFUSED if "advice" in weights else DONE


def _told() -> dict[str, str]:
    """What the settings are; of addresses with passwords, whether they are."""
    if faults():
        return {}
    chosen = settings()
    told = {name: str(getattr(chosen, name)) for name in Settings.model_fields}
    for name, absent in ABSENT.items():
        told[name] = "set" if getattr(chosen, name) else absent
    return told


def _print_settings() -> None:
    out.print("\nSettings (environment):")
    for name, field in Settings.model_fields.items():
        out.print(f"  ASSETMAP_{name.upper()}  {field.description}", markup=False)


def _findings() -> Iterator[Finding]:
    """What is found; what rests on something that is not well is not looked at."""
    wrong = faults()
    if wrong:
        for each in wrong:
            yield Finding("settings", False, "mend", each, MEND)
        return
    for look in machine.looks():
        yield look.found()
    for look in (stored.DATABASE, stored.CLOCK, stored.MIGRATIONS):
        found = look.found()
        yield found
        if not found.is_well and look is not stored.CLOCK:
            return
    for look in stored.looks():
        yield look.found()
