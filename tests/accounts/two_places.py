"""Two neighbourhoods, two organisations and a council on one database.

On the squares of toy town: ``bay`` is drawn over W and has a steward and a contributor;
``cove`` is not published, is drawn over E, and has another steward; ``open`` is kept by
nobody. ``hall`` and ``shop`` are organisations with an editor each; ``den`` is not
published. A council's officer edits what nobody keeps in W of ``wards``. Each asset is
named by who keeps it, whether it is published and how its place is shown.
"""

from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.orm import Session

from assetmap.accounts import store as keys
from assetmap.accounts.acting import Actor, Held
from assetmap.accounts.grants import store as grants
from assetmap.accounts.grants.model import Over
from assetmap.accounts.rules import rules
from assetmap.accounts.tables import OrganisationRow
from assetmap.assets import store as assets
from assetmap.neighbourhoods import store as neighbourhoods
from assetmap.neighbourhoods.ingest import load_sketches
from assetmap.neighbourhoods.model import Neighbourhood
from tests.accounts.who import account
from tests.assets.toy_assets import add, asset
from tests.toy_town import SQUARES, add_set, at, box, layer

HOODS = {"bay": box(0, 0, 100, 100), "cove": box(100, 0, 200, 100)}
HOODS["open"] = box(0, 100, 100, 200)
HIDDEN_HOOD, HIDDEN_BODY = "cove", "den"
BODIES = ("hall", "shop", "den")
COUNCIL_SET, COUNCIL_CODE = "wards", "W"

ROLES = {
    "bay-steward": ("steward", Over(neighbourhood="bay"), "community"),
    "cove-steward": ("steward", Over(neighbourhood="cove"), "person"),
    "bay-contributor": ("contributor", Over(neighbourhood="bay"), "person"),
    "hall-editor": ("organisation_editor", Over(organisation="hall"), "person"),
    "shop-editor": ("organisation_editor", Over(organisation="shop"), "institution"),
    "officer": (
        "organisation_editor",
        Over(boundary_set=COUNCIL_SET, boundary_code=COUNCIL_CODE),
        "institution",
    ),
    "analyst": ("analyst", Over(), "institution"),
    "administrator": ("administrator", Over(), "operator"),
    "known": (None, Over(), "person"),
}
"""Accounts, each with its role, what that is over, and its kind."""

WHO = ("public", *ROLES)


@dataclass
class Facts:
    """What is so of a row, as the words of the rules ask it."""

    is_published: bool = True
    made_by: str | None = None
    neighbourhood: str | None = None
    organisation: str | None = None
    is_in_area: bool = False
    is_unkept: bool = False


@dataclass
class World:
    """Who there is, and what is so of each row: by table, by the row's number."""

    keys: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    key_ids: dict[str, str] = field(default_factory=dict)
    rows: dict[str, dict[int, Facts]] = field(default_factory=dict)
    hoods: dict[str, int] = field(default_factory=dict)
    bodies: dict[str, int] = field(default_factory=dict)
    assets: dict[str, int] = field(default_factory=dict)

    def actor(self, who: str) -> Actor:
        """Who it is, as the service would find them."""
        if who == "public":
            return Actor()
        role, over, kind = ROLES[who]
        held = Held(role, *_over(over)) if role else None
        number, key = self.accounts[who], self.key_ids[who]
        return Actor(number, who, who, kind, key, who, None, (held,) if held else ())

    def reaches(self, who: str, thing: str, action: str, facts: Facts) -> bool:
        """Whether the table of rules lets them, and nothing else is asked."""
        role, over, _ = ROLES.get(who, (None, Over(), ""))
        rule = rules()[thing, action]
        words = rule.words["public"] | (rule.words[role] if role else frozenset())
        theirs = (
            (over.neighbourhood and over.neighbourhood == facts.neighbourhood)
            or (over.organisation and over.organisation == facts.organisation)
            or (over.boundary_set and facts.is_unkept and facts.is_in_area)
        )
        is_theirs = bool(theirs) and bool(role) and "theirs" in rule.words[role]
        return (
            "all" in words
            or ("published" in words and facts.is_published)
            or ("own" in words and who != "public" and facts.made_by == who)
            or is_theirs
            or ("unkept" in words and facts.is_unkept)
        )

    def rows_for(self, who: str, table: str, thing: str, action: str) -> set[int]:
        """The rows of a table that the rules let them act on."""
        found = self.rows[table].items()
        return {row for row, it in found if self.reaches(who, thing, action, it)}


def _over(over: Over) -> tuple[str | None, ...]:
    area = (over.boundary_set, over.boundary_code)
    return (over.neighbourhood, over.organisation, *area)


def build(session: Session) -> World:
    """Make it all, as the owner."""
    world = World()
    add_set(session, COUNCIL_SET, SQUARES)
    _add_hoods(session, world)
    _add_bodies(session, world)
    _add_accounts(session, world)
    _add_sketches(session, world)
    _add_assets(session, world)
    return world


def _add_hoods(session: Session, world: World) -> None:
    found = world.rows.setdefault("neighbourhood", {})
    for slug in HOODS:
        new = Neighbourhood(slug, slug.title(), council="Toy", is_simulated=True)
        row = neighbourhoods.add_neighbourhood(session, new)
        row.is_published = slug != HIDDEN_HOOD
        session.flush()
        world.hoods[slug] = row.id
        found[row.id] = Facts(
            row.is_published, neighbourhood=slug, is_unkept=slug == "open"
        )


def _add_bodies(session: Session, world: World) -> None:
    found = world.rows.setdefault("organisation", {})
    for slug in BODIES:
        shown = slug != HIDDEN_BODY
        row = OrganisationRow(
            slug=slug, name=slug.title(), kind="vcse", is_published=shown
        )
        session.add(row)
        session.flush()
        world.bodies[slug] = row.id
        found[row.id] = Facts(shown, organisation=slug, is_unkept=slug == "den")


def _add_accounts(session: Session, world: World) -> None:
    made = {name: world.rows.setdefault(name, {}) for name in _OF_ACCOUNTS}
    for who, (role, over, kind) in ROLES.items():
        number, slug = account(session, who, kind)
        world.accounts[who] = number
        is_keeper = bool(over.neighbourhood or over.organisation)
        made["account"][number] = Facts(False, made_by=who, is_unkept=not is_keeper)
        key, world.keys[who] = keys.add_key(session, (number, slug), who)
        world.key_ids[who] = key.id
        query = text("SELECT id FROM api_key WHERE public_id = :id")
        made["api_key"][session.scalar(query, {"id": key.id})] = Facts(
            False, made_by=who, is_unkept=not is_keeper
        )
        if role is not None:
            given = grants.give(session, slug, role, over)
            made["role_grant"][given.id] = Facts(
                False,
                made_by=who,
                neighbourhood=over.neighbourhood,
                organisation=over.organisation,
                # All these neighbourhoods and organisations are kept.
                is_unkept=not (over.neighbourhood or over.organisation),
            )


_OF_ACCOUNTS = ("account", "api_key", "role_grant")


def _add_sketches(session: Session, world: World) -> None:
    found = world.rows.setdefault("sketch", {})
    query = text("SELECT id FROM sketch WHERE neighbourhood_id = :hood ORDER BY id")
    for slug, ground in HOODS.items():
        row = neighbourhoods.get_neighbourhood(session, slug)
        drawn = layer({f"{slug}{place}": ground for place in range(5)})
        load_sketches(session, row, drawn, "toy")
        ids = list(session.scalars(query, {"hood": row.id}))
        for each in ids:
            found[each] = Facts(slug != HIDDEN_HOOD, neighbourhood=slug)
        if slug == "bay":
            _give_one(session, world, "sketch", "account_id", ids[0])
            found[ids[0]].made_by = "bay-contributor"


def _give_one(
    session: Session, world: World, table: str, column: str, row: int
) -> None:
    raised = "version = version + 1"
    statement = f"UPDATE {table} SET {column} = :whose, {raised} WHERE id = :row"  # noqa: S608
    whose = world.accounts["bay-contributor"]
    session.execute(text(statement), {"whose": whose, "row": row})


IN_W, IN_E = at(50, 50), at(150, 50)


def _add_assets(session: Session, world: World) -> None:
    assets.load_taxonomy(session)
    found = world.rows.setdefault("asset", {})
    for keeper in (None, "bay", "cove", "hall", "shop"):
        for shown in (True, False):
            for visibility in ("exact", "hidden"):
                for where, place in (("W", IN_W), ("E", IN_E)):
                    name = f"{keeper or 'nobody'} {shown} {visibility} {where}"
                    add(
                        session,
                        asset(
                            name,
                            place,
                            location_visibility=visibility,
                            address=f"1 {where} Street",
                        ),
                    )
                    _keep(session, world, found, name, (keeper, shown, where))
    add(session, asset("contributed", IN_W, location_visibility="hidden"))
    _keep(session, world, found, "contributed", ("bay", False, "W"))
    number = world.assets["contributed"]
    _give_one(session, world, "asset", "created_by", number)
    found[number].made_by = "bay-contributor"


def _keep(
    session: Session,
    world: World,
    found: dict[int, Facts],
    name: str,
    told: tuple[str | None, bool, str],
) -> None:
    keeper, shown, where = told
    number = session.scalar(
        text(
            "UPDATE asset SET is_published = :shown, neighbourhood_id = :hood,"
            " organisation_id = :body, version = version + 1"
            " WHERE name = :name RETURNING id"
        ),
        {
            "shown": shown,
            "hood": world.hoods.get(keeper or ""),
            "body": world.bodies.get(keeper or ""),
            "name": name,
        },
    )
    world.assets[name] = number
    found[number] = Facts(
        shown,
        neighbourhood=keeper if keeper in HOODS else None,
        organisation=keeper if keeper in BODIES else None,
        is_in_area=where == "W",
        is_unkept=keeper is None,
    )
