"""Pages of one's own account: the posts, the password, the sessions."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from gateway.accounts import cookie
from gateway.accounts.passwords import LONGEST, SHORTEST
from gateway.accounts.told import sessions_told
from gateway.auth import admitted
from gateway.board.frame import Page, page
from gateway.board.submission import NOTHING_WRONG, Wrong, told, wrong_of
from gateway.bodies import form_of
from gateway.calls import gateway_of
from gateway.routes import sessions
from gateway.routes.me import change_password, change_post
from gateway.routes.me import me as who
from services.contracts.accounts import NewPassword
from services.contracts.validation import read
from services.plumbing.errors import Refused

router = APIRouter(prefix="/board", route_class=Page)
_LABELS = {"current": "Present password", "new": "New password", "again": "New password once more"}


@router.get("/me", name="board.me")
async def me(request: Request) -> Response:
    """Who one is here, one's posts and one's sessions."""
    found = await admitted(request)
    own = found.session.id if found.session is not None else ""
    gateway = gateway_of(request)
    listed = await run_in_threadpool(gateway.sessions.list, found.caller.account_id, found.caller.token_id)
    return await page(request, "me.html", me=await who(request), sessions=sessions_told(listed, own)["items"])


@router.post("/me/sessions/end", name="board.my-sessions-end")
async def end_sessions(request: Request) -> Response:
    """One of one's sessions ends, or all of them with this one."""
    fields = await form_of(request)
    if fields.get("id"):
        await sessions.end_one(request, fields["id"])
        return RedirectResponse("/board/me", 303)
    await sessions.end_mine(request)
    response = RedirectResponse("/board/login", 303)
    cookie.take(request, response)
    return response


@router.post("/me/post", name="board.my-post")
async def post(request: Request) -> Response:
    """On in another of one's posts; what was open there may not be for this one, so it begins at the front page."""
    text, _, _ = await change_post(request, (await form_of(request)).get("post", "")[:16])
    response = RedirectResponse("/board", 303)
    cookie.give(request, response, text)
    return response


@router.get("/me/password", name="board.password")
async def password(request: Request) -> Response:
    """The form for another password."""
    return await _form(request)


@router.post("/me/password", name="board.password-set")
async def set_password(request: Request) -> Response:
    """One's password is another one, if it is a good one."""
    fields = await form_of(request)
    wish, found = read(NewPassword, {name: fields.get(name, "") for name in ("current", "new")})
    wrong: Wrong = found or NOTHING_WRONG
    if fields.get("new") != fields.get("again"):
        wrong = [*wrong, ("again", "The two new passwords are not the same.", {})]
    if wrong:
        return await _form(request, 422, told(request, wrong, _LABELS))
    try:
        _, text = await change_password(request, wish)
    except Refused as refused:
        return await _form(request, 422, told(request, wrong_of(refused), _LABELS))
    response = RedirectResponse("/board", 303)
    cookie.give(request, response, text)
    return response


async def _form(request: Request, status: int = 200, problems: Sequence[str] = ()) -> Response:
    me = await who(request)
    return await page(request, "password.html", status, me=me, problems=problems, shortest=SHORTEST, longest=LONGEST)
