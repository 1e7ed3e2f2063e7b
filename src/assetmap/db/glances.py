"""Rows of one statement, awaited: for what is asked thousands of times a second.

Handing a request to a thread and back takes longer than the statement does.
"""

import logging
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from assetmap.db.statements import for_driver

log = logging.getLogger(__name__)

PATIENCE_S = 2.0


class Glances:
    """A few connections of one event loop, each statement its own transaction.

    Plans are made once for a statement: planning takes longer than finding.
    """

    def __init__(self, url: str, most: int, statement_timeout_ms: int) -> None:
        self._pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
            url.replace("+psycopg", ""),
            min_size=1,
            max_size=most,
            open=False,
            timeout=PATIENCE_S,
            kwargs={
                "autocommit": True,
                "options": f"-c statement_timeout={statement_timeout_ms} -c jit=off "
                "-c timezone=UTC -c plan_cache_mode=force_generic_plan",
            },
        )

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
        try:
            async with self._pool.connection() as connection:
                cursor = connection.cursor(binary=True)
                await cursor.execute(for_driver(room, name), values)
                found: list[tuple[Any, ...]] = await cursor.fetchall()
                return found
        except (psycopg.OperationalError, PoolTimeout) as error:
            log.info("Not answered at a glance: %s", type(error).__name__)
            return None
