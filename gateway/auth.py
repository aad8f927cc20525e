"""Callers: who asks, and who is turned away before the body is read, on every route, by the one table."""

from urllib.parse import urlsplit

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from gateway.permissions import is_public, may
from gateway.problems import Trouble
from gateway.tokens import BadToken, Tokens
from services.contracts.actors import Caller

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="qidi"'}


async def admit(request: Request) -> None:
    """Runs before every route. Raises Trouble (401, 403) unless the table lets this caller in."""
    route = getattr(request.scope.get("route"), "name", "")
    if is_public(route):
        return
    caller = await caller_of(request)
    if not may(route, caller.role):
        raise Trouble("forbidden")
    request.state.caller = caller


async def caller_of(request: Request) -> Caller:
    """Who asks, by bearer token or by the board's cookie. Raises Trouble 401, or Unavailable.

    The cookie is good for reading; for a POST only when the browser says that the page came from here (Origin), so that
    no other site can act in a signed-in person's name.
    """
    found: Caller | None = getattr(request.state, "caller", None)
    if found is not None:
        return found
    header = request.headers.get("authorization")
    if header is not None:
        scheme, _, text = header.partition(" ")
        if scheme.lower() != "bearer" or not text.strip():
            raise Trouble("unauthenticated", headers=_CHALLENGE)
        return await _check(request.app.state.gateway.tokens, text.strip())
    text = request.cookies.get(cookie_of(request), "")
    if not text:
        raise Trouble("unauthenticated", headers=_CHALLENGE)
    if request.method not in ("GET", "HEAD") and not is_same_origin(request):
        raise Trouble("forbidden", "A signed-in browser may change something only from this authority's own pages.")
    return await _check(request.app.state.gateway.tokens, text)


def cookie_of(request: Request) -> str:
    """The name of the cookie that holds a browser's token here (HttpOnly, SameSite=Strict).

    Each authority's own: browsers keep cookies by host and not by port, and a region's boards may share one host.
    """
    return f"qidi_session_{request.app.state.gateway.settings.authority}"


def is_same_origin(request: Request) -> bool:
    """Whether the browser says that the page that sends this came from this very address."""
    origin = request.headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.headers.get("host", "")


async def _check(tokens: Tokens, text: str) -> Caller:
    try:
        believed = tokens.believed(text)
        return believed if believed is not None else await run_in_threadpool(tokens.check, text)
    except BadToken:
        raise Trouble("unauthenticated", headers=_CHALLENGE) from None


async def check_token(request: Request, text: str) -> Caller:
    """Who holds this token, as the sign-in asks. Raises Trouble 401, or Unavailable."""
    return await _check(request.app.state.gateway.tokens, text)
