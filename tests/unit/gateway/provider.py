"""A small real provider of OpenID Connect: own server, own keys, real signatures, and lies where a test asks."""

import base64
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from services.plumbing.clock import HandClock

CLIENT, SECRET = "qidi-150424", "a secret of sixteen and more"


@dataclass
class Provider:
    """What the provider knows, and how it lies."""

    clock: HandClock
    issuer: str = ""
    #: Who signs in there.
    login: str = "zhang.san"
    algorithm: str = "RS256"
    kid: str = "one"
    #: Claims that a token has beside or instead of the true ones; None takes one away.
    lies: dict[str, Any] = field(default_factory=dict)
    #: What the description says beside or instead of the truth.
    described: dict[str, Any] = field(default_factory=dict)
    #: Codes that were given out: the challenge, the nonce and the address of each.
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    #: How often each address was asked.
    asked: dict[str, int] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=dict)
    #: Another's key that signs instead.
    foreign: Any = None

    def rotate(self, kid: str) -> None:
        """From now on another key signs, and the old one is gone."""
        self.kid = kid
        if self.algorithm == "ES256":
            self.keys = {kid: ec.generate_private_key(ec.SECP256R1())}
        else:
            self.keys = {kid: rsa.generate_private_key(65537, 2048)}

    def public(self) -> dict[str, Any]:
        found = []
        for kid, key in self.keys.items():
            kind: Any = ECAlgorithm if isinstance(key, ec.EllipticCurvePrivateKey) else RSAAlgorithm
            found.append({**kind.to_jwk(key.public_key(), as_dict=True), "kid": kid, "use": "sig"})
        return {"keys": found}

    def token(self, nonce: str) -> str:
        now = self.clock.now().timestamp()
        true = {"iss": self.issuer, "aud": CLIENT, "sub": "4711", "iat": now, "exp": now + 300, "nonce": nonce,
                "preferred_username": self.login}  # fmt: skip
        claims = {name: value for name, value in (true | self.lies).items() if value is not None}
        headers = {"kid": self.kid} if self.kid else None
        if self.algorithm == "none":
            return jwt.encode(claims, "", "none", headers)
        if self.algorithm == "HS256":  # with what everybody can read
            public = str(self.public()["keys"][0]["n"])
            return jwt.encode(claims, public, "HS256", headers)
        return jwt.encode(claims, self.foreign or self.keys[self.kid], self.algorithm, headers)


def an_app(provider: Provider) -> FastAPI:
    """The provider's addresses."""
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    async def description() -> Response:
        base = provider.issuer
        true = {"issuer": base, "authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token",
                "jwks_uri": f"{base}/keys"}  # fmt: skip
        return JSONResponse(true | provider.described)

    @app.get("/authorize")
    async def authorize(request: Request) -> Response:
        query = request.query_params
        assert (query["client_id"], query["response_type"]) == (CLIENT, "code")
        assert query["code_challenge_method"] == "S256"
        code = f"code-{len(provider.codes)}"
        provider.codes[code] = dict(query)
        return RedirectResponse(f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}", 302)

    @app.post("/token")
    async def token(request: Request) -> Response:
        provider.asked["token"] = provider.asked.get("token", 0) + 1
        form = dict(pair.split("=", 1) for pair in (await request.body()).decode().split("&"))
        wanted = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        begun = provider.codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        is_client = request.headers.get("authorization") == f"Basic {wanted.replace(' ', '')}"
        if begun is None or begun["code_challenge"] != challenge or not is_client:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"token_type": "Bearer", "access_token": "x", "id_token": provider.token(begun["nonce"])})

    @app.get("/keys")
    async def keys() -> Response:
        provider.asked["keys"] = provider.asked.get("keys", 0) + 1
        return JSONResponse(provider.public())

    return app


@contextmanager
def running(provider: Provider) -> Iterator[Provider]:
    """The provider on a port of its own."""
    config = uvicorn.Config(an_app(provider), host="127.0.0.1", port=0, log_level="warning", lifespan="off")
    server, up = uvicorn.Server(config), threading.Event()
    started = server.startup

    async def startup(sockets: Any = None) -> None:
        await started(sockets)
        up.set()

    server.startup = startup  # type: ignore[method-assign]  # uvicorn tells nobody that it has started
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert up.wait(20)
    port = server.servers[0].sockets[0].getsockname()[1]
    provider.issuer = provider.issuer or f"http://127.0.0.1:{port}"
    yield provider
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive()
