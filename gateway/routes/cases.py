"""Cases: the addresses of lists, single cases, their steps, clocks, time lines and proofs."""

from functools import partial
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from gateway.auth import caller_of
from gateway.calls import NO_STORE, answer, ask_in_words, gateway_of, order
from gateway.completion import decision_due
from gateway.letters import DOCX, handed_out, of_case
from gateway.problems import Trouble
from gateway.reach import asks_of_a_case, case_for, may_see_number, timeline_for
from gateway.shapes import BINARY, Code, Cursor, Limit, Words, answers, hands_out, takes
from services.contracts.answers.cases import (
    CasePage,
    CaseProof,
    CaseReceiptAnswer,
    CaseRecord,
    CaseStepAnswer,
    CaseTimeline,
    CorrectionAnswer,
    LateEntryAnswer,
    StepOffers,
)
from services.contracts.answers.clocks import ClockExplained, ClocksTold
from services.contracts.commands import ReceiveCase, TakeStep
from services.contracts.corrections import CorrectEntry
from services.contracts.late_entries import JudgeLateEntry
from services.contracts.vocabulary import ClockKind

router = APIRouter(prefix="/v1/cases", tags=["cases"])


@router.get("", name="cases.list", summary="List cases", responses=answers(CasePage))
async def list_cases(
    request: Request,
    project_code: Words = None,
    matter_code: Words = None,
    department: Words = None,
    state: Words = None,
    q: Words = None,
    cursor: Cursor = None,
    limit: Limit = None,
) -> Response:
    return await answer(
        request,
        "intake",
        "cases",
        project_code=project_code,
        matter_code=matter_code,
        department=department,
        state=state,
        q=q,
        cursor=cursor,
        limit=limit,
    )


@router.post(
    "",
    name="cases.receive",
    summary="Take in an application for one matter of one project",
    status_code=201,
    responses=answers(CaseReceiptAnswer, status=201),
    openapi_extra=takes(ReceiveCase, fixed=("due_on",)),
)
async def receive(request: Request) -> Response:
    return await order(request, ReceiveCase, status=201, at="/v1/cases/{case_no}")


@router.get(
    "/{case_no}",
    name="cases.one",
    summary="One case with its steps and what may come next",
    responses=answers(CaseRecord),
)
async def case(request: Request, case_no: Code) -> Response:
    found = await ask_in_words(request, "intake", "case", case_no=case_no)
    return JSONResponse(case_for(found, await caller_of(request)), headers=NO_STORE)


@router.get(
    "/{case_no}/steps",
    name="cases.steps",
    summary="Every step of a case: whether you may take it now, by whom else, and why not",
    responses=answers(StepOffers),
)
async def steps(request: Request, case_no: Code) -> Response:
    due_on = await decision_due(partial(ask_in_words, request), case_no)
    return await answer(request, "intake", "steps", case_no=case_no, due_on=due_on)


@router.post(
    "/{case_no}/steps",
    name="cases.step",
    summary="Something happens to a case, by its word (`step`) or its number in the national standard (`blzt`)",
    responses=answers(CaseStepAnswer),
    openapi_extra=takes(
        TakeStep,
        fixed=("case_no", "due_on"),
    ),
)
async def step(request: Request, case_no: Code) -> Response:
    return await order(request, TakeStep, {"case_no": case_no})


@router.post(
    "/{case_no}/late-entries",
    name="late-entries.judge",
    summary="A second person confirms, with evidence, that a step happened on the day that it names, or refuses that",
    responses=answers(LateEntryAnswer),
    openapi_extra=takes(JudgeLateEntry, fixed=("case_no",)),
)
async def judge_late_entry(request: Request, case_no: Code) -> Response:
    return await order(request, JudgeLateEntry, {"case_no": case_no})


@router.post(
    "/{case_no}/corrections",
    name="corrections.record",
    summary="The head corrects a mistake on record: it never happened, or on another day, or by another hand",
    responses=answers(CorrectionAnswer),
    openapi_extra=takes(CorrectEntry, fixed=("case_no",)),
)
async def correct_entry(request: Request, case_no: Code) -> Response:
    return await order(request, CorrectEntry, {"case_no": case_no})


@router.get(
    "/{case_no}/clocks",
    name="cases.clocks",
    summary="Its clocks, with the whole-process count",
    responses=answers(ClocksTold),
)
async def clocks(request: Request, case_no: Code) -> Response:
    await _of_a_case(request, case_no)
    return await answer(request, "timer", "clocks", about=case_no)


@router.get(
    "/{case_no}/timeline",
    name="cases.timeline",
    summary="Everything that was recorded about it",
    responses=answers(CaseTimeline),
)
async def timeline(request: Request, case_no: Code) -> Response:
    await _of_a_case(request, case_no)
    found = await ask_in_words(request, "ledger", "timeline", case_no=case_no)
    return JSONResponse(timeline_for(found, await caller_of(request)), headers=NO_STORE)


@router.get(
    "/{case_no}/papers/{kind}.{form}",
    name="cases.paper",
    summary="A paper of it: acceptance, one-time notice, decision or delivery",
    response_class=Response,
    responses=hands_out(BINARY, DOCX),
)
async def paper(
    request: Request,
    case_no: Code,
    kind: Literal["acceptance-notice", "correction", "decision", "delivery"],
    form: Literal["docx", "pdf"],
) -> Response:
    return await handed_out(request, await of_case(request, case_no, kind), form)


@router.get(
    "/{case_no}/proof",
    name="cases.proof",
    summary="Every entry about it with its path to a signed root, to be kept and checked later",
    responses=answers(CaseProof),
)
async def proof(request: Request, case_no: Code) -> Response:
    await _of_a_case(request, case_no)
    if not may_see_number(case_no, gateway_of(request).settings.authority, await caller_of(request)):
        raise Trouble("forbidden")
    found = await ask_in_words(request, "ledger", "proof", case_no=case_no)
    name = quote(f"{case_no}-proof.json", safe="")
    disposition = f"attachment; filename=\"proof.json\"; filename*=UTF-8''{name}"
    return JSONResponse(found, headers={**NO_STORE, "Content-Disposition": disposition})


@router.get(
    "/{case_no}/explain",
    name="cases.explain",
    summary="Why this date? Day by day, with the notices",
    responses=answers(ClockExplained),
)
async def explain(
    request: Request,
    case_no: Code,
    clock_id: Annotated[
        str | None, Query(max_length=200, description="one of its clocks; else the one that matters")
    ] = None,
    as_of: Annotated[
        str | None,
        Query(max_length=40, description="a day or a moment: as the date was shown then, by the calendar of then"),
    ] = None,
) -> Response:
    await _of_a_case(request, case_no)
    clocks = (await ask_in_words(request, "timer", "clocks", about=case_no))["items"]
    chosen = clock_id if clock_id is not None else _that_matters(clocks)
    if chosen is None or all(clock["clock_id"] != chosen for clock in clocks):
        raise Trouble("not-found", "This case has no such clock.")
    found = await ask_in_words(request, "timer", "explain", clock_id=chosen, as_of=as_of)
    return JSONResponse(found, headers=NO_STORE)


async def _of_a_case(request: Request, number: str) -> None:
    """Raises Trouble 404 where a system asks of something else as of a case, be it there or not."""
    if not asks_of_a_case(number, await caller_of(request)):
        raise Trouble("not-found")


def _that_matters(clocks: list[dict[str, Any]]) -> str | None:
    """The decision's clock, else one that runs, else the last."""
    ranked = sorted(clocks, key=lambda clock: (clock["clock_kind"] == ClockKind.DECISION, clock["stopped_at"] is None))
    return str(ranked[-1]["clock_id"]) if ranked else None
