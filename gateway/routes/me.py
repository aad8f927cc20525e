"""One's own account: who one is here, in which post one acts, and one's password."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from gateway.accounts import cookie, passwords
from gateway.accounts.entrance import TooOften
from gateway.accounts.register import Account, By
from gateway.auth import admitted, visitor_of
from gateway.calls import NO_STORE, asked, gateway_of
from gateway.problems import Trouble
from gateway.shapes import answers, asks
from services.contracts.accounts import NewPassword, OtherPost
from services.contracts.answers.accounts import Me, PasswordChanged
from services.contracts.entrances import SessionEnd
from services.plumbing.errors import NotFound, Problem, Refused

router = APIRouter(prefix="/v1/me", tags=["accounts"])


async def account_of(request: Request) -> Account:
    """The account of whoever asks. Raises Trouble 409 where a token does."""
    caller = (await admitted(request)).caller
    if not caller.account_id:
        raise Trouble("conflict", "A token has no account; sign in with a login name.")
    return await run_in_threadpool(gateway_of(request).register.get, caller.account_id)


async def me(request: Request) -> dict[str, Any]:
    """Who asks, in which post, and which posts he could act in. Raises Trouble."""
    found = await admitted(request)
    account = await account_of(request) if found.caller.account_id else None
    return {
        "role": found.caller.role,
        "name": found.caller.name,
        "department": found.caller.department,
        "login": account.login if account is not None else "",
        "must_change": account is not None and account.must_change,
        "posts": [asdict(one) for one in found.session.posts] if found.session is not None else [],
    }


@router.get("", name="me", summary="Who I am here, and in which post", responses=answers(Me))
async def who(request: Request) -> Response:
    return JSONResponse(await me(request), headers=NO_STORE)


@router.post(
    "/password",
    name="me.password",
    summary="Choose another password; all other sessions of the account end",
    responses=answers(PasswordChanged),
    openapi_extra=asks(NewPassword),
)
async def password(request: Request) -> Response:
    wish = await asked(request, NewPassword)
    ended, text = await change_password(request, wish)
    response = JSONResponse({"ended": ended}, headers=NO_STORE)
    cookie.give(request, response, text)
    return response


async def change_password(request: Request, wish: NewPassword) -> tuple[int, str]:
    """How many other sessions ended, and what the cookie is to hold from now on. Raises Trouble, Refused."""
    gateway, account, visitor = gateway_of(request), await account_of(request), await visitor_of(request)
    caller = (await admitted(request)).caller
    try:
        is_own = await gateway.entrances.is_own(account, wish.current, visitor)
    except TooOften as often:
        raise too_often(often) from None
    against = passwords.objection(wish.new, account.login, account.name)
    problems = [] if is_own else [Problem("current", "This is not the present password.")]
    if against is not None:
        problems.append(Problem("new", against.template, dict(against.params)))
    elif wish.new == wish.current:
        problems.append(Problem("new", "The new password must be another one."))
    if problems:
        raise Refused(*problems)
    kept = await gateway.entrances.hashed(wish.new)
    by = By(caller, visitor)
    await run_in_threadpool(gateway.register.set_password, account.id, kept, by, must_change=False)
    ended = await run_in_threadpool(
        gateway.sessions.end_of_account, account.id, SessionEnd.PASSWORD, visitor, visitor.session_id
    )
    text = await run_in_threadpool(gateway.sessions.go_on, cookie.held(request), visitor, SessionEnd.PASSWORD)
    gateway.feed.grew()
    return ended, text


def too_often(often: TooOften) -> Trouble:
    """What the one who tried too often is told."""
    return Trouble(
        "too-many", "Tried too often; try again in {n} seconds.", headers={"Retry-After": str(often.seconds)},
        n=often.seconds,
    )  # fmt: skip


@router.post(
    "/post",
    name="me.post",
    summary="Go on in another of my posts, under a new session number",
    responses=answers(Me),
    openapi_extra=asks(OtherPost),
)
async def post(request: Request) -> Response:
    wish = await asked(request, OtherPost)
    text, role, department = await change_post(request, wish.post)
    told = await me(request)
    told |= {"role": role, "department": department}
    told["posts"] = [{**one, "is_this": one["id"] == wish.post} for one in told["posts"]]
    response = JSONResponse(told, headers=NO_STORE)
    cookie.give(request, response, text)
    return response


async def change_post(request: Request, post_id: str) -> tuple[str, str, str]:
    """What the cookie is to hold from now on, and the role and department of the post. Raises Trouble, NotFound."""
    gateway, account = gateway_of(request), await account_of(request)
    found = next((one for one in account.posts if one.id == post_id and one.is_held), None)
    if found is None:
        raise NotFound(Problem("post", "There is no such post."))
    visitor = await visitor_of(request)
    text = await run_in_threadpool(gateway.sessions.go_on, cookie.held(request), visitor, SessionEnd.POST, post_id)
    gateway.feed.grew()
    return text, found.role.value, found.department
