"""Accounts of people and everybody's sessions: the addresses of the administrator."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from gateway.accounts.administration import Administration
from gateway.accounts.register import By
from gateway.accounts.told import account_told, sessions_told
from gateway.auth import admitted, caller_of, visitor_of
from gateway.calls import NO_STORE, asked, gateway_of
from gateway.shapes import Code, answers, asks
from services.contracts.accounts import EndPost, NewAccount, NewPost
from services.contracts.answers.accounts import (
    AccountMade,
    AccountsTold,
    AccountTold,
    EverybodysSessions,
    PasswordReset,
)
from services.contracts.answers.sessions import SessionEnded, SessionsEnded

router = APIRouter(prefix="/v1", tags=["accounts"])


async def administration_of(request: Request) -> Administration:
    """What the administrator who asks may do. Raises Trouble."""
    return Administration(gateway_of(request), By(await caller_of(request), await visitor_of(request)))


async def _one(request: Request, id: str, status: int = 200) -> Response:
    found = await run_in_threadpool(gateway_of(request).register.get, id)
    return JSONResponse(account_told(found), status, headers=NO_STORE)


@router.get("/accounts", name="accounts.list", summary="All accounts with their posts", responses=answers(AccountsTold))
async def list_accounts(request: Request) -> Response:
    found = await run_in_threadpool(gateway_of(request).register.list)
    return JSONResponse({"items": [account_told(one) for one in found]}, headers=NO_STORE)


@router.post(
    "/accounts",
    name="accounts.create",
    summary="A new account with its first post; its initial password is told this once",
    status_code=201,
    responses=answers(AccountMade, status=201),
    openapi_extra=asks(NewAccount),
)
async def create(request: Request) -> Response:
    made, initial = await (await administration_of(request)).create(await asked(request, NewAccount))
    headers = NO_STORE | {"Location": f"/v1/accounts/{made.id}"}
    return JSONResponse({"account": account_told(made), "initial_password": initial}, 201, headers)


@router.get("/accounts/{id}", name="accounts.one", summary="One account", responses=answers(AccountTold))
async def account(request: Request, id: Code) -> Response:
    return await _one(request, id)


@router.post(
    "/accounts/{id}/reset",
    name="accounts.reset",
    summary="A new initial password, told this once; whoever is in with the old one is out",
    responses=answers(PasswordReset),
)
async def reset(request: Request, id: Code) -> Response:
    return JSONResponse({"initial_password": await (await administration_of(request)).reset(id)}, headers=NO_STORE)


@router.post(
    "/accounts/{id}/lock",
    name="accounts.lock",
    summary="Nobody comes in by it any more, and whoever is in is out",
    responses=answers(AccountTold),
)
async def lock(request: Request, id: Code) -> Response:
    await (await administration_of(request)).lock(id)
    return await _one(request, id)


@router.post(
    "/accounts/{id}/unlock", name="accounts.unlock", summary="It opens the door again", responses=answers(AccountTold)
)
async def unlock(request: Request, id: Code) -> Response:
    await (await administration_of(request)).unlock(id)
    return await _one(request, id)


@router.post(
    "/accounts/{id}/posts",
    name="accounts.post-given",
    summary="One more post, from a day to a day",
    status_code=201,
    responses=answers(AccountTold, status=201),
    openapi_extra=asks(NewPost),
)
async def give_post(request: Request, id: Code) -> Response:
    await (await administration_of(request)).give_post(id, await asked(request, NewPost))
    return await _one(request, id, 201)


@router.post(
    "/accounts/{id}/posts/{post}/end",
    name="accounts.post-ended",
    summary="A post ends with a day, or at once",
    responses=answers(AccountTold),
    openapi_extra=asks(EndPost),
)
async def end_post(request: Request, id: Code, post: Code) -> Response:
    await (await administration_of(request)).end_post(id, post, await asked(request, EndPost))
    return await _one(request, id)


@router.post(
    "/accounts/{id}/sessions/end",
    name="accounts.sessions-ended",
    summary="All sessions of the account end at once",
    responses=answers(SessionsEnded),
)
async def end_sessions(request: Request, id: Code) -> Response:
    await run_in_threadpool(gateway_of(request).register.get, id)
    return JSONResponse({"ended": await (await administration_of(request)).end_sessions(id)}, headers=NO_STORE)


@router.get("/sessions", name="sessions.list", summary="Everybody's sessions", responses=answers(EverybodysSessions))
async def sessions(request: Request) -> Response:
    listed = await run_in_threadpool(gateway_of(request).sessions.list)
    session = (await admitted(request)).session
    return JSONResponse(sessions_told(listed, session.id if session is not None else ""), headers=NO_STORE)


@router.post(
    "/sessions/{id}/end", name="sessions.end", summary="A session of anybody ends", responses=answers(SessionEnded)
)
async def end_session(request: Request, id: Code) -> Response:
    await (await administration_of(request)).end_session(id)
    return JSONResponse({"id": id}, headers=NO_STORE)
