"""One row of a ledger: the case entry that it stands for, and the column in which every field of it stands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from documents.ledgers import cells
from documents.ledgers.cells import BadCell
from documents.ledgers.columns import DERIVED, TITLES, Header
from documents.ledgers.states import state_of
from documents.ledgers.words import say
from services.contracts.names import is_number, says_something
from services.contracts.vocabulary import CaseState

#: What a decision against the applicant has to tell him, where the old ledger kept no text (Administrative
#: Reconsideration Law 20, Administrative Litigation Law 46).
REMEDIES: Final = say(
    "zh",
    "Reconsideration may be asked for within 60 days of knowing this decision, or suit brought within six months",
)
NO_REASON: Final = say("zh", "The old ledger gives no reason")
#: Nothing is entered for a word that we do not know; the row says so.
UNKNOWN_STATE: Final = "{text} is not a known state; write for example {known}."
KNOWN: Final = say("zh", "received, being corrected, accepted, under review, granted, refused, withdrawn, delivered")
LACKS: Final = "The state is {state}, but {lacking} is missing."


@dataclass(frozen=True)
class Wrong:
    """What is wrong in one row: the column's title as the file writes it, and why, as a template over `facts`."""

    column: str
    message: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Line:
    """One row or case of the input: what is sent, and how problems with it are shown."""

    #: As the user finds it again: the row's number or the case's name.
    name: str
    entry: dict[str, Any] = field(default_factory=dict)
    #: Field of the entry (or the beginning of it) -> column.
    columns: dict[str, str] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)
    #: Told instead of the record's own words when it does not accept the state.
    lacks: Wrong | None = None
    #: Was the line struck off in the old ledger?
    struck: bool = False

    def column_of(self, problem_field: str) -> str:
        """The column in which a field of the entry stands; the field itself where no column does."""
        parts = problem_field.split(".")
        for length in range(len(parts), 0, -1):
            column = self.columns.get(".".join(parts[:length]))
            if column is not None:
                return column
        return problem_field


def line_of(header: Header, number: int, row: Sequence[Any]) -> Line:
    """The entry that a row stands for; what cannot be read of it is in `wrong`, all of it."""
    return _Reading(header, number, row).line()


class _Reading:
    """One reading of one row."""

    def __init__(self, header: Header, number: int, row: Sequence[Any]) -> None:
        self._header, self._row = header, row
        self._line = Line(str(number))
        self._steps: list[dict[str, Any]] = []
        self._lacking: list[str] = []

    def line(self) -> Line:
        line = self._line
        entry: dict[str, Any] = {"row": line.name}
        for name in ("project_code", "project_name", "owner_name", "matter", "department", "external_no"):
            if (value := self._needed(name) if name != "external_no" else self._take(name, cells.text)) is not None:
                entry[name] = value
            line.columns[name] = self._header.title(name)
        if (handler := self._needed("handler")) is not None:
            entry["handler"] = {"name": handler, "department": entry.get("department")}
        line.columns |= {
            "handler": self._header.title("handler"),
            "handler.department": self._header.title("department"),
            "received_at": self._header.title("received"),
            "promised": self._header.title("limit"),
            "state": self._header.title("state"),
        }
        if (received := self._needed("received", cells.day)) is not None:
            entry["received_at"] = received
        if (promised := self._take("limit", cells.limit)) is not None:
            entry["promised"] = promised
        self._state(entry)
        if self._steps:
            entry["steps"] = self._steps
        if notes := self._notes():
            entry["notes"] = notes
        line.entry = entry
        return line

    # --- cells ---

    def _cell(self, name: str) -> Any:
        at = self._header.places.get(name)
        return self._row[at] if at is not None and at < len(self._row) else None

    def _take(self, name: str, reading: Callable[[Any], Any]) -> Any:
        try:
            return reading(self._cell(name))
        except BadCell as bad:
            self._line.wrong.append(Wrong(self._header.title(name), bad.message, bad.facts))
            return None

    def _needed(self, name: str, reading: Callable[[Any], Any] = cells.text) -> Any:
        before = len(self._line.wrong)
        value = self._take(name, reading)
        if value is None and len(self._line.wrong) == before:
            self._line.wrong.append(Wrong(self._header.title(name), "This may not be empty."))
        return value

    def _notes(self) -> dict[str, str]:
        notes: dict[str, str] = {}
        for at in self._header.extra:
            try:
                value = cells.text(self._row[at]) if at < len(self._row) else None
            except BadCell as bad:
                self._line.wrong.append(Wrong(self._header.titles[at], bad.message, bad.facts))
                continue
            if value is not None:
                notes[self._header.titles[at]] = value
        return notes

    # --- steps ---

    def _state(self, entry: dict[str, Any]) -> None:
        """The steps that lead to the row's state, on the days that the row knows."""
        days = {
            name: self._take(name, cells.day)
            for name in ("accepted", "corrected", "completed", "reviewed", "decided", "delivered", "struck")
        }
        self._line.struck = days["struck"] is not None
        word = self._take("state", cells.text)
        state = state_of(word, accepted=days["accepted"] is not None) if word else None
        if word and state is None:
            self._line.wrong.append(Wrong(self._header.title("state"), UNKNOWN_STATE, {"text": word, "known": KNOWN}))
        if not word and days["struck"]:
            self._line.wrong.append(
                Wrong(self._header.title("state"), "The line was struck off: say how the case ended.")
            )
        self._early(state, days)
        if state is not None:
            self._late(state, days)
            entry["state"] = state.value
            if self._lacking:
                facts = {"state": word, "lacking": "、".join(dict.fromkeys(self._lacking))}
                self._line.lacks = Wrong(self._header.title("state"), LACKS, facts)

    def _early(self, state: CaseState | None, days: dict[str, str | None]) -> None:
        """Correction and acceptance."""
        told = self._take("defects", cells.text)
        if days["corrected"] and told:
            defect = {
                "material": told[:200],
                "problem": told,
                "advice": say("zh", "{text} has to be corrected as told", text=told)[:2000],
            }
            self._step("request-correction", "corrected", days["corrected"], defects=[defect])
            self._line.columns[f"steps.{len(self._steps) - 1}.defects"] = self._header.title("defects")
        elif days["corrected"] or state in (CaseState.CORRECTION_REQUESTED, CaseState.CORRECTION_COMPLETED):
            self._lacking += [
                TITLES[name][0] for name, there in (("corrected", days["corrected"]), ("defects", told)) if not there
            ]
        if days["completed"]:
            self._step("complete-correction", "completed", days["completed"])
        elif state is CaseState.CORRECTION_COMPLETED:
            self._lacking.append(TITLES["completed"][0])
        # Accepted by law is nobody's step: the clock finds it again.
        if days["accepted"] and state is not CaseState.DEEMED_ACCEPTED:
            self._step("accept", "accepted", days["accepted"])
        elif state in (
            CaseState.ACCEPTED,
            CaseState.UNDER_REVIEW,
            CaseState.GRANTED,
            CaseState.REFUSED,
            CaseState.DELIVERED,
        ):
            self._lacking.append(TITLES["accepted"][0])

    def _late(self, state: CaseState, days: dict[str, str | None]) -> None:
        """Review, decision, delivery. A day that the ledger did not keep is the nearest later one that it did."""
        accepted = "accepted" if days["accepted"] else None
        reviewed = "reviewed" if days["reviewed"] else None
        if reviewed or (state is CaseState.UNDER_REVIEW and accepted):
            name = reviewed or "accepted"  # a review begins with the acceptance where nobody wrote down another day
            self._step("begin-review", name, days[name])
        reason = self._said("reason", says_something)
        match state:
            case CaseState.GRANTED:
                self._ending("grant", days, ("decided", "delivered", "struck"))
            case CaseState.DELIVERED:
                self._ending("grant", days, ("decided", "delivered", "struck"))
                self._ending("deliver", days, ("delivered", "struck"))
            case CaseState.REFUSED:
                self._ending("refuse", days, ("decided", "struck"), reason=reason or NO_REASON, remedies=REMEDIES)
            case CaseState.NOT_REQUIRED | CaseState.ACCEPTANCE_REFUSED:
                word = "not-required" if state is CaseState.NOT_REQUIRED else "refuse-acceptance"
                self._ending(word, days, ("decided", "struck"), reason=reason or NO_REASON)
            case CaseState.WITHDRAWN:
                self._ending("withdraw", days, ("decided", "struck"), **({"reason": reason} if reason else {}))
            case CaseState.WITHDRAWN_BEFORE_ACCEPTANCE:
                more = {"reason": reason} if reason else {}
                self._ending("withdraw-before-acceptance", days, ("decided", "struck"), **more)
            case _:
                pass

    def _said(self, name: str, says: Callable[[str], bool]) -> str | None:
        """What a cell says; nothing where somebody wrote a dash into it, or 无, because there was nothing to write."""
        text = self._take(name, cells.text)
        return text if text and says(text) else None

    def _ending(self, step: str, days: dict[str, str | None], names: Sequence[str], **more: Any) -> None:
        name = next((one for one in names if days[one]), None)
        if name is None:
            self._lacking.append(TITLES[names[0]][0])
            return
        number = self._said("document_no", is_number) if step in ("grant", "refuse") else None
        self._step(step, name, days[name], **more, **({"document_no": number} if number else {}))

    def _step(self, step: str, name: str, day: str | None, **more: Any) -> None:
        at = len(self._steps)
        self._steps.append({"step": step, "occurred_at": day, **more})
        self._line.columns[f"steps.{at}"] = self._header.title("state")
        self._line.columns[f"steps.{at}.occurred_at"] = self._header.title(name)
        self._line.columns[f"steps.{at}.document_no"] = self._header.title("document_no")
        self._line.columns[f"steps.{at}.reason"] = self._header.title("reason")


def is_derived(name: str) -> bool:
    """Is this column worked out again from the record?"""
    return name in DERIVED
