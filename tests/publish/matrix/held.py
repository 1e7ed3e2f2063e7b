"""What a database holds: what a request changed in it, and putting that back."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

UNHELD = ("alembic_version", "audit_chain", "audit_entry", "spatial_ref_sys")
"""Tables that are not compared; of the audit only what is new is looked at."""

UNSEEN = ("last_used_at", "seen_at")
"""Columns that say only that somebody was there."""

_COLUMNS = text(
    "SELECT relname::text, array_agg(quote_ident(attname) ORDER BY attnum)"
    " FROM pg_class INNER JOIN pg_attribute ON attrelid = pg_class.oid"
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0"
    " AND NOT attisdropped AND attgenerated = '' AND relname <> ALL(:unheld)"
    " GROUP BY 1 ORDER BY 1"
)


class Held:
    """All that a database held when this was made, kept beside it."""

    def __init__(self, owner: Connection) -> None:
        self._owner = owner
        with owner.begin():
            rows = owner.execute(_COLUMNS, {"unheld": list(UNHELD)})
            self.columns = dict(rows.all())
            owner.exec_driver_sql("CREATE SCHEMA held")
            for name in self.columns:
                copy = f"CREATE TABLE held.{name} AS TABLE public.{name}"
                owner.exec_driver_sql(copy)
            self.entry = owner.scalar(text("SELECT max(id) FROM audit_entry"))
            self._marks = self._marked()

    def _marked(self) -> dict[str, str]:
        parts = (self._mark(name, columns) for name, columns in self.columns.items())
        rows = self._owner.exec_driver_sql(" UNION ALL ".join(parts))
        return dict(rows.all())

    @staticmethod
    def _mark(name: str, columns: list[str]) -> str:
        seen = ", ".join(each for each in columns if each not in UNSEEN)
        rows = f"SELECT md5(ROW({seen})::text) AS mark FROM public.{name}"  # noqa: S608
        return f"SELECT '{name}', string_agg(mark, '' ORDER BY mark) FROM ({rows}) x"  # noqa: S608

    def changed(self) -> dict[str, set[int | None]]:
        """The tables in which something is not as it was, and the numbers of rows."""
        with self._owner.begin():
            now = self._marked()
            names = [name for name in now if now[name] != self._marks[name]]
            return {name: self._rows(name) for name in names}

    def _rows(self, name: str) -> set[int | None]:
        if "id" not in self.columns[name]:
            return {None}
        seen = ", ".join(each for each in self.columns[name] if each not in UNSEEN)
        now, then = (
            f"SELECT id, md5(ROW({seen})::text) FROM {schema}.{name}"  # noqa: S608
            for schema in ("public", "held")
        )
        either = f"(({now}) EXCEPT ({then})) UNION (({then}) EXCEPT ({now}))"
        return set(self._owner.scalars(text(f"SELECT id FROM ({either}) x")))  # noqa: S608

    def told(self) -> set[str]:
        """What the audit tells since this was last asked, but for what was read."""
        new = text("SELECT id, thing, action FROM audit_entry WHERE id > :last")
        with self._owner.begin():
            rows = self._owner.execute(new, {"last": self.entry}).all()
        self.entry = max([self.entry, *(row.id for row in rows)])
        return {row.thing for row in rows if row.action != "read"}

    def put_back(self, tables: list[str] | None = None) -> None:
        """Have it hold what it held, without a trigger noticing."""
        with self._owner.begin(), unnoticed(self._owner):
            for name in tables or self.columns:
                columns = ", ".join(self.columns[name])
                self._owner.exec_driver_sql(f"DELETE FROM public.{name}")  # noqa: S608
                self._owner.exec_driver_sql(
                    f"INSERT INTO public.{name} ({columns}) OVERRIDING SYSTEM VALUE"  # noqa: S608
                    f" SELECT {columns} FROM held.{name}"
                )


@contextmanager
def unnoticed(connection: Connection) -> Iterator[None]:
    """No trigger fires, and no foreign key is looked at."""
    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    yield
    connection.exec_driver_sql("SET LOCAL session_replication_role = origin")
