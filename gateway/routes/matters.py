"""Matters: the address of the list in force."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.calls import answer, order
from gateway.shapes import answers, takes
from services.contracts.answers.catalogue import MatterAnswer, MattersInForce
from services.contracts.commands import AdoptMatter

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
        {
            "code": "local-001",
            "matter_name": "城市道路占用挖掘许可",
            "department": "住房和城乡建设局",
            "statutory": {"amount": 20, "unit": "working_days"},
            "promised": {"amount": 5, "unit": "working_days"},
            "actor": {"name": "王丽", "department": "政务服务局"},
        },
    ),
)
async def adopt(request: Request) -> Response:
    return await order(request, AdoptMatter)
