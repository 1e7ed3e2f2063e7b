"""What is asked of a provider: where it is, its keys, and who has signed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote

import httpx2
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.auth import encode_client_secret_basic
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from assetmap.accounts.sign_in.openid.providers import Provider, is_safe
from assetmap.errors import Unavailable

TIMEOUT_S = 10.0
MOST_BYTES = 1_000_000
KINDS_OF_KEY = {"RSA", "EC", "OKP"}
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderUnavailable(Unavailable):
    """A sign-in provider cannot be reached, or does not answer as it must."""

    title = "Provider unavailable"

    def __init__(self, provider: Provider, why: str) -> None:
        super().__init__(
            f"Signing in with {provider.title} does not work at the moment: {why}. "
            f"Nothing is wrong with your account; try again in a few minutes.",
            provider=provider.name,
        )


@dataclass(frozen=True)
class Known:
    """What a provider tells of itself."""

    about: Mapping[str, Any]

    def address(self, name: str) -> str:
        """One of its addresses, which were looked at when this was read."""
        return str(self.about[name])

    @property
    def end_session(self) -> str | None:
        """Where it ends its own session, if it does that when asked."""
        found = self.about.get("end_session_endpoint")
        return str(found) if is_safe(found) else None

    @property
    def tells_issuer(self) -> bool:
        """Whether what comes back from it names it (RFC 9207)."""
        return self.about.get("authorization_response_iss_parameter_supported") is True

    @property
    def authenticates_by(self) -> str:
        """How a client with a secret shows it."""
        default = ["client_secret_basic"]
        ways = self.about.get("token_endpoint_auth_methods_supported", default)
        is_basic = "client_secret_basic" in ways or "client_secret_post" not in ways
        return "client_secret_basic" if is_basic else "client_secret_post"


def client_of(provider: Provider, known: Known, redirect: str) -> OAuth2Client:
    """A client for one sign-in; to be closed. It follows no redirect."""
    has_secret = provider.client_secret is not None
    made = OAuth2Client(
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        token_endpoint_auth_method=known.authenticates_by if has_secret else "none",
        scope=provider.scope,
        redirect_uri=redirect,
        code_challenge_method="S256",
        timeout=TIMEOUT_S,
        follow_redirects=False,
    )
    made.register_client_auth_method(("client_secret_basic", _basic))
    return made


def _basic(
    client: Any, method: str, uri: str, headers: Any, body: Any
) -> tuple[str, Any, Any]:
    """As the standard has it: name and secret are quoted first (RFC 6749, 2.3.1)."""

    class Quoted:
        client_id = quote(client.client_id, safe="")
        client_secret = quote(client.client_secret, safe="")

    return cast(
        "tuple[str, Any, Any]",
        encode_client_secret_basic(Quoted, method, uri, headers, body),
    )


def discover(provider: Provider) -> Known:
    """What a provider tells of itself at the address that discovery gives it.

    Raises:
        ProviderUnavailable: it is down, or tells something else than it must.
    """
    place = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    about = _json(provider, place)
    if about.get("issuer") != provider.issuer:
        raise ProviderUnavailable(provider, "it says that it is somebody else")
    for name in ENDPOINTS:
        if not is_safe(about.get(name)):
            raise ProviderUnavailable(provider, f"it names no safe {name}")
    return Known(about)


def keys_of(provider: Provider, known: Known) -> KeySet:
    """The keys with which a provider signs.

    Raises:
        ProviderUnavailable: it is down, or sends none that can be used.
    """
    told = _json(provider, known.address("jwks_uri")).get("keys")
    usable = [each for each in told or () if _is_usable(each)]
    try:
        return KeySet.import_key_set({"keys": usable})
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise ProviderUnavailable(provider, "its keys cannot be read") from error


def _is_usable(key: Any) -> bool:
    is_key = isinstance(key, dict) and key.get("kty") in KINDS_OF_KEY
    return is_key and key.get("use", "sig") == "sig"


def _json(provider: Provider, address: str) -> dict[str, Any]:
    try:
        with httpx2.Client(timeout=TIMEOUT_S, follow_redirects=False) as client:
            answer = client.get(address, headers={"Accept": "application/json"})
            answer.raise_for_status()
            if len(answer.content) > MOST_BYTES:
                raise ProviderUnavailable(provider, "it answers at too great length")
            found = answer.json()
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        raise ProviderUnavailable(provider, why(error)) from error
    if not isinstance(found, dict):
        raise ProviderUnavailable(provider, "its answer cannot be read")
    return found


def why(error: Exception) -> str:
    """Why a provider did not answer, in words that name no address."""
    if isinstance(error, httpx2.TimeoutException):
        return "it does not answer in time"
    if isinstance(error, httpx2.HTTPStatusError):
        return f"it answers with {error.response.status_code}"
    if isinstance(error, httpx2.HTTPError):
        return "it cannot be reached"
    return "its answer cannot be read"
