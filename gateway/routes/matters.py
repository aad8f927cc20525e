"""Matters: the address of the list in force."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.calls import answer, order
from gateway.shapes import answers, takes
from services.contracts.answers.catalogue import MatterAnswer, MattersInForce
from services.contracts.catalogues import AdoptMatter

router = APIRouter(prefix="/v1/matters", tags=["matters"])


@router.get("", name="matters.list", summary="The catalogue in force", responses=answers(MattersInForce))
async def list_matters(request: Request) -> Response:
    return await answer(request, "intake", "matters")


@router.post(
    "",
    name="matters.adopt",
    summary="Add a matter to the catalogue or change it; the promised limit may not exceed the statutory one",
    responses=answers(MatterAnswer),
    openapi_extra=takes(
        AdoptMatter,
    ),
)
async def adopt(request: Request) -> Response:
    return await order(request, AdoptMatter)
