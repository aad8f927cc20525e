"""One row of a ledger: the case entry that it stands for, and the column in which every field of it stands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from documents.ledgers import cells, dates, keys, permits, procedures
from documents.ledgers.cells import BadCell
from documents.ledgers.columns import OF_A_GRANT, TITLES, Header, letter
from documents.ledgers.states import Told, agree, outcome_of, says_nothing_more, told_by, withdrawn
from documents.ledgers.words import say
from services.contracts.grounds import PauseGround
from services.contracts.names import is_number, says_something
from services.contracts.vocabulary import CaseState, StepKind

#: What stands where a decision needs a text and the old ledger kept none: no reason is made up for anybody.
REMEDIES: Final = say("zh", "The old ledger does not say which remedies were told")
NO_REASON: Final = say("zh", "The old ledger gives no reason")
#: Nothing is entered for a word that we do not know; the row says so.
UNKNOWN_STATE: Final = "{text} is not a known state; write for example {known}."
KNOWN: Final = say("zh", "received, being corrected, accepted, under review, granted, refused, withdrawn, delivered")
LACKS: Final = "The state is {state}, but {lacking} is missing."
ASKS: Final = (
    "{text} says that the case ended, and not how: fill {result} or {state}, for example with one of these: {known}."
)
OUTCOMES: Final = say("zh", "granted, refused, withdrawn, acceptance refused")
CONTRADICTS: Final = "The state is {state}, but {column} says {text}: only one of them can be right."


@dataclass(frozen=True)
class Wrong:
    """What is wrong in one row: the column's title as the file writes it, and why, as a template over `facts`."""

    column: str
    message: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Where a row stands beyond its number."""

    #: Before the number in the row's name: the sheet, where there are several.
    prefix: str = ""
    #: The year from which the file's day numbers count.
    epoch: int = 1900


@dataclass
class Line:
    """One row or case of the input: what is sent, and how problems with it are shown."""

    #: As the user finds it again: the row's number or the case's name.
    name: str
    entry: dict[str, Any] = field(default_factory=dict)
    #: Field of the entry (or the beginning of it) -> column.
    columns: dict[str, str] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)
    #: What a person should look at, though the row is taken.
    remarks: list[Wrong] = field(default_factory=list)
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


def line_of(header: Header, number: int, row: Sequence[Any], place: Place = Place()) -> Line:
    """The entry that a row stands for; what cannot be read of it is in `wrong`, all of it."""
    return _Reading(header, number, row, place).line()


#: Days of a row, in the order in which a case comes by them.
_DAYS: Final = ("corrected", "completed", "accepted", "reviewed", "procedure", "decided", "delivered", "struck")
#: Days that are no step: what we call the column -> the field of the entry.
_PLAIN_DAYS: Final = {"complete_by": "complete_by", "initiated": "initiated_on", "started": "started_on"}
_MAY_BE_UNUSED: Final = (*_DAYS, "noticed", "notice_no", "reason", "document_no", "defects")
#: Without an outcome these would be dropped.
_OF_AN_ENDING: Final = ("decided", "delivered", "struck")
_NEED_ACCEPTANCE: Final = permits.OUT | {
    *(CaseState.ACCEPTED, CaseState.ACCEPTED_WITH_DEFICIENCIES, CaseState.UNDER_REVIEW, CaseState.REFUSED),
    CaseState.IN_PROCEDURE,
}


class _Reading:
    """One reading of one row."""

    def __init__(self, header: Header, number: int, row: Sequence[Any], place: Place) -> None:
        self._header, self._row, self._place, self._number = header, row, place, number
        self._at, self._width = header.places, len(row)
        self._line = Line(f"{place.prefix}{number}")
        self._steps: list[dict[str, Any]] = []
        #: For each step: the column of its day, and whether that of the defects belongs to it.
        self._places: list[tuple[str, bool]] = []
        self._lacking: list[str] = []
        #: What we call the columns whose word has become part of a step.
        self._used: set[str] = set()
        self._granted, self._is_cancelled = StepKind.GRANT, False
        self._ground: PauseGround | None = None

    def line(self) -> Line:
        line = self._line
        entry: dict[str, Any] = {"row": line.name}
        self._names(entry)
        if (received := self._needed("received", self._day)) is not None:
            entry["received_at"] = received
        self._limit(entry)
        self._dates(entry)
        self._course(entry, received)
        if self._steps:
            entry["steps"] = self._steps
        if notes := self._unused() | self._notes():
            entry["notes"] = notes
        line.entry = entry
        line.columns = self._header.fields(tuple(self._places))
        return line

    def _names(self, entry: dict[str, Any]) -> None:
        for name, reading in keys.NAMES.items():
            if (value := self._needed(name, reading)) is not None:
                entry[name] = value
        if (external := self._take("external_no", cells.text)) is not None:
            entry["external_no"] = external
        if (at := self._at.get("credit_code")) is not None and (
            credit := self._loose(at, keys.credit_code)
        ) is not None:
            entry["credit_code"] = credit
        if (handler := self._needed("handler")) is not None:
            entry["handler"] = {"name": handler, "department": entry.get("department")}

    def _limit(self, entry: dict[str, Any]) -> None:
        """The promised limit; plain days are the matter's own kind, which only the catalogue knows."""
        promised = self._take("limit", cells.limit)
        if promised is None:
            return
        if promised["unit"] == "days":
            entry["promised_days"] = promised["amount"]
        else:
            entry["promised"] = promised

    def _dates(self, entry: dict[str, Any]) -> None:
        """The day of completion that the department has named, and the days of the project's own course."""
        for name, kept in _PLAIN_DAYS.items():
            day = self._take(name, self._day)
            # our own list shows the due day where nobody has named one: that is no promise
            if day is not None and not (name == "complete_by" and day[:10] == self._due_day()):
                entry[kept] = day[:10]

    def _due_day(self) -> str:
        """The day on which our own list says that a case is due, marked provisional or not; empty elsewhere."""
        cell = self._cell("due")
        try:
            return (self._day(cell) or "")[:10] if cell is not None else ""
        except BadCell:
            return str(cell)[:10]

    # --- cells ---

    def _cell(self, name: str) -> Any:
        at = self._at.get(name)
        return self._row[at] if at is not None and at < self._width else None

    def _day(self, cell: Any) -> str | None:
        return cells.day(cell, self._place.epoch)

    def _take(self, name: str, reading: Callable[[Any], Any]) -> Any:
        at = self._at.get(name)
        if at is None or at >= self._width or (cell := self._row[at]) is None:
            return None  # most cells of most rows: there is nothing to be read in them
        try:
            return reading(cell)
        except BadCell as bad:
            self._bad(name, bad.message, bad.facts)
            return None

    def _bad(self, name: str, message: str, facts: dict[str, Any]) -> None:
        self._line.wrong.append(Wrong(self._header.title(name), message, facts))

    def _needed(self, name: str, reading: Callable[[Any], Any] = cells.text) -> Any:
        before = len(self._line.wrong)
        value = self._take(name, reading)
        if value is None and len(self._line.wrong) == before:
            self._bad(name, "This may not be empty.", {})
        return value

    def _notes(self) -> dict[str, str]:
        """Columns without a name of ours; what cannot be read of them is remarked upon and holds nothing back."""
        notes: dict[str, str] = {}
        for at in self._header.extra:
            if (value := self._loose(at)) is not None:
                notes[self._header.titles[at]] = value
        return notes

    def _loose(self, at: int, reading: Callable[[str], str] = str) -> str | None:
        """What a cell says that holds no row back: what cannot be read of it stays in the file, as does a private
        person's number, and both are remarked upon."""
        if at >= self._width or self._row[at] is None:
            return None
        facts = {"cell": f"{letter(at)}{self._number}"}
        try:
            words = cells.text(self._row[at])
        except BadCell as bad:
            facts |= {"reason": say("zh", bad.message, **bad.facts)}
            self._line.remarks.append(Wrong(self._header.titles[at], "Cell {cell} stays in the file: {reason}", facts))
            return None
        value = None if words is None else reading(words)
        if value is not None and cells.is_identity_number(value):
            told = "Cell {cell} looks like an identity number and stays in the file."
            self._line.remarks.append(Wrong(self._header.titles[at], told, facts))
            return None
        return value

    def _unused(self) -> dict[str, str]:
        """What stands in columns that we know and the row's state has no step for: a note, for nothing is dropped."""
        notes: dict[str, str] = {}
        for name in _MAY_BE_UNUSED:
            if self._cell(name) is None or name in self._used or self._said_badly(name):
                continue
            value = self._take(name, self._day if name in (*_DAYS, "noticed") else cells.text)
            if value is not None:
                notes[self._header.title(name)] = value
        return notes

    # --- steps ---

    def _course(self, entry: dict[str, Any], received: str | None) -> None:
        """The steps that lead to the row's state, on the days that the row knows."""
        days = self._days(received)
        self._line.struck = days["struck"] is not None
        word = self._take("state", cells.text)
        state = self._state(word, days)
        self._early(state, days)
        if state is not None:
            self._late(state, days)
            entry["state"] = state.value
            if self._lacking:
                facts = {"state": word or state.value, "lacking": "、".join(dict.fromkeys(self._lacking))}
                self._line.lacks = Wrong(self._header.title("state"), LACKS, facts)
            elif state is CaseState.IN_PROCEDURE and self._ground is None:
                self._line.lacks = self._unnamed(word or state.value)

    def _unnamed(self, word: str) -> Wrong:
        """What is asked where a row says that its case stands still, and not for what."""
        cell = f"{letter(self._at['state'])}{self._number}" if "state" in self._at else ""
        return Wrong(self._header.title("state"), procedures.STANDS_STILL, procedures.asked(word, cell))

    def _days(self, received: str | None) -> dict[str, str | None]:
        """Every day of the row; a bare day on that of an earlier step with a time of day is not before it."""
        days: dict[str, str | None] = {}
        last = received
        for name in _DAYS:
            at = self._take(name, self._day)
            if at is not None:
                at = dates.not_before(at, last)
                last = at if last is None else max(last, at)
            days[name] = at
        return days

    def _state(self, word: str | None, days: dict[str, str | None]) -> CaseState | None:
        """Where the row says that the case stands: by its state, and by its outcome where the state leaves it open."""
        told = told_by(word) if word else Told(None)
        if told is None:
            self._bad("state", UNKNOWN_STATE, {"text": word, "known": KNOWN})
            return None
        outcome = self._outcome()
        if outcome is not None and told.state is not None and not agree(told.state, outcome):
            self._contradiction("result", word, self._cell("result"))
            return None
        state = outcome if told.state is None or outcome is CaseState.REFUSED else told.state
        if state is None:
            return self._unsaid(word, days)
        if not (told.has_ended or outcome) and (given := next((one for one in _OF_AN_ENDING if days[one]), None)):
            self._contradiction(given, word, days[given])
            if state is CaseState.IN_PROCEDURE and told.ground is None:
                self._line.wrong.append(self._unnamed(word or state.value))
            return None
        self._ground = told.ground
        self._granted, self._is_cancelled = permits.GRANTS.get(state, StepKind.GRANT), told.is_cancelled
        if state in permits.GRANTS and days["delivered"]:
            return CaseState.DELIVERED
        return withdrawn(state, accepted=days["accepted"] is not None)

    def _contradiction(self, name: str, word: str | None, text: Any) -> None:
        self._bad(name, CONTRADICTS, {"state": word, "column": self._header.title(name), "text": text})

    def _outcome(self) -> CaseState | None:
        """What the column of results says; under a title that only a permit has, a number says it as well."""
        word = self._take("result", cells.text)
        if word is not None and not says_nothing_more(word):
            outcome = outcome_of(word)
            if outcome is None:
                self._bad("result", UNKNOWN_STATE, {"text": word, "known": KNOWN})
            return outcome
        return None

    def _unsaid(self, word: str | None, days: dict[str, str | None]) -> CaseState | None:
        """What stands in a row that does not say where its case stands, or only that it ended. Nothing is made up."""
        number = self._said("document_no", is_number)
        if number is not None and self._header.title("document_no") in OF_A_GRANT and not self._said_badly("result"):
            return CaseState.GRANTED
        given = [one for one in (*_OF_AN_ENDING, "document_no") if days.get(one) or (one == "document_no" and number)]
        if (word is not None or given) and not self._said_badly("result"):
            facts = {"result": TITLES["result"][0], "state": TITLES["state"][0], "known": OUTCOMES}
            self._bad("state", ASKS, {"text": word or self._header.title(given[0]), **facts})
        return None

    def _said_badly(self, name: str) -> bool:
        return any(one.column == self._header.title(name) for one in self._line.wrong)

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
        elif days["corrected"] or state in (CaseState.CORRECTION_REQUESTED, CaseState.CORRECTION_COMPLETED):
            self._lacking += [
                TITLES[name][0] for name, there in (("corrected", days["corrected"]), ("defects", told)) if not there
            ]
        if days["completed"]:
            self._step("complete-correction", "completed", days["completed"])
        elif state is CaseState.CORRECTION_COMPLETED:
            self._lacking.append(TITLES["completed"][0])
        if state is CaseState.DEEMED_ACCEPTED:
            self._used.add("accepted")  # by law, which is nobody's step: the clock finds it again
        elif days["accepted"]:
            step, more = permits.acceptance(state, self._granted), {}
            if told and step is StepKind.ACCEPT_WITH_DEFICIENCIES and not days["corrected"]:
                more = {"missing": [{"material": told[:200]}]}
                self._used.add("defects")
            self._step(step, "accepted", days["accepted"], **more)
        elif state in _NEED_ACCEPTANCE:
            self._lacking.append(TITLES["accepted"][0])

    def _late(self, state: CaseState, days: dict[str, str | None]) -> None:
        """Review, decision, delivery. A day that the ledger did not keep is the nearest later one that it did."""
        accepted = "accepted" if days["accepted"] else None
        reviewed = "reviewed" if days["reviewed"] else None
        if reviewed or (state is CaseState.UNDER_REVIEW and accepted):
            name = reviewed or "accepted"  # a review begins with the acceptance where nobody wrote down another day
            self._step("begin-review", name, days[name])
        if state is CaseState.IN_PROCEDURE and self._ground is not None:
            self._procedure(days, self._ground)
        given = self._said("reason", says_something)
        reason, own = given or NO_REASON, {"reason": given} if given else {}
        match state:
            case _ if state in permits.OUT:
                for step, names in permits.steps(state, self._granted, bool(days["delivered"]), self._is_cancelled):
                    self._ending(step, days, names, **({} if step is StepKind.DELIVER else {"reason": reason}))
            case CaseState.REFUSED:
                self._ending("refuse", days, ("decided", "struck"), reason=reason, remedies=REMEDIES)
            case CaseState.NOT_REQUIRED | CaseState.ACCEPTANCE_REFUSED:
                word = "not-required" if state is CaseState.NOT_REQUIRED else "refuse-acceptance"
                self._ending(word, days, ("decided", "struck"), reason=reason)
            case CaseState.WITHDRAWN:
                self._ending("withdraw", days, ("decided", "struck"), **own)
            case CaseState.WITHDRAWN_BEFORE_ACCEPTANCE:
                self._ending("withdraw-before-acceptance", days, ("decided", "struck"), **own)
            case _:
                pass

    def _procedure(self, days: dict[str, str | None], ground: PauseGround) -> None:
        """The special procedure that runs, from its own day: no other day is taken for it, for it takes time away."""
        if not days["procedure"]:
            self._lacking.append(TITLES["procedure"][0])
            return
        more = {"document_no": self._said("notice_no", is_number), "document_on": self._take("noticed", self._day)}
        self._used |= {"notice_no", "noticed"} if all(more.values()) else set()
        self._step(StepKind.BEGIN_PROCEDURE, "procedure", days["procedure"], **procedures.told(ground, more))

    def _said(self, name: str, says: Callable[[str], bool]) -> str | None:
        """What a cell says; nothing where somebody wrote a dash into it, or 无, because there was nothing to write."""
        text = self._take(name, cells.text)
        return text if text and says(text) else None

    def _ending(self, step: str, days: dict[str, str | None], names: Sequence[str], **more: Any) -> None:
        name = next((one for one in names if days[one]), None)
        if name is None:
            self._lacking.append(TITLES[names[0]][0])
            return
        number = self._said("document_no", is_number) if step in (*permits.GRANTS.values(), StepKind.REFUSE) else None
        self._step(step, name, days[name], **more, **({"document_no": number} if number else {}))

    def _step(self, step: str, name: str, day: str | None, **more: Any) -> None:
        self._used.update((name, *more))
        self._steps.append({"step": str(step), "occurred_at": day, **more})
        self._places.append((name, "defects" in more))
