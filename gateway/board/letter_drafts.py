"""Pages of drafted letters: what waits for a seal, each read, changed, sealed or not sent; and the listed ones."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from gateway.board.entries import places_of
from gateway.board.frame import Page, ask, page, with_query
from gateway.board.submission import order, told, typed
from gateway.bodies import form_of
from gateway.letters import words_of
from locales.labels import FIELDS
from locales.words import LETTER_DRAFT_STATES
from services.contracts.letter_drafts import LetterDraftState

router = APIRouter(prefix="/board/letter-drafts", route_class=Page)
listings_router = APIRouter(prefix="/board/listings", route_class=Page)
Number = Annotated[str, Path(min_length=1, max_length=120)]
_HERE: Final = "/board/letter-drafts"
_PAGE: Final = 50


@router.get("", name="board.letter-drafts")
async def drafts(request: Request) -> Response:
    """What waits for a seal, or what became of others."""
    return await _list(request)


async def _list(request: Request, status: int = 200, problems: Sequence[str] = ()) -> Response:
    query = request.query_params
    state = query.get("state", LetterDraftState.WAITING.value)
    chosen = {"state": state if state in LETTER_DRAFT_STATES else ""}
    found = await ask(
        request, "reporting", "letter_drafts", **chosen, cursor=query.get("cursor", "")[:500], limit=_PAGE
    )
    following = with_query(_HERE, chosen, cursor=found["next"]) if found["next"] else None
    first = with_query(_HERE, chosen) if query.get("cursor") else None
    return await page(
        request,
        "letter_drafts.html",
        status,
        items=found["items"],
        waiting=found["waiting"],
        chosen=chosen,
        states=LETTER_DRAFT_STATES,
        following=following,
        first=first,
        problems=problems,
    )


@router.post("", name="board.letter-draft-make")
async def make(request: Request) -> Response:
    """From an overdue line to a drafted letter: one click."""
    fields = await form_of(request)
    done, wrong = await order(request, "reporting", "draft-letter", typed(fields, "about"), fields.get("key", ""))
    if done is not None:
        return _to(str(done["draft_no"]))
    return await _list(request, 422, told(request, wrong))


@router.get("/{draft_no}", name="board.letter-draft")
async def draft(request: Request, draft_no: Number) -> Response:
    """One draft: what it rests on, how it reads, and what can be made of it."""
    return await _one(request, draft_no)


@router.post("/{draft_no}/seal", name="board.letter-draft-seal")
async def seal(request: Request, draft_no: Number) -> Response:
    """Sealed by whoever is signed in, after a second look. Sent twice, it happens once."""
    fields = await form_of(request)
    given = typed(fields, "title", "text", "reply_working_days")
    if "confirmed" not in fields:
        unsure = [("confirmed", "Confirm that it is issued; it cannot be taken back.", dict[str, Any]())]
        return await _one(request, draft_no, 422, told(request, unsure), given)
    data = {**given, "draft_no": draft_no}
    days = given.get("reply_working_days", "")
    if days.isdecimal() and len(days) < 4:
        data["reply_working_days"] = int(days)
    done, wrong = await order(request, "reporting", "seal-letter", data, fields.get("key", ""))
    if done is None:
        return await _one(request, draft_no, 422, told(request, wrong, FIELDS), given)
    return RedirectResponse(f"/board/instructions/{quote(str(done['instruction_no']), safe='')}", 303)


@router.post("/{draft_no}/drop", name="board.letter-draft-drop")
async def drop(request: Request, draft_no: Number) -> Response:
    """Not sent; the reason stays on record."""
    fields = await form_of(request)
    data = {"draft_no": draft_no, **typed(fields, "reason")}
    done, wrong = await order(request, "reporting", "drop-letter-draft", data, fields.get("key", ""))
    if done is None:
        return await _one(request, draft_no, 422, told(request, wrong, FIELDS))
    return RedirectResponse(f"{_HERE}?{urlencode({'state': LetterDraftState.WAITING.value})}", 303)


def _to(draft_no: str) -> Response:
    return RedirectResponse(f"{_HERE}/{quote(draft_no, safe='')}", 303)


async def _one(
    request: Request,
    draft_no: str,
    status: int = 200,
    problems: Sequence[str] = (),
    given: Mapping[str, str] | None = None,
) -> Response:
    found = await ask(request, "reporting", "letter_draft", draft_no=draft_no)
    words, places = await asyncio.gather(words_of(request, found), places_of(request, found["about"]))
    written = {"title": words.title, "text": words.text, "reply_working_days": "", **(given or {})}
    return await page(
        request,
        "letter_draft.html",
        status,
        one=found,
        written=written,
        places=places,
        problems=problems,
    )


@listings_router.get("", name="board.listings")
async def listings(request: Request) -> Response:
    """Who is under listed supervision, here and one level below."""
    found = await ask(request, "reporting", "listings")
    return await page(request, "listings.html", items=found["items"])
