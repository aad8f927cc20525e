"""The book of a batch: the part of the record that its entries speak of, with what came of the entries before."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from services.contracts.cases import CaseFact
from services.contracts.commands import CaseEntry
from services.contracts.names import folded
from services.contracts.vocabulary import StepKind
from services.intake.catalogues.matter import Matter
from services.intake.catalogues.receipt import matter_at_receipt
from services.intake.catalogues.wire import list_of
from services.intake.domain import Case
from services.intake.offices.register import Register
from services.intake.record import Row, Taken
from services.intake.store import Records, moment, told_in
from services.plumbing.errors import Problem
from services.plumbing.switchboard import Said

#: A step, the day on which it happened, and for notes what they say: the same key twice is the same thing twice.
Key = tuple[str, date, str | None]


@dataclass
class Draft:
    """What one entry would change."""

    project: dict[str, Any] | None = None
    project_is_new: bool = False
    case: Case | None = None
    case_is_new: bool = False
    number: tuple[int, int] | None = None
    rows: list[Row] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    #: What a person should look at, although the entry is taken.
    remarks: list[Problem] = field(default_factory=list)
    #: Whether another name of a known project is taken over.
    renames: bool = False
    #: Whether the source's own times are trusted.
    trusts_times: bool = False

    def take(self, taken: Taken) -> None:
        self.case = taken.case
        self.rows.extend(taken.rows)
        self.said.extend(map(_recorded_there, taken.said) if self.trusts_times else taken.said)


def _recorded_there(said: Said) -> Said:
    """The fact with the time of its source, which a named person has trusted (DOMAIN 3, rule 12)."""
    if not isinstance(said.event, CaseFact):
        return said
    return replace(said, event=said.event.model_copy(update={"recorded_there": said.occurred_at}))


class Book:
    """The part of the record that a batch speaks of, read in a few statements and changed in memory only."""

    def __init__(self, records: Records, register: Register, authority: str, entries: Sequence[CaseEntry]) -> None:
        self._records, self._authority, self.register = records, authority, register
        codes = [entry.project_code for entry in entries if entry.project_code]
        self._projects = records.projects(codes)
        self._external = records.by_external_no(entry.external_no for entry in entries if entry.external_no)
        self._matters = list_of(records.matters().values())
        self.superior, self.list_number = records.superior(), records.catalogue_number()
        self._by_name = {matter.name: code for code, matter in self._matters.items()}
        self._by_folded = _unequivocal(self._matters)
        self._cases: dict[str, Case] = {}
        self._by_key: dict[tuple[str, str, date], list[str]] = {}
        self._by_project: dict[str, list[str]] = {}
        for case in [*records.of_projects(codes), *self._external.values()]:
            self._file(case)
        self._history = records.history(self._wanted(entries))
        self._numbers: dict[int, int] = {}
        self._claimed: set[str] = set()
        self._new_projects: dict[str, dict[str, Any]] = {}
        self._changed_projects: dict[str, dict[str, Any]] = {}
        self._new_cases: list[str] = []
        self._changed_cases: dict[str, None] = {}
        self._rows: list[Row] = []
        self._said: list[Said] = []

    def _wanted(self, entries: Iterable[CaseEntry]) -> list[str]:
        """The cases that any of the entries may be about."""
        keys = {(entry.project_code, code) for entry in entries if (code := self._code(entry.matter or ""))}
        near = [no for (project, matter, _), nos in self._by_key.items() if (project, matter) in keys for no in nos]
        return [*near, *(case.case_no for case in self._external.values())]

    def _file(self, case: Case) -> None:
        key = (case.project_code, case.matter_code, case.received_on)
        if case.case_no not in self._cases:
            self._by_key.setdefault(key, []).append(case.case_no)
            self._by_project.setdefault(case.project_code, []).append(case.case_no)
        self._cases[case.case_no] = case

    # --- what the record says ---

    @property
    def matter_names(self) -> Mapping[str, str]:
        return {code: matter.name for code, matter in self._matters.items() if not matter.is_yardstick}

    def _code(self, wanted: str) -> str | None:
        if wanted in self._matters:
            return wanted
        return self._by_name.get(wanted) or self._by_folded.get(folded(wanted))

    def matter(self, wanted: str) -> Matter | None:
        """The matter of this code or name, however the name is spaced and its brackets are written."""
        code = self._code(wanted)
        return self._matters[code] if code else None

    def project(self, code: str) -> dict[str, Any] | None:
        return self._projects.get(code)

    def find(self, entry: CaseEntry, matter_code: str, received_on: date) -> Case | None:
        """The case that an entry is about: by the other system's number, or by project, matter and day of receipt.

        Several alike: one that no entry of this batch has been about yet. A case that another system knows by another
        number is another case.
        """
        if entry.external_no and entry.external_no in self._external:
            return self._claim(self._external[entry.external_no].case_no)
        alike = [
            self._cases[no]
            for no in self._by_key.get((entry.project_code, matter_code, received_on), ())
            if entry.external_no is None or self._cases[no].external_no is None
        ]
        fresh = [case for case in alike if case.case_no not in self._claimed]
        for case in [*fresh, *alike]:
            return self._claim(case.case_no)
        return None

    def of_project(self, code: str) -> list[Case]:
        """The cases of a project, as the entries before have left them."""
        return [self._cases[case_no] for case_no in self._by_project.get(code, ())]

    def _claim(self, case_no: str) -> Case:
        self._claimed.add(case_no)
        return self._cases[case_no]

    def next_number(self, year: int) -> int:
        if year not in self._numbers:
            self._numbers[year] = self._records.last_number(year)
        return self._numbers[year] + 1

    @staticmethod
    def key(step: str, at: datetime, note: str | None) -> Key:
        return (str(step), at.date(), note if step == StepKind.NOTE else None)

    def done(self, case_no: str) -> Counter[Key]:
        """How often each step is on record already."""
        history = self._history.get(case_no, ())
        return Counter(self.key(row["step"], moment(row["occurred_at"]), row["note"]) for row in history)

    def told(self, case_no: str, draft: Draft) -> list[str]:
        """The materials that earlier notices named, those of this very entry included."""
        return told_in(self.history(case_no, draft))

    def history(self, case_no: str, draft: Draft) -> list[Row]:
        """What is on record of a case, with what this very entry adds."""
        return [*self._history.get(case_no, ()), *draft.rows]

    def at_receipt(self, case: Case) -> Matter:
        """The matter of a case by the list of its receipt: its grounds, its terms."""
        if case.list_number == self.list_number and case.matter_code in self._matters:
            return self._matters[case.matter_code]
        return matter_at_receipt(self._records, case)

    def notes(self, case_no: str) -> set[str]:
        return {row["note"] for row in self._history.get(case_no, ()) if row["note"]}

    # --- what is changed ---

    @staticmethod
    def draft() -> Draft:
        return Draft()

    def keep(self, draft: Draft) -> None:
        """A good entry: the entries after it see what it changed."""
        if draft.project is not None and draft.project != self._projects.get(draft.project["project_code"]):
            code = draft.project["project_code"]
            (self._new_projects if draft.project_is_new else self._changed_projects)[code] = draft.project
            self._projects[code] = draft.project
        if draft.number is not None:
            self._numbers[draft.number[0]] = draft.number[1]
        if draft.case is not None:
            self._keep_case(draft.case, is_new=draft.case_is_new)
        for row in draft.rows:
            self._history.setdefault(row["case_no"], []).append(row)
        self._rows.extend(draft.rows)
        self._said.extend(draft.said)

    def _keep_case(self, case: Case, *, is_new: bool) -> None:
        if is_new:
            self._new_cases.append(case.case_no)
            self._claimed.add(case.case_no)
        elif case.case_no not in self._new_cases:
            self._changed_cases[case.case_no] = None
        self._file(case)
        if case.external_no:
            self._external[case.external_no] = case

    def write_down(self) -> list[Said]:
        """Write everything that was kept; what is to be said about it."""
        self._records.add_projects(list(self._new_projects.values()))
        for code, project in self._changed_projects.items():
            said = ("project_name", "owner_name", "credit_code", "initiated_on", "started_on")
            self._records.change_project(code, **{name: project[name] for name in said})
        self._records.keep_numbers(self._numbers)
        self._records.add_cases([self._cases[no] for no in self._new_cases])
        self._records.change_cases(self._cases[no] for no in self._changed_cases)
        self._records.add_steps(self._rows)
        return self._said


def _unequivocal(matters: Mapping[str, Matter]) -> dict[str, str]:
    """Folded name -> code, of the matters whose name no other one shares."""
    codes: dict[str, list[str]] = {}
    for code, matter in matters.items():
        codes.setdefault(folded(matter.name), []).append(code)
    return {name: several[0] for name, several in codes.items() if len(several) == 1}
