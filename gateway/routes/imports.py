"""Imports: the address at which another ledger's or system's cases come in, up to 500 at once."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.calls import order
from gateway.shapes import answers, takes
from services.contracts.answers.imports import ImportReport
from services.contracts.commands import EnterCases

router = APIRouter(prefix="/v1/imports", tags=["imports"])


@router.post(
    "/cases",
    name="imports.cases",
    summary="Enter existing cases: what differs is applied; a dry run only reports",
    responses=answers(ImportReport),
    openapi_extra=takes(
        EnterCases,
    ),
)
async def cases(request: Request) -> Response:
    return await order(request, EnterCases)
