"""People of toy town who sign in, and what their browsers do."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from assetmap.accounts.grants import store as grant_store
from assetmap.accounts.grants.model import Over
from assetmap.accounts.holders import store as holder_store
from assetmap.accounts.sign_in import invitation_store, passwords
from assetmap.neighbourhoods import store as place_store
from assetmap.neighbourhoods.model import Neighbourhood

OURS = "http://map.test"
GOOD = "kitchen window tram"
OTHER = "gravel lantern otter"


@dataclass
class People:
    """Makes accounts as whoever runs the service does; everything is kept."""

    session: Session
    seen: Counter = None

    def __post_init__(self) -> None:
        self.seen = Counter()

    def slug(self, wanted: str) -> str:
        """A name that no account has yet."""
        self.seen[wanted] += 1
        return f"{wanted}-{self.seen[wanted]}"

    def somebody(self, wanted: str = "ada", kind: str = "person", password=GOOD) -> str:
        """The name of a new account that signs in with a password."""
        slug = self.slug(wanted)
        made = holder_store.add_account(self.session, slug, slug.title(), kind)
        if password:
            self.session.execute(
                text(
                    "INSERT INTO sign_in_password (account_id, kept)"
                    " VALUES (:id, :kept)"
                ),
                {"id": made.id, "kept": passwords.kept(password)},
            )
        self.session.commit()
        return slug

    def grant(self, account: str, role: str, **over: str) -> None:
        grant_store.give(self.session, account, role, Over(**over))
        self.session.commit()

    def place(self, wanted: str = "middle") -> str:
        slug = self.slug(wanted)
        place_store.add_neighbourhood(self.session, Neighbourhood(slug, slug.title()))
        self.session.commit()
        return slug

    def invited(self, account: str, kind: str = "person", days: float = 7) -> str:
        """The token of an invitation to an account."""
        asked = (account, account.title(), kind)
        token, _ = invitation_store.invite(
            self.session, asked, timedelta(days=days), is_owner=True
        )
        self.session.commit()
        return token

    def one(self, query: str, **told: object):
        found = self.session.execute(text(query), told).scalar()
        self.session.commit()
        return found


def sign_in(client: TestClient, name: str, password: str = GOOD):
    """What comes of the form for signing in."""
    return client.post("/sign-in", data={"name": name, "password": password})


def proof(client: TestClient) -> str:
    """The word that the account's page brings back."""
    page = client.get("/account").text
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def send(client: TestClient, path: str, **fields: str):
    """A form of the account's page, as that page sends it."""
    told = {name.replace("_", "-"): value for name, value in fields.items()}
    return client.post(path, data={"csrf_token": proof(client), **told})
