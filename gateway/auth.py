"""Callers: who asks, and who is turned away before the body is read, on every route, by the one table."""

from dataclasses import dataclass

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from gateway.accounts import cookie
from gateway.accounts.audit import Visitor
from gateway.accounts.sessions import NoSession, Session, Sessions
from gateway.permissions import is_public, may
from gateway.problems import Trouble
from gateway.tokens import BadToken, Token, Tokens
from services.contracts.actors import Caller

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="qidi"'}
#: The board's own script marks what it fetches without anybody's doing: a page left open keeps no session alive.
UNATTENDED = "Qidi-Unattended"
#: What somebody with an initial password may do before he has chosen his own.
BEFORE_THE_PASSWORD = frozenset({"me", "me.password", "board.password", "board.password-set"})
_READING = ("GET", "HEAD")


@dataclass(frozen=True)
class Admitted:
    """Whoever asks, and how he came in."""

    caller: Caller
    session: Session | None = None
    read_only: bool = False


async def admit(request: Request) -> None:
    """Runs before every route. Raises Trouble (401, 403) unless the table lets this caller in."""
    route = getattr(request.scope.get("route"), "name", "")
    if is_public(route):
        return
    found = await admitted(request)
    if not may(route, found.caller.role):
        raise Trouble("forbidden")
    if found.read_only and request.method not in _READING:
        raise Trouble("forbidden", "This token is for reading only.")
    if found.session is not None and found.session.must_change and route not in BEFORE_THE_PASSWORD:
        raise Trouble("password-first")


async def caller_of(request: Request) -> Caller:
    """Who asks, by bearer token or by the board's session. Raises Trouble 401, or Unavailable."""
    return (await admitted(request)).caller


async def admitted(request: Request) -> Admitted:
    """Who asks, and by which session. Looked up once for a request. Raises Trouble 401, or Unavailable.

    A session is good for reading; for a POST only when the browser says that the page came from here (Origin), so that
    no other site can act in a signed-in person's name.
    """
    found: Admitted | None = getattr(request.state, "admitted", None)
    if found is None:
        found = await established(request, is_active=UNATTENDED not in request.headers)
        request.state.admitted, request.state.caller = found, found.caller
    return found


async def established(request: Request, *, is_active: bool) -> Admitted:
    """Who asks, looked up anew: what follows the ledger for hours asks so again and again. Raises as `admitted`."""
    gateway = request.app.state.gateway
    header = request.headers.get("authorization")
    if header is not None:
        scheme, _, text = header.partition(" ")
        if scheme.lower() != "bearer" or not text.strip():
            raise Trouble("unauthenticated", headers=_CHALLENGE)
        token = await _token(gateway.tokens, text.strip())
        return Admitted(token.caller, read_only=token.read_only)
    text = cookie.held(request)
    if not text:
        raise Trouble("unauthenticated", headers=_CHALLENGE)
    if request.method not in _READING and not cookie.is_same_origin(request):
        raise Trouble("forbidden", "A signed-in browser may change something only from this authority's own pages.")
    session = await _session(gateway.sessions, text, is_active)
    return Admitted(session.caller, session, session.read_only)


async def visitor_of(request: Request) -> Visitor:
    """From where a signed-in caller asks, and in which session. Raises Trouble 401, or Unavailable."""
    session = (await admitted(request)).session
    return cookie.visitor_of(request, session.id if session is not None else "")


async def _token(tokens: Tokens, text: str) -> Token:
    try:
        believed = tokens.believed(text)
        return believed if believed is not None else await run_in_threadpool(tokens.check, text)
    except BadToken:
        raise Trouble("unauthenticated", headers=_CHALLENGE) from None


async def _session(sessions: Sessions, text: str, is_active: bool) -> Session:
    try:
        believed = sessions.believed(text)
        if believed is None:
            return await run_in_threadpool(sessions.check, text, is_active=is_active)
        return believed
    except NoSession:
        raise Trouble("unauthenticated", headers=_CHALLENGE) from None


async def check_token(request: Request, text: str) -> Token:
    """The token of this text, as the sign-in asks. Raises Trouble 401, or Unavailable."""
    return await _token(request.app.state.gateway.tokens, text)
