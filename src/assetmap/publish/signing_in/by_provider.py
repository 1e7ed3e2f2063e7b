"""Signing in where a council or the NHS keeps its own accounts."""

from collections.abc import Mapping
from functools import cache
from secrets import token_urlsafe

from assetmap.accounts.sign_in import identity_store
from assetmap.accounts.sign_in.model import (
    Invitation,
    WrongKindOfAccount,
    parts_of,
)
from assetmap.accounts.sign_in.openid import flow
from assetmap.accounts.sign_in.openid.memory import Memory
from assetmap.accounts.sign_in.openid.providers import (
    Provider,
    ProviderNotFound,
    read_providers,
)
from assetmap.db.engine import session_scope
from assetmap.publish.connections import write_engine
from assetmap.publish.signing_in.by_password import look_at_invitation
from assetmap.publish.signing_in.sessions import Asking, begin_session
from assetmap.settings import settings

MEMORY = Memory()


@cache
def providers() -> Mapping[str, Provider]:
    """The providers that this deployment trusts.

    Raises:
        BadProviders: their file cannot be used.
    """
    chosen = settings()
    secrets = {
        name: secret.get_secret_value()
        for name, secret in chosen.sign_in_secrets.items()
    }
    return read_providers(chosen.sign_in_providers, secrets)


def provider_called(name: str) -> Provider:
    """A provider.

    Raises:
        ProviderNotFound: there is none of this name.
    """
    if name not in providers():
        raise ProviderNotFound(name)
    return providers()[name]


def begin_with(
    provider: Provider, redirect: str, going_on: str, invitation: str
) -> tuple[str, str]:
    """A secret for the browser to keep, and the address at the provider it goes to.

    Raises:
        InvitationNotFound, WrongKindOfAccount: the invitation may not be used so.
        ProviderUnavailable: the provider does not answer.
    """
    if invitation:
        _check_kind(provider, look_at_invitation(invitation))
    begun, address = flow.begin(MEMORY, provider, redirect)
    secret = token_urlsafe(32)
    with session_scope(write_engine()) as session:
        beside = {"going_on": going_on, "invitation": invitation}
        identity_store.add_begun(session, secret, begun, beside)
    return secret, address


def _check_kind(provider: Provider, invited: Invitation) -> None:
    if invited.kind != provider.kind:
        raise WrongKindOfAccount(provider.title, provider.kind, invited.kind)


def finish_with(
    provider: Provider, secret: str, came: Mapping[str, str], who: Asking
) -> tuple[str, str]:
    """The token of a new session of whom the provider vouches for, and where to go on.

    Raises:
        BeginAgain: this browser began no such sign-in, or it is over.
        SignInRefused, ProviderUnavailable: the provider does not vouch for anybody.
        AccountClosed, IdentityTaken, InvitationNotFound, WrongKindOfAccount: somebody
            is vouched for, and cannot be signed in.
    """
    with session_scope(write_engine()) as session:
        begun, beside = identity_store.take_begun(session, secret)
    if begun.provider != provider.name:
        raise flow.SignInRefused(provider, "it was begun with another provider")
    vouched = flow.finish(MEMORY, provider, begun, came)
    account = _account_of(provider, vouched, beside["invitation"])
    return begin_session(account, provider.name, who), beside["going_on"]


def _account_of(provider: Provider, vouched: flow.Vouched, invitation: str) -> int:
    if invitation:
        _check_kind(provider, look_at_invitation(invitation))
    parts = parts_of(invitation)
    with session_scope(write_engine()) as session:
        if parts is not None:
            return identity_store.open_invited(session, parts, provider, vouched)
        return identity_store.account_of(session, provider, vouched)


def sign_out_elsewhere(how: str, back: str) -> tuple[str, str] | None:
    """The title of the provider of a session, and where its own session is ended."""
    provider = providers().get(how)
    if provider is None:
        return None
    address = flow.sign_out_address(MEMORY, provider, back)
    return None if address is None else (provider.title, address)
