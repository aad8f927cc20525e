"""Sessions of browsers: begun with a token, ended by their holder, one by one or all at once."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from gateway.accounts import cookie
from gateway.accounts.entrance import NoPost, TooOften, TurnedAway
from gateway.accounts.told import sessions_told
from gateway.auth import admitted, check_token, visitor_of
from gateway.bodies import form_of, json_of
from gateway.calls import NO_STORE, gateway_of
from gateway.problems import Trouble
from gateway.routes.me import too_often
from gateway.shapes import Code, answers, some
from services.contracts.answers.sessions import SessionEnded, SessionsEnded, SessionsTold, SignedIn
from services.contracts.entrances import Entrance, Occasion, Rejection, SessionEnd

router = APIRouter(tags=["board"])
FORM = "application/x-www-form-urlencoded"
#: Kind of trouble at the door -> how the sign-in page names it.
WHY: Mapping[str, str] = {"unauthenticated": "1", "too-many": "often", "forbidden": "closed"}
_ELSEWHERE = "A signed-in browser may change something only from this authority's own pages."
_FIELDS: Any = {name: {"type": "string", "maxLength": 1000} for name in ("login", "password", "token")}
_EITHER: Any = {"type": "object", "properties": _FIELDS, "example": {"login": "zhang.san", "password": "…"}}


@router.post(
    "/board/session",
    name="session.begin",
    summary="Exchange a login name and a password, or a token, for a session; a form comes back to the board",
    responses=answers(SignedIn) | some(429) | {303: {"description": "signed in, or not: back to the board"}},
    openapi_extra={
        "requestBody": {"required": True, "content": {kind: {"schema": _EITHER} for kind in ("application/json", FORM)}}
    },
)
async def begin(request: Request) -> Response:
    """The cookie holds a number that is worth a session here, and nothing anywhere else."""
    from_our_pages(request)
    is_form = request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM
    fields = await form_of(request) if is_form else await _fields(request)
    try:
        text = await (_by_token(request, fields) if fields.get("token") else _by_password(request, fields))
    except Trouble as trouble:
        if is_form and trouble.kind in WHY:
            why = "token" if fields.get("token") and trouble.kind == "unauthenticated" else WHY[trouble.kind]
            return RedirectResponse(f"/board/login?failed={why}", 303)
        raise
    session = await run_in_threadpool(gateway_of(request).sessions.check, text)
    caller = session.caller
    response: Response = (
        RedirectResponse("/board", 303)
        if is_form
        else JSONResponse({"role": caller.role, "name": caller.name, "department": caller.department}, headers=NO_STORE)
    )
    cookie.give(request, response, text)
    return response


async def _fields(request: Request) -> dict[str, str]:
    data = await json_of(request)
    names = ("token",) if isinstance(data, dict) and "login" not in data else ("login", "password")
    wrong = [name for name in names if not isinstance(data, dict) or not isinstance(data.get(name), str)]
    if wrong:
        raise Trouble("refused", wrong=[(name, "This field is required.", {}) for name in wrong])
    return {name: data[name] for name in names}


async def _by_password(request: Request, fields: Mapping[str, str]) -> str:
    """What the cookie is to hold. Raises Trouble 401, 403, 429."""
    login, password = fields.get("login", "")[:1000], fields.get("password", "")[:1000]
    visitor = cookie.visitor_of(request)
    try:
        return await gateway_of(request).entrances.sign_in(login, password, visitor, cookie.held(request))
    except TooOften as often:
        raise too_often(often) from None
    except NoPost:
        raise Trouble("forbidden", "You hold no post here at present; ask the administrator.") from None
    except TurnedAway:
        raise Trouble("unauthenticated", "Login name or password is not right, or the account is locked.") from None


async def _by_token(request: Request, fields: Mapping[str, str]) -> str:
    """What the cookie is to hold. Raises Trouble 401, 403, 429."""
    gateway, visitor = gateway_of(request), cookie.visitor_of(request)
    throttle = gateway.entrances.throttle
    if (wait := await run_in_threadpool(throttle.admit, "", visitor.address)) > 0:
        raise too_often(TooOften(wait))
    try:
        if not gateway.settings.token_sign_in:
            raise Trouble("forbidden", "Signing in with a token is switched off here; use your account.")
        caller = (await check_token(request, fields["token"].strip())).caller
    except Trouble as trouble:
        why = Rejection.BAD_TOKEN if trouble.kind == "unauthenticated" else Rejection.SWITCHED_OFF
        await run_in_threadpool(gateway.audit.note, Occasion.TURNED_AWAY, visitor, who=Entrance.TOKEN.value, why=why)
        raise
    await run_in_threadpool(throttle.succeeded, "", visitor.address)
    begin = gateway.sessions.begin
    return await run_in_threadpool(begin, caller, Entrance.TOKEN, visitor, instead_of=cookie.held(request))


@router.post(
    "/board/session/end",
    name="session.end",
    summary="Sign out: the session ends at once, its open event streams too",
    status_code=303,
    response_class=RedirectResponse,
    responses={303: {"description": "signed out"}, **some(400, 403, 500, 503)},
)
async def end(request: Request) -> Response:
    from_our_pages(request)
    if text := cookie.held(request):
        gateway = gateway_of(request)
        await run_in_threadpool(gateway.sessions.end, text, cookie.visitor_of(request))
        gateway.feed.grew()
    response = RedirectResponse("/board/login", 303)
    cookie.take(request, response)
    return response


def from_our_pages(request: Request) -> None:
    """Raises Trouble 403 when a browser says that another site's page sends this."""
    if "origin" in request.headers and not cookie.is_same_origin(request):
        raise Trouble("forbidden", _ELSEWHERE)


@router.get("/v1/sessions/mine", name="sessions.mine", summary="My sessions", responses=answers(SessionsTold))
async def mine(request: Request) -> Response:
    """Those of the account, or of the token, that asks."""
    found, gateway = await admitted(request), gateway_of(request)
    caller, own = found.caller, found.session.id if found.session is not None else ""
    listed = await run_in_threadpool(gateway.sessions.list, caller.account_id, caller.token_id)
    return JSONResponse(sessions_told(listed, own), headers=NO_STORE)


@router.post(
    "/v1/sessions/mine/end",
    name="sessions.end-mine",
    summary="End all my sessions, this one too",
    responses=answers(SessionsEnded),
)
async def end_mine(request: Request) -> Response:
    caller, gateway = (await admitted(request)).caller, gateway_of(request)
    visitor = await visitor_of(request)
    if caller.account_id:
        count = await run_in_threadpool(
            gateway.sessions.end_of_account, caller.account_id, SessionEnd.OWN_WISH, visitor
        )
    else:
        count = await run_in_threadpool(gateway.sessions.end_of_token, caller.token_id, SessionEnd.OWN_WISH, visitor)
    gateway.feed.grew()
    return JSONResponse({"ended": count}, headers=NO_STORE)


@router.post(
    "/v1/sessions/mine/{id}/end",
    name="sessions.end-one-of-mine",
    summary="End one of my sessions",
    responses=answers(SessionEnded),
)
async def end_one(request: Request, id: Code) -> Response:
    caller, gateway = (await admitted(request)).caller, gateway_of(request)
    done = await run_in_threadpool(
        gateway.sessions.end_one,
        id,
        SessionEnd.OWN_WISH,
        await visitor_of(request),
        caller.account_id,
        caller.token_id,
    )
    if not done:
        raise Trouble("not-found")
    gateway.feed.grew()
    return JSONResponse({"id": id}, headers=NO_STORE)
