"""Page of one case: its record, its clocks, why each date, the next step."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import groupby, zip_longest
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from documents.letters.slips import papers_of
from gateway.auth import caller_of
from gateway.board.attribution import shares, stretches
from gateway.board.frame import Page, ask, page
from gateway.board.lines import with_holding_days, with_remaining
from gateway.board.steps import MOST_FIELDS, NOT_TRIED, Tried, barred, elsewhere, forms, later, order_of
from gateway.board.submission import in_words, order, typed
from gateway.board.submission import told as told_wrong
from gateway.bodies import form_of
from gateway.completion import decision_due
from gateway.permissions import may
from gateway.problems import Trouble
from gateway.project_days import project_days
from locales.entries import told
from locales.labels import FIELDS
from services.contracts import rights
from services.contracts.letter_drafts import LetterDraftState
from services.contracts.rights import Whose
from services.contracts.vocabulary import CaseNo, Light, StepKind

router = APIRouter(prefix="/board/cases", route_class=Page)
Number = Annotated[str, Path(min_length=1, max_length=120)]
_MOST_SHOWN_OPEN = 20


@router.get("/{case_no}", name="board.case")
async def case(request: Request, case_no: Number) -> Response:
    """One case. `why` names the clocks whose explanation is open, so that a refresh keeps them open."""
    return await _case_page(request, case_no)


@router.get("/{case_no}/why", name="board.why")
async def why(request: Request, case_no: Number, clock: str) -> Response:
    """The walk day by day of one clock of the case."""
    return await page(request, "why.html", why=await explained(request, case_no, clock))


@router.post("/{case_no}/strike-off", name="board.strike-off")
async def strike_off(request: Request, case_no: Number) -> Response:
    """A finished line leaves the list, with evidence and a second look. Sent twice, it happens once."""
    fields = await form_of(request)
    evidence = fields.get("evidence", "").strip()
    wrong: list[tuple[str, str, Mapping[str, Any]]] = []
    if not evidence:
        wrong.append(("evidence", "Say what shows that it is done.", {}))
    if "confirmed" not in fields:
        wrong.append(("confirmed", "Confirm that this line is to be struck off.", {}))
    if not wrong:
        data = {"case_no": case_no, "evidence": evidence}
        done, refused = await order(request, "ledger", "strike-off", data, fields.get("key", ""))
        if done is not None:
            return to_case(case_no)
        wrong = [*refused]
    return await _case_page(request, case_no, 422, told_wrong(request, wrong), evidence)


@router.post("/{case_no}/steps", name="board.step")
async def step(request: Request, case_no: Number) -> Response:
    """The next step is taken by whoever is signed in. Sent twice, it happens once."""
    fields = await form_of(request, MOST_FIELDS)
    if "more" in fields:  # nothing is taken yet: a notice needs more rows
        return await _case_page(request, case_no, tried=Tried(fields))
    done, wrong = await order(request, "intake", "take-step", order_of(case_no, fields), fields.get("key", ""))
    if done is not None:
        return to_case(case_no)
    return await _case_page(request, case_no, 422, tried=Tried(fields, told_wrong(request, wrong, FIELDS)))


@router.post("/{case_no}/late-entries", name="board.late-entry")
async def late_entry(request: Request, case_no: Number) -> Response:
    """A second person's word on a late entry: confirmed with its document, or refused with the reason."""
    fields = await form_of(request)
    data = typed(fields, "entry", "document_no", "document_on", "reason") | {"case_no": case_no}
    data["is_confirmed"] = fields.get("is_confirmed") == "yes"
    done, wrong = await order(request, "intake", "judge-late-entry", data, fields.get("key", ""))
    if done is not None:
        return to_case(case_no)
    return await _case_page(request, case_no, 422, told_wrong(request, wrong, FIELDS))


@router.post("/{case_no}/corrections", name="board.correction")
async def correction(request: Request, case_no: Number) -> Response:
    """The head corrects a mistake on record, with the reason. Sent twice, it happens once."""
    fields = await form_of(request)
    data = typed(fields, "entry", "reason", "document_no") | {"case_no": case_no}
    match fields.get("what", ""):
        case "void":
            data["is_void"] = True
        case "day":
            data |= typed(fields, "occurred_at")
        case "person":
            data |= typed(fields, "person.name", "person.department")
    done, wrong = await order(request, "intake", "correct-entry", data, fields.get("key", ""))
    if done is not None:
        return to_case(case_no)
    return await _case_page(request, case_no, 422, told_wrong(request, wrong, FIELDS))


def to_case(case_no: str) -> Response:
    """On to the page of a case, after something was done to it."""
    return RedirectResponse(f"/board/cases/{quote(case_no, safe='')}", 303)


async def _case_page(
    request: Request,
    case_no: str,
    status: int = 200,
    problems: Sequence[str] = (),
    evidence: str = "",
    tried: Tried = NOT_TRIED,
) -> Response:
    found, clocks, entries, lines, letters = await asyncio.gather(
        ask(request, "intake", "case", case_no=case_no),
        ask(request, "timer", "clocks", about=case_no),
        _entries(request, case_no),
        ask(request, "ledger", "lines", q=case_no, state="all", limit=5),
        ask(request, "reporting", "instructions", about=case_no, limit=_MOST_SHOWN_OPEN),
    )
    line = await with_remaining(request, [one for one in lines["items"] if one["case_no"] == case_no])
    # What is settled here and went back below is in hand there, whatever this record says of its end.
    is_back = bool(line and line[0]["closed_on"]) and found["held_by"] == CaseNo(case_no).authority
    return await page(
        request,
        "case.html",
        status,
        case=found,
        holders=await with_holding_days(request, _holders(found, is_back)),
        # What runs is what can still be kept.
        ordered=sorted(clocks["items"], key=lambda clock: clock["stopped_at"] is not None),
        clocks=clocks,
        shares=shares(clocks),
        project=await project_days(partial(ask, request), found["project_code"]),
        stretches=stretches(clocks),
        entries=[told(entry) for entry in entries],
        line=line[0] if line else None,
        notices_told=[step for step in found["steps"] if step["defects"]],
        letters=letters["items"],
        walks=await _walks(request, case_no, clocks["items"]),
        problems=problems,
        evidence=evidence,
        **await _steps(request, found, tried),
        **await _own(request, found, line[0] if line else None),
    )


async def _walks(request: Request, case_no: str, clocks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The walks day by day of the clocks whose explanation is open, by clock."""
    known = {clock["clock_id"] for clock in clocks}
    opened = [one for one in request.query_params.getlist("why")[:_MOST_SHOWN_OPEN] if one in known]
    walks = await asyncio.gather(*(explained(request, case_no, one) for one in opened))
    return dict(zip(opened, walks, strict=True))


async def _steps(request: Request, found: Mapping[str, Any], tried: Tried) -> dict[str, Any]:
    """The forms of what can be done with the case now, and why the rest cannot."""
    caller = await caller_of(request)
    offers = await _offers(request, found["case_no"]) if may("board.step", caller.role) else []
    steps = forms(offers, found, tried)
    return {
        "steps": steps,
        # A step that the board does not know has no form that could show what is wrong with it.
        "step_problems": () if any(one["is_tried"] for one in steps) else tried.problems,
        "materials": await _materials(request, found) if StepKind.REQUEST_CORRECTION in found["allowed_steps"] else (),
        "barred": barred(offers, found, partial(in_words, request)),
        "later": later(offers, found),
        "elsewhere": elsewhere(offers),
    }


async def _own(request: Request, found: Mapping[str, Any], line: Mapping[str, Any] | None) -> dict[str, Any]:
    """What this reader in particular sees and may do beside the steps."""
    caller, whose = await caller_of(request), Whose(found["department"])
    sees_drafts = may("board.letter-drafts", caller.role)
    return {
        "drafts": await _drafts(request, found["case_no"]) if sees_drafts else [],
        "papers": papers_of(found) if may("cases.paper", caller.role) else [],
        "writes": sees_drafts and line is not None and line["light"] == Light.RED,
        "corrects": rights.barred("corrections.record", caller, whose) is None,
        "judges": rights.barred("late-entries.judge", caller, whose) is None,
        "strikes_off": line is not None
        and rights.barred("lines.strike-off", caller, Whose(line["department"])) is None,
    }


async def _drafts(request: Request, case_no: str) -> list[dict[str, Any]]:
    """What was drafted about the case, but for what went out: that is a letter."""
    found = await ask(request, "reporting", "letter_drafts", about=case_no, limit=_MOST_SHOWN_OPEN)
    return [one for one in found["items"] if one["state"] != LetterDraftState.SEALED]


async def _offers(request: Request, case_no: str) -> list[dict[str, Any]]:
    """Every step of the case, whether the reader may take it now, and why not."""
    due_on = await decision_due(partial(ask, request), case_no)
    offers: list[dict[str, Any]] = (await ask(request, "intake", "steps", case_no=case_no, due_on=due_on))["items"]
    return offers


def _holders(found: Mapping[str, Any], is_back: bool) -> list[dict[str, Any]]:
    """Whoever held the case, each with the moment until which; `is_back`: the last one holds it no longer."""
    following = [one["held_since"] for one in found["holders"][1:]]
    if is_back:
        following.append(found["steps"][-1]["occurred_at"])
    return [{**one, "until": until} for one, until in zip_longest(found["holders"], following)]


async def _materials(request: Request, case: Mapping[str, Any]) -> Sequence[str]:
    """What has to be handed in for the case's matter, so that a notice can name it in the list's own words."""
    matters = await ask(request, "intake", "matters")
    return [name for one in matters["items"] if one["code"] == case["matter_code"] for name in one["materials"]]


async def _entries(request: Request, case_no: str) -> list[Mapping[str, Any]]:
    """The case's entries; none while the ledger has not heard of it yet."""
    try:
        found = await ask(request, "ledger", "timeline", case_no=case_no)
    except Trouble as trouble:
        if trouble.kind != "not-found":
            raise
        return []
    entries: list[Mapping[str, Any]] = found["items"]
    return entries


# --- why this date ----------------------------------------------------------------------------------------------------


async def explained(request: Request, case_no: str, clock_id: str) -> dict[str, Any]:
    """The walk of one clock as weeks of a calendar sheet. Raises Trouble 404 when it is no clock of this case."""
    as_of = request.query_params.get("as_of", "").strip()[:40]
    found = await ask(request, "timer", "explain", clock_id=clock_id, **({"as_of": as_of} if as_of else {}))
    if found["clock"]["about"] != case_no:
        raise Trouble("not-found")
    return {
        "clock": found["clock"],
        "as_of": as_of[:10],
        "rules": found["rules"],
        "due": found["due"],
        "provisional": found["provisional"],
        "calendar": found["calendar"],
        "limit_set": found["limit_set"],
        "counted_from": found["counted_from"],
        "weeks": weeks(found["steps"]),
        "notices": notices(found["steps"]),
        "counted": sum(1 for step in found["steps"] if step["counted"]),
        "days": len({step["day"] for step in found["steps"]}),
    }


def weeks(steps: Sequence[Mapping[str, Any]]) -> list[list[dict[str, Any] | None]]:
    """The days of a walk in rows from Monday to Sunday; None before its first and after its last day."""
    walked = {day: list(of_day) for day, of_day in groupby(steps, key=lambda step: str(step["day"]))}
    if not walked:
        return []
    first, last = (date.fromisoformat(pick(walked)) for pick in (min, max))
    monday = first - timedelta(days=first.weekday())
    sheet: list[list[dict[str, Any] | None]] = []
    while monday <= last:
        row: list[dict[str, Any] | None] = []
        for number in range(7):
            iso = (monday + timedelta(days=number)).isoformat()
            row.append({"day": iso, "steps": walked[iso]} if iso in walked else None)
        sheet.append(row)
        monday += timedelta(days=7)
    return sheet


def notices(steps: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The exceptional days of a walk: by festival, days off apart from days made up, each with its notice."""
    found: dict[tuple[str, str, str, bool], list[date]] = {}
    for step in steps:
        if step["festival"] or step["notice"]:
            made_up = step["why"] == "make-up working day"
            key = (step["festival"] or "", step["notice"] or "", step.get("authority") or "", made_up)
            found.setdefault(key, []).append(date.fromisoformat(step["day"]))
    return [
        {"festival": festival, "notice": notice, "authority": authority, "made_up": made_up, "spans": spans(days)}
        for (festival, notice, authority, made_up), days in found.items()
    ]


def spans(days: Iterable[date]) -> list[tuple[str, str]]:
    """First and last day of every run of days."""
    runs: list[list[date]] = []
    for each in sorted(set(days)):
        if runs and each - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(each)
        else:
            runs.append([each])
    return [(run[0].isoformat(), run[-1].isoformat()) for run in runs]
