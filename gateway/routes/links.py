"""Links: the addresses of other levels, of how far both sides agree, and of what went wrong."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.calls import answer
from gateway.shapes import answers
from services.contracts.answers.links import Contradictions, LinksTold, Reconciliation

router = APIRouter(prefix="/v1/links", tags=["levels"])


@router.get(
    "", name="links.list", summary="Superior and lower authorities, state and key", responses=answers(LinksTold)
)
async def links(request: Request) -> Response:
    return await answer(request, "ledger", "links")


@router.get(
    "/reconciliation",
    name="links.reconciliation",
    summary="Per ledger: entries, receipts, verified up to where, lag, roots and counts equal or not",
    responses=answers(Reconciliation),
)
async def reconciliation(request: Request) -> Response:
    return await answer(request, "ledger", "reconciliation")


@router.get(
    "/troubles",
    name="links.troubles",
    summary="Every contradiction between two levels that was noticed, and how it was decided",
    responses=answers(Contradictions),
)
async def troubles(request: Request) -> Response:
    return await answer(request, "ledger", "troubles")
