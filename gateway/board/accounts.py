"""Pages of accounts: the administrator makes them, gives posts for some days, resets, locks, and ends sessions."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from gateway.accounts.register import Account
from gateway.accounts.told import sessions_told
from gateway.board.frame import Page, page
from gateway.board.submission import Wrong, told, typed, wrong_of
from gateway.bodies import form_of
from gateway.calls import gateway_of
from gateway.problems import Trouble
from gateway.routes.accounts import administration_of
from services.contracts.accounts import EndPost, NewAccount, NewPost
from services.contracts.validation import read
from services.contracts.vocabulary import Role
from services.plumbing.errors import Refused

router = APIRouter(prefix="/board/accounts", route_class=Page)
Number = Annotated[str, Path(min_length=1, max_length=20)]
#: What a person may be: partners are systems.
POSTS = tuple(role.value for role in Role if role is not Role.PARTNER)
_POST = ("role", "department", "from_day", "until_day")
_NEW = ("login", "name", *(f"post.{name}" for name in _POST))
LABELS = {
    "login": "Login name", "name": "Name", "role": "Post", "department": "Department", "from_day": "First day",
    "until_day": "Last day", "post": "Post", "post.role": "Post", "post.department": "Department",
    "post.from_day": "First day", "post.until_day": "Last day",
}  # fmt: skip


@router.get("", name="board.accounts")
async def accounts(request: Request) -> Response:
    """All accounts, and the form for a new one."""
    return await _all(request)


@router.post("", name="board.account-new")
async def create(request: Request) -> Response:
    """A new account; its initial password stands on the page that follows, this once."""
    fields = await form_of(request)
    given = {name: fields.get(name, "").strip() for name in _NEW}
    data = typed(fields, *_NEW) | {"with_password": "without_password" not in fields}
    asked, wrong = read(NewAccount, data)
    if wrong:
        return await _all(request, 422, given, told(request, wrong, LABELS))
    try:
        made, initial = await (await administration_of(request)).create(asked)
    except Refused as refused:
        return await _all(request, 422, given, told(request, wrong_of(refused), LABELS))
    return await _one(request, made, initial=initial)


async def _all(
    request: Request, status: int = 200, given: Mapping[str, str] | None = None, problems: Sequence[str] = ()
) -> Response:
    found = await run_in_threadpool(gateway_of(request).register.list)
    return await page(request, "accounts.html", status, items=found, roles=POSTS, given=given or {}, problems=problems)


@router.get("/{id}", name="board.account")
async def account(request: Request, id: Number) -> Response:
    """One account with its posts and sessions."""
    return await _found(request, id)


@router.post("/{id}", name="board.account-change")
async def change(request: Request, id: Number) -> Response:
    """What the administrator does with it; which, says the button."""
    fields = await form_of(request)
    given = {name: fields.get(name, "").strip() for name in _POST}
    initial = ""
    try:
        match fields.get("deed"):
            case "post":
                wrong = await _give_post(request, id, typed(fields, *_POST))
                if wrong:
                    return await _found(request, id, 422, given, told(request, wrong, LABELS))
            case "end-post":
                asked, wrong = read(EndPost, typed(fields, "until_day"))
                if wrong:
                    return await _found(request, id, 422, None, told(request, wrong, LABELS))
                await (await administration_of(request)).end_post(id, fields.get("post", "")[:16], asked)
            case "reset":
                initial = await (await administration_of(request)).reset(id)
            case "lock":
                await (await administration_of(request)).lock(id)
            case "unlock":
                await (await administration_of(request)).unlock(id)
            case "end-sessions":
                await (await administration_of(request)).end_sessions(id)
            case "end-session":
                await (await administration_of(request)).end_session(fields.get("session", "")[:16])
            case _:
                raise Trouble("malformed")
    except Refused as refused:
        return await _found(request, id, 422, None, told(request, wrong_of(refused), LABELS))
    if initial:
        return await _found(request, id, initial=initial)
    return RedirectResponse(f"/board/accounts/{id}", 303)


async def _give_post(request: Request, id: str, data: Mapping[str, Any]) -> Wrong:
    asked, wrong = read(NewPost, data)
    if not wrong:
        await (await administration_of(request)).give_post(id, asked)
    return wrong


async def _found(
    request: Request,
    id: str,
    status: int = 200,
    given: Mapping[str, str] | None = None,
    problems: Sequence[str] = (),
    initial: str = "",
) -> Response:
    try:
        found = await run_in_threadpool(gateway_of(request).register.get, id)
    except Refused:
        raise Trouble("not-found") from None
    return await _one(request, found, status, given, problems, initial)


async def _one(
    request: Request,
    found: Account,
    status: int = 200,
    given: Mapping[str, str] | None = None,
    problems: Sequence[str] = (),
    initial: str = "",
) -> Response:
    listed = await run_in_threadpool(gateway_of(request).sessions.list, found.id)
    return await page(
        request,
        "account.html",
        status,
        account=found,
        sessions=sessions_told(listed, "")["items"],
        roles=POSTS,
        given=given or {},
        problems=problems,
        initial=initial,
    )
