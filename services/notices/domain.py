"""Rules of notices: whom an entry of the ledger tells what, and when it may leave the house."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from services.contracts.ladder import ACTIONS, Recipient
from services.contracts.notice_words import OFFICE, NoticeKind
from services.contracts.vocabulary import APPLICANTS, ZONE, Light

#: E-mail, webhooks and files leave in these hours only (DOMAIN 5, rule 3); whether the day is one of work is not asked.
OPENING, CLOSING = time(8, 30), time(17, 30)


@dataclass(frozen=True)
class Notice:
    """What one addressee is told."""

    to: str
    kind: NoticeKind
    about: str
    about_kind: str
    template: str
    params: Mapping[str, Any]


Heads = Mapping[str, Collection[str]]
"""Department -> its heads by name."""

_CLOCK: Final = "{clock} of {about} is due on {due_on}."
_OVERDUE: Final = "{clock} of {about} was due on {due_on} and is overdue."
_RUNG: Final = "{clock} of {about} is {days} working days overdue."
_DRAFT: Final = "A letter about {about} was drafted and waits for a seal."
_LETTER: Final = "Letter {document_no} has arrived; it is to be signed for."
_ANSWER: Final = "{department} has answered letter {number}."


def told_by(stem: str, data: Mapping[str, Any], heads: Heads) -> list[Notice]:
    """Who is told of an entry, each once."""
    if stem == "qidi.clock.light-changed" and data.get("crossing"):
        return _of_light(data, heads)
    if stem == "qidi.clock.rung-crossed":
        params = {"days": data["overdue_working_days"]}
        return _of_clock(data, heads, str(data["rung"]), NoticeKind.RUNG, _RUNG, params)
    if stem == "qidi.draft.made":
        return [Notice(OFFICE, NoticeKind.DRAFT, data["draft_no"], "draft", _DRAFT, {"about": data["about"]})]
    if stem == "qidi.instruction.received":
        params = {"document_no": data["document_no"]}
        people = sorted(heads.get(data["department"], ())) or [""]
        return [
            Notice(_named(one, data["department"]), NoticeKind.LETTER, data["instruction_no"], "instruction", _LETTER,
                   params)
            for one in people
        ]  # fmt: skip
    if stem == "qidi.instruction.answered":
        params = {"department": data["person"]["department"], "number": data["instruction_no"]}
        return [Notice(OFFICE, NoticeKind.ANSWER, data["instruction_no"], "instruction", _ANSWER, params)]
    return []


def _of_light(data: Mapping[str, Any], heads: Heads) -> list[Notice]:
    if data["light"] == Light.YELLOW:
        return _of_clock(data, heads, data["light"], NoticeKind.YELLOW, _CLOCK, {})
    if data["light"] == Light.RED:
        return _of_clock(data, heads, data["light"], NoticeKind.RED, _OVERDUE, {})
    return []


def _of_clock(
    data: Mapping[str, Any], heads: Heads, rung: str, kind: NoticeKind, template: str, more: Mapping[str, Any]
) -> list[Notice]:
    action = ACTIONS.get(rung)
    if action is None or data["clock_kind"] in APPLICANTS:
        return []
    department, people = str(data["department"]), list[str]()
    if Recipient.HANDLER in action.tells and data.get("responsible"):
        people.append(_named(data["responsible"], department))
    if Recipient.HEAD in action.tells or not people:  # where nobody has it in hand, its head is told
        people += [_named(one, department) for one in sorted(heads.get(department, ()))]
    if Recipient.OFFICE in action.tells or not people:
        people.append(OFFICE)
    params = {"clock": data["clock_kind"], "about": data["about"], "due_on": str(data.get("due_on") or ""), **more}
    return [
        Notice(one, kind, data["about"], str(data["about_kind"]), template, params) for one in dict.fromkeys(people)
    ]


def _named(name: str, department: str) -> str:
    return f"{name}@{department}" if name else OFFICE


def leaves_at(now: datetime, *, digest: bool) -> datetime:
    """When something may leave: now while the office is open, else at the next opening; a digest in the morning."""
    here = now.astimezone(ZONE)
    opening = datetime.combine(here.date(), OPENING, ZONE)
    if here < opening:
        return opening
    if digest or here >= datetime.combine(here.date(), CLOSING, ZONE):
        return opening + timedelta(days=1)
    return here
