"""Way to the provider of the unified sign-in, and back from it."""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from gateway.accounts import cookie
from gateway.accounts.entrance import NoPost, TurnedAway
from gateway.accounts.provider import Provider, ProviderRefused
from gateway.accounts.throttle import SETTING_OUT
from gateway.board.frame import Page, render
from gateway.calls import NO_STORE, gateway_of
from gateway.problems import Trouble
from services.contracts.entrances import Entrance, Occasion, Rejection
from services.plumbing.log import log

PATH = "/board/provider"
router = APIRouter(prefix=PATH, route_class=Page)
_REFUSED = "/board/login?failed=provider"
_OFTEN = "/board/login?failed=often"


@router.get("", name="board.provider")
async def begin(request: Request) -> Response:
    """Off to the provider. What the browser brings back is bound to it by a cookie, so that nobody is signed in as
    somebody else by a link that he was sent."""
    provider, visitor = _provider(request), cookie.visitor_of(request)
    if request.headers.get("sec-fetch-dest", "document") != "document":
        return RedirectResponse(_REFUSED, 303, NO_STORE)  # a picture in somebody's page: nobody sets out
    throttle = gateway_of(request).entrances.throttle
    if await run_in_threadpool(throttle.admit, "", visitor.address, SETTING_OUT) > 0:
        return RedirectResponse(_OFTEN, 303, NO_STORE)
    try:
        begun = await provider.begin(_back(request))
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
    provider, gateway, visitor = _provider(request), gateway_of(request), cookie.visitor_of(request)
    state = request.query_params.get("state", "")[:200]
    if not state or state != request.cookies.get(_name(request), ""):
        # any page can send a browser here: neither counted nor recorded, or it could lock the whole address out
        return RedirectResponse(_REFUSED, 303, NO_STORE)
    throttle = gateway.entrances.throttle
    if await run_in_threadpool(throttle.admit, "", visitor.address) > 0:
        return RedirectResponse(_OFTEN, 303, NO_STORE)
    try:
        text = await _signed_in(request, provider, state)
    except ProviderRefused as refused:
        note = partial(gateway.audit.note, Occasion.TURNED_AWAY, visitor, who=Entrance.PROVIDER.value)
        await run_in_threadpool(partial(note, why=Rejection.PROVIDER, about=str(refused)))
        return RedirectResponse(_REFUSED, 303, NO_STORE)
    except TurnedAway:
        return RedirectResponse(_REFUSED, 303, NO_STORE)
    except NoPost:
        return RedirectResponse("/board/login?failed=closed", 303, NO_STORE)
    await run_in_threadpool(throttle.succeeded, "", visitor.address)
    await run_in_threadpool(throttle.succeeded, "", visitor.address, SETTING_OUT)
    response = render(request, "arrived.html")
    cookie.give(request, response, text)
    response.delete_cookie(_name(request), path=PATH)
    return response


async def _signed_in(request: Request, provider: Provider, state: str) -> str:
    """What the session's cookie is to hold. Raises ProviderRefused, TurnedAway, NoPost, Unavailable."""
    query = request.query_params
    code = query.get("code", "")[:4000]
    if not code:
        raise ProviderRefused(f"the provider says {query.get('error', 'nothing')[:60]}")
    login = await provider.finish(state, code, _back(request))
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
