"""Confirmations: the addresses of what waits for a department's signature, and of the signature itself."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.calls import answer, order
from gateway.shapes import Words, answers, takes
from services.contracts.answers.confirmations import ConfirmationAnswer, ConfirmationsTold
from services.contracts.commands import ConfirmLines

router = APIRouter(prefix="/v1/confirmations", tags=["lines"])


@router.get(
    "",
    name="confirmations.list",
    summary="From when on the authority counts, and which imported lines wait for a signature",
    responses=answers(ConfirmationsTold),
)
async def confirmations(request: Request, department: Words = None) -> Response:
    return await answer(request, "intake", "confirmations", department=department)


@router.post(
    "",
    name="confirmations.confirm",
    summary="A department signs for its imported lines, once; from that day on they count",
    responses=answers(ConfirmationAnswer),
    openapi_extra=takes(ConfirmLines),
)
async def confirm(request: Request) -> Response:
    return await order(request, ConfirmLines)
