"""Findings: the addresses of suspected breaches, and of a person's word on each."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.calls import answer, order
from gateway.shapes import Code, Cursor, Limit, Words, answers, takes
from services.contracts.answers.findings import FindingPage, FindingTold
from services.contracts.commands import SettleFinding

router = APIRouter(prefix="/v1/findings", tags=["findings"])


@router.get(
    "", name="findings.list", summary="Suspected breaches by rule, department and state", responses=answers(FindingPage)
)
async def list_findings(
    request: Request,
    rule: Words = None,
    department: Words = None,
    state: Words = None,
    cursor: Cursor = None,
    limit: Limit = None,
) -> Response:
    return await answer(
        request, "reporting", "findings", rule=rule, department=department, state=state, cursor=cursor, limit=limit
    )


@router.get(
    "/{finding_no}", name="findings.one", summary="One finding with its evidence", responses=answers(FindingTold)
)
async def finding(request: Request, finding_no: Code) -> Response:
    return await answer(request, "reporting", "finding", finding_no=finding_no)


@router.post(
    "/{finding_no}/settle",
    name="findings.settle",
    summary="Confirm or dismiss it, with the reason",
    responses=answers(FindingTold),
    openapi_extra=takes(
        SettleFinding,
        fixed=("finding_no",),
    ),
)
async def settle(request: Request, finding_no: Code) -> Response:
    return await order(request, SettleFinding, {"finding_no": finding_no})
