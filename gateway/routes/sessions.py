"""Sessions of browsers: a token is exchanged for a cookie that no script and no other site can use."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from gateway.auth import check_token, cookie_of, is_same_origin
from gateway.bodies import form_of, json_of
from gateway.problems import Trouble
from gateway.shapes import answers, some
from services.contracts.answers.sessions import SignedIn

router = APIRouter(prefix="/board/session", tags=["board"])
FORM = "application/x-www-form-urlencoded"
#: A working day and its evening.
SECONDS = 12 * 3600
_TOKEN: Any = {"type": "object", "required": ["token"], "properties": {"token": {"type": "string"}}}


@router.post(
    "",
    name="session.begin",
    summary="Exchange a token for the board's cookie; a form comes back to the board",
    responses=answers(SignedIn) | {303: {"description": "signed in, or not: back to the board"}},
    openapi_extra={
        "requestBody": {"required": True, "content": {kind: {"schema": _TOKEN} for kind in ("application/json", FORM)}}
    },
)
async def begin(request: Request) -> Response:
    """The cookie holds the token itself: revoked in one place, it is worthless here too."""
    if "origin" in request.headers and not is_same_origin(request):
        raise Trouble("forbidden", "A signed-in browser may change something only from this authority's own pages.")
    is_form = request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM
    token = await _token(request, is_form)
    try:
        caller = await check_token(request, token)
    except Trouble:
        if is_form:
            return RedirectResponse("/board/login?failed=1", 303)
        raise
    response: Response = (
        RedirectResponse("/board", 303)
        if is_form
        else JSONResponse({"role": caller.role, "name": caller.name, "department": caller.department})
    )
    secure = request.url.scheme == "https"
    name = cookie_of(request)
    response.set_cookie(name, token, max_age=SECONDS, httponly=True, samesite="strict", secure=secure, path="/")
    return response


async def _token(request: Request, is_form: bool) -> str:
    if is_form:
        return (await form_of(request)).get("token", "").strip()
    data = await json_of(request)
    token = data.get("token") if isinstance(data, dict) else None
    if not isinstance(token, str):
        raise Trouble("refused", wrong=[("token", "This field is required.", {})])
    return token.strip()


@router.post(
    "/end",
    name="session.end",
    summary="Sign out",
    status_code=303,
    response_class=RedirectResponse,
    responses={303: {"description": "signed out"}, **some(400, 403, 500)},
)
async def end(request: Request) -> Response:
    if "origin" in request.headers and not is_same_origin(request):
        raise Trouble("forbidden", "A signed-in browser may change something only from this authority's own pages.")
    response = RedirectResponse("/board", 303)
    response.delete_cookie(cookie_of(request), httponly=True, samesite="strict", path="/")
    return response
