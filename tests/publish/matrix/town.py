"""A copy of the two places with jobs, sessions and an invitation, to be written to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from assetmap.accounts import store as keys
from assetmap.accounts.answered.model import secret_hash
from assetmap.accounts.rules import rules
from assetmap.accounts.sign_in import invitation_store, passwords, store
from assetmap.accounts.sign_in.model import Lasting, parts_of
from assetmap.jobs import asking, attempts
from assetmap.jobs.model import Order
from assetmap.neighbourhoods.links import store as links
from assetmap.neighbourhoods.links.model import NewLink
from tests.accounts.two_places import ROLES, World

SECRET, DEVICE = "the-link-of-", "a-device-of-"
PASSWORD = "kitchen window tram"  # noqa: S105 - planted
FAILED = {"slug": "bad-file", "title": "Bad file", "detail": "Is none.", "facts": {}}
LASTING = Lasting(timedelta(hours=1), timedelta(days=1))


NARROWED = {
    "bay-steward, of assets": (
        "bay-steward",
        ("asset:read", "asset:change", "asset:publish"),
    ),
    "administrator, of accounts": ("administrator", ("account:read", "account:create")),
    "bay-contributor, as one": ("bay-contributor", ("contributor",)),
    "bay-steward, of boundaries": ("bay-steward", ("boundary_set:read",)),
}
"""Keys by name: whose each is, and what it is narrowed to."""


@dataclass
class Extras:
    """What there is beside the two places, by who has it."""

    cookies: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, tuple[int, str]] = field(default_factory=dict)
    others: dict[str, tuple[int, str]] = field(default_factory=dict)
    grants: dict[str, int] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    sketches: list[tuple[str, int, str]] = field(default_factory=list)
    links: dict[str, tuple[int, str]] = field(default_factory=dict)
    webhooks: dict[str, tuple[int, str]] = field(default_factory=dict)
    invitation: str = ""
    link: str = ""
    secret: str = ""
    device: str = ""
    waiting: str = ""
    waiting_row: int = 0
    failed: str = ""
    failed_row: int = 0

    @staticmethod
    def has(thing: str, action: str) -> Callable[[str], bool]:
        """Whether somebody's role has any word at all in a line of the rules."""
        words = rules()[thing, action].words
        return lambda who: who in ROLES and bool(words[ROLES[who][0] or "public"])

    @staticmethod
    def is_known(who: str) -> bool:
        """Whether somebody has an account."""
        return who in ROLES


def add_extras(session: Session, world: World) -> Extras:
    """Make it all, as the owner."""
    made = Extras()
    for who, number in world.accounts.items():
        for kept in (made.sessions, made.others):
            token = store.add_session(session, number, "password", "toy", LASTING)
            name = parts_of(token)[0]
            kept[who] = (_row(session, "sign_in_session", name), name)
            if kept is made.sessions:
                made.cookies[who] = token
        made.keys[who] = _row(session, "api_key", world.key_ids[who])
    rows = session.execute(text("SELECT account_id, id FROM role_grant"))
    names = {number: who for who, number in world.accounts.items()}
    made.grants = {names[number]: row for number, row in rows}
    _add_password(session, world)
    asked = "UPDATE asset SET phone = '01632 960001', version = version + 1"
    session.execute(text(asked))
    _add_jobs(session, made)
    _find_sketches(session, world, made)
    _add_links(session, world, made)
    _add_webhooks(session, world, made)
    _add_pairs(session, world)
    who = ("invited", "Invited", "person")
    day = timedelta(days=1)
    for name, (whose, scopes) in NARROWED.items():
        of = (world.accounts[whose], whose)
        _, world.keys[name] = keys.add_key(session, of, name, scopes)
    made.invitation, _ = invitation_store.invite(session, who, day, is_owner=True)
    return made


def _add_pairs(session: Session, world: World) -> None:
    """Assets that may be one: those of one keeper, and two of nobody."""
    for keeper in ("bay", "nobody"):
        ids = sorted(world.assets[f"{keeper} True exact {each}"] for each in "WE")
        query = text(
            "INSERT INTO asset_pair (first_id, second_id, basis, score, evidence)"
            " VALUES (:first, :second, 'all', 0.9, '[]')"
        )
        session.execute(query, {"first": ids[0], "second": ids[1]})


def _add_webhooks(session: Session, world: World, made: Extras) -> None:
    query = text(
        "INSERT INTO webhook (account_id, name, url, signs_with, from_cursor)"
        " VALUES (:account, '', 'https://example.org/', 'whsec_', 'YzEuMC4xLjE')"
        " RETURNING id, public_id::text"
    )
    for who in ("bay-contributor", "administrator"):
        row, name = session.execute(query, {"account": world.accounts[who]}).one()
        made.webhooks[who] = row, name


def _add_links(session: Session, world: World, made: Extras) -> None:
    """An open link to two places, each with a device that has drawn nothing."""
    closes = datetime.now(UTC) + timedelta(9)
    for slug in ("bay", "cove"):
        new = NewLink(secret_hash(f"{SECRET}{slug}"), "", (), 9, closes)
        name = str(links.add_link(session, world.hoods[slug], new).id)
        row = _row(session, "drawing_link", name)
        made.links[slug] = (row, name)
        add = "INSERT INTO link_device (link_id, token_sha256) VALUES (:link, :token)"
        token = secret_hash(f"{DEVICE}{slug}")
        session.execute(text(add), {"link": row, "token": token})


def _row(session: Session, table: str, name: str) -> int:
    query = f"SELECT id FROM {table} WHERE public_id = :name"  # noqa: S608
    return int(session.execute(text(query), {"name": name}).scalar_one())


def _add_password(session: Session, world: World) -> None:
    session.execute(
        text("INSERT INTO sign_in_password (account_id, kept) VALUES (:id, :kept)"),
        {"id": world.accounts["known"], "kept": passwords.kept(PASSWORD)},
    )


def _add_jobs(session: Session, made: Extras) -> None:
    for name in ("waiting", "failed"):
        order = Order("crosswalk", {"source": name, "target": name, "by": "area"}, "x")
        job, _ = asking.ask(session, order)
        setattr(made, name, str(job.id))
        setattr(made, f"{name}_row", _row(session, "job", str(job.id)))
    assert attempts.fail(session, made.failed_row, FAILED)


def _find_sketches(session: Session, world: World, made: Extras) -> None:
    query = text(
        "SELECT slug, min(sketch.id), max(sketch.id) FROM sketch INNER JOIN"
        " neighbourhood ON neighbourhood.id = neighbourhood_id GROUP BY 1 ORDER BY 1"
    )
    for slug, first, last in session.execute(query).all():
        for row in (first, last) if slug == "bay" else (first,):
            name = session.scalar(
                text("SELECT public_id FROM sketch WHERE id = :row"), {"row": row}
            )
            made.sketches.append((slug, row, str(name)))
