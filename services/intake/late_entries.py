"""Late entries: steps recorded after the day that they name, and a second person's word on them (DOMAIN 3, rule 12)."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from services.contracts.cases import CaseReceived, EntryCorrected, LateEntryJudged
from services.contracts.late_entries import JudgeLateEntry
from services.contracts.names import folded
from services.contracts.rights import barred
from services.contracts.vocabulary import StepKind
from services.intake import entitlement
from services.intake.corrections import happened_at, taken_back
from services.intake.domain import Case, Officer
from services.intake.record import history_row
from services.intake.steps import CORRECTED, JUDGED, RECEIVE, RULES
from services.intake.store import Records, moment
from services.intake.wire import officer, person
from services.plumbing.errors import NotFound, Problem, Problems, Refused
from services.plumbing.switchboard import Office, Outcome, Said

#: The right to judge: of the head of the department, and of whoever supervises it.
JUDGE: Final = "late-entries.judge"
#: What is recorded within this time of its happening, on the same day, is not late: a form takes as long to fill in.
AT_ONCE: Final = timedelta(minutes=30)
#: The stems of lines that are no step.
_STEMS: Final[Mapping[str, str]] = {RECEIVE: CaseReceived.stem, CORRECTED: EntryCorrected.stem}
_NOT_LATE: Final = "Line {entry} of the history was recorded when it happened: there is nothing to judge."
_TWICE: Final = "Line {entry} of the history was judged on {day}."
_OWN: Final = "{name} has entered this: somebody else judges it."
_NO_LINE: Final = "The history of {case_no} has {lines} lines."
_YOUNGER: Final = "The document of {day} is younger than what it is for, on {at}."


def judge(office: Office, order: JudgeLateEntry) -> Outcome:
    """Somebody other than who entered it confirms a late entry with evidence, or refuses it with a reason.

    Raises NotFound, NotAllowed, Refused with everything that is wrong.
    """
    records, problems = Records(office.connection), office.problems
    case = records.case(order.case_no) if order.case_no else None
    if case is None:
        raise NotFound(Problem("case_no", "There is no case {case_no} here.", {"case_no": order.case_no}))
    office.stand_aside(barred(JUDGE, entitlement.caller_now(office), entitlement.whose(office, case)), "case_no")
    history = records.history([case.case_no])[case.case_no]
    acting = office.acting(order.actor)
    row = _line(history, order, case, problems)
    if row is not None and acting is not None and _is_same(row, officer(acting)):
        problems.add("actor", _OWN, name=acting.label)
    against = taken_back(history, order.entry) if row is not None else None
    if against is not None:
        problems.take(against)
    at = happened_at(history, order.entry) if row is not None else None
    _check_evidence(order, at, problems)
    if problems or row is None or at is None or acting is None:
        raise Refused(*problems.found)
    return _judged(office, case, order, history, officer(acting))


def told(history: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The late entries of a history, each with both its days and what a second person said of it."""
    judged = {json.loads(row["details"])["entry"]: row for row in history if row["step"] == JUDGED}
    found: list[dict[str, Any]] = []
    for entry, row in enumerate(history, start=1):
        word = judged.get(entry)
        if not _is_late(row) or (word is None and taken_back(history, entry) is not None):
            continue
        found.append(
            {
                "line": entry,
                "step": row["step"],
                "occurred_at": moment(row["occurred_at"]).isoformat(),
                "recorded_at": moment(row["recorded_at"]).isoformat(),
                "handler": {"name": row["person_name"], "department": row["person_department"]},
                "is_confirmed": json.loads(word["details"])["is_confirmed"] if word else None,
            }
        )
    return found


def _is_late(row: Mapping[str, Any]) -> bool:
    """Whether a line of the history was recorded after it happened; notes and what the law does are nobody's entry."""
    if row["step"] == CORRECTED:
        return True  # what it takes away or moves counts once somebody else has confirmed it
    stepped = row["step"] in set(StepKind) - {StepKind.NOTE} or row["step"] == RECEIVE
    happened, recorded = moment(row["occurred_at"]), moment(row["recorded_at"])
    return stepped and (recorded - happened > AT_ONCE or recorded.date() > happened.date())


def _line(
    history: Sequence[Mapping[str, Any]], order: JudgeLateEntry, case: Case, problems: Problems
) -> Mapping[str, Any] | None:
    if not order.entry:
        return None
    if order.entry > len(history):
        problems.add("entry", _NO_LINE, case_no=case.case_no, lines=len(history))
        return None
    row = history[order.entry - 1]
    judged = [one for one in history if one["step"] == JUDGED and json.loads(one["details"])["entry"] == order.entry]
    if not _is_late(row):
        problems.add("entry", _NOT_LATE, entry=order.entry)
    elif judged:
        problems.add("entry", _TWICE, entry=order.entry, day=moment(judged[0]["recorded_at"]).date().isoformat())
    return row


def _is_same(row: Mapping[str, Any], who: Officer) -> bool:
    return folded(row["person_name"]) == folded(who.name) and folded(row["person_department"]) == folded(who.department)


def _check_evidence(order: JudgeLateEntry, at: datetime | None, problems: Problems) -> None:
    """A confirmation names its document; a refusal says why."""
    needed = ("document_no", "document_on") if order.is_confirmed else ("reason",)
    for name in needed:
        if not getattr(order, name) and not problems.has(name):
            problems.add(name, "The step {step} needs this.", step=JUDGED)
    if at is None or not order.is_confirmed or order.document_on is None:
        return
    day = at.date()
    if order.document_on > day:
        problems.add("document_on", _YOUNGER, day=order.document_on.isoformat(), at=day.isoformat())


def _stem(step: str) -> str:
    return _STEMS.get(step) or RULES[StepKind(step)].event


def _moved(history: Sequence[Mapping[str, Any]], row: Mapping[str, Any]) -> dict[str, Any]:
    """Of a correction that has moved a line: which one, and to when."""
    told = json.loads(row["details"]) if row["step"] == CORRECTED else {}
    if not told.get("moved_to"):
        return {}
    return {"corrects": _stem(history[told["entry"] - 1]["step"]), "corrected_at": told["moved_to"]}


def _judged(
    office: Office, case: Case, order: JudgeLateEntry, history: Sequence[Mapping[str, Any]], who: Officer
) -> Outcome:
    row = history[order.entry - 1]
    event = LateEntryJudged(
        case_no=case.case_no,
        handler=person(who),
        state=case.state,
        reason=order.reason,
        document_no=order.document_no,
        entry=_stem(row["step"]),
        entry_at=happened_at(history, order.entry),
        is_confirmed=order.is_confirmed,
        document_on=order.document_on,
        **_moved(history, row),
    )
    details = {
        "entry": order.entry,
        "is_confirmed": order.is_confirmed,
        "document_on": order.document_on.isoformat() if order.document_on else None,
    }
    line = history_row(
        case.case_no, JUDGED, office.now, office.now, who, reason=order.reason, document_no=order.document_no,
        details=json.dumps(details),
    )  # fmt: skip
    Records(office.connection).add_steps([line])
    answer = {"case_no": case.case_no, "line": order.entry, "is_confirmed": order.is_confirmed}
    return Outcome(answer, [Said(event, office.now, who.label)])
