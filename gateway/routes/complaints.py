"""Complaints: the addresses; names and telephone numbers come masked from the service itself."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from gateway.auth import caller_of, visitor_of
from gateway.bodies import json_of
from gateway.calls import NO_STORE, answer, ask_in_words, gateway_of, order
from gateway.reach import complaint_for
from gateway.shapes import Code, Cursor, Limit, Words, answers, takes
from services.contracts.answers.complaints import (
    ComplainantShown,
    ComplaintCounts,
    ComplaintPage,
    ComplaintReceiptAnswer,
    ComplaintRecord,
)
from services.contracts.complaint_orders import RegisterComplaint, ShowPerson, TakeComplaintStep
from services.contracts.entrances import Occasion
from services.contracts.vocabulary import ComplaintKind

router = APIRouter(prefix="/v1/complaints", tags=["complaints"])


@router.get("", name="complaints.list", summary="List complaints", responses=answers(ComplaintPage))
async def list_complaints(
    request: Request,
    state: Words = None,
    kind: Annotated[ComplaintKind | None, Query()] = None,
    department: Words = None,
    q: Words = None,
    cursor: Cursor = None,
    limit: Limit = None,
) -> Response:
    return await answer(
        request,
        "complaints",
        "complaints",
        state=state,
        kind=None if kind is None else kind.value,
        department=department,
        q=q,
        cursor=cursor,
        limit=limit,
    )


@router.post(
    "",
    name="complaints.register",
    summary="Register a complaint; it is checked against the record at once",
    status_code=201,
    responses=answers(ComplaintReceiptAnswer, status=201),
    openapi_extra=takes(
        RegisterComplaint,
    ),
)
async def register(request: Request) -> Response:
    return await order(request, RegisterComplaint, status=201, at="/v1/complaints/{complaint_no}")


@router.get(
    "/counts", name="complaints.counts", summary="How many are open, by kind", responses=answers(ComplaintCounts)
)
async def counts(request: Request) -> Response:
    return await answer(request, "complaints", "counts")


@router.get(
    "/{complaint_no}",
    name="complaints.one",
    summary="One complaint with its evidence",
    responses=answers(ComplaintRecord),
)
async def complaint(request: Request, complaint_no: Code) -> Response:
    found = await ask_in_words(request, "complaints", "complaint", complaint_no=complaint_no)
    return JSONResponse(complaint_for(found, await caller_of(request)), headers=NO_STORE)


@router.post(
    "/{complaint_no}/steps",
    name="complaints.step",
    summary="Dispatch (also to an authority below), sign, answer, revisit, close it, or give it back",
    responses=answers(ComplaintRecord),
    openapi_extra=takes(
        TakeComplaintStep,
        fixed=("complaint_no",),
    ),
)
async def step(request: Request, complaint_no: Code) -> Response:
    return await order(request, TakeComplaintStep, {"complaint_no": complaint_no})


@router.post(
    "/{complaint_no}/person",
    name="complaints.person",
    summary="Who complained, for a stated purpose; that it was shown is itself recorded",
    responses=answers(ComplainantShown),
    openapi_extra=takes(
        ShowPerson,
        fixed=("complaint_no",),
    ),
)
async def person(request: Request, complaint_no: Code) -> Response:
    answered = await order(request, ShowPerson, {"complaint_no": complaint_no})
    # by which account, session and address stands in the gateway's own record, also when it is asked a second time;
    # where that cannot be written, nothing is shown
    purpose, caller = (await json_of(request)).get("purpose", ""), await caller_of(request)
    note = partial(
        gateway_of(request).audit.note, Occasion.PERSON_SHOWN, await visitor_of(request), caller,
        about=complaint_no, purpose=str(purpose),
    )  # fmt: skip
    await run_in_threadpool(note)
    return answered
