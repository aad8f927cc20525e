"""Wording of drafted letters: title and paragraphs in office Chinese, made of the draft's own figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from babel.dates import format_date

from locales.texts import say
from locales.words import word
from services.contracts.vocabulary import ZONE, InstructionKind

#: Letters are written in Chinese, whoever looks at them.
_say: Final = partial(say, "zh")
_TITLES: Final[Mapping[str, str]] = {
    InstructionKind.REMINDER: "Reminder letter about {what} being overdue",
    InstructionKind.SUPERVISION: "Supervision letter about {what} being overdue",
    InstructionKind.LISTED: "Notice of listed supervision of {what}",
}
_OTHERWISE: Final = "Letter about {what} being overdue"
_CLOSINGS: Final[Mapping[str, str]] = {
    InstructionKind.REMINDER: "Finish it soon; answer within {n} working days of this letter how it stands and when it "
    "will be finished.",
    InstructionKind.SUPERVISION: "This is now under supervision. Within {n} working days of this letter finish it, or "
    "answer in writing with the reason, the person responsible and the day on which it will be finished.",
    InstructionKind.LISTED: "It is decided to put it under listed supervision and to report it one level up. Within "
    "{n} working days of this letter answer in writing with the measures, the person responsible and the last day; it "
    "comes off the list when its end has been verified.",
}
#: So long may the name of a project be in a title.
_MOST_OF_A_NAME: Final = 60


@dataclass(frozen=True)
class Words:
    """What a letter says."""

    title: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        """The paragraphs as one text, a line each."""
        return "\n".join(self.paragraphs)


def drafted(draft: Mapping[str, Any], today: date, overdue: Mapping[str, int], days: int = 5) -> Words:
    """The words of a draft as the question `draft` answers it.

    `overdue`: due day -> working days overdue today, by the timer's count. `days`: working days for the answer.
    """
    kind = str(draft["kind"])
    paragraphs = [
        *_overdue_lines(draft, today, overdue),
        *_unanswered(draft, today),
        *_before(draft),
        _say(_CLOSINGS.get(kind, _CLOSINGS[InstructionKind.REMINDER]), n=days),
        _say("Every figure above is in the record of supervision and can be checked there entry by entry; say in the "
             "answer where you object."),
    ]  # fmt: skip
    return Words(_say(_TITLES.get(kind, _OTHERWISE), what=_what(draft, _MOST_OF_A_NAME)), tuple(paragraphs))


def _what(draft: Mapping[str, Any], most: int = 200) -> str:
    name = str(draft["project_name"])
    name = name if len(name) <= most else name[: most - 1] + "…"
    if not name:
        return str(draft["about"])
    return _say("{matter} of project {project}", project=name, matter=draft["matter_name"])


def _overdue_lines(draft: Mapping[str, Any], today: date, overdue: Mapping[str, int]) -> list[str]:
    items = [one for one in draft["items"] if one["due_on"] and not one["clock_kind"].startswith("instruction_")]
    if not items:
        return []
    facts = {"what": _what(draft), "case_no": draft["about"], "code": draft["project_code"], "today": chinese(today)}
    opening = _say("By the record, {what} (case {case_no})", **facts)
    if draft["received_on"]:
        received = chinese(date.fromisoformat(draft["received_on"]))
        template = "By the record, {what} (project code {code}, case {case_no}) was received on {received}"
        opening = _say(template, received=received, **facts)
    parts = [
        _say("{clock} was due on {day} and is {n} working days overdue by {today}",
             clock=_say(word("clock", one["clock_kind"])), day=chinese(date.fromisoformat(one["due_on"])),
             n=overdue.get(one["due_on"], one["overdue_working_days"] or 0), today=facts["today"])
        for one in items
    ]  # fmt: skip
    return [_say("{opening}; {parts}.", opening=opening, parts="；".join(parts))]


def _unanswered(draft: Mapping[str, Any], today: date) -> list[str]:
    letter = draft["unanswered"]
    if letter is None:
        return []
    due = next((one["due_on"] for one in draft["items"] if one["clock_kind"].startswith("instruction_")), None)
    facts = {"document_no": letter["document_no"], "issued": _day(letter["issued_at"]), "today": chinese(today)}
    if due is None:
        return [_say("{document_no} of {issued} had not been answered by {today}.", **facts)]
    template = "{document_no} of {issued} asked for an answer by {day}; by {today} there was none."
    return [_say(template, day=chinese(date.fromisoformat(due)), **facts)]


def _before(draft: Mapping[str, Any]) -> list[str]:
    unanswered = draft["unanswered"]["instruction_no"] if draft["unanswered"] else ""
    letters = [one for one in draft["letters_before"] if one["instruction_no"] != unanswered]
    if not letters:
        return []
    said = [_say("{document_no} of {issued}", document_no=one["document_no"], issued=_day(one["issued_at"]))
            for one in letters]  # fmt: skip
    return [_say("It was written about before: {letters}.", letters="、".join(said))]


def _day(moment: str) -> str:
    return chinese(datetime.fromisoformat(moment).astimezone(ZONE).date())


def chinese(day: date) -> str:
    """2026年9月30日: year, month and day in figures without zeros (GB/T 9704-2012, 7.3.5.4)."""
    return format_date(day, "long", locale="zh_CN")
