"""Two copies of a home's database with a service each: with the rules, and without.

Without: row-level security is disabled, the views that carry rules have none, and the
triggers of the rules and of the audit are disabled. Both services stay in their role.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from assetmap.accounts.audit.watched import watched
from assetmap.accounts.policies import policies
from assetmap.accounts.views import COUNTED, RELEASED, SHOWN, VERSIONS
from bench.home import Home
from bench.processes import database_cpu_s, group_cpu_s
from bench.service import Served, service_on

ON, OFF = "bench_rules_on", "bench_rules_off"

_TRIGGERS = """
SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger
INNER JOIN pg_class ON pg_class.oid = tgrelid
WHERE relname = ANY(%s) AND (tgname LIKE 'audit%%' OR tgname LIKE 'access%%')"""


@dataclass(frozen=True)
class Side:
    """A service and its database, which ``home`` keeps."""

    name: str
    home: Home
    served: Served

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.served.port

    @property
    def address(self) -> str:
        """The address of its database for psycopg."""
        return address_of(self.home, self.name)

    def cpu_s(self) -> float:
        """CPU seconds of its processes and of PostgreSQL's that work for it, so far."""
        server = database_cpu_s(self.home.data, self.name)
        return group_cpu_s(self.served.process) + server


@contextmanager
def copied(home: Home) -> Iterator[str]:
    """The address of a copy of a home's database, dropped with the other at the end."""
    _copy(home, "assetmap", ON)
    try:
        yield address_of(home, ON)
    finally:
        for each in (ON, OFF):
            _server(home, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), each)


@contextmanager
def sides(home: Home) -> Iterator[tuple[Side, Side]]:
    """The copy with the rules, and another of it without, each with its service."""
    _copy(home, ON, OFF)
    _open(address_of(home, OFF))
    with (
        service_on(home.folder, address_of(home, ON)) as on,
        service_on(home.folder, address_of(home, OFF)) as off,
    ):
        yield Side(ON, home, on), Side(OFF, home, off)


def address_of(home: Home, name: str) -> str:
    """The address of a database beside a home's own."""
    return home.address.replace("/assetmap?", f"/{name}?")


def _copy(home: Home, one: str, other: str) -> None:
    _server(home, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), other)
    quiet = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    make = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
    with psycopg.connect(address_of(home, "postgres"), autocommit=True) as server:
        server.execute(quiet, [one])
        server.execute(make.format(sql.Identifier(other), sql.Identifier(one)))


def _server(home: Home, statement: sql.SQL, name: str) -> None:
    with psycopg.connect(address_of(home, "postgres"), autocommit=True) as server:
        server.execute(statement.format(sql.Identifier(name)))


def _open(address: str) -> None:
    """Switch off policies, the conditions of views, and triggers."""
    to_all: dict[str, str] = defaultdict(lambda: "true")
    tables = [each.table for each in policies()] + [each.table for each in watched()]
    with psycopg.connect(address) as connection:
        for each in policies():
            _run(connection, f"ALTER TABLE {each.table} DISABLE ROW LEVEL SECURITY")
        for view in (COUNTED, RELEASED, SHOWN, VERSIONS):
            replaced = view.replace("CREATE VIEW", "CREATE OR REPLACE VIEW")
            _run(connection, replaced.format_map(to_all))
        for table, trigger in connection.execute(_TRIGGERS, [tables]).fetchall():
            _run(connection, f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")


def _run(connection: "psycopg.Connection[Any]", statement: str) -> None:
    connection.execute(statement.encode())
