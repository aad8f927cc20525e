"""Subtree: the addresses of every authority below, joined or not, and of the record of a case there."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from gateway.calls import NO_STORE, answer, ask_in_words, gateway_of
from gateway.shapes import Code, answers
from gateway.tree import tree
from services.contracts.answers.links import ForeignCase, Subtree

router = APIRouter(prefix="/v1/subtree", tags=["levels"])


@router.get(
    "",
    name="subtree.list",
    summary="This authority and all below it, each with its own open lines by light; `whole` adds those below it",
    responses=answers(Subtree),
)
async def subtree(request: Request) -> Response:
    found = await ask_in_words(request, "ledger", "subtree")
    settings = gateway_of(request).settings
    branches = tree(settings.authority, settings.authority_name, found["items"])
    return JSONResponse({"items": [branch.told() for branch in branches]}, headers=NO_STORE)


@router.get(
    "/cases/{case_no}",
    name="subtree.case",
    summary="A case of a lower authority, from what is held of it here: line, holders, clocks, entries",
    responses=answers(ForeignCase),
)
async def record(request: Request, case_no: Code) -> Response:
    return await answer(request, "ledger", "record", case_no=case_no)
