"""Entries: the addresses of the ledger's entries and of its head."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from gateway.bodies import MOST
from gateway.calls import answer
from gateway.shapes import Limit, answers
from services.contracts.answers.ledger import LedgerEntries, LedgerHead

router = APIRouter(prefix="/v1", tags=["ledger"])


@router.get(
    "/entries",
    name="entries.list",
    summary="Entries as they were recorded, with their hashes",
    responses=answers(LedgerEntries),
)
async def list_entries(
    request: Request,
    after: Annotated[int | None, Query(ge=-1, le=MOST, description="entries with a higher index; -1 is all")] = None,
    limit: Limit = None,
) -> Response:
    return await answer(request, "ledger", "entries", after=after, limit=limit)


@router.get("/head", name="entries.head", summary="Size and root of the ledger's tree", responses=answers(LedgerHead))
async def head(request: Request) -> Response:
    return await answer(request, "ledger", "head")
