"""What the doctor sees of the rules in the database: who works there, and by what."""

from collections.abc import Iterator

from sqlalchemy import text

from assetmap.accounts import enforcing
from assetmap.accounts.rules import rules
from assetmap.accounts.standing import in_words
from assetmap.db.service_role import ROLE
from assetmap.publish.cli.console import engine
from assetmap.publish.cli.doctor.finding import Amiss, Look
from assetmap.publish.connections import write_engine

_WHO = text("""
    SELECT
        current_user AS works_as,
        session_user AS signs_in_as,
        (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user)
            AS is_above,
        (SELECT count(*) FROM pg_tables WHERE tableowner = current_user) AS owns,
        (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user)
        OR EXISTS (SELECT FROM pg_tables WHERE tableowner = session_user)
            AS signs_in_above
""")

_OPEN = text(
    "SELECT count(*) FROM pg_proc WHERE proname = 'st_estimatedextent' AND prosecdef"
    " AND has_function_privilege(:role, oid, 'EXECUTE')"
)
_CLOSE = (
    "REVOKE EXECUTE ON FUNCTION st_estimatedextent(text, text), "
    "st_estimatedextent(text, text, text), "
    f"st_estimatedextent(text, text, text, boolean) FROM public, {ROLE}"
)


def looks() -> Iterator[Look]:
    """What is looked at of the rules in a database of this version."""
    yield Look("service user", _service_user, "see docs/reference/access.md")
    yield Look("rules", _rules, "run 'assetmap db migrate'")
    yield Look("PostGIS", _postgis, f"have its owner run: {_CLOSE}")


def _service_user() -> str:
    """As whom the service works, and as whom it signs in for that."""
    with write_engine().connect() as connection:
        row = connection.execute(_WHO).one()
    if row.works_as != ROLE or row.is_above:
        raise Amiss(f"the service works as {row.works_as!r}, whom no policy holds.")
    if row.owns:
        raise Amiss(f"{row.works_as!r} owns {row.owns} tables.")
    told = f"works as {row.works_as}, signs in as {row.signs_in_as}"
    if row.signs_in_above:
        raise Amiss(
            f"{told}, who may do more: whoever takes over the service could too.",
            "make a login that is a member of assetmap_service, and name it in "
            "ASSETMAP_SERVICE_DATABASE_URL",
            is_advice=True,
        )
    return told


def _rules() -> str:
    """Whether the database keeps to the rules of this version, as they were put up."""
    with engine().connect() as connection:
        if enforcing.stands_at(connection) != enforcing.digest():
            raise Amiss("the database keeps to another version's rules.")
        changed = enforcing.differing(connection)
        altered = in_words(enforcing.altered(connection))
    if altered:
        more = f"; and {len(altered) - 5} more" if len(altered) > 5 else ""
        raise Amiss(f"changed by hand: {'; '.join(altered[:5])}{more}.")
    if changed:
        are = "is" if len(changed) == 1 else "are"
        raise Amiss(
            f"{len(changed)} {are} not as in rules.csv: {'; '.join(changed[:5])}."
        )
    return f"{len(rules())}, as in rules.csv"


def _postgis() -> str:
    """Whether PostGIS tells the service of tables whose rows it may not read."""
    with engine().connect() as connection:
        is_open = connection.scalar(_OPEN, {"role": ROLE})
    if is_open:
        raise Amiss(
            "st_estimatedextent tells the service's user the box around any table's "
            "places, hidden ones too."
        )
    return "tells nothing of what the service may not read"
