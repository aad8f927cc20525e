"""Sessions of browsers: begun with a token, ended by their holder, one by one or all at once."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from gateway.accounts import cookie
from gateway.auth import admitted, check_token, visitor_of
from gateway.bodies import form_of, json_of
from gateway.calls import NO_STORE, gateway_of
from gateway.problems import Trouble
from gateway.shapes import Code, answers, some
from services.contracts.answers.sessions import SessionEnded, SessionsEnded, SessionsTold, SignedIn
from services.contracts.entrances import Entrance, Occasion, Rejection, SessionEnd

router = APIRouter(tags=["board"])
FORM = "application/x-www-form-urlencoded"
_TOKEN: Any = {"type": "object", "required": ["token"], "properties": {"token": {"type": "string"}}}
_ELSEWHERE = "A signed-in browser may change something only from this authority's own pages."


@router.post(
    "/board/session",
    name="session.begin",
    summary="Exchange a token for a session, whose number the board's cookie holds; a form comes back to the board",
    responses=answers(SignedIn) | {303: {"description": "signed in, or not: back to the board"}},
    openapi_extra={
        "requestBody": {"required": True, "content": {kind: {"schema": _TOKEN} for kind in ("application/json", FORM)}}
    },
)
async def begin(request: Request) -> Response:
    """The cookie holds a number that is worth a session here, and nothing anywhere else."""
    from_our_pages(request)
    is_form = request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM
    text = await _text(request, is_form)
    gateway, visitor = gateway_of(request), cookie.visitor_of(request)
    try:
        if not gateway.settings.token_sign_in:
            raise Trouble("forbidden", "Signing in with a token is switched off here; use your account.")
        caller = (await check_token(request, text)).caller
    except Trouble as trouble:
        why = Rejection.BAD_TOKEN if trouble.kind == "unauthenticated" else Rejection.SWITCHED_OFF
        await run_in_threadpool(gateway.audit.note, Occasion.TURNED_AWAY, visitor, who=Entrance.TOKEN.value, why=why)
        if is_form:
            return RedirectResponse("/board/login?failed=1", 303)
        raise
    instead_of = cookie.held(request)
    session = await run_in_threadpool(gateway.sessions.begin, caller, Entrance.TOKEN, visitor, instead_of=instead_of)
    response: Response = (
        RedirectResponse("/board", 303)
        if is_form
        else JSONResponse({"role": caller.role, "name": caller.name, "department": caller.department})
    )
    cookie.give(request, response, session)
    return response


async def _text(request: Request, is_form: bool) -> str:
    if is_form:
        return (await form_of(request)).get("token", "").strip()
    data = await json_of(request)
    token = data.get("token") if isinstance(data, dict) else None
    if not isinstance(token, str):
        raise Trouble("refused", wrong=[("token", "This field is required.", {})])
    return token.strip()


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
    items = [
        {
            "id": one.id, "who": one.who, "role": one.role, "entrance": one.entrance, "address": one.address,
            "agent": one.agent, "created_at": one.created_at.isoformat(), "seen_at": one.seen_at.isoformat(),
            "expires_at": one.expires_at.isoformat(), "is_this": one.id == own,
        }
        for one in listed
    ]  # fmt: skip
    return JSONResponse({"items": items}, headers=NO_STORE)


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
