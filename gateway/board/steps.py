"""Forms of the steps of a case: what each asks for, and how what was typed becomes the command."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from gateway.board.submission import typed
from locales.words import STATES, STEPS
from services.contracts.vocabulary import CaseNo, StepKind

#: As many as a notice may name (`StepTaken.defects`).
MOST_DEFECTS: Final = 200
#: So many fields can a form have then: three for each defect, and the others.
MOST_FIELDS: Final = 3 * MOST_DEFECTS + 50
_ROWS_AT_ONCE: Final = 4
_DEFECT: Final = ("material", "problem", "advice")
#: Fields of several parts.
_PARTS: Final = {
    "new_handler": ("name", "department"),
    "planned": ("amount", "unit"),
    "given": ("amount", "unit"),
    "longer_by": ("amount", "unit"),
    "limit": ("amount", "unit"),
}

_MISSING_ROWS: Final = 3
_ENDS: Final = {"because": True, "reason": True, "remedies": True, "document_no": True, "document_on": True}
_MISSING: Final = ("material", "due_on")

#: What each step asks for besides its time; True: without it intake does not take the step.
ASKED: Final[Mapping[StepKind, Mapping[str, bool]]] = {
    StepKind.ACCEPT: {"reason": False, "document_no": False},
    StepKind.ACCEPT_WITH_DEFICIENCIES: {"missing": True, "reason": False, "document_no": False},
    StepKind.SUPPLY_MATERIAL: {"material": True, "note": False},
    StepKind.REQUEST_CORRECTION: {"defects": True, "given": False, "document_no": False},
    StepKind.COMPLETE_CORRECTION: {"note": False},
    StepKind.GIVE_UP: {"reason": True, "document_no": False},
    StepKind.BEGIN_REVIEW: {"note": False},
    StepKind.BEGIN_PROCEDURE: {"ground": True, "planned": True, "document_no": True, "document_on": True},
    StepKind.END_PROCEDURE: {"document_no": True, "document_on": True, "note": False},
    StepKind.FORWARD: {"reason": False, "document_no": False},
    StepKind.EXTEND: {"longer_by": True, "reason": True, "document_no": True, "document_on": True},
    StepKind.HANDLE_JOINTLY: {"departments": True, "document_no": True, "document_on": True, "reason": False},
    StepKind.CHANGE_LIMIT: {"limit": True, "reason": True, "document_no": False},
    StepKind.GRANT: {"document_no": False, "reason": False},
    StepKind.GRANT_WITH_DEFICIENCIES: {"document_no": False, "reason": False},
    StepKind.GRANT_ON_COMMITMENT: {"document_no": True, "document_on": True, "reason": False},
    StepKind.REFUSE: {"reason": True, "remedies": True, "document_no": False},
    StepKind.DELIVER: {"document_no": False, "note": False},
    StepKind.CHECK_COMMITMENT: {"passed": True, "reason": False, "document_no": True, "document_on": False},
    StepKind.RECORD_BREACH: {"reason": True, "document_no": True, "document_on": False},
    StepKind.REVOKE: _ENDS,
    StepKind.WITHDRAW_PERMIT: _ENDS,
    StepKind.CANCEL_PERMIT: {"because": True, "reason": True, "document_no": True, "document_on": False},
    StepKind.NOT_REQUIRED: {
        "waiver": False,
        "covered_by": False,
        "document_no": False,
        "document_on": False,
        "reason": True,
    },
    StepKind.REFUSE_ACCEPTANCE: {"reason": True, "document_no": False},
    StepKind.RETURN: {"reason": True, "document_no": False},
    StepKind.WITHDRAW_BEFORE_ACCEPTANCE: {"reason": False},
    StepKind.WITHDRAW: {"reason": False},
    StepKind.ASK_WITHDRAWAL: {"reason": False},
    StepKind.END_WITH_PROJECT: {"reason": True, "document_no": False},
    StepKind.HAND_OVER: {"new_handler": True, "note": False},
    StepKind.TAKE_OVER: {"note": False},
    StepKind.REASSIGN: {"new_handler": True, "reason": False},
    StepKind.NAME_COMPLETION: {"complete_by": True, "reason": False},
    StepKind.NOTE: {"note": True},
}


#: What stands between the names of a list that was typed into one line.
_BETWEEN: Final = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True)
class Tried:
    """A form that was sent and comes back: what was typed, and what is wrong with it."""

    fields: Mapping[str, str]
    problems: Sequence[str] = ()


NOT_TRIED: Final = Tried({})


def forms(offers: Sequence[Mapping[str, Any]], case: Mapping[str, Any], tried: Tried) -> list[dict[str, Any]]:
    """The forms of the steps that intake allows now, and the one that comes back, so that nothing typed is lost."""
    offered = {*(one["step"] for one in offers if one["may"]), tried.fields.get("step", "")}
    return [_form(step, case, tried) for step in STEPS if step in offered]


def barred(
    offers: Sequence[Mapping[str, Any]], case: Mapping[str, Any], in_words: Callable[[Mapping[str, Any]], str]
) -> dict[str, list[dict[str, str]]]:
    """Why the other steps may not be taken: each reason once, with the steps for which it stands. Of those for which
    it is not the time yet (`is_later`) the states say when: see `later`."""
    found: dict[str, list[dict[str, str]]] = {}
    for one in offers:
        if one["why"] is not None and not (one["is_later"] or one["is_elsewhere"]):
            found.setdefault(in_words(one["why"]), []).append(_named(one, case))
    return found


def later(offers: Sequence[Mapping[str, Any]], case: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The steps for which it is not the time, each with the states from which it is taken."""
    return [
        _named(one, case) | {"states": [STATES[state] for state in one["from_states"]]}
        for one in offers
        if one["is_later"] and not one["is_elsewhere"]
    ]


def elsewhere(offers: Sequence[Mapping[str, Any]]) -> list[str]:
    """The steps that are never taken with this case, because of the way on which it is."""
    return [STEPS[one["step"]] for one in offers if one["is_elsewhere"]]


def _named(offer: Mapping[str, Any], case: Mapping[str, Any]) -> dict[str, Any]:
    return {"word": STEPS[offer["step"]], "to": _other_authority(offer["step"], case)}


def _form(step: str, case: Mapping[str, Any], tried: Tried) -> dict[str, Any]:
    is_tried = tried.fields.get("step") == step
    fields = tried.fields if is_tried else {}
    asked = ASKED[StepKind(step)]
    return {
        "step": step,
        "word": STEPS[step],
        "asked": asked,
        "to": _other_authority(step, case),
        "is_tried": is_tried,
        "fields": fields,
        "problems": tried.problems if is_tried else (),
        "rows": _rows(fields) if "defects" in asked else [],
        "grounds": case["end_grounds"].get(step, ()),
    }


def _other_authority(step: str, case: Mapping[str, Any]) -> str:
    """Whom the step hands the case to, or asks; empty: nobody."""
    match step:
        case StepKind.FORWARD:
            return str(case["forward_to"] or "")
        case StepKind.ASK_WITHDRAWAL:
            return str(case["held_by"])
        case StepKind.RETURN:
            return CaseNo(case["forwarded_from"] or "").authority
        case _:
            return ""


def order_of(case_no: str, fields: Mapping[str, str]) -> dict[str, Any]:
    """The command as intake wants it; of a step that the board does not know, its word alone."""
    step = fields.get("step", "")
    asked = ASKED[StepKind(step)] if step in ASKED else {}
    names = [name for one in asked for name in _members(one)]
    data = {"case_no": case_no, "step": step} | typed(fields, *names, "occurred_at")
    if set(data.get("given", ())) == {"unit"}:  # a unit is always chosen, and means nothing without a number
        del data["given"]
    if "passed" in data:
        data["passed"] = data["passed"] == "yes"
    if "missing" in asked:
        data["missing"] = _missing(fields)
    if "departments" in data:
        data["departments"] = [one for one in _BETWEEN.split(str(data["departments"])) if one]
    return data | ({"defects": _defects(fields)} if "defects" in asked else {})


def _members(name: str) -> tuple[str, ...]:
    return tuple(f"{name}.{part}" for part in _PARTS.get(name, ())) or (name,)


def _missing(fields: Mapping[str, str]) -> list[dict[str, str]]:
    """The rows of what may come later in which anything was typed."""
    rows = [
        {part: fields.get(f"missing.{number}.{part}", "").strip() for part in _MISSING}
        for number in range(_MISSING_ROWS)
    ]
    return [{part: value for part, value in row.items() if value} for row in rows if any(row.values())]


def _defects(fields: Mapping[str, str]) -> list[dict[str, str]]:
    """The rows of a notice in which anything was typed."""
    found: list[dict[str, str]] = []
    for number in count():
        names = [f"defects.{number}.{name}" for name in _DEFECT]
        if not any(name in fields for name in names):
            return found
        row = {part: fields.get(name, "").strip() for part, name in zip(_DEFECT, names, strict=True)}
        if any(row.values()):
            found.append({part: value for part, value in row.items() if value})
    return found


def _rows(fields: Mapping[str, str]) -> list[dict[str, str]]:
    """What was typed row by row, and some empty rows; more of them for whoever asks for more."""
    filled = [dict.fromkeys(_DEFECT, "") | row for row in _defects(fields)]
    wanted = max(_ROWS_AT_ONCE, len(filled))
    if "more" in fields:
        wanted = len(filled) + _ROWS_AT_ONCE
    return (filled + [dict.fromkeys(_DEFECT, "") for _ in range(wanted - len(filled))])[:MOST_DEFECTS]
