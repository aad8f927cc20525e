"""Instructions: the addresses of letters and tasks for those below: reminder, supervision letter, task slip."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from gateway.calls import answer, ask_in_words, order
from gateway.letters import DOCX, handed_out, of_instruction
from gateway.shapes import BINARY, Code, Cursor, Limit, Words, answers, hands_out, takes
from services.contracts.answers.instructions import Addressees, InstructionDirection, InstructionPage, InstructionRecord
from services.contracts.commands import IssueInstruction, TakeInstructionStep
from services.contracts.vocabulary import InstructionKind

router = APIRouter(prefix="/v1/instructions", tags=["instructions"])


@router.get(
    "", name="instructions.list", summary="Official messages, sent and received", responses=answers(InstructionPage)
)
async def list_instructions(
    request: Request,
    direction: Annotated[InstructionDirection | None, Query()] = None,
    kind: Annotated[InstructionKind | None, Query()] = None,
    state: Words = None,
    about: Words = None,
    cursor: Cursor = None,
    limit: Limit = None,
) -> Response:
    return await answer(
        request,
        "reporting",
        "instructions",
        direction=None if direction is None else direction.value,
        kind=None if kind is None else kind.value,
        state=state,
        about=about,
        cursor=cursor,
        limit=limit,
    )


@router.post(
    "",
    name="instructions.issue",
    summary="Issue one to an authority below, or to a department of our own",
    status_code=201,
    responses=answers(InstructionRecord, status=201),
    openapi_extra=takes(
        IssueInstruction,
    ),
)
async def issue(request: Request) -> Response:
    return await order(request, IssueInstruction, status=201, at="/v1/instructions/{instruction_no}")


@router.get(
    "/addressees",
    name="instructions.addressees",
    summary="The authorities that one can go to",
    responses=answers(Addressees),
)
async def addressees(request: Request) -> Response:
    return await answer(request, "reporting", "addressees")


@router.get(
    "/{instruction_no}",
    name="instructions.one",
    summary="One official message with its steps",
    responses=answers(InstructionRecord),
)
async def instruction(request: Request, instruction_no: Code) -> Response:
    return await answer(request, "reporting", "instruction", instruction_no=instruction_no)


@router.get(
    "/{instruction_no}/letter.{form}",
    name="instructions.document",
    summary="On paper, after GB/T 9704",
    response_class=Response,
    responses=hands_out(BINARY, DOCX),
)
async def document(request: Request, instruction_no: Code, form: Literal["docx", "pdf"]) -> Response:
    found = await ask_in_words(request, "reporting", "instruction", instruction_no=instruction_no)
    return await handed_out(request, of_instruction(request, found), form)


@router.post(
    "/{instruction_no}/steps",
    name="instructions.step",
    summary="Sign for it or answer it where it is addressed to; close it where it was issued",
    responses=answers(InstructionRecord),
    openapi_extra=takes(
        TakeInstructionStep,
        fixed=("instruction_no",),
    ),
)
async def step(request: Request, instruction_no: Code) -> Response:
    return await order(request, TakeInstructionStep, {"instruction_no": instruction_no})
