"""Rows of one statement, awaited: for what is asked thousands of times a second.

Handing a request to a thread and back takes longer than the statement does.
"""

import logging
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from assetmap.db.statements import for_driver

log = logging.getLogger(__name__)

_ERRORS = "connections_errors"
PATIENCE_S = 2.0
"""How long a glance waits for a connection."""
PROBE_S = 0.2
"""How long it waits while the database is away: others then do not wait at all."""
RECONNECT_S = 1.0
"""How long the pool tries by itself. A later glance has it try again at once, where
the pool left to itself would wait longer and longer, and go on to long after the
database is back."""


class Glances:
    """A few connections of one event loop, each statement its own transaction.

    Plans are made once for a statement: planning takes longer than finding.
    """

    def __init__(
        self, url: str, most: int, statement_timeout_ms: int, role: str
    ) -> None:
        self._pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
            url.replace("+psycopg", ""),
            min_size=1,
            max_size=most,
            open=False,
            timeout=PATIENCE_S,
            reconnect_timeout=RECONNECT_S,
            kwargs={
                "autocommit": True,
                "options": f"-c statement_timeout={statement_timeout_ms} -c jit=off "
                f"-c timezone=UTC -c plan_cache_mode=force_generic_plan -c role={role}",
            },
        )
        self._is_away, self._is_probing, self._failed = False, False, 0

    async def open(self) -> None:
        """Begin to connect; does not wait until that has happened."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        """Let the connections go."""
        await self._pool.close()

    def held(self) -> tuple[int, int]:
        """How many connections are asked through now, and how many wait."""
        told = self._pool.get_stats()
        size, idle = told.get("pool_size", 0), told.get("pool_available", 0)
        return size - idle, idle

    async def rows(
        self, room: str, name: str, **values: object
    ) -> list[tuple[Any, ...]] | None:
        """The rows of a statement in a file; None if the database does not answer."""
        return await self.rows_of(for_driver(room, name), values)

    async def rows_of(
        self, statement: bytes, values: Mapping[str, object]
    ) -> list[tuple[Any, ...]] | None:
        """The rows of a statement as the driver takes it; None as above."""
        if self._is_probing:
            return None
        self._is_probing = probes = self._is_away
        try:
            patience = PROBE_S if probes else PATIENCE_S
            async with self._pool.connection(patience) as connection:
                cursor = connection.cursor(binary=True)
                await cursor.execute(statement, values)
                found: list[tuple[Any, ...]] = await cursor.fetchall()
                self._is_away = False
                return found
        except (psycopg.OperationalError, PoolTimeout) as error:
            self._is_away = self._cannot_connect()
            log.info("Not answered at a glance: %s", type(error).__name__)
            return None
        finally:
            if probes:
                self._is_probing = False

    def _cannot_connect(self) -> bool:
        """Whether connecting failed since this was last asked."""
        before, self._failed = self._failed, self._pool.get_stats().get(_ERRORS, 0)
        return self._is_away or self._failed > before
