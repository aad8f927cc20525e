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
        {
            "dry_run": True,
            "entries": [
                {
                    "row": "2",
                    "external_no": "2026-0001",
                    "project_code": "2609-150424-89-01-123456",
                    "project_name": "林西县城北供热管网改造工程",
                    "owner_name": "林西县热力有限责任公司",
                    "matter": "建筑工程施工许可证核发",
                    "handler": {"name": "张三", "department": "住房和城乡建设局"},
                    "received_at": "2026-11-02",
                    "steps": [{"step": "accept", "occurred_at": "2026-11-03T10:00:00+08:00"}],
                }
            ],
            "actor": {"name": "王丽", "department": "政务服务局"},
        },
    ),
)
async def cases(request: Request) -> Response:
    return await order(request, EnterCases)
