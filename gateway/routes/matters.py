"""Matters: the address of the list in force."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from gateway.calls import answer, order
from gateway.shapes import answers, takes
from services.contracts.answers.catalogue import MatterAnswer, MattersInForce, MatterTold
from services.contracts.catalogues import AdoptMatter

router = APIRouter(prefix="/v1/matters", tags=["matters"])


@router.get("", name="matters.list", summary="The catalogue in force", responses=answers(MattersInForce))
async def list_matters(
    request: Request,
    q: Annotated[str | None, Query(max_length=100, description="in code, name, everyday names or department")] = None,
) -> Response:
    return await answer(request, "intake", "matters", q=q)


@router.get(
    "/{code}",
    name="matters.one",
    summary="One matter with its conditions, process, criteria, forms, pauses and extension",
    responses=answers(MatterTold),
)
async def one_matter(
    request: Request,
    code: Annotated[str, Path(min_length=1, max_length=200)],
    number: Annotated[int | None, Query(ge=1, le=1_000_000, description="version of the list; else today's")] = None,
) -> Response:
    return await answer(request, "intake", "matter", code=code, number=number)


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
