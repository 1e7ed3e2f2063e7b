"""The providers that a deployment trusts: a TOML file that it names, and their secrets.

A provider's table is ``[providers.NAME]``. What it may hold is in
``docs/how-to/sign-in-with-openid.md``.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from assetmap.errors import Invalid, NotFound

Kind = Literal["person", "community", "institution"]
KINDS: tuple[Kind, ...] = get_args(Kind)
NEEDED = ("title", "issuer", "client_id", "kind")
KEYS = (*NEEDED, "client_secret_file", "scope", "require")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class BadProviders(Invalid):
    """The file of sign-in providers cannot be used."""

    title = "Bad providers"

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"{file}: {reason}", file=str(file))


class ProviderNotFound(NotFound):
    """No sign-in provider has this name."""

    title = "Provider not found"

    def __init__(self, name: str) -> None:
        super().__init__(f"No sign-in provider is called {name!r}.", provider=name)


@dataclass(frozen=True)
class Provider:
    """A body that vouches for people by OpenID Connect."""

    name: str
    title: str
    issuer: str
    client_id: str
    kind: Kind
    """The kind of account that whoever it vouches for has."""
    client_secret: str | None = field(default=None, repr=False)
    scope: str = "openid profile"
    require: Mapping[str, Any] = field(default_factory=dict)
    """Claims that an identity token must have, with these values."""


def read_providers(
    file: Path | None, secrets: Mapping[str, str]
) -> Mapping[str, Provider]:
    """The providers by name, in the order of the file; none without a file.

    Args:
        file: TOML, with a table for each provider.
        secrets: client secrets by name, in small letters with ``_`` for ``-``.

    Raises:
        BadProviders: says where and why.
    """
    if file is None:
        return {}
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadProviders(file, str(error)) from error
    tables = told.get("providers")
    if not isinstance(tables, dict) or set(told) != {"providers"}:
        raise BadProviders(file, "holds tables [providers.NAME], and nothing else")
    return {name: _provider(file, name, tables[name], secrets) for name in tables}


def _provider(file: Path, name: str, told: Any, secrets: Mapping[str, str]) -> Provider:
    where = f"[providers.{name}]"
    if not _NAME.fullmatch(name) or not isinstance(told, dict):
        raise BadProviders(file, f"{where} is not a table named as in 'our-council'")
    for key in NEEDED:
        if not isinstance(told.get(key), str) or not told[key].strip():
            raise BadProviders(file, f"{where} needs {key}, as text")
    if unknown := set(told) - set(KEYS):
        raise BadProviders(file, f"{where} knows no {sorted(unknown)[0]!r}")
    if told["kind"] not in KINDS:
        raise BadProviders(file, f"{where} kind is one of {', '.join(KINDS)}")
    if not is_safe(told["issuer"]):
        raise BadProviders(file, f"{where} issuer is an https:// address")
    return Provider(
        name,
        told["title"].strip(),
        told["issuer"],
        told["client_id"],
        told["kind"],
        _secret(file, where, told.get("client_secret_file"), name, secrets),
        _scope(file, where, told.get("scope", Provider.scope)),
        _required(file, where, told.get("require", {})),
    )


def is_safe(address: object) -> bool:
    """Whether what is sent to an address is kept from others: https, or loopback."""
    if not isinstance(address, str):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    is_own = parts.scheme == "http" and host in LOOPBACK
    return bool(host) and (parts.scheme == "https" or is_own)


def _secret(
    file: Path, where: str, named: object, name: str, secrets: Mapping[str, str]
) -> str | None:
    """The client secret: from the file that the table names, or the environment."""
    if named is None:
        return secrets.get(name.replace("-", "_"))
    try:
        found = (file.parent / str(named)).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise BadProviders(file, f"{where} client_secret_file: {why}") from error
    if not found:
        raise BadProviders(file, f"{where} client_secret_file is empty")
    return found


def _scope(file: Path, where: str, told: object) -> str:
    if not isinstance(told, str) or "openid" not in told.split():
        raise BadProviders(file, f"{where} scope has the word openid")
    return told


def _required(file: Path, where: str, told: object) -> Mapping[str, Any]:
    if not isinstance(told, dict):
        raise BadProviders(file, f"{where} require is a table of claims")
    return told
