"""Corrections of mistakes: the head says that a line of a case's history is wrong, and why (DOMAIN 3, rule 11).

The line stays where it is and what it had been shown as stays visible. A correction washes no light by itself: of what
was red when it was recorded the timer thinks as before, until a second person has confirmed it (rule 12).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from services.contracts.cases import EntryCorrected
from services.contracts.corrections import CorrectEntry
from services.contracts.rights import barred
from services.contracts.vocabulary import StepKind
from services.intake import domain, entitlement
from services.intake.domain import Case, Officer
from services.intake.offices.register import Register, today
from services.intake.record import Row, history_row
from services.intake.replay import limit_at_receipt, replayed
from services.intake.steps import (
    CORRECTED,
    CORRECTION_EXPIRED,
    DEEM_ACCEPTED,
    DELIVERED_BELOW,
    FORWARD_ACKNOWLEDGED,
    FORWARD_RETURNED,
    HOLDER_CHANGED,
    OUTCOME_RETURNED,
    RULES,
    STOOD_ABOVE,
    UNDO_ACCEPTANCE,
)
from services.intake.store import Records, moment
from services.intake.wire import local, officer, officer_if, person, wire_limit
from services.plumbing.errors import NotFound, Problem, Problems, Refused
from services.plumbing.switchboard import Office, Outcome, Said

#: The right to correct: of the head of the department that holds the case.
CORRECT: Final = "corrections.record"
_NO_LINE: Final = "The history of {case_no} has {lines} lines."
_NO_STEP: Final = "Line {entry} of the history is no step that somebody entered: there is nothing to correct."
_LEFT_THE_HOUSE: Final = "Line {entry} has gone to another authority, which has acted on it: it is not corrected here."
_TWICE: Final = "Line {entry} was taken back on {day}."
_RESTS_ON_IT: Final = "Line {later} was entered after it and rests on it: correct that line first."
_ONE_OF: Final = "Say what is wrong: that it never happened, when it happened, or whose word it was."
_NOT_BOTH: Final = "What never happened has no other day and no other person: leave these out."
_NO_ORDER: Final = "{at} does not lie between the steps before and after it, {first} and {last}."

#: What somebody else has acted on, or what is put right by doing it once more.
_STANDS: Final = frozenset({StepKind.FORWARD, StepKind.RETURN, StepKind.ASK_WITHDRAWAL})
_SAID_AGAIN: Final = frozenset({StepKind.NOTE, StepKind.REASSIGN, StepKind.NAME_COMPLETION})
#: Entries of nobody's hand in which what was done before shows its effect.
_EFFECTS: Final = frozenset(
    {
        *(DEEM_ACCEPTED, UNDO_ACCEPTANCE, CORRECTION_EXPIRED),
        *(FORWARD_ACKNOWLEDGED, FORWARD_RETURNED, HOLDER_CHANGED, OUTCOME_RETURNED),
        *(STOOD_ABOVE, DELIVERED_BELOW),
    }
)


def correct(office: Office, order: CorrectEntry) -> Outcome:
    """The head corrects a line of the history, with the reason.

    Raises NotFound, NotAllowed, Refused with everything that is wrong.
    """
    records, problems = Records(office.connection), office.problems
    case = records.case(order.case_no) if order.case_no else None
    if case is None:
        raise NotFound(Problem("case_no", "There is no case {case_no} here.", {"case_no": order.case_no}))
    office.stand_aside(barred(CORRECT, entitlement.caller_now(office), entitlement.whose(office, case)), "case_no")
    acting = office.acting(order.actor)
    history = records.history([case.case_no])[case.case_no]
    row = _line(history, order, case, problems)
    _check_what(office, order, case, problems)
    if row is not None and order.occurred_at is not None:
        _check_day(history, row, local(order.occurred_at), office.now, problems)
    if problems or row is None or acting is None:
        raise Refused(*problems.found)
    return _corrected(office, records, case, order, officer(acting), history)


def effective(history: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lines of a history as they stand after all corrections: without what never happened, each on its day."""
    found = [dict(row) for row in history]
    void: set[int] = set()
    for row in history:
        if row["step"] != CORRECTED:
            continue
        told = json.loads(row["details"])
        at = told["entry"] - 1
        if told.get("is_void"):
            void.add(at)
        if told.get("moved_to"):
            found[at]["occurred_at"] = datetime.fromisoformat(told["moved_to"]).timestamp()
        if told.get("person"):
            found[at] |= {"person_name": told["person"]["name"], "person_department": told["person"]["department"]}
    return [row for at, row in enumerate(found) if at not in void]


def happened_at(history: Sequence[Mapping[str, Any]], entry: int) -> datetime:
    """When a line happened, after all corrections so far; one that was taken back stays where it was first said."""
    row = history[entry - 1]
    return moment(next((one for one in effective(history) if one["id"] == row["id"]), row)["occurred_at"])


def taken_back(history: Sequence[Mapping[str, Any]], entry: int) -> Problem | None:
    """That this line was taken back, and when; None where it stands."""
    for word in told(history):
        if word["is_void"] and word["line"] == entry:
            return Problem("entry", _TWICE, {"entry": entry, "day": word["recorded_at"][:10]})
    return None


def told(history: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The corrections of a history: which line each is about, as it was and as it is, why, and by whom."""
    found: list[dict[str, Any]] = []
    for row in history:
        if row["step"] != CORRECTED:
            continue
        details = json.loads(row["details"])
        before = history[details["entry"] - 1]
        found.append(
            {
                "line": details["entry"],
                "step": before["step"],
                "is_void": bool(details.get("is_void")),
                "occurred_at": moment(before["occurred_at"]).isoformat(),
                "corrected_at": details.get("moved_to"),
                "handler": {"name": before["person_name"], "department": before["person_department"]},
                "person": details.get("person"),
                "reason": row["reason"],
                "document_no": row["document_no"],
                "recorded_at": moment(row["recorded_at"]).isoformat(),
                "by": {"name": row["person_name"], "department": row["person_department"]},
            }
        )
    return found


def correctable(case: Case, history: Sequence[Mapping[str, Any]]) -> list[int]:
    """The lines that may be corrected now, the youngest first."""
    lines = range(len(history), 0, -1)
    return [entry for entry in lines if _against(case, history, entry, is_void=False) is None]


# --- what is checked --------------------------------------------------------------------------------------------------


def _line(
    history: Sequence[Mapping[str, Any]], order: CorrectEntry, case: Case, problems: Problems
) -> Mapping[str, Any] | None:
    if not order.entry:
        return None
    if order.entry > len(history):
        problems.add("entry", _NO_LINE, case_no=case.case_no, lines=len(history))
        return None
    against = _against(case, history, order.entry, is_void=bool(order.is_void))
    if against is not None:
        problems.take(against)
    return history[order.entry - 1]


def _against(case: Case, history: Sequence[Mapping[str, Any]], entry: int, *, is_void: bool) -> Problem | None:
    """Why this line is not corrected; None where it may be."""
    step, facts = history[entry - 1]["step"], {"entry": entry}
    if step not in set(StepKind) - _SAID_AGAIN:
        return Problem("entry", _NO_STEP, facts)
    state = RULES[StepKind(step)].after
    goes_down = bool(case.forwarded_from) and state is not None and (state.is_finished or state.is_granted)
    if step in _STANDS or goes_down:
        return Problem("entry", _LEFT_THE_HOUSE, facts)
    against = taken_back(history, entry)
    if against is not None:
        return against
    if is_void:
        standing = {row["id"] for row in effective(history)}
        for later, row in enumerate(history[entry:], start=entry + 1):
            rests = row["step"] in _EFFECTS or (row["step"] in set(StepKind) and RULES[StepKind(row["step"])].orders)
            if rests and row["id"] in standing:
                return Problem("entry", _RESTS_ON_IT, {"later": later})
    return None


def _check_what(office: Office, order: CorrectEntry, case: Case, problems: Problems) -> None:
    others = [name for name in ("occurred_at", "person") if getattr(order, name)]
    if not (order.is_void or others) and not (problems.has("occurred_at") or problems.has("person")):
        problems.add("is_void", _ONE_OF)
    if order.is_void:
        for name in others:
            problems.add(name, _NOT_BOTH)
    Register(office.connection).check_holder(
        "person", officer_if(order.person), problems, today(office), of=case.department
    )


def _check_day(
    history: Sequence[Mapping[str, Any]], row: Mapping[str, Any], at: datetime, now: datetime, problems: Problems
) -> None:
    """The other day lies where the order of the steps has room for it."""
    domain.check_moment("occurred_at", at, now, problems)
    lines = [one for one in effective(history) if one["step"] in set(StepKind) and RULES[StepKind(one["step"])].orders]
    before = [one["occurred_at"] for one in lines if one["id"] < row["id"]]
    after = [one["occurred_at"] for one in lines if one["id"] > row["id"]]
    first = moment(max([history[0]["occurred_at"], *before]))
    last = moment(min([*after, now.timestamp()]))
    if domain.is_before(at, first) or (after and domain.is_before(last, at)):
        facts = {"at": at, "first": first, "last": last}
        problems.add(
            "occurred_at", _NO_ORDER, **{name: one.isoformat(timespec="minutes") for name, one in facts.items()}
        )


# --- what comes of it -------------------------------------------------------------------------------------------------


def _corrected(
    office: Office, records: Records, case: Case, order: CorrectEntry, who: Officer, history: Sequence[Row]
) -> Outcome:
    row = history[order.entry - 1]
    other = officer_if(order.person)
    details = {
        "entry": order.entry,
        "is_void": order.is_void or None,
        "moved_to": local(order.occurred_at).isoformat() if order.occurred_at else None,
        "person": {"name": other.name, "department": other.department} if other else None,
    }
    line = history_row(
        case.case_no, CORRECTED, office.now, office.now, who, reason=order.reason, document_no=order.document_no,
        details=json.dumps({name: one for name, one in details.items() if one is not None}, ensure_ascii=False),
    )  # fmt: skip
    case_before = replace(case, limit=limit_at_receipt(records, case, history))
    after = replayed(case_before, effective([*history, line | {"id": history[-1]["id"] + 1}]))
    event = EntryCorrected(
        case_no=case.case_no,
        blzt=after.blzt,
        handler=person(who),
        state=after.state,
        reason=order.reason,
        document_no=order.document_no,
        entry=RULES[StepKind(row["step"])].event,
        entry_at=happened_at(history, order.entry),
        line=order.entry,
        is_void=bool(order.is_void),
        corrected_at=local(order.occurred_at) if order.occurred_at else None,
        person=person(other) if other else None,
        limit=wire_limit(after.limit) if after.limit != case.limit else None,
    )
    records.change_case(after, [line])
    answer = {"case_no": case.case_no, "line": order.entry, "state": after.state.value}
    return Outcome(answer, [Said(event, office.now, who.label)])
