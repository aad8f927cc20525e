"""Unified sign-in by OpenID Connect: authorization code with PKCE, and every claim of the identity token checked.

A provider only says who somebody is; whether he comes in, and as what, say the accounts here.
"""

import base64
import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx
import jwt
from anyio import to_thread
from sqlalchemy import delete, func, insert, select
from sqlalchemy.engine import Engine

from gateway.store import flows
from services.plumbing.clock import Clock
from services.plumbing.db import transaction
from services.plumbing.errors import QidiError
from services.plumbing.settings import Settings

#: Signatures that only the provider can make. `none`, and HMAC with what the provider also knows, are none of them.
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
#: So far the provider's clock and ours may be apart.
LEEWAY_SECONDS = 60.0
#: So long somebody may take to sign in there.
FLOW_SECONDS = 600.0
_MOST_FLOWS = 5_000
_TIMEOUT = httpx.Timeout(5.0)
_MOST_BYTES = 1_000_000
#: The provider's description and keys are fetched anew after so long; unknown keys no more often than this.
_KNOWN_SECONDS, _KEYS_SECONDS = 3600.0, 10.0


class ProviderRefused(QidiError):
    """The provider's answer is not to be believed, or there is none; for the record, never for whoever signs in."""


class Misconfigured(QidiError):
    """The settings of the unified sign-in cannot work; the message says what to set."""


@dataclass(frozen=True)
class Begun:
    """A sign-in that is under way: where the browser goes, and what it brings back."""

    address: str
    state: str


class Provider:
    """The provider that the settings name."""

    def __init__(self, settings: Settings, engine: Engine, clock: Clock) -> None:
        self._issuer, self._client = settings.oidc_issuer, settings.oidc_client_id
        self._claim, self._engine, self._clock = settings.oidc_login_claim, engine, clock
        if not self._client:
            raise Misconfigured("set QIDI_OIDC_CLIENT_ID")
        _safe(self._issuer, Misconfigured)
        self._secret = _secret(settings)
        self._known: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, jwt.PyJWKSet] | None = None

    # --- there and back ---------------------------------------------------------------------------------------------

    async def begin(self, back: str) -> Begun:
        """Where the browser goes to sign in; `back`: the address to which it comes back. Raises ProviderRefused,
        Unavailable."""
        known = await self._description()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        await to_thread.run_sync(self._remember, state, nonce, verifier)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        query = urlencode(
            {
                "response_type": "code", "client_id": self._client, "redirect_uri": back, "scope": "openid profile",
                "state": state, "nonce": nonce, "code_challenge": challenge, "code_challenge_method": "S256",
            }
        )  # fmt: skip
        address = str(known["authorization_endpoint"])
        return Begun(f"{address}{'&' if '?' in address else '?'}{query}", state)

    async def finish(self, state: str, code: str, back: str) -> str:
        """The login name of whoever has signed in there. Raises ProviderRefused, Unavailable."""
        nonce, verifier = await to_thread.run_sync(self._taken, state)
        known = await self._description()
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
        told = await self._post(str(known["token_endpoint"]), form)
        claims = await self._claims(str(told.get("id_token", "")), nonce)
        login = claims.get(self._claim)
        if not isinstance(login, str) or not login.strip():
            raise ProviderRefused(f"no claim {self._claim}")
        if self._claim == "email" and claims.get("email_verified") is not True:
            raise ProviderRefused("the address is not verified")
        return login

    def _remember(self, state: str, nonce: str, verifier: str) -> None:
        now = self._clock.now().timestamp()
        with transaction(self._engine) as connection:
            connection.execute(delete(flows).where(flows.c.expires_at < now))
            count = connection.execute(select(func.count()).select_from(flows)).scalar_one()
            if count >= _MOST_FLOWS:
                oldest = select(flows.c.state).order_by(flows.c.expires_at).limit(count - _MOST_FLOWS + 1)
                connection.execute(delete(flows).where(flows.c.state.in_(oldest)))
            row = {"state": _hash(state), "nonce": nonce, "verifier": verifier, "expires_at": now + FLOW_SECONDS}
            connection.execute(insert(flows).values(row))

    def _taken(self, state: str) -> tuple[str, str]:
        """Nonce and verifier of a sign-in that is under way: each is taken once."""
        with transaction(self._engine) as connection:
            row = connection.execute(select(flows).where(flows.c.state == _hash(state))).one_or_none()
            connection.execute(delete(flows).where(flows.c.state == _hash(state)))
        if row is None or row.expires_at < self._clock.now().timestamp():
            raise ProviderRefused("no such sign-in is under way")
        return row.nonce, row.verifier

    # --- the identity token -----------------------------------------------------------------------------------------

    async def _claims(self, token: str, nonce: str) -> Mapping[str, Any]:
        """What a token says, if it is this provider's, for us, for now and for this sign-in. Raises ProviderRefused."""
        try:
            header = jwt.get_unverified_header(token)
            algorithm = header.get("alg")
            if algorithm not in ALGORITHMS:
                raise ProviderRefused(f"signed with {algorithm}")
            key = await self._key(header.get("kid"), algorithm)
            claims: dict[str, Any] = jwt.decode(
                token, key.key, algorithms=[algorithm], audience=self._client, issuer=self._issuer,
                # against our own clock below
                options={"require": ["exp", "iat", "iss", "aud", "sub"], "verify_exp": False, "verify_iat": False,
                         "verify_nbf": False},
            )  # fmt: skip
        except jwt.InvalidTokenError as wrong:
            raise ProviderRefused(f"{type(wrong).__name__}: {wrong}"[:200]) from None
        self._is_for_now(claims)
        if not hmac.compare_digest(str(claims.get("nonce", "")), nonce):
            raise ProviderRefused("another nonce")
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else self._client) != self._client:
            raise ProviderRefused("authorized for another party")
        return claims

    def _is_for_now(self, claims: Mapping[str, Any]) -> None:
        now = self._clock.now().timestamp()
        times = {name: claims.get(name, 0) for name in ("exp", "iat", "nbf")}
        if any(isinstance(at, bool) or not isinstance(at, int | float) for at in times.values()):
            raise ProviderRefused("a time that is none")
        if times["exp"] <= now - LEEWAY_SECONDS:
            raise ProviderRefused("expired")
        if max(times["iat"], times["nbf"]) > now + LEEWAY_SECONDS or times["iat"] < now - FLOW_SECONDS:
            raise ProviderRefused("not issued for now")

    async def _key(self, kid: Any, algorithm: str) -> jwt.PyJWK:
        """The key of this name; the keys are fetched anew when it is not among them, as after a rotation."""
        for is_fresh in (False, True):
            keys = await self._key_set(is_fresh=is_fresh)
            fitting = [one for one in keys.keys if one.public_key_use in (None, "sig") and _fits(one, algorithm)]
            named = [one for one in fitting if one.key_id == kid] if kid is not None else fitting
            if len(named) == 1:
                return named[0]
        raise ProviderRefused("signed with an unknown key")

    async def _key_set(self, *, is_fresh: bool) -> jwt.PyJWKSet:
        now = self._clock.now().timestamp()
        if self._keys is not None and abs(now - self._keys[0]) < (_KEYS_SECONDS if is_fresh else _KNOWN_SECONDS):
            return self._keys[1]
        try:
            found = jwt.PyJWKSet.from_dict(await self._get(str((await self._description())["jwks_uri"])))
        except (jwt.PyJWKSetError, jwt.PyJWKError, KeyError) as wrong:
            raise ProviderRefused(f"no keys: {wrong}"[:200]) from None
        self._keys = (now, found)
        return found

    # --- asking the provider ----------------------------------------------------------------------------------------

    async def _description(self) -> Mapping[str, Any]:
        now = self._clock.now().timestamp()
        if self._known is not None and abs(now - self._known[0]) < _KNOWN_SECONDS:
            return self._known[1]
        found = await self._get(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self._issuer:
            raise ProviderRefused("it calls itself by another name")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            _safe(str(found.get(name, "")), ProviderRefused)
        self._known = (now, found)
        return found

    async def _get(self, address: str) -> dict[str, Any]:
        return await self._asked("GET", address, {})

    async def _post(self, address: str, form: Mapping[str, str]) -> dict[str, Any]:
        if not self._secret:
            return await self._asked("POST", address, {"data": {**form, "client_id": self._client}})
        return await self._asked("POST", address, {"data": form, "auth": (self._client, self._secret)})

    async def _asked(self, method: str, address: str, options: dict[str, Any]) -> dict[str, Any]:
        try:
            async with httpx.AsyncClient(timeout=_TIMEOUT, follow_redirects=False) as client:
                answer = await client.request(method, address, headers={"Accept": "application/json"}, **options)
            if answer.status_code != 200 or len(answer.content) > _MOST_BYTES:
                raise ProviderRefused(f"{urlsplit(address).path} answers {answer.status_code}")
            found = answer.json()
        except (httpx.HTTPError, ValueError) as wrong:
            raise ProviderRefused(f"{urlsplit(address).path}: {type(wrong).__name__}") from None
        if not isinstance(found, dict):
            raise ProviderRefused(f"{urlsplit(address).path} answers no object")
        return found


def _fits(key: jwt.PyJWK, algorithm: str) -> bool:
    kind = {"R": "RSA", "P": "RSA", "E": "EC"}[algorithm[0]] if algorithm != "EdDSA" else "OKP"
    return bool(key.key_type == kind)


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def _safe(address: str, otherwise: type[QidiError]) -> None:
    """Raises `otherwise` for an address that is neither TLS nor on this very machine."""
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return
    try:
        is_here = parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        is_here = False
    if parts.scheme != "http" or not is_here:
        raise otherwise(f"not reached by TLS: {address[:100]}")


def _secret(settings: Settings) -> str:
    """The client's secret; empty where the provider knows it as a public client, which PKCE alone protects."""
    file = settings.oidc_secret_file
    if file is None:
        return ""
    try:
        if file.stat().st_mode & 0o077:
            raise Misconfigured(f"others can read {file}: chmod 600")
        return file.read_text(encoding="utf-8").strip()
    except OSError as wrong:
        raise Misconfigured(f"QIDI_OIDC_SECRET_FILE: {wrong}") from wrong
