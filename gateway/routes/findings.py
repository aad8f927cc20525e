"""Findings: the addresses of suspected breaches, and of a person's word on each."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.calls import answer, order
from gateway.shapes import Code, Cursor, Limit, Words, answers, takes
from services.contracts.answers.findings import FindingPage, FindingRulePage, FindingTold
from services.contracts.finding_orders import ReviewFinding, SettleFinding, SettleFindings, StateOnFinding

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
    "/rules",
    name="findings.rules",
    summary="What counts as a suspected breach here, by which law, and what follows",
    responses=answers(FindingRulePage),
)
async def rules(request: Request) -> Response:
    return await answer(request, "reporting", "finding_rules")


@router.post(
    "/settle",
    name="findings.settle-many",
    summary="Confirm or dismiss many with one reason: all or none",
    responses=answers(FindingPage),
    openapi_extra=takes(SettleFindings),
)
async def settle_many(request: Request) -> Response:
    return await order(request, SettleFindings)


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


@router.post(
    "/{finding_no}/statement",
    name="findings.state",
    summary="What the department concerned says of it",
    responses=answers(FindingTold),
    openapi_extra=takes(StateOnFinding, fixed=("finding_no",)),
)
async def state(request: Request, finding_no: Code) -> Response:
    return await order(request, StateOnFinding, {"finding_no": finding_no})


@router.post(
    "/{finding_no}/review",
    name="findings.review",
    summary="Whether a confirmed one stands, as another body sees it",
    responses=answers(FindingTold),
    openapi_extra=takes(ReviewFinding, fixed=("finding_no",)),
)
async def review(request: Request, finding_no: Code) -> Response:
    return await order(request, ReviewFinding, {"finding_no": finding_no})
