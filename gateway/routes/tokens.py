"""Tokens of machines: the addresses of the administrator; a secret is told once."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from gateway.accounts.told import token_told
from gateway.calls import NO_STORE, asked, gateway_of
from gateway.routes.accounts import administration_of
from gateway.shapes import Code, answers, asks
from services.contracts.accounts import NewToken
from services.contracts.answers.accounts import TokenIssued, TokenRevoked, TokensTold

router = APIRouter(prefix="/v1/tokens", tags=["accounts"])


@router.get("", name="tokens.list", summary="All tokens, without their secrets", responses=answers(TokensTold))
async def list_tokens(request: Request) -> Response:
    gateway = gateway_of(request)
    found, now = await run_in_threadpool(gateway.tokens.list), gateway.clock.now()
    return JSONResponse({"items": [token_told(one, now) for one in found]}, headers=NO_STORE)


@router.post(
    "",
    name="tokens.issue",
    summary="A token with its owner, its role and its last day; its text is told this once",
    status_code=201,
    responses=answers(TokenIssued, status=201),
    openapi_extra=asks(NewToken),
)
async def issue(request: Request) -> Response:
    token, text = await (await administration_of(request)).issue(await asked(request, NewToken))
    now = gateway_of(request).clock.now()
    return JSONResponse({"token": token_told(token, now), "text": text}, 201, headers=NO_STORE)


@router.post(
    "/{id}/revoke",
    name="tokens.revoke",
    summary="It is none from now on; sessions and event streams that began with it end",
    responses=answers(TokenRevoked),
)
async def revoke(request: Request, id: Code) -> Response:
    await (await administration_of(request)).revoke(id)
    return JSONResponse({"id": id}, headers=NO_STORE)
