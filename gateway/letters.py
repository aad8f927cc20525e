"""Letters as they are handed out: what a letter, a draft or a case's slip says on paper, as .docx or as PDF."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from documents.letters import pdf, slips, wording
from documents.letters.paper import FOLDER, Paper, TemplateBroken, write
from gateway.calls import ask_in_words, days_left, gateway_of
from gateway.problems import Trouble
from services.contracts.vocabulary import ZONE, InstructionKind

DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF: Final = "application/pdf"
#: Circulars have the red head; a task has a slip; everything else is a letter.
_TEMPLATES: Final = {InstructionKind.CIRCULAR: "red-head", InstructionKind.TASK: "slip"}


async def handed_out(request: Request, paper: Paper, form: str) -> Response:
    """The paper to be saved under its number. Raises Trouble where it cannot be made, and says what can."""
    settings = gateway_of(request).settings
    own = settings.var.absolute() / settings.authority / FOLDER
    try:
        content = await run_in_threadpool(_made, paper, own, form)
    except TemplateBroken as broken:
        raise Trouble("not-printed", str(broken.__doc__), name=broken.name, why=broken.why) from broken
    except (pdf.NoLibreOffice, pdf.NotPrinted) as missing:
        raise Trouble("not-printed", str(missing.__doc__)) from missing
    name = quote(f"{paper.number or paper.title}.{form}")
    disposition = f"attachment; filename=\"letter.{form}\"; filename*=UTF-8''{name}"
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return Response(content, media_type=DOCX if form == "docx" else PDF, headers=headers)


def _made(paper: Paper, own: Path, form: str) -> bytes:
    content = write(paper, own)
    return content if form == "docx" else pdf.of(content)


def of_instruction(request: Request, one: Mapping[str, Any]) -> Paper:
    """A letter as it went out, or came in."""
    kind = str(one["kind"])
    template = _TEMPLATES.get(InstructionKind(kind), "letter")
    issuer = one["letterhead"] or one["issuer_name"] or gateway_of(request).settings.authority_name
    note = slips.said("Sealed by {person}; number {number}", person=one["issued_by"].replace("@", " "),
                      number=one["instruction_no"])  # fmt: skip
    return Paper(
        template=template,
        issuer=issuer,
        number=one["document_no"],
        title=one["title"],
        addressee=one["department"],
        paragraphs=[line for line in one["text"].splitlines() if line.strip()],
        day=_day(one["issued_at"]),
        note=note,
        facts=slips.task(one) if template == "slip" else (),
    )


async def words_of(request: Request, draft: Mapping[str, Any]) -> wording.Words:
    """What a draft's letter says today, by the timer's count of today."""
    days = sorted({one["due_on"] for one in draft["items"] if one["due_on"]})
    left = await days_left(request, days) if days else {}
    return wording.drafted(draft, today_of(request), {day: -number for day, number in left.items() if number < 0})


async def of_draft(request: Request, draft: Mapping[str, Any]) -> Paper:
    """How the letter will look when it is sealed: without a number, marked as a draft."""
    words = await words_of(request, draft)
    return Paper(
        template=_TEMPLATES.get(InstructionKind(draft["kind"]), "letter"),
        issuer=draft["issuer_name"],
        number=slips.said("(draft)"),
        title=words.title,
        addressee=draft["department"],
        paragraphs=words.paragraphs,
        day=today_of(request),
        note=slips.said("Draft {number}, not sealed yet", number=draft["draft_no"]),
    )


async def of_case(request: Request, case_no: str, kind: str) -> Paper:
    """A slip of a case: acceptance, one-time notice, decision, delivery. Raises Trouble where it has none yet."""
    case = await ask_in_words(request, "intake", "case", case_no=case_no)
    paper = slips.of_case(case, kind)
    if paper is None:
        raise Trouble("not-found", "The case has no such paper yet.")
    return paper


def today_of(request: Request) -> date:
    """Today in Asia/Shanghai."""
    return gateway_of(request).clock.now().astimezone(ZONE).date()


def _day(moment: str) -> date:
    return datetime.fromisoformat(moment).astimezone(ZONE).date()
