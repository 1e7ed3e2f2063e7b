"""One sign-in with a provider: out with a question, back with who it was.

Authorization code flow with PKCE (RFC 7636), state, nonce, and the issuer of the
answer (RFC 9207); the identity token checked as OpenID Connect Core 3.1.3.7 has it.
"""

import hmac
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.oauth2 import OAuth2Error
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jws import JWSRegistry

from assetmap.accounts.sign_in.openid.memory import Memory
from assetmap.accounts.sign_in.openid.providers import Provider
from assetmap.accounts.sign_in.openid.talking import (
    Known,
    ProviderUnavailable,
    client_of,
    why,
)
from assetmap.errors import NotAuthenticated

log = logging.getLogger(__name__)

SIGNED_BY = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]
SIGNED_BY += ["ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
LEEWAY_S = 60
"""Seconds by which clocks may differ."""
LONGEST = 255
"""Characters of a subject (OpenID Connect Core, section 2), and of a name kept."""


class SignInRefused(NotAuthenticated):
    """What came back from a provider does not show who has signed in."""

    title = "Sign-in refused"

    def __init__(self, provider: Provider, reason: str) -> None:
        super().__init__(
            f"Signing in with {provider.title} did not work: {reason}. "
            f"Please begin again.",
            provider=provider.name,
        )


@dataclass(frozen=True)
class Begun:
    """A sign-in that was begun: kept by the service, bound to one browser."""

    provider: str
    state: str
    nonce: str
    verifier: str
    redirect: str


@dataclass(frozen=True)
class Vouched:
    """Whom a provider vouches for. Issuer and subject are the identity, no more."""

    issuer: str
    subject: str
    name: str


def begin(memory: Memory, provider: Provider, redirect: str) -> tuple[Begun, str]:
    """A sign-in, and the address at the provider that the browser goes to.

    Raises:
        ProviderUnavailable: the provider does not answer.
    """
    known = memory.known(provider)
    begun = Begun(
        provider.name, token_urlsafe(32), token_urlsafe(32), token_urlsafe(48), redirect
    )
    with client_of(provider, known, redirect) as client:
        address, _ = client.create_authorization_url(
            known.address("authorization_endpoint"),
            state=begun.state,
            nonce=begun.nonce,
            code_verifier=begun.verifier,
        )
    return begun, address


def finish(
    memory: Memory, provider: Provider, begun: Begun, came: Mapping[str, str]
) -> Vouched:
    """Whom the provider vouches for, by what the browser came back with.

    Raises:
        SignInRefused: it does not show that; says why.
        ProviderUnavailable: the provider does not answer.
    """
    known = memory.known(provider)
    code = _code(provider, known, begun, came)
    told = _exchanged(provider, known, begun, code)
    claims = _claims(memory, provider, begun, told)
    return _vouched(provider, claims)


def _code(
    provider: Provider, known: Known, begun: Begun, came: Mapping[str, str]
) -> str:
    """The code that came back, if it answers this question."""
    sent = came.get("state", "").encode("utf-8", "replace")
    if not hmac.compare_digest(sent, begun.state.encode()):
        raise SignInRefused(provider, "the answer is to another question")
    named = came.get("iss")
    if named != provider.issuer and (named is not None or known.tells_issuer):
        raise SignInRefused(provider, "the answer comes from somebody else")
    if "error" in came:
        is_declined = came["error"] == "access_denied"
        reason = "it was declined there" if is_declined else "it could not be done"
        log.warning("%s refused a sign-in: %r", provider.name, came["error"][:100])
        raise SignInRefused(provider, reason)
    if not came.get("code"):
        raise SignInRefused(provider, "the answer holds no code")
    return came["code"]


def _exchanged(
    provider: Provider, known: Known, begun: Begun, code: str
) -> Mapping[str, Any]:
    """What the provider gives for a code: once, and to us alone."""
    with client_of(provider, known, begun.redirect) as client:
        try:
            told = client.fetch_token(
                known.address("token_endpoint"),
                grant_type="authorization_code",
                code=code,
                code_verifier=begun.verifier,
            )
        except httpx2.HTTPError as error:
            raise ProviderUnavailable(provider, why(error)) from error
        except (OAuthError, OAuth2Error) as error:
            log.warning("%s gave nothing for a code: %s", provider.name, error.error)
            raise SignInRefused(provider, "the code was not accepted") from error
        except ValueError as error:
            raise ProviderUnavailable(provider, why(error)) from error
    if not isinstance(told.get("id_token"), str):
        raise SignInRefused(provider, "it does not say who you are")
    found: Mapping[str, Any] = told
    return found


def _claims(
    memory: Memory, provider: Provider, begun: Begun, told: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What a provider's identity token says, once all of it has been checked."""
    try:
        token = _read(memory, provider, told["id_token"])
        options: dict[str, Any] = {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
            "sub": {"essential": True},
        }
        asked = {"nonce": begun.nonce, "client_id": provider.client_id}
        if isinstance(told.get("access_token"), str):
            asked["access_token"] = told["access_token"]
        claims = CodeIDToken(token.claims, token.header, options, asked)
        claims.validate(leeway=LEEWAY_S)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        log.warning("An identity token of %s is refused: %s", provider.name, error)
        raise SignInRefused(provider, "it does not show who you are") from error
    found: Mapping[str, Any] = claims
    return found


def _read(memory: Memory, provider: Provider, text: str) -> jwt.Token:
    """A signed token; the keys are asked for again where its key is a new one."""
    registry = JWSRegistry(algorithms=SIGNED_BY, strict_check_header=False)
    try:
        return jwt.decode(text, memory.keys(provider), registry=registry)
    except (InvalidKeyIdError, JoseError):
        renewed = memory.keys(provider, is_renewed=True)
        return jwt.decode(text, renewed, registry=registry)


def _vouched(provider: Provider, claims: Mapping[str, Any]) -> Vouched:
    subject = claims["sub"]
    is_text = isinstance(subject, str) and subject.isascii() and subject.isprintable()
    if not is_text or not 0 < len(subject) <= LONGEST:
        raise SignInRefused(provider, "it does not show who you are")
    for name, value in provider.require.items():
        if claims.get(name) != value:
            log.warning("%s vouched without the %s asked for", provider.name, name)
            raise SignInRefused(provider, "it is not open to this account there")
    return Vouched(provider.issuer, subject, _name(claims))


def _name(claims: Mapping[str, Any]) -> str:
    """What somebody is called there; empty where it does not say. Never an e-mail."""
    told = claims.get("name")
    shown = told if isinstance(told, str) else ""
    return "".join(each for each in shown if each.isprintable()).strip()[:100]


def sign_out_address(memory: Memory, provider: Provider, back: str) -> str | None:
    """Where the browser goes to end the provider's session too; None: nowhere.

    Without an identity token, which is not kept: the client's id says who asks
    (RP-Initiated Logout 1.0, section 2).
    """
    try:
        place = memory.known(provider).end_session
    except ProviderUnavailable:
        return None
    if place is None:
        return None
    asked = {"client_id": provider.client_id, "post_logout_redirect_uri": back}
    return str(httpx2.URL(place).copy_merge_params(asked))
