"""Drafts: the addresses of letters that the ladder asks for, of the ladder itself, and of listed supervision."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from gateway.calls import answer, ask_in_words, order
from gateway.letters import DOCX, handed_out, of_draft
from gateway.shapes import BINARY, Code, Cursor, Limit, Words, answers, hands_out, takes
from services.contracts.answers.letter_drafts import LadderTold, LetterDraftPage, LetterDraftRecord, Listings
from services.contracts.letter_drafts import DraftLetter, DropLetterDraft, SealLetter
from services.contracts.vocabulary import InstructionKind

router = APIRouter(prefix="/v1", tags=["instructions"])


@router.get(
    "/letter-drafts",
    name="letter-drafts.list",
    summary="Letters that wait for a seal, and what became of others",
    responses=answers(LetterDraftPage),
)
async def drafts(
    request: Request,
    state: Words = None,
    about: Words = None,
    kind: Annotated[InstructionKind | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = None,
) -> Response:
    chosen = None if kind is None else kind.value
    return await answer(
        request, "reporting", "letter_drafts", state=state, about=about, kind=chosen, cursor=cursor, limit=limit
    )


@router.post(
    "/letter-drafts",
    name="letter-drafts.make",
    summary="Draft a letter about something that is overdue",
    status_code=201,
    responses=answers(LetterDraftRecord, status=201),
    openapi_extra=takes(DraftLetter),
)
async def make(request: Request) -> Response:
    return await order(request, DraftLetter, status=201, at="/v1/letter-drafts/{draft_no}")


@router.get(
    "/letter-drafts/{draft_no}",
    name="letter-drafts.one",
    summary="One draft with what its letter is made of",
    responses=answers(LetterDraftRecord),
)
async def draft(request: Request, draft_no: Code) -> Response:
    return await answer(request, "reporting", "letter_draft", draft_no=draft_no)


@router.get(
    "/letter-drafts/{draft_no}/letter.docx",
    name="letter-drafts.document",
    summary="How its letter will look",
    response_class=Response,
    responses=hands_out(BINARY, DOCX),
)
async def document(request: Request, draft_no: Code) -> Response:
    found = await ask_in_words(request, "reporting", "letter_draft", draft_no=draft_no)
    return await handed_out(request, await of_draft(request, found), "docx")


@router.post(
    "/letter-drafts/{draft_no}/seal",
    name="letter-drafts.seal",
    summary="Seal it by name: it goes out under its number",
    responses=answers(LetterDraftRecord),
    openapi_extra=takes(SealLetter, fixed=("draft_no",)),
)
async def seal(request: Request, draft_no: Code) -> Response:
    return await order(request, SealLetter, {"draft_no": draft_no})


@router.post(
    "/letter-drafts/{draft_no}/drop",
    name="letter-drafts.drop",
    summary="Do not send it, for a reason",
    responses=answers(LetterDraftRecord),
    openapi_extra=takes(DropLetterDraft, fixed=("draft_no",)),
)
async def drop(request: Request, draft_no: Code) -> Response:
    return await order(request, DropLetterDraft, {"draft_no": draft_no})


@router.get(
    "/listings",
    name="listings.list",
    summary="Listed supervision here and one level below",
    responses=answers(Listings),
)
async def listings(request: Request) -> Response:
    return await answer(request, "reporting", "listings")


@router.get(
    "/ladder",
    name="ladder",
    summary="What each rung of the ladder does, and by which paper",
    responses=answers(LadderTold),
)
async def ladder(request: Request) -> Response:
    return await answer(request, "reporting", "ladder")
