"""Way to the provider of the unified sign-in, and back from it."""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from gateway.accounts import cookie
from gateway.accounts.entrance import NoPost, TurnedAway
from gateway.accounts.provider import Provider, ProviderRefused
from gateway.board.frame import Page, render
from gateway.calls import NO_STORE, gateway_of
from gateway.problems import Trouble
from services.contracts.entrances import Entrance, Occasion, Rejection
from services.plumbing.log import log

PATH = "/board/provider"
router = APIRouter(prefix=PATH, route_class=Page)
_REFUSED = "/board/login?failed=provider"


@router.get("", name="board.provider")
async def begin(request: Request) -> Response:
    """Off to the provider. What the browser brings back is bound to it by a cookie, so that nobody is signed in as
    somebody else by a link that he was sent."""
    try:
        begun = await _provider(request).begin(_back(request))
    except ProviderRefused as refused:
        log.warning("provider.refused", error=str(refused))
        return RedirectResponse(_REFUSED, 303, NO_STORE)
    response = RedirectResponse(begun.address, 303, NO_STORE)
    # Lax, for the browser comes back from another site
    secure = cookie.is_secure(request)
    response.set_cookie(
        _name(request), begun.state, max_age=600, httponly=True, samesite="lax", secure=secure, path=PATH
    )
    return response


@router.get("/back", name="board.provider-back")
async def back(request: Request) -> Response:
    """Back from the provider: a page that goes on to the board by itself, because after a redirect from another site
    the browser would not send the session's cookie along."""
    gateway, visitor = gateway_of(request), cookie.visitor_of(request)
    throttle = gateway.entrances.throttle
    if await run_in_threadpool(throttle.admit, "", visitor.address) > 0:
        return RedirectResponse("/board/login?failed=often", 303, NO_STORE)
    try:
        text = await _signed_in(request)
    except ProviderRefused as refused:
        note = partial(gateway.audit.note, Occasion.TURNED_AWAY, visitor, who=Entrance.PROVIDER.value)
        await run_in_threadpool(partial(note, why=Rejection.PROVIDER, about=str(refused)))
        return RedirectResponse(_REFUSED, 303, NO_STORE)
    except TurnedAway:
        return RedirectResponse(_REFUSED, 303, NO_STORE)
    except NoPost:
        return RedirectResponse("/board/login?failed=closed", 303, NO_STORE)
    await run_in_threadpool(throttle.succeeded, "", visitor.address)
    response = render(request, "arrived.html")
    cookie.give(request, response, text)
    response.delete_cookie(_name(request), path=PATH)
    return response


async def _signed_in(request: Request) -> str:
    """What the session's cookie is to hold. Raises ProviderRefused, TurnedAway, NoPost, Unavailable."""
    query, held = request.query_params, request.cookies.get(_name(request), "")
    state, code = query.get("state", "")[:200], query.get("code", "")[:4000]
    if not state or state != held:
        raise ProviderRefused("not begun by this browser")
    if not code:
        raise ProviderRefused(f"the provider says {query.get('error', 'nothing')[:60]}")
    login = await _provider(request).finish(state, code, _back(request))
    return await gateway_of(request).entrances.come_in(login, cookie.visitor_of(request), cookie.held(request))


def _provider(request: Request) -> Provider:
    provider = gateway_of(request).provider
    if provider is None:
        raise Trouble("not-found")
    return provider


def _back(request: Request) -> str:
    """The address to which the provider sends the browser back; the provider has to know it."""
    base = gateway_of(request).settings.public_url or f"{request.url.scheme}://{request.headers.get('host', '')}"
    return f"{base.rstrip('/')}{PATH}/back"


def _name(request: Request) -> str:
    return f"qidi_sign_in_{gateway_of(request).settings.authority}"
